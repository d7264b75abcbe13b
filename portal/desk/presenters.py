"""What the queue page shows, ready for its template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Team, User
from portal.desk import predictions, words
from portal.desk.filters import QueueQuery
from taxonomy.models import Product
from triage.experiments.withholding import withheld_ids
from triage.sla.policy import INTERNAL
from triage.tickets import codes, queries
from triage.tickets.models import Ticket
from triage.tickets.states import WAITING_STATUSES

VIEW_NAMES = {
    "all": gettext_lazy("My team"),
    "mine": gettext_lazy("Mine"),
    "unassigned": gettext_lazy("Not assigned"),
    "due_today": gettext_lazy("Due today"),
    "waiting": gettext_lazy("Waiting"),
    "consulted": gettext_lazy("Asked for advice"),
    "other_teams": gettext_lazy("Other teams"),
}
EMPTY = {
    "all": gettext_lazy("There are no open cases here. New ones are shown as they come in."),
    "mine": gettext_lazy("You have no open cases. Take the next one when you are ready."),
    "unassigned": gettext_lazy("Somebody has every case. New ones land here first."),
    "due_today": gettext_lazy("Nothing more is due today."),
    "waiting": gettext_lazy("No case waits for anybody outside."),
    "consulted": gettext_lazy("Nobody waits for advice from your team."),
    "other_teams": gettext_lazy("The other teams have no open cases that you may see."),
}
PRIORITY_TONES = {"P1": words.DANGER, "P2": words.WARNING}


@dataclass(frozen=True, kw_only=True)
class Signal:
    """A mark on a row: icon, word and tone together."""

    word: str
    icon: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One ticket in the queue."""

    ticket: Ticket
    address: str
    due: words.Due
    internal: words.Due | None
    priority_tone: str
    who: str
    signals: list[Signal]


@dataclass(frozen=True, kw_only=True)
class ViewLink:
    """A saved view with how many tickets it holds."""

    code: str
    name: str
    count: int
    current: bool


def view_name(user: User, code: str) -> str:
    """The name of a view; the team's own name for somebody who works in one team."""
    if code == "all":
        if not user.team_lines:
            return _("All cases")
        if len(user.team_lines) == 1:
            return Team.objects.get(pk=next(iter(user.team_lines))).name
        return _("My teams")
    return str(VIEW_NAMES[code])


def view_links(user: User, current: str, *, now: datetime) -> list[ViewLink]:
    """The saved views the person has, with counts."""
    counts = queries.view_counts(user, now=now)
    return [
        ViewLink(code=code, name=view_name(user, code), count=counts[code], current=code == current)
        for code in queries.views_for(user)
    ]


def rows(query: QueueQuery, tickets: list[Ticket], *, now: datetime) -> list[Row]:
    """The page's tickets as rows."""
    without = withheld_ids(tickets)
    unsure = predictions.unsure_ids(ticket.pk for ticket in tickets if ticket.pk not in without)
    internal = queries.internal_deadlines(tickets)
    return [
        _row(query, ticket, ticket.pk in unsure, internal.get(ticket.pk), now) for ticket in tickets
    ]


def case_address(ticket: Ticket, query: QueueQuery | None = None) -> str:
    """The address of the ticket's page, with the view one came from."""
    path = reverse("desk_case", args=[ticket.pk])
    return f"{path}?{query.address}" if query else path


def queue_address(query: QueueQuery) -> str:
    """The address of the queue as the query shows it, from its beginning."""
    return f"{reverse('desk')}?{query.address}"


def _row(
    query: QueueQuery, ticket: Ticket, unsure: bool, internal: datetime | None, now: datetime
) -> Row:
    waits = ticket.status in WAITING_STATUSES
    return Row(
        ticket=ticket,
        address=case_address(ticket, query),
        due=words.due_in_words(ticket.next_due_at, ticket.next_due_kind, waits=waits, now=now),
        internal=words.due_in_words(internal, INTERNAL, waits=waits, now=now) if internal else None,
        priority_tone=PRIORITY_TONES.get(ticket.priority, words.NEUTRAL),
        who=ticket.assignee.display_name if ticket.assignee else "",
        signals=signals(ticket, unsure=unsure),
    )


def signals(ticket: Ticket, *, unsure: bool = False) -> list[Signal]:
    """What one should notice about a ticket before opening it."""
    found = []
    if ticket.security:
        found.append(Signal(word=_("Security"), icon="ShieldLock", tone=words.DANGER))
    if ticket.has_new_reply:
        found.append(Signal(word=_("New reply"), icon="Chat", tone=words.INFO))
    if unsure:
        found.append(Signal(word=_("Unsure category"), icon="Questionmark", tone=words.NEUTRAL))
    return found


def state_line(state: queries.DeskState, *, now: datetime) -> list[tuple[str, str, str]]:
    """Tone, icon and words of each thing a manager's eye looks for; nothing for an empty desk."""
    if state.oldest is None:
        return []
    overdue = ngettext("%(count)s overdue", "%(count)s overdue", state.overdue)
    soon = ngettext(
        "%(count)s due within two hours", "%(count)s due within two hours", state.due_soon
    )
    free = ngettext("%(count)s not assigned", "%(count)s not assigned", state.unassigned)
    danger = words.DANGER if state.overdue else words.NEUTRAL
    warning = words.WARNING if state.due_soon else words.NEUTRAL
    return [
        (danger, words.ICONS[danger], overdue % {"count": state.overdue}),
        (warning, words.ICONS[warning], soon % {"count": state.due_soon}),
        (words.NEUTRAL, "Person", free % {"count": state.unassigned}),
        (
            words.NEUTRAL,
            "Calendar",
            _("oldest from %(moment)s") % {"moment": words.short_moment(state.oldest, now)},
        ),
    ]


def news_line(count: int) -> str:
    """What the line about new cases says; empty when there are none."""
    if count == 0:
        return ""
    return ngettext(
        "%(count)s new case since you looked. Show it.",
        "%(count)s new cases since you looked. Show them.",
        count,
    ) % {"count": count}


def choices(query: QueueQuery) -> list[dict]:
    """The selects of the filter form: name, label and options, the chosen one marked."""
    chosen = {item.name: item.value for item in query.filters}
    people = (
        User.objects.filter(teams__isnull=False, is_active=True).distinct().order_by("name", "pk")
    )
    products = sorted(Product.objects.all(), key=lambda product: product.position)
    options = {
        "product": (_("Product"), [(product.slug, product.name) for product in products]),
        "type": (_("Type"), codes.CASE_TYPES),
        "priority": (_("Priority"), codes.PRIORITIES),
        "team": (_("Team"), list(Team.objects.values_list("slug", "name"))),
        "assignee": (
            _("Who"),
            [("me", _("Me")), ("none", _("Nobody"))]
            + [(str(person.pk), person.display_name) for person in people],
        ),
    }
    return [
        {
            "name": name,
            "label": label,
            "options": [
                {"value": value, "label": text, "chosen": chosen.get(name) == value}
                for value, text in found
            ],
        }
        for name, (label, found) in options.items()
    ]
