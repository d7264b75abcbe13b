"""The judgement of the classifier in use, read from its file without loading the classifier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from triage.classifier.artifacts import current, envelope
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.evaluation.judgement import BrokenJudgement, Target, from_json


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a classifier was made from and how it was judged, by target; nothing where it was not.

    `cases`, `families` and `hints` are how much it learnt from; `own` of the cases are the site's
    own, those people decided about before `until`; of `answered` of these it is known which article
    answered, or that none did.
    """

    version: str
    trained_at: datetime
    cases: int
    families: int
    hints: int
    own: int
    answered: int
    until: datetime | None
    targets: Mapping[str, Target]


def known_classifier() -> Known | None:
    """The classifier in use; None when there is none that can be used."""
    try:
        header, _numbers = envelope.read(current.path())
        window = header["window"]
        return Known(
            version=str(header["version"]),
            trained_at=datetime.fromisoformat(header["trained_at"]),
            cases=int(window["cases"]),
            families=int(window["families"]),
            hints=int(window["hints"]),
            own=int(window.get("own", 0)),
            answered=int(window.get("answered", 0)),
            until=datetime.fromisoformat(window["until"]) if window.get("until") else None,
            targets=_targets(header.get("judgement")),
        )
    except (ArtifactRefused, AttributeError, KeyError, TypeError, ValueError):
        return None


def _targets(stored: object) -> Mapping[str, Target]:
    try:
        return from_json(stored) if stored else {}
    except BrokenJudgement:
        return {}
