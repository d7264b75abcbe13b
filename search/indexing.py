"""Keeping the index as the database is: the outbox's rows in, documents out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from dispatch import outbox
from dispatch.models import OutboxRow
from search.engines.contract import SearchEngine
from search.engines.embedded import EmbeddedEngine
from search.registry import registry

TOPIC = "search"
MOST_SINGLE_ROWS = 20
IDS_PER_ROW = 100


@lru_cache(maxsize=4)
def _embedded(path: Path) -> EmbeddedEngine:
    return EmbeddedEngine(path)


def engine() -> SearchEngine:
    """The engine this installation searches with; one for each process."""
    return _embedded(Path(settings.SEARCH_INDEX_DIR))


def changed(*document_ids: str) -> None:
    """Say, in the transaction of a change, that these documents are to be indexed anew.

    A few get a row each, which is left out while an earlier one waits; many share rows.
    """
    if len(document_ids) <= MOST_SINGLE_ROWS:
        for document_id in document_ids:
            outbox.put(TOPIC, {"ids": [document_id]}, key=document_id)
        return
    for start in range(0, len(document_ids), IDS_PER_ROW):
        outbox.put(TOPIC, {"ids": list(document_ids[start : start + IDS_PER_ROW])})


@outbox.handles(TOPIC)
def index_changed(rows: Sequence[OutboxRow]) -> None:
    """Index what the rows name as it is now, and remove what is no more. Safe to repeat."""
    ids = {document_id for row in rows for document_id in row.payload["ids"]}
    documents = registry.get_documents(ids)
    gone = ids - {document.id for document in documents}
    target = engine()
    target.index(documents)
    target.delete(gone)


def rebuild(progress: Callable[[int], None] | None = None) -> int:
    """Build the whole index anew beside the old one and swap; returns the number of documents."""
    return engine().rebuild(registry.iter_documents(), progress=progress)
