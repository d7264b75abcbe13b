"""Which products a text leans towards, for whoever orders documents by it."""

from __future__ import annotations

import structlog

from triage.classifier.current import current
from triage.classifier.labels import PRODUCT
from triage.classifier.refusals import ArtifactRefused

log = structlog.get_logger(__name__)


def product_leanings(text: str) -> dict[str, float]:
    """Belief (0 to 1) in each product, together 1; empty without a usable classifier."""
    if not text.strip():
        return {}
    try:
        artifact = current()
    except ArtifactRefused as error:
        log.info("suggestions without classifier", reason=str(error))
        return {}
    return artifact.committee.beliefs(text, PRODUCT)
