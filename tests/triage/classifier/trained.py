"""One small classifier for all tests, trained once per process on a part of the sample."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import yaml

from triage.classifier.artifacts.artifact import Artifact
from triage.classifier.corpus import samples
from triage.classifier.learner.pipeline import plan_for_the_desk
from triage.classifier.training.fitting import Trained, train

SAMPLE = Path(__file__).parents[3] / "sample" / "tickets"
SMALL = replace(plan_for_the_desk(1), members=3, parts=3, rounds=6, hidden=24, columns=9_000)
TINY = replace(SMALL, members=2, parts=2, rounds=2, hidden=8, columns=4_000)

CASE = {  # the small classifier knows what it is about
    "subject": "Systembruker blir ikke godkjent",
    "body": "Leverandøren får AUTH.VLD-00003 når systembrukeren skal godkjennes for klienten.",
}


@cache
def small() -> Trained:
    """Trained on every second family, by a small committee."""
    cases = samples.read_families(SAMPLE / "train")
    families = sorted({case.group for case in cases})[::2]
    chosen = [case for case in cases if case.group in families]
    return train(chosen, samples.read_hints(), samples.read_concepts(), plan=SMALL)


def make_artifact(version: str = "test-1") -> Artifact:
    """An artefact of the small classifier."""
    trained = small()
    return Artifact(
        committee=trained.committee,
        thresholds=trained.thresholds,
        scores=trained.scores,
        data="0" * 64,
        window={"cases": 500, "families": 100, "hints": 900},
        trained_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        version=version,
    )


def write_small_sample(folder: Path) -> Path:
    """Some families of each file of the sample, in a folder of its own."""
    for part, limit in (("train", 4), ("heldout", 2)):
        (folder / part).mkdir(parents=True)
        for path in sorted((SAMPLE / part).glob("*.yaml")):
            families = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)[:limit]
            content = yaml.dump(families, Dumper=yaml.CSafeDumper)
            (folder / part / path.name).write_text(content, encoding="utf-8")
    return folder
