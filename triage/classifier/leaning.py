"""What the classifier believes of a text, for whoever orders documents by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from triage.classifier.current import current
from triage.classifier.labels import FIRST_LINE, PRODUCT, TEAM
from triage.classifier.refusals import ArtifactRefused

if TYPE_CHECKING:
    from triage.classifier.artifact import Artifact

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What cases that were answered before say of a text; each a belief from 0 to 1.

    `articles` has by name the belief that each answers it, together at most 1; the rest is that
    none does. `first_line` is the belief that it needs no team behind the first line.
    """

    articles: Mapping[str, float]
    first_line: float

    @property
    def answered(self) -> float:
        """Belief that some article answers."""
        return sum(self.articles.values())


def product_leanings(text: str) -> dict[str, float]:
    """Belief (0 to 1) in each product, together 1; empty without a usable classifier."""
    artifact = _artifact(text)
    return artifact.committee.beliefs(text, PRODUCT) if artifact else {}


def earlier(text: str) -> Earlier | None:
    """What earlier cases say; None without a usable classifier, and where too few were answered."""
    artifact = _artifact(text)
    if artifact is None or artifact.answers is None:
        return None
    beliefs = artifact.answers.beliefs(artifact.committee.views.transform([text]))
    return Earlier(
        articles={name: belief for name, belief in beliefs.items() if name},
        first_line=artifact.committee.beliefs(text, TEAM).get(FIRST_LINE, 0.0),
    )


def _artifact(text: str) -> Artifact | None:
    if not text.strip():
        return None
    try:
        return current()
    except ArtifactRefused as error:
        log.info("suggestions without classifier", reason=str(error))
        return None
