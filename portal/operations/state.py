"""How the installation is: the worker, what waits to leave, jobs, tasks, index and settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import checks
from django.db.models import Count, Max, Min, Q
from django.utils import formats
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dispatch import outbox
from dispatch.models import OutboxRow, RecurringJob, WorkerBeat
from portal.operations import names
from portal.operations.tasks import rebuild_is_planned
from search.contract import SearchError
from search.indexing import engines
from triage.classifier.artifacts.current import path as classifier_path
from triage.classifier.models import Alarm

ALIVE = timedelta(seconds=60)
BEHIND = timedelta(minutes=5)
MOST_TASKS = 20
GIVEN_UP = Q(given_up_at__isnull=False)
FAILING = Q(given_up_at__isnull=True, attempts__gt=0) & ~Q(last_error="")


@dataclass(frozen=True, kw_only=True)
class TopicState:
    """What waits under one topic of the outbox."""

    topic: str
    name: str
    held: bool
    waiting: int
    failing: int
    given_up: int
    oldest: datetime | None
    last_error: str
    behind: bool


@dataclass(frozen=True, kw_only=True)
class JobState:
    """A recurring job: when it last began, when it begins next, and how it ended."""

    name: str
    last_started_at: datetime | None
    next_run_at: datetime
    last_error: str
    late: bool


@dataclass(frozen=True, kw_only=True)
class TaskState:
    """A task that was given up. Its arguments are not shown: they may be about a person."""

    id: str
    name: str
    finished_at: datetime | None
    error: str
    attempts: int


@dataclass(frozen=True, kw_only=True)
class IndexState:
    """Whether people can search, and whether a rebuild is on its way.

    With `away` the search server does not answer; with `standing_by` another index does.
    """

    ok: bool
    documents: int
    rebuilding: bool
    away: bool = False
    standing_by: bool = False

    @property
    def documents_shown(self) -> str:
        """The number of documents, grouped as the language does."""
        return formats.number_format(self.documents, use_l10n=True, force_grouping=True)


@dataclass(frozen=True, kw_only=True)
class Warning:
    """One thing Django's checks found, with what to do about it."""

    id: str
    level: str
    words: str
    hint: str


def workers(now: datetime) -> tuple[list[WorkerBeat], bool]:
    """The last signs of life, newest first, and whether one of them is recent."""
    beats = list(WorkerBeat.objects.order_by("-seen_at")[:10])
    return beats, bool(beats) and now - beats[0].seen_at < ALIVE


def topics(now: datetime) -> list[TopicState]:
    """Every topic with something not delivered, in one statement."""
    found = (
        OutboxRow.objects.filter(delivered_at__isnull=True)
        .values("topic")
        .annotate(
            waiting=Count("pk", filter=~GIVEN_UP & ~FAILING),
            failing=Count("pk", filter=FAILING),
            given_up=Count("pk", filter=GIVEN_UP),
            oldest=Min("created_at", filter=~GIVEN_UP),
            last_error=Max("last_error"),
        )
        .order_by("topic")
    )
    return [_topic(row, now) for row in found]


def _topic(row: dict, now: datetime) -> TopicState:
    held = outbox.is_held(row["topic"])
    late = row["oldest"] is not None and now - row["oldest"] > BEHIND
    row = row | {"last_error": names.told(row["last_error"])}
    return TopicState(
        name=names.named(names.TOPICS, row["topic"]), held=held, behind=late and not held, **row
    )


def recurring_jobs(now: datetime) -> list[JobState]:
    """Every recurring job, those with an error first."""
    rows = RecurringJob.objects.order_by("name")
    states = [
        JobState(
            name=names.named(names.JOBS, row.name),
            last_started_at=row.last_started_at,
            next_run_at=row.next_run_at,
            last_error=names.told(row.last_error),
            late=now - row.next_run_at > BEHIND,
        )
        for row in rows
    ]
    return sorted(states, key=lambda state: (not state.last_error, state.name))


def failed_tasks() -> list[TaskState]:
    """The newest tasks that were given up."""
    rows = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED)
    rows = rows.defer("traceback", "args_kwargs", "return_value").order_by("-finished_at")
    return [
        TaskState(
            id=str(row.pk),
            name=names.named(names.TASKS, row.task_path),
            finished_at=row.finished_at,
            error=names.told(row.exception_class_path.rpartition(".")[2]),
            attempts=len(row.worker_ids),
        )
        for row in rows[:MOST_TASKS]
    ]


def search_index() -> IndexState:
    """The engine's own word on itself; one that cannot even answer is not well."""
    main, *beside = engines()
    try:
        health = main.health()
        standing_by = health.away and any(each.health().ok for each in beside)
    except SearchError:
        return IndexState(ok=False, documents=0, rebuilding=rebuild_is_planned())
    return IndexState(
        ok=health.ok,
        documents=health.documents,
        rebuilding=rebuild_is_planned(),
        away=health.away,
        standing_by=standing_by,
    )


def classifier_built_at() -> datetime | None:
    """When the file of the classifier in use was written; None when there is none."""
    place = classifier_path()
    return datetime.fromtimestamp(place.stat().st_mtime, tz=UTC) if place.is_file() else None


def classifier_alarms() -> int:
    """How many things are wrong with what it suggests."""
    return Alarm.objects.filter(ended_at__isnull=True).count()


def warnings() -> list[Warning]:
    """What the system checks say, the ones for running in the open included, worst first."""
    found = checks.run_checks(include_deployment_checks=not settings.DEBUG)
    shown = [item for item in found if item.level >= checks.WARNING and not item.is_silenced()]
    return [
        Warning(
            id=item.id or "",
            level="error" if item.level >= checks.ERROR else "warning",
            words=str(item.msg),
            hint=str(item.hint or ""),
        )
        for item in sorted(shown, key=lambda item: -item.level)
    ]
