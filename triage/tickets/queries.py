"""Reads of tickets for more than one caller. Constant in queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from accounts.models import Team
from triage.sla.policy import INTERNAL
from triage.tickets.models import (
    Involvement,
    Message,
    Participant,
    Ticket,
    TicketClock,
    TicketQuerySet,
)
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


def own_teams(user) -> Q:
    """Tickets the person's teams have; every team's for somebody who works in none."""
    return Q(team__in=list(user.team_lines)) if user.team_lines else Q()


VIEWS: tuple[View, ...] = (
    View("all", lambda tickets, user, now: tickets.filter(own_teams(user))),
    View("mine", lambda tickets, user, now: tickets.filter(assignee=user)),
    View(
        "unassigned",
        lambda tickets, user, now: tickets.filter(own_teams(user), assignee__isnull=True),
    ),
    View(
        "due_today",
        lambda tickets, user, now: tickets.filter(own_teams(user), queue_at__lte=_end_of_day(now)),
    ),
    View("waiting", lambda tickets, user, now: tickets.filter(WAITING, own_teams(user))),
    View("consulted", lambda tickets, user, now: tickets.filter(consulted(user))),
    View(
        "other_teams",
        lambda tickets, user, now: tickets.exclude(team__in=list(user.team_lines)),
    ),
)
TEAM_VIEWS = ("mine", "consulted", "other_teams")


def views_for(user) -> tuple[str, ...]:
    """The views that mean something for the person: those about own teams need one."""
    return tuple(view.code for view in VIEWS if user.team_lines or view.code not in TEAM_VIEWS)


def queue(user, view: str, *, now: datetime) -> TicketQuerySet:
    """Open tickets of a view, due first; raises KeyError for a view the person does not have."""
    narrow = {item.code: item.narrow for item in VIEWS if item.code in views_for(user)}[view]
    tickets = Ticket.objects.visible_to(user).open()
    return narrow(tickets, user, now).order_by("queue_at", "pk")


def view_counts(user, *, now: datetime) -> dict[str, int]:
    """How many open tickets each view holds, in one statement."""
    teams = own_teams(user)
    counts = {
        "all": Count("pk", filter=teams),
        "mine": Count("pk", filter=Q(assignee=user)),
        "unassigned": Count("pk", filter=teams & Q(assignee__isnull=True)),
        "due_today": Count("pk", filter=teams & Q(queue_at__lte=_end_of_day(now))),
        "waiting": Count("pk", filter=teams & WAITING),
        "consulted": Count("pk", filter=consulted(user)),
        "other_teams": Count("pk", filter=~Q(team__in=list(user.team_lines))),
    }
    wanted = {code: counts[code] for code in views_for(user)}
    return Ticket.objects.visible_to(user).open().aggregate(**wanted)


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
    return tickets.filter(~Q(queue_at=queue_at, pk__lte=pk), queue_at__gte=queue_at)


def page(tickets: QuerySet, size: int = PAGE_SIZE) -> tuple[list[Ticket], bool]:
    """The first rows with what the queue shows of each, and whether there are more.

    The rows are found first and read afterwards: a database that has to sort then sorts numbers.
    """
    found = list(tickets.values_list("pk", flat=True)[: size + 1])
    rows = (
        Ticket.objects.filter(pk__in=found[:size])
        .select_related("product", "organisation", "team", "assignee", "requester")
        .order_by("queue_at", "pk")
    )
    return list(rows), len(found) > size


def come_since(tickets: QuerySet, since: datetime) -> int:
    """How many of the tickets came to the team that has them, or was asked, after `since`."""
    parts = Involvement.objects.filter(started_at__gt=since, ended_at__isnull=True)
    return tickets.filter(pk__in=parts.values("ticket")).order_by().count()


@dataclass(frozen=True)
class TeamLoad:
    """What a team has before it gets one more."""

    team: Team
    open: int
    oldest: datetime | None


def team_loads(*, besides: Team | None = None) -> list[TeamLoad]:
    """Every team with how many open tickets it has and when the oldest of them came in."""
    found = {
        row["team"]: row
        for row in Ticket.objects.open()
        .order_by()
        .values("team")
        .annotate(open=Count("pk"), oldest=Min("opened_at"))
    }
    nothing = {"open": 0, "oldest": None}
    loads = []
    for team in Team.objects.order_by("line", "name"):
        if team != besides:
            row = found.get(team.pk, nothing)
            loads.append(TeamLoad(team, row["open"], row["oldest"]))
    return loads


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


def internal_deadlines(tickets: Iterable[Ticket]) -> dict[int, datetime]:
    """When the team that has each of these cases should be done with it, where that is agreed.

    Those that stand still while the case waits are left out. One statement.
    """
    running = TicketClock.objects.filter(
        ticket__in=[ticket.pk for ticket in tickets],
        kind=INTERNAL,
        met_at=None,
        stopped_at=None,
        due_at__isnull=False,
    )
    return dict(running.values_list("ticket", "due_at"))
