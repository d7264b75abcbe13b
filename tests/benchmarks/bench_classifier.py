"""How fast the classifier trains, is read, and guesses, and how much memory it takes.

    python -m tests.benchmarks.bench_classifier

Trains on the sample's training families in a process of its own, stores to a folder that is
removed, reads it back, and guesses every held-out case, with and without reasons. Not a test:
figures depend on the machine. How good the guesses are is what `manage.py evaluate_classifier`
prints.
"""

import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from triage.classifier import samples
from triage.classifier.artifact import Artifact, load, save
from triage.classifier.guessing import guess
from triage.classifier.training import train

SAMPLE = Path(__file__).parents[2] / "sample" / "tickets"


def main() -> None:
    """Run the benchmark and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "classifier.veiviser"
        child = multiprocessing.get_context("spawn").Process(target=make, args=(path,))
        child.start()
        child.join()
        before, began = resident(), time.perf_counter()
        artifact = load(path)
        taken = (time.perf_counter() - began) * 1000
        print(f"reading {path.stat().st_size / 1e6:.1f} MB: {taken:.0f} ms")
    texts = [case.read for case in samples.read_families(SAMPLE / "heldout")]
    guess(artifact, texts[0])
    committee = artifact.committee
    tell("a guess", texts, lambda text: committee.answers(committee.views.transform([text])))
    tell("a guess with reasons", texts, lambda text: guess(artifact, text))
    print(f"memory: {before} MB before reading, {resident()} MB after {2 * len(texts)} guesses")


def make(path: Path) -> None:
    """Train on the sample and store."""
    cases = samples.read_families(SAMPLE / "train")
    began, used = time.perf_counter(), time.process_time()
    trained = train(cases, samples.read_hints(), samples.read_concepts())
    print(
        f"training on {len(cases)} cases: {time.perf_counter() - began:.1f} s "
        f"({time.process_time() - used:.1f} s of processor time)"
    )
    artifact = Artifact(
        committee=trained.committee,
        thresholds=trained.thresholds,
        scores=trained.scores,
        data="",
        window={},
        trained_at=datetime.now(UTC),
        version="benchmark",
    )
    save(artifact, path)


def tell(what: str, texts: Sequence[str], ask: Callable[[str], object]) -> None:
    """Print the processor time of asking about each text."""
    times = []
    for text in texts:
        began = time.process_time()
        ask(text)
        times.append((time.process_time() - began) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"{what}: p50 {statistics.median(times):.1f} ms, p95 {p95:.1f} ms of processor time")


def resident() -> int:
    """Megabytes of memory this process holds."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) // 1024


if __name__ == "__main__":
    main()
