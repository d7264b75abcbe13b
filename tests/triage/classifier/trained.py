"""One small classifier for all tests, trained once per process on a part of the sample."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from triage.classifier import samples
from triage.classifier.artifact import Artifact
from triage.classifier.pipeline import plan_for_the_desk
from triage.classifier.training import Trained, train

SAMPLE = Path(__file__).parents[3] / "sample" / "tickets"
SMALL = replace(plan_for_the_desk(1), members=3, parts=3, rounds=6, hidden=24, columns=9_000)


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
