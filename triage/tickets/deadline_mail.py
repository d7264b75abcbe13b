"""Telling people of deadlines: one mail for all that has gathered, never a flood.

Each person is told in one transaction, with their row locked: what is told is marked and its mail
queued together, so killed or doubled workers send nothing twice and lose nothing. What is no longer
so is dropped: the case was answered, handed on to others, or the person wants no such mail.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import NoticeKind, User
from accounts.notices import wants_mail
from accounts.stopping import address_of_kinds
from dispatch.mail import queue_mail
from triage.sla.calendar import Calendar, always_open
from triage.sla.policy import FIRST_RESPONSE, INTERNAL, RESOLUTION, UPDATE
from triage.sla.service_model import service_model
from triage.sla.telling import may_be_told, telling_time
from triage.tickets import other_clocks
from triage.tickets.deadline_notices import AT_ANY_HOUR
from triage.tickets.models import DeadlineNotice, Ticket, TicketClock
from triage.tickets.notices import in_words

What = DeadlineNotice.What
MAIL_KIND = "deadlines"
MOST_LINES = 40
REPORT = "report"  # the 72 hours of a security case
KINDS = {
    What.NEAR: NoticeKind.DEADLINE_NEAR,
    What.MISSED: NoticeKind.DEADLINE_MISSED,
    What.MOVED: NoticeKind.HANDED_OVER,
}
NEAR = {
    FIRST_RESPONSE: gettext_lazy("%(case)s (%(priority)s): the answer deadline runs out %(due)s"),
    UPDATE: gettext_lazy("%(case)s (%(priority)s): the next update is due %(due)s"),
    RESOLUTION: gettext_lazy("%(case)s (%(priority)s): the solution deadline runs out %(due)s"),
    INTERNAL: gettext_lazy("%(case)s (%(priority)s): your team's own deadline runs out %(due)s"),
    REPORT: gettext_lazy("%(case)s must be assessed within the 72 hours, which end %(due)s"),
}
MISSED = {
    FIRST_RESPONSE: gettext_lazy("%(case)s (%(priority)s): the answer deadline ran out %(due)s"),
    UPDATE: gettext_lazy("%(case)s (%(priority)s): the next update was due %(due)s"),
    RESOLUTION: gettext_lazy("%(case)s (%(priority)s): the solution deadline ran out %(due)s"),
    INTERNAL: gettext_lazy("%(case)s (%(priority)s): your team's own deadline ran out %(due)s"),
    REPORT: gettext_lazy("%(case)s should have been assessed within the 72 hours, by %(due)s"),
}
ALWAYS = always_open("always")
MOVED = gettext_lazy("%(case)s (%(priority)s): moved to your team because a deadline drew on")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One case in the mail: a sentence, whether it was guaranteed, and the way there."""

    text: str
    guarantee: bool
    link: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """A heading of the mail with the cases under it; `more` are left out of a long list."""

    heading: str
    lines: list[Line]
    more: int


def waiting() -> QuerySet[DeadlineNotice]:
    """What nobody has been told yet."""
    return DeadlineNotice.objects.filter(told_at__isnull=True, dropped_at__isnull=True)


def tell(now: datetime) -> int:
    """Tell everybody for whom something has come due to be told; returns how many mails that is."""
    people = waiting().filter(tell_at__lte=now).values_list("user", flat=True)
    return sum(_tell_person(user, now) for user in sorted(set(people)))


