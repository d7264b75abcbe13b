"""Keeping the index as the database is: the outbox's rows in, documents out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import structlog
from django.conf import settings

from dispatch import outbox
from dispatch.jobs import recurring
from dispatch.models import OutboxRow
from search import checking
from search.engines.contract import EngineUnavailable, SearchEngine
from search.engines.embedded import EmbeddedEngine
from search.registry import registry

log = structlog.get_logger(__name__)

TOPIC = "search"
MOST_WAITING_ROWS = 500
MOST_WAITING_IDS = 5000
MOST_SINGLE_ROWS = 20
IDS_PER_ROW = 100


@lru_cache(maxsize=4)
def _embedded(path: Path) -> EmbeddedEngine:
    return EmbeddedEngine(path)


def engine() -> SearchEngine:
    """The engine this installation searches with; one for each process."""
    return _embedded(Path(settings.SEARCH_INDEX_DIR))


def changed(*document_ids: str, withdrawn: bool = False) -> None:
    """Say, in the transaction of a change, that these documents are to be indexed anew.

    A few get a row each, which is left out while an earlier one waits; many share rows. With
    `withdrawn`, something in them must not be seen any more: they are not found at all until
    they are indexed anew.
    """
    mark = {"withdrawn": True} if withdrawn else {}
    if len(document_ids) <= MOST_SINGLE_ROWS:
        for document_id in document_ids:
            key = f"withdrawn {document_id}" if withdrawn else document_id
            outbox.put(TOPIC, {"ids": [document_id], **mark}, key=key)
        return
    for start in range(0, len(document_ids), IDS_PER_ROW):
        ids = list(document_ids[start : start + IDS_PER_ROW])
        outbox.put(TOPIC, {"ids": ids, **mark})


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Documents that changed and are not indexed anew yet, and which of them were withdrawn."""

    ids: frozenset[str]
    withdrawn: frozenset[str]


def waiting() -> Waiting | None:
    """What the index lags behind with; None when that is too much to look at in a search."""
    rows = OutboxRow.objects.filter(topic=TOPIC, delivered_at__isnull=True)
    payloads = list(rows.values_list("payload", flat=True)[: MOST_WAITING_ROWS + 1])
    ids = frozenset(each for payload in payloads for each in payload["ids"])
    if len(payloads) > MOST_WAITING_ROWS or len(ids) > MOST_WAITING_IDS:
        return None
    marked = (payload["ids"] for payload in payloads if payload.get("withdrawn"))
    return Waiting(ids=ids, withdrawn=frozenset(each for ids in marked for each in ids))


def withdrawn() -> frozenset[str]:
    """What waits to be indexed anew because something in it must not be seen any more."""
    rows = OutboxRow.objects.filter(topic=TOPIC, delivered_at__isnull=True, payload__withdrawn=True)
    payloads = rows.values_list("payload", flat=True)
    return frozenset(each for payload in payloads for each in payload["ids"])


@outbox.handles(TOPIC)
def index_changed(rows: Sequence[OutboxRow]) -> None:
    """Index what the rows name as it is now, and remove what is no more. Safe to repeat.

    An index that is missing, damaged or of another format is built anew; then it has these too.
    """
    ids = {document_id for row in rows for document_id in row.payload["ids"]}
    try:
        engine().refresh(ids, registry.get_documents)
    except EngineUnavailable as error:
        log.warning("search index is built anew", why=str(error))
        rebuild()


@recurring("keep the search index readable", every=timedelta(minutes=1))
def keep_readable(now: datetime) -> None:
    """Build the index anew when it is missing, damaged or of another format."""
    health = engine().health()
    if not health.ok:
        log.warning("search index is built anew", why=health.detail)
        rebuild()


@recurring("check the search index", every=timedelta(hours=24))
def check_daily(now: datetime) -> None:
    """Compare the index with the database, and repair what a lost row left behind."""
    found = checking.compare(engine(), registry)
    if found.wrong:
        log.warning("search index differed", **found.counts())
        checking.repair(engine(), registry, found)


def rebuild(progress: Callable[[int], None] | None = None) -> int:
    """Build the whole index anew beside the old one and swap; returns the number of documents."""
    return engine().rebuild(registry.iter_documents(), progress=progress)
