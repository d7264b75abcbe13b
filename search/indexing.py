"""Keeping the index as the database is: the outbox's rows in, documents out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from search.contract import EngineAway, EngineUnavailable, SearchEngine, SearchError
from search.engines.embedded import EmbeddedEngine
from search.engines.standby import WithStandby
from search.registry import registry

log = structlog.get_logger(__name__)

TOPIC = "search"
MOST_WAITING_ROWS = 500
MOST_WAITING_IDS = 5000
MOST_SINGLE_ROWS = 20
IDS_PER_ROW = 100
REST = timedelta(hours=1)  # a row stands among what was given up before it is taken up again
# Beside errors of the engine, what a row is given up for that is no fault of its own: the disk was
# full, or the folder not to be written. That a file of a document is missing is the document's.
OF_THE_DISK = (OSError, PermissionError, FileExistsError, NotADirectoryError)


@lru_cache(maxsize=4)
def _embedded(path: Path) -> EmbeddedEngine:
    return EmbeddedEngine(path)


@lru_cache(maxsize=4)
def _elasticsearch(url: str, ca_file: str, name: str) -> SearchEngine:
    # Imported here because its client takes a second to load, and few use it.
    from search.engines.elastic.engine import ElasticsearchEngine
    from search.engines.elastic.server import Address

    return ElasticsearchEngine.at(Address(url=url, ca_file=ca_file, name=name))


def engine() -> SearchEngine:
    """What this installation searches with: the engine of SEARCH_ENGINE, and its standby."""
    main, *beside = engines()
    return WithStandby(main, beside[0]) if beside else main


def engines() -> list[SearchEngine]:
    """Every engine that is kept as the database is, the main one first; one for each process.

    Beside Elasticsearch the embedded engine is kept too, and answers while the server is away.
    """
    embedded = _embedded(Path(settings.SEARCH_INDEX_DIR))
    if settings.SEARCH_ENGINE == "embedded":
        return [embedded]
    main = _elasticsearch(
        settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_CA_FILE, settings.ELASTICSEARCH_NAME
    )
    return [main, embedded]


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
    While the engine is away the rows wait.
    """
    ids = {document_id for row in rows for document_id in row.payload["ids"]}
    try:
        engine().refresh(ids, registry.get_documents)
    except EngineAway:
        raise
    except EngineUnavailable as error:
        log.warning("search index is built anew", why=str(error))
        for each in [each for each in engines() if not each.health().ok] or engines():
            each.rebuild(registry.iter_documents())


@recurring("keep the search index readable", every=timedelta(minutes=1))
def keep_readable(now: datetime) -> None:
    """Build what is missing, damaged or of another format anew; go on when an engine is back."""
    for each in engines():
        health = each.health()
        if health.away:
            log.warning("search engine is away", why=health.detail)
        elif not health.ok:
            log.warning("search index is built anew", why=health.detail)
            each.rebuild(registry.iter_documents())
    _take_up_again(now)


def _take_up_again(now: datetime) -> None:
    """Try again what was given up because the engine or the disk was away for long.

    One at first, and the others when something has been indexed since; so a row that fails for
    its own sake is seen by who looks at what was given up.
    """
    names = {each.__name__ for each in (*OF_THE_DISK, *_kinds_of(SearchError))}
    ours = OutboxRow.objects.filter(topic=TOPIC)
    rows = ours.filter(given_up_at__lte=now - REST, last_error__in=names)
    found = list(rows.order_by("given_up_at", "pk")[:MOST_WAITING_ROWS])
    if not found or engine().health().away:
        return
    if not ours.filter(delivered_at__gt=found[-1].given_up_at).exists():
        tried = ours.filter(delivered_at=None, given_up_at=None, attempts__gt=0)
        found = [] if tried.exists() else found[:1]
    outbox.try_again([row.pk for row in found], now=now)


def _kinds_of(error: type[Exception]) -> Iterator[type[Exception]]:
    yield error
    for each in error.__subclasses__():
        yield from _kinds_of(each)


@recurring("check the search index", every=timedelta(hours=24))
def check_daily(now: datetime) -> None:
    """Compare each index with the database, and repair what a lost row left behind."""
    for each in engines():
        try:
            found = checking.compare(each, registry)
            if found.wrong:
                log.warning("search index differed", **found.counts())
                checking.repair(each, registry, found)
        except EngineAway as error:
            log.warning("search index is not checked", why=str(error))


def rebuild(progress: Callable[[int], None] | None = None) -> int:
    """Build every index anew beside the old one and swap; returns the number of documents.

    Raises EngineAway when the main engine does not answer, after having built its standby.
    """
    main, *beside = engines()
    away, count = None, 0
    try:
        count = main.rebuild(registry.iter_documents(), progress=progress)
    except EngineAway as error:
        away = error
    for each in beside:
        each.rebuild(registry.iter_documents())
    if away:
        raise away
    return count