@transaction.atomic
def _tell_person(user_id: int, now: datetime) -> bool:
    """Tell one person all that has gathered, unless somebody has just done so."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    gathered = list(
        waiting().filter(user=user).select_related("ticket").order_by("happened_at", "pk")
    )
    moments = _moments(user, gathered)
    if not moments or min(moments.values()) > now:
        _put_off(gathered, moments, now)
        return False
    ready = [notice for notice in gathered if may_be_told(_hours(notice), now)]
    kept = _still_so(user, ready)
    marked = DeadlineNotice.objects.filter(pk__in=[notice.pk for notice in ready])
    if not kept:
        marked.update(dropped_at=now)
        return False
    told = [notice.pk for notice in kept]
    marked.filter(pk__in=told).update(told_at=now)
    marked.exclude(pk__in=told).update(dropped_at=now)
    _queue(user, kept, key=f"{MAIL_KIND}:{user.pk}:{min(told)}")
    return True


def _hours(notice: DeadlineNotice) -> Calendar:
    if notice.hours == AT_ANY_HOUR:
        return ALWAYS
    return service_model(notice.ticket.policy_id).calendars[notice.hours]


def _moments(user: User, gathered: Iterable[DeadlineNotice]) -> dict[int, datetime]:
    """When each may be told at the earliest, given what the person was told before."""
    last = DeadlineNotice.objects.filter(user=user, told_at__isnull=False).aggregate(
        any=Max("told_at"), urgent=Max("told_at", filter=Q(urgent=True))
    )
    return {
        notice.pk: telling_time(
            notice.noted_at,
            _hours(notice),
            urgent=notice.urgent,
            last_told=last["urgent"] if notice.urgent else last["any"],
        )
        for notice in gathered
    }


def _put_off(
    gathered: Iterable[DeadlineNotice], moments: dict[int, datetime], now: datetime
) -> None:
    """Come back for those that wait for the hour to pass."""
    early = [notice for notice in gathered if notice.tell_at <= now]
    for notice in early:
        notice.tell_at = moments[notice.pk]
    DeadlineNotice.objects.bulk_update(early, ["tell_at"])


def _still_so(user: User, notices: list[DeadlineNotice]) -> list[DeadlineNotice]:
    """Those that still hold, may be read and are wanted; of each deadline only the furthest."""
    tickets = {notice.ticket_id for notice in notices}
    seen = set(Ticket.objects.visible_to(user).filter(pk__in=tickets).values_list("pk", flat=True))
    running = set(
        TicketClock.objects.filter(
            ticket__in=tickets, met_at=None, stopped_at=None, due_at__isnull=False
        ).values_list("ticket", "kind", "number")
    )
    running |= other_clocks.running(tickets)
    wanted = {what for what, kind in KINDS.items() if wants_mail(user, kind)}
    furthest: dict[tuple, DeadlineNotice] = {}
    for notice in sorted(notices, key=lambda notice: (notice.percent, notice.happened_at)):
        clock = (notice.ticket_id, notice.clock, notice.number)
        if notice.ticket_id not in seen or notice.what not in wanted:
            continue
        if notice.what == What.NEAR and clock not in running:
            continue
        if notice.what == What.MOVED and notice.ticket.team_id not in user.team_lines:
            continue
        furthest[notice.what == What.MOVED, *clock] = notice
    return sorted(furthest.values(), key=lambda notice: (notice.happened_at, notice.pk))


# --- the mail ---------------------------------------------------------------------------------


def _queue(user: User, notices: list[DeadlineNotice], *, key: str) -> None:
    clocks = TicketClock.objects.filter(ticket__in={notice.ticket_id for notice in notices})
    due = {(clock.ticket_id, clock.kind, clock.number): clock.due_at for clock in clocks}
    stop = address_of_kinds(user, _kinds_in(notices))
    with translation.override(user.language):
        parts = _parts(notices, due)
        queue_mail(
            to=user.email,
            subject=_subject(notices),
            text=render_to_string(
                "tickets/mail/deadlines.txt",
                {
                    "name": user.name,
                    "owner": settings.SITE_OWNER,
                    "parts": parts,
                    "queue": f"{settings.PUBLIC_URL}/desk/",
                    "choices": settings.PUBLIC_URL + reverse("account") + "#notices",
                    "stop": stop,
                },
            ),
            language=user.language,
            kind=MAIL_KIND,
            key=key,
            stop_address=stop,
        )


def _kinds_in(notices: list[DeadlineNotice]) -> list[NoticeKind]:
    """The kinds of mail one mail is of, as they are declared: one press stops them together."""
    there = {KINDS[What(notice.what)] for notice in notices}
    return [kind for kind in NoticeKind if kind in there]


def _parts(notices: list[DeadlineNotice], due: dict) -> list[Part]:
    headings = {
        What.MISSED: _("Deadlines that have run out"),
        What.NEAR: _("Deadlines that come near"),
        What.MOVED: _("Moved to your team by a rule"),
    }
    parts = []
    for what, heading in headings.items():
        of_kind = [notice for notice in notices if notice.what == what]
        if of_kind:
            lines = [_line(notice, due) for notice in of_kind[:MOST_LINES]]
            parts.append(Part(heading=heading, lines=lines, more=len(of_kind) - len(lines)))
    return parts


def _line(notice: DeadlineNotice, due: dict) -> Line:
    return Line(
        text=_sentence(notice, due),
        guarantee=notice.guarantee and notice.what != What.MOVED,
        link=f"{settings.PUBLIC_URL}/desk/saker/{notice.ticket.reference}/",
    )


def _sentence(notice: DeadlineNotice, due: dict) -> str:
    """A missed target is told with when it was due; a near one with when it is due by now."""
    ticket = notice.ticket
    words = {"case": ticket.reference, "priority": ticket.priority}
    if notice.what == What.MOVED:
        return str(MOVED) % words
    sentences = MISSED if notice.what == What.MISSED else NEAR
    moment = notice.happened_at
    if notice.what == What.NEAR:
        moment = due.get((ticket.pk, notice.clock, notice.number))
        moment = moment or other_clocks.due_at(notice.clock, ticket)
    return str(sentences[notice.clock]) % {**words, "due": in_words(moment)}


def _subject(notices: list[DeadlineNotice]) -> str:
    """One case is named; of several it is said how many have run out."""
    missed = sum(notice.what == What.MISSED for notice in notices)
    if len(notices) == 1:
        [notice] = notices
        sentences = {
            What.MISSED: _("A deadline has run out in case %(case)s"),
            What.NEAR: _("A deadline comes near in case %(case)s"),
            What.MOVED: _("Case %(case)s is moved to your team"),
        }
        return sentences[notice.what] % {"case": notice.ticket.reference}
    if missed:
        return ngettext(
            "%(missed)s deadline has run out (%(all)s notices)",
            "%(missed)s deadlines have run out (%(all)s notices)",
            missed,
        ) % {"missed": missed, "all": len(notices)}
    return _("%(all)s deadlines to look at") % {"all": len(notices)}
