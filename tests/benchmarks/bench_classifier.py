"""How fast the classifier trains, is read, and guesses, and how much memory it takes.

    python -m tests.benchmarks.bench_classifier [--texts 50000]

Trains on the sample's training families in a process of its own, stores to a folder that is
removed, reads it back, and guesses every held-out case, with and without reasons. Then, in another
process, the method of `evaluate_classifier` learns so many texts, made of halves of two cases of
one family each, with the family for a label, and guesses singly and in batches. Not a test: figures
depend on the machine. How good the guesses are is what `manage.py evaluate_classifier` prints.
"""

import argparse
import multiprocessing
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from triage.classifier.artifacts.artifact import Artifact, load, save
from triage.classifier.corpus import samples
from triage.classifier.learner.features import Reader, in_two_languages
from triage.classifier.learner.learning import Lesson, learn
from triage.classifier.learner.pipeline import plan_for_one_question
from triage.classifier.learner.vectors import letters_read
from triage.classifier.predictions.guessing import guess
from triage.classifier.training.fitting import train

SAMPLE = Path(__file__).parents[2] / "sample" / "tickets"
BATCH = 512  # texts


def main() -> None:
    """Run the benchmark and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--texts", type=int, default=50_000, help="how many the method learns")
    texts = parser.parse_args().texts
    desk()
    in_own_process(many, texts)


def desk() -> None:
    """What a site pays: learning, reading the file, guessing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "classifier.veiviser"
        in_own_process(make, path)
        before, began = resident(), time.perf_counter()
        artifact = load(path)
        taken = (time.perf_counter() - began) * 1000
        print(f"reading {path.stat().st_size / 1e6:.1f} MB: {taken:.0f} ms")
    texts = [case.read for case in samples.read_families(SAMPLE / "heldout")]
    guess(artifact, texts[0])
    committee = artifact.committee
    tell("a guess", texts, lambda text: committee.answers(committee.vectoriser.transform([text])))
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


def many(count: int) -> None:
    """Learn so many texts of all families by the largest plan that two minutes allow."""
    texts, labels = made_up(count)
    before, began, used = resident(), time.perf_counter(), time.process_time()
    plan = plan_for_one_question(len(texts), len(set(labels)), letters_read(texts))
    reader = Reader(bridges=in_two_languages(texts))
    committee, _aside = learn(Lesson(texts=texts, labels={"family": labels}), plan, reader)
    print(
        f"learning {count} texts of {len(set(labels))} labels: {time.perf_counter() - began:.0f} s "
        f"({time.process_time() - used:.0f} s of processor time), {plan.members} members, "
        f"{plan.rounds} rounds; memory {before} MB before, {resident()} MB after, "
        f"{most_resident()} MB at most"
    )
    asked = texts[: 4 * BATCH]
    tell("one of them", asked[:BATCH], lambda text: next(committee.answer([text])))
    began = time.process_time()
    list(committee.answer(asked))
    each = (time.process_time() - began) * 1000 / len(asked)
    print(f"in batches: {each:.2f} ms of processor time each")


def made_up(count: int) -> tuple[list[str], list[str]]:
    """So many texts, each half of two cases of one family, and the family of each."""
    families: dict[str, list[list[str]]] = defaultdict(list)
    for case in samples.read_families(SAMPLE / "train"):
        families[case.group].append(case.text.split())
    chance = random.Random(1)
    labels = [chance.choice(sorted(families)) for _ in range(count)]
    return [_half(chance, families[label]) for label in labels], labels


def _half(chance: random.Random, cases: Sequence[Sequence[str]]) -> str:
    words = [word for case in chance.choices(cases, k=2) for word in case]
    return " ".join(word for word in words if chance.random() < 0.5)


def in_own_process(work: Callable, *args) -> None:
    """Do this where nothing else has taken memory. Raises RuntimeError when it fails."""
    child = multiprocessing.get_context("spawn").Process(target=work, args=args)
    child.start()
    child.join()
    if child.exitcode:
        raise RuntimeError(f"{work.__name__} ended with {child.exitcode}")


def tell(what: str, texts: Sequence[str], ask: Callable[[str], object]) -> None:
    """Print the processor time of asking about each text."""
    times = []
    for text in texts:
        began = time.process_time()
        ask(text)
        times.append((time.process_time() - began) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"{what}: p50 {statistics.median(times):.1f} ms, p95 {p95:.1f} ms of processor time")


def resident(kind: str = "VmRSS") -> int:
    """Megabytes of memory this process holds."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(kind)).split()[1]) // 1024


def most_resident() -> int:
    """Megabytes of memory this process ever held."""
    return resident("VmHWM")


if __name__ == "__main__":
    main()
