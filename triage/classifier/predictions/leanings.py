"""What the classifier believes of a text, for whoever orders documents by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from triage.classifier.artifacts.current import current
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.labels import FIRST_LINE, PRODUCT, TEAM

if TYPE_CHECKING:
    from triage.classifier.artifacts.artifact import Artifact

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


@dataclass(frozen=True, kw_only=True)
class Leanings:
    """What is believed of one text: products by slug, together 1, and what earlier cases say."""

    products: Mapping[str, float] = field(default_factory=dict)
    earlier: Earlier | None = None


def leanings(text: str) -> Leanings:
    """What the classifier believes of a text, which it reads once.

    Nothing without a usable classifier; no earlier cases where too few were answered.
    """
    artifact = _artifact(text)
    if artifact is None:
        return Leanings()
    row = artifact.committee.vectoriser.transform([text])
    believed = artifact.committee.beliefs_of(row)
    if artifact.articles is None:
        return Leanings(products=believed[PRODUCT])
    articles = artifact.articles.beliefs(row)
    return Leanings(
        products=believed[PRODUCT],
        earlier=Earlier(
            articles={name: belief for name, belief in articles.items() if name},
            first_line=believed[TEAM].get(FIRST_LINE, 0.0),
        ),
    )


def _artifact(text: str) -> Artifact | None:
    if not text.strip():
        return None
    try:
        return current()
    except ArtifactRefused as error:
        log.info("suggestions without classifier", reason=str(error))
        return None
