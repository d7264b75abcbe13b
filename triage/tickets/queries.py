"""Reads of tickets for more than one caller. Constant in queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from triage.tickets.models import Involvement, Message, Participant, Ticket, TicketQuerySet
from triage.tickets.states import WAITING_STATUSES

SOON = timedelta(hours=2)
PAGE_SIZE = 50


@dataclass(frozen=True)
class View:
    """A saved view of the queue: a name in the address and a filter."""

    code: str
    narrow: Callable[[TicketQuerySet, object, datetime], QuerySet]


def _end_of_day(now: datetime) -> datetime:
    local = timezone.localtime(now)
    return local.replace(hour=23, minute=59, second=59, microsecond=0)


WAITING = Q(status__in=[str(status) for status in WAITING_STATUSES])


def consulted(user) -> Q:
    """Tickets a team of the person has been asked about and has not answered."""
    asked = Involvement.objects.filter(
        team__in=list(user.team_lines), kind=Involvement.Kind.CONSULTED, ended_at__isnull=True
    )
    return Q(pk__in=asked.values("ticket"))


VIEWS: tuple[View, ...] = (
    View("all", lambda tickets, user, now: tickets.filter(team__in=list(user.team_lines))),
    View("mine", lambda tickets, user, now: tickets.filter(assignee=user)),
    View(
        "unassigned",
        lambda tickets, user, now: tickets.filter(
            team__in=list(user.team_lines), assignee__isnull=True
        ),
    ),
    View(
        "due_today",
        lambda tickets, user, now: tickets.filter(
            team__in=list(user.team_lines), queue_at__lte=_end_of_day(now)
        ),
    ),
    View(
        "waiting",
        lambda tickets, user, now: tickets.filter(WAITING, team__in=list(user.team_lines)),
    ),
    View("consulted", lambda tickets, user, now: tickets.filter(consulted(user))),
    View(
        "other_teams",
        lambda tickets, user, now: tickets.exclude(team__in=list(user.team_lines)),
    ),
)


def queue(user, view: str, *, now: datetime) -> TicketQuerySet:
    """Open tickets of a view, due first; raises KeyError for a view that does not exist."""
    narrow = {item.code: item.narrow for item in VIEWS}[view]
    tickets = Ticket.objects.visible_to(user).open()
    return narrow(tickets, user, now).order_by("queue_at", "pk")


def view_counts(user, *, now: datetime) -> dict[str, int]:
    """How many open tickets each view holds, in one statement."""
    teams = Q(team__in=list(user.team_lines))
    return (
        Ticket.objects.visible_to(user)
        .open()
        .aggregate(
            all=Count("pk", filter=teams),
            mine=Count("pk", filter=Q(assignee=user)),
            unassigned=Count("pk", filter=teams & Q(assignee__isnull=True)),
            due_today=Count("pk", filter=teams & Q(queue_at__lte=_end_of_day(now))),
            waiting=Count("pk", filter=teams & WAITING),
            consulted=Count("pk", filter=consulted(user)),
            other_teams=Count("pk", filter=~teams),
        )
    )


@dataclass(frozen=True)
class DeskState:
    """What a manager's eye looks for at the top of the queue."""

    overdue: int
    due_soon: int
    unassigned: int
    oldest: datetime | None


def desk_state(tickets: QuerySet, *, now: datetime) -> DeskState:
    """Overdue, due within two hours, unassigned and the oldest of the given open tickets."""
    found = tickets.order_by().aggregate(
        overdue=Count("pk", filter=Q(queue_at__lt=now)),
        due_soon=Count("pk", filter=Q(queue_at__gte=now, queue_at__lt=now + SOON)),
        unassigned=Count("pk", filter=Q(assignee__isnull=True)),
        oldest=Min("opened_at"),
    )
    return DeskState(**found)


def after(tickets: QuerySet, queue_at: datetime, pk: int) -> QuerySet:
    """The part of the queue that comes after a row: a keyset page."""
    return tickets.filter(Q(queue_at=queue_at, pk__gt=pk) | Q(queue_at__gt=queue_at))


def own_cases(user) -> QuerySet:
    """The person's cases and, for contact roles, their organisation's; last changed first."""
    return (
        Ticket.objects.visible_to(user)
        .filter(
            Q(requester=user)
            | Q(pk__in=Participant.objects.filter(user=user).values("ticket"))
            | Q(organisation__in=user.contact_organisation_ids)
        )
        .select_related("product", "organisation")
        .order_by("-changed_at", "-pk")
    )


def conversation(ticket: Ticket, *, internal: bool) -> QuerySet:
    """Messages oldest first, with what the page shows; internal ones only when asked for."""
    messages = Message.objects.filter(ticket=ticket)
    if not internal:
        messages = messages.filter(visibility=Message.Visibility.PUBLIC)
    return (
        messages.select_related("author")
        .prefetch_related("attachments")
        .order_by("created_at", "pk")
    )
