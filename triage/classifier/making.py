"""Making a classifier: train on a folder of sample cases, measure, and put it to use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from triage.classifier import evaluation, samples
from triage.classifier.answers import learn_answers
from triage.classifier.artifact import Artifact, save
from triage.classifier.current import path
from triage.classifier.training import train


def make(folder: Path, data: str, *, now: datetime, progress: Callable[[str], None]) -> Artifact:
    """Train on `folder`/train, score on `folder`/heldout when it is there, and store.

    `data` is the checksum of the training texts. Raises BrokenSample, ValueError or OSError when
    they cannot be used; the old classifier stays then.
    """
    cases, hints = samples.read_families(folder / "train"), samples.read_hints()
    trained = train(cases, hints, samples.read_concepts(), progress=progress)
    progress("learning which articles answered")
    rows = trained.committee.views.transform([case.read for case in cases])
    artifact = Artifact(
        committee=trained.committee,
        thresholds=trained.thresholds,
        scores=trained.scores,
        data=data,
        window=window_of(cases, len(hints)),
        trained_at=now,
        version=f"{now:%Y-%m-%d}-{data[:8]}",
        answers=learn_answers(rows, [case.article for case in cases]),
    )
    artifact = evaluation.with_heldout_scores(artifact, folder / "heldout")
    save(artifact, path())
    return artifact


def window_of(cases: list[samples.Example], hints: int) -> dict[str, int]:
    """What was learnt from: how many cases of how many families, and how many hints."""
    return {
        "cases": len(cases),
        "families": len({each.group for each in cases}),
        "hints": hints,
    }
