"""My cases as rows: state, promise and last event in plain words. Constant in queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from portal.cases.words import Mark, promise_mark, state_mark
from portal.positions import read_position
from portal.templatetags.design import moment_in_words
from triage.tickets.models import Message, Participant, Ticket, TicketClock
from triage.tickets.queries import own_cases
from triage.tickets.states import Status

PAGE_SIZE = 25
ALL, OWN, ORGANISATION = SCOPES = ("alle", "mine", "virksomheten")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One case in the list. `asker` is who asked, when it was somebody else."""

    ticket: Ticket
    address: str
    waits_for_me: bool
    state: Mark
    promise: Mark | None
    asker: str
    last: str


@dataclass(frozen=True, kw_only=True)
class ScopeLink:
    """A choice of whose cases are listed."""

    address: str
    name: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """One page of the list; `next_address` is empty on the last."""

    rows: list[Row]
    next_address: str
    begins_after: bool


def scope_of(params: QueryDict, user: User) -> str:
    """Whose cases are asked for; contacts can choose, others have only their own."""
    asked = params.get("vis", ALL)
    return asked if user.contact_organisation_ids and asked in SCOPES else ALL


def scope_links(current: str) -> list[ScopeLink]:
    """The choices, for those who answer for an organisation."""
    names = {
        ALL: _("All"),
        OWN: _("Only mine"),
        ORGANISATION: _("Only my colleagues’"),
    }
    return [
        ScopeLink(address=f"?vis={code}", name=name, current=code == current)
        for code, name in names.items()
    ]


def _followed(user: User) -> Q:
    """Cases the person asked in or was added to."""
    added = Participant.objects.filter(user=user).values("ticket")
    return Q(requester=user) | Q(pk__in=added)


def cases(user: User, scope: str) -> QuerySet[Ticket]:
    """The person's cases, those that wait for them first, then last changed."""
    mine = _followed(user)
    found = own_cases(user)
    if scope == OWN:
        found = found.filter(mine)
    elif scope == ORGANISATION:
        found = found.exclude(mine)
    waits = When(Q(status=Status.WAITING_CUSTOMER) & mine, then=Value(0))
    last = Message.objects.filter(ticket=OuterRef("pk"), visibility="public")
    return found.annotate(
        rank=Case(waits, default=Value(1), output_field=IntegerField()),
        last_message=Subquery(last.order_by("-created_at", "-pk").values("pk")[:1]),
    ).order_by("rank", "-changed_at", "-pk")


def read_place(text: str) -> tuple[int, datetime, int] | None:
    """Where a page begins, from its address; None for the first page and for nonsense."""
    rank, _sep, position_text = text.partition("_")
    position = read_position(position_text)
    return (int(rank), *position) if rank in ("0", "1") and position is not None else None


def page(user: User, params: QueryDict, *, now: datetime) -> CasePage:
    """The page of the list an address asks for."""
    scope = scope_of(params, user)
    found = cases(user, scope)
    place = read_place(params.get("etter", ""))
    if place is not None:
        rank, moment, pk = place
        later = Q(changed_at__lt=moment) | Q(changed_at=moment, pk__lt=pk)
        found = found.filter(Q(rank__gt=rank) | (Q(rank=rank) & later))
    tickets = list(found.select_related("product", "organisation", "requester")[: PAGE_SIZE + 1])
    more = len(tickets) > PAGE_SIZE
    tickets = tickets[:PAGE_SIZE]
    return CasePage(
        rows=_rows(tickets, user, now),
        next_address=_next_address(scope, tickets[-1]) if more else "",
        begins_after=place is not None,
    )


def _next_address(scope: str, last: Ticket) -> str:
    moment = last.changed_at.isoformat().replace("+", "%2B")
    return f"?vis={scope}&etter={last.rank}_{moment}_{last.pk}"


def _rows(tickets: list[Ticket], user: User, now: datetime) -> list[Row]:
    numbers = [ticket.last_message for ticket in tickets if ticket.last_message]
    messages = Message.objects.select_related("author").in_bulk(numbers)
    clocks = _clocks(tickets)
    return [
        _row(ticket, user, messages.get(ticket.last_message), clocks.get(ticket.pk, []), now)
        for ticket in tickets
    ]


def _clocks(tickets: list[Ticket]) -> dict[int, list[TicketClock]]:
    found: dict[int, list[TicketClock]] = {}
    for clock in TicketClock.objects.filter(ticket__in=[ticket.pk for ticket in tickets]):
        found.setdefault(clock.ticket_id, []).append(clock)
    return found


def _row(ticket: Ticket, user: User, message: Message | None, clocks: list, now) -> Row:
    own = ticket.requester_id == user.pk
    waits_for_me = ticket.rank == 0
    return Row(
        ticket=ticket,
        address=reverse("my_case", args=[ticket.pk]),
        waits_for_me=waits_for_me,
        state=state_mark(ticket, waits_for_me=waits_for_me),
        promise=promise_mark(clocks, now=now),
        asker="" if own else ticket.requester_name,
        last=_last(message, user, now),
    )


def _last(message: Message | None, user: User, now: datetime) -> str:
    """Who wrote last, and when."""
    if message is None:
        return ""
    words = {"moment": moment_in_words(message.created_at, now)}
    if message.author_id == user.pk:
        return _("You wrote %(moment)s") % words
    if message.from_requester:
        name = message.author.display_name if message.author else _("The one who asked")
        return _("%(name)s wrote %(moment)s") % {"name": name, **words}
    return _("We wrote %(moment)s") % words
