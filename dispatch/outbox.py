"""The transactional outbox: what must happen after a commit is a row of the same transaction.

A row is delivered at least once, in batches per topic, so every handler is idempotent. A row whose
handler fails is tried again with growing waits and shown to administrators when given up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import F

from dispatch.backoff import wait_after
from dispatch.models import OutboxRow

log = structlog.get_logger(__name__)

Handler = Callable[[Sequence[OutboxRow]], None]

BATCH = 100
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 15  # with the waits of backoff.py, about eight hours

_handlers: dict[str, Handler] = {}
_held: set[str] = set()
_history: ContextVar[bool] = ContextVar("history", default=False)


class UnknownTopic(Exception):
    """A row was put under a topic nobody handles; register a handler in an app's ready()."""


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Register a function as the handler of a topic; it receives a batch, oldest first."""

    def register(handler: Handler) -> Handler:
        _handlers[topic] = handler
        return handler

    return register


def hold(topic: str) -> None:
    """Take rows of a topic and let them wait: for an outside system that is not set up yet."""
    _held.add(topic)


def is_held(topic: str) -> bool:
    """Whether rows of the topic wait for an outside system that is not set up."""
    return topic in _held and topic not in _handlers


@contextmanager
def history() -> Iterator[None]:
    """Bring in what happened long ago: changes inside leave no rows and no mail behind.

    Whoever was to be told was told then. The importer brings indexes up to date afterwards.
    """
    token = _history.set(True)
    try:
        yield
    finally:
        _history.reset(token)


def is_history() -> bool:
    """Whether what happens now is being brought in from the past."""
    return _history.get()


def put(topic: str, payload: dict, *, key: str = "", not_before: datetime | None = None) -> None:
    """Write a row in the caller's transaction.

    With a `key`, a second row is left out while the first still waits for its first attempt; the
    first is held until the caller's transaction ends, or a worker would deliver it before what it
    is to tell of can be seen. Raises UnknownTopic for a topic that is neither handled nor held.
    """
    if topic not in _handlers and topic not in _held:
        raise UnknownTopic(topic)
    if is_history():
        return
    row = OutboxRow(topic=topic, key=key, payload=payload)
    if not_before is not None:
        row.next_attempt_at = not_before
    if key:
        _insert_or_hold(row)
    else:
        row.save(force_insert=True)


def _insert_or_hold(row: OutboxRow) -> None:
    """Insert a row, or lock the one that waits under its key, in one statement.

    Ignoring the conflict instead would lock nothing. The upsert is written out because Django's
    knows no conditions, and the key is unique only among rows that wait.
    """
    fields = [field for field in OutboxRow._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {OutboxRow._meta.db_table} ({columns}) "  # noqa: S608  names of the model
            f"VALUES ({', '.join(['%s'] * len(fields))}) ON CONFLICT (topic, key) "
            "WHERE NOT (key = '') AND attempts = 0 AND delivered_at IS NULL "
            "DO UPDATE SET topic = excluded.topic",
            values,
        )


def drain(now: datetime, *, topics: Sequence[str] | None = None) -> int:
    """Deliver what is due, topic by topic; returns how many rows were delivered."""
    return sum(_drain_topic(topic, now) for topic in topics or list(_handlers))


def _drain_topic(topic: str, now: datetime) -> int:
    rows = _claim(topic, now)
    if not rows:
        return 0
    try:
        _handlers[topic](rows)
    except Exception as error:  # whatever an outside system does, the row stays and is tried again
        if len(rows) > 1:
            return sum(_deliver_alone(topic, row, now) for row in rows)
        _note_failure(rows[0], error, now)
        return 0
    OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(
        delivered_at=now, last_error=""
    )
    return len(rows)


def _deliver_alone(topic: str, row: OutboxRow, now: datetime) -> int:
    """One row by itself, so that one bad row does not hold up its batch."""
    try:
        _handlers[topic]([row])
    except Exception as error:  # as above
        _note_failure(row, error, now)
        return 0
    OutboxRow.objects.filter(pk=row.pk).update(delivered_at=now, last_error="")
    return 1


def _claim(topic: str, now: datetime) -> list[OutboxRow]:
    """Take due rows for the length of a lease; a killed worker's rows are due again after it."""
    with transaction.atomic():
        due = OutboxRow.objects.filter(
            topic=topic,
            delivered_at__isnull=True,
            given_up_at__isnull=True,
            next_attempt_at__lte=now,
        ).order_by("next_attempt_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        rows = list(due[:BATCH])
        OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(
            next_attempt_at=now + LEASE, attempts=F("attempts") + 1
        )
    for row in rows:
        row.attempts += 1
    return sorted(rows, key=lambda row: row.pk)


def _note_failure(row: OutboxRow, error: Exception, now: datetime) -> None:
    """Plan the next attempt, or give up visibly."""
    given_up = row.attempts >= MOST_ATTEMPTS
    OutboxRow.objects.filter(pk=row.pk).update(
        last_error=type(error).__name__[:500],
        next_attempt_at=now + wait_after(row.attempts),
        given_up_at=now if given_up else None,
    )
    log.warning(
        "outbox row failed",
        topic=row.topic,
        row=row.pk,
        attempts=row.attempts,
        error=type(error).__name__,
        given_up=given_up,
    )


def try_again(row_ids: Sequence[int], *, now: datetime) -> int:
    """Make given-up rows due again; returns how many there were.

    They keep one attempt: only rows never tried are unique by key, and a later one may wait.
    """
    return OutboxRow.objects.filter(pk__in=row_ids, given_up_at__isnull=False).update(
        given_up_at=None, attempts=1, next_attempt_at=now
    )
