"""Making a classifier: learn from a folder of sample cases and the site's own, and measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from triage.classifier.artifacts import archive
from triage.classifier.artifacts.artifact import Artifact, save
from triage.classifier.artifacts.current import path
from triage.classifier.corpus import samples
from triage.classifier.corpus.samples import Example
from triage.classifier.evaluation import heldout
from triage.classifier.learner.articles import learn_articles
from triage.classifier.training.fitting import train


def make(folder: Path, data: str, *, now: datetime, progress: Callable[[str], None]) -> Artifact:
    """Train on `folder`/train, score on `folder`/heldout when it is there, and put it to use.

    `data` is the checksum of the training texts. The one that was in use is put aside. Raises
    BrokenSample, ValueError or OSError when they cannot be used; the old classifier stays then.
    """
    artifact = learn(folder, data, now=now, progress=progress)
    archive.keep_live()
    save(artifact, path())
    return artifact


def learn(
    folder: Path,
    data: str,
    *,
    now: datetime,
    progress: Callable[[str], None],
    own: Sequence[Example] = (),
    answered: Sequence[Example] = (),
    fingerprint: str = "",
    window: Mapping | None = None,
) -> Artifact:
    """A classifier that is not stored: of the folder's cases, and the site's `own`.

    `fingerprint` tells the own cases from others and `window` is added to what is said of them.
    Which article answered is learnt from the folder and from `answered`, own cases of which it is
    known. Raises as `make` does.
    """
    sample, hints = samples.read_families(folder / "train"), samples.read_hints()
    cases = [*sample, *own]
    trained = train(cases, hints, samples.read_concepts(), progress=progress)
    progress("learning which articles answered")
    known = [*sample, *answered]
    rows = trained.committee.vectoriser.transform([case.read for case in known])
    artifact = Artifact(
        committee=trained.committee,
        thresholds=trained.thresholds,
        scores=trained.scores,
        data=data,
        window={**window_of(cases, len(hints)), **(window or {})},
        trained_at=now,
        version=version_of(now, fingerprint or data),
        articles=learn_articles(
            rows, [case.article for case in known], share_without=_without_article(sample)
        ),
    )
    return heldout.with_heldout_scores(artifact, folder / "heldout")


def version_of(now: datetime, texts: str) -> str:
    """The name of a classifier made now of texts with this checksum.

    The same texts make another one after the method has changed, also on the same day.
    """
    return f"{now:%Y-%m-%d-%H%M}-{texts[:8]}"


def _without_article(sample: Sequence[Example]) -> float:
    """The share of sample cases no article answers: which own cases are known is no chance."""
    return sum(not case.article for case in sample) / len(sample)


def window_of(cases: Sequence[Example], hints: int) -> dict[str, int]:
    """What was learnt from: how many cases of how many families, and how many hints."""
    return {
        "cases": len(cases),
        "families": len({each.group for each in cases}),
        "hints": hints,
    }
