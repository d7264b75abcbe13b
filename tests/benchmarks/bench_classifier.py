"""How fast the classifier trains, is read, and guesses, and how large it is.

    python -m tests.benchmarks.bench_classifier

Trains on the sample's training families, stores to a folder that is removed, reads it back, and
guesses every held-out case with its reasons. Not a test: figures depend on the machine. How good
the guesses are is what `manage.py evaluate_classifier` prints.
"""

import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from triage.classifier import samples
from triage.classifier.artifact import Artifact, load, save
from triage.classifier.guessing import guess
from triage.classifier.training import train

SAMPLE = Path(__file__).parents[2] / "sample" / "tickets"


def main() -> None:
    """Run the benchmark and print the figures."""
    cases = samples.read_families(SAMPLE / "train")
    began, used = time.perf_counter(), time.process_time()
    trained = train(cases, samples.read_hints(), samples.read_concepts())
    print(
        f"training on {len(cases)} cases: {time.perf_counter() - began:.1f} s "
        f"({time.process_time() - used:.1f} s of processor time)"
    )
    artifact = Artifact(
        features=trained.features,
        machines=trained.machines,
        certainties=trained.certainties,
        scores=trained.scores,
        data="",
        trained_at=datetime.now(UTC),
        version="benchmark",
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "classifier.veiviser"
        save(artifact, path)
        began = time.perf_counter()
        artifact = load(path)
        size = path.stat().st_size / 1e6
        print(f"reading {size:.1f} MB: {(time.perf_counter() - began) * 1000:.0f} ms")
    times = []
    for case in samples.read_families(SAMPLE / "heldout"):
        began = time.perf_counter()
        guess(artifact, case.text)
        times.append((time.perf_counter() - began) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"a guess with reasons: p50 {statistics.median(times):.1f} ms, p95 {p95:.1f} ms")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
