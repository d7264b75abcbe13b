"""The clocks of a ticket as one sentence each, and why one of them is due when it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from portal.desk import words
from portal.selfservice.calendar_names import calendar_name
from portal.selfservice.opening_hours import name_of
from portal.selfservice.promises import day_words, names_in, rule_name
from portal.selfservice.zones import case_note
from portal.templatetags.design import moment_in_words
from triage.oversight.assessments import report_clock
from triage.sla.clock import Clock, next_due, promises
from triage.sla.explain import Explanation, Part, explain_clock
from triage.sla.policy import FIRST_RESPONSE, GUARANTEE, INTERNAL, RESOLUTION, UPDATE
from triage.sla.service_model import ServiceModel, service_model
from triage.sla.targets import CLOCK_KINDS
from triage.tickets.clocks import ended_promise
from triage.tickets.models import Ticket, TicketClock, TicketEvent

SHOWN_PARTS = 6
MINUTE = timedelta(minutes=1)

RUNNING = {
    FIRST_RESPONSE: gettext_lazy("Answer deadline in %(time)s – %(moment)s"),
    UPDATE: gettext_lazy("Next update due in %(time)s – %(moment)s"),
    RESOLUTION: gettext_lazy("Solution deadline in %(time)s – %(moment)s"),
    INTERNAL: gettext_lazy("The team's internal deadline in %(time)s – %(moment)s"),
}
OVERDUE = {
    FIRST_RESPONSE: gettext_lazy("The answer deadline ran out %(time)s ago – %(moment)s"),
    UPDATE: gettext_lazy("The next update was due %(time)s ago – %(moment)s"),
    RESOLUTION: gettext_lazy("The solution deadline ran out %(time)s ago – %(moment)s"),
    INTERNAL: gettext_lazy("The team's internal deadline ran out %(time)s ago – %(moment)s"),
}
MET = {
    FIRST_RESPONSE: gettext_lazy("Answered in time – %(moment)s"),
    RESOLUTION: gettext_lazy("Solved in time – %(moment)s"),
}
LATE = {
    FIRST_RESPONSE: gettext_lazy("Answered %(time)s late – %(moment)s"),
    RESOLUTION: gettext_lazy("Solved %(time)s late – %(moment)s"),
}
STOPPED = {
    FIRST_RESPONSE: gettext_lazy("Ended without an answer – %(moment)s"),
    RESOLUTION: gettext_lazy("Ended without a solution – %(moment)s"),
}
PAUSED = {
    UPDATE: gettext_lazy("Updates stand still since %(moment)s, while the case waits"),
    RESOLUTION: gettext_lazy("The solution deadline stands still since %(moment)s"),
    INTERNAL: gettext_lazy("The team's internal deadline stands still since %(moment)s"),
}
WHY = {
    FIRST_RESPONSE: gettext_lazy("Why this answer deadline?"),
    UPDATE: gettext_lazy("Why is an update due then?"),
    RESOLUTION: gettext_lazy("Why this solution deadline?"),
    INTERNAL: gettext_lazy("Why this internal deadline?"),
}
WHY_STILL = {
    RESOLUTION: gettext_lazy("Why does the solution deadline stand still?"),
    INTERNAL: gettext_lazy("Why does the internal deadline stand still?"),
}
PART_WORDS = {
    "open": pgettext_lazy("opening hours", "open"),
    "closed": pgettext_lazy("opening hours", "closed"),
    "holiday": gettext_lazy("public holiday"),
    "closed_day": pgettext_lazy("opening hours", "closed day"),
    "special_day": pgettext_lazy("opening hours", "special day"),
    "paused": gettext_lazy("waits"),
}
PAUSE_WORDS = {
    "waiting_customer": gettext_lazy("waits for the requester"),
    "waiting_third_party": gettext_lazy("waits for a third party"),
    "resolved": gettext_lazy("was solved"),
    "closed": gettext_lazy("was closed"),
}
WAITING = ("waiting_customer", "waiting_third_party")
NOBODY_WAITS: Mapping[datetime, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class ClockLine:
    """One clock as a sentence; `binding` when a breach of it must be reported."""

    tone: str
    icon: str
    text: str
    binding: bool


@dataclass(frozen=True, kw_only=True)
class PartLine:
    """A stretch of the way to the due time: when, what, and how much of it counts."""

    kind: str
    when: str
    what: str
    counts: str


@dataclass(frozen=True, kw_only=True)
class Why:
    """The explanation of one due time; `more` are the parts that are folded away.

    `rules` says by which versions of rules and calendar, `zone` by which clock the times are where
    the calendar goes by another. The later deadlines are folded whole.
    """

    kind: str
    heading: str
    sentence: str
    parts: list[PartLine]
    more: list[PartLine]
    total: str
    zone: str
    rules: str
    is_folded: bool


def clock_lines(clocks: list[TicketClock], *, now: datetime) -> list[ClockLine]:
    """The latest clock of each kind; a finished update, or part of a team, is not worth a line."""
    latest = {clock.kind: clock for clock in sorted(clocks, key=lambda clock: clock.number)}
    found = [latest[kind] for kind in CLOCK_KINDS if kind in latest]
    return [
        _line(clock, now)
        for clock in found
        if clock.kind not in (UPDATE, INTERNAL) or clock.is_running
    ]


def report_line(ticket: Ticket, *, now: datetime) -> ClockLine | None:
    """The 72 hours of a security case by the clock, nights and holidays too; None for others."""
    clock = report_clock(ticket)
    if clock is None:
        return None
    due_at, assessed_at = clock
    if assessed_at is not None:
        late = assessed_at > due_at
        said = (
            _("Assessed after the 72 hours – %(moment)s")
            if late
            else _("Assessed within the 72 hours – %(moment)s")
        )
        text = said % {"moment": moment_in_words(assessed_at, now)}
        return ClockLine(tone=words.NEUTRAL, icon="Checkmark", text=text, binding=False)
    tone = words.tone_of(due_at, now)
    said = (
        _("Should have been assessed %(time)s ago, within the 72 hours – %(moment)s")
        if tone == words.DANGER
        else _("Must be assessed in %(time)s, within the 72 hours – %(moment)s")
    )
    text = said % {"time": words.span(due_at - now), "moment": moment_in_words(due_at, now)}
    return ClockLine(tone=tone, icon=words.ICONS[tone], text=text, binding=False)


def no_deadline(ticket: Ticket, events: Iterable[TicketEvent]) -> str:
    """Why nothing is due though the case is open: its promise had ended; "" for other cases."""
    rule = ended_promise(ticket, events) if ticket.is_open else None
    if rule is None:
        return ""
    return _("No deadline: the promise for %(cases)s ended %(day)s.") % {
        "cases": rule_name(rule, names_in([rule])),
        "day": day_words(rule.until),
    }


def _line(clock: TicketClock, now: datetime) -> ClockLine:
    tone, icon, sentence, moment, length = _said(clock, now)
    text = str(sentence) % {
        "moment": moment_in_words(moment, now),
        "time": words.span(length),
    }
    return ClockLine(tone=tone, icon=icon, text=text, binding=clock.commitment == GUARANTEE)


def _said(clock: TicketClock, now: datetime) -> tuple:
    """Tone, icon, sentence, the moment in it and the length of time in it."""
    nothing = timedelta()
    if clock.met_at:
        late = clock.breached_at is not None
        said = (LATE if late else MET)[clock.kind]
        length = clock.met_at - clock.due_at if late else nothing
        return words.NEUTRAL, "Checkmark", said, clock.met_at, length
    if clock.stopped_at:
        return words.NEUTRAL, "Minus", STOPPED[clock.kind], clock.stopped_at, nothing
    if clock.due_at is None:
        since = clock.paused_since or clock.started_at
        return words.NEUTRAL, words.WAITING_ICON, PAUSED[clock.kind], since, nothing
    tone = words.tone_of(clock.due_at, now)
    sentences = OVERDUE if tone == words.DANGER else RUNNING
    return tone, words.ICONS[tone], sentences[clock.kind], clock.due_at, clock.due_at - now


@dataclass(frozen=True, kw_only=True)
class _Log:
    """Who made the case wait, by when, and when it was said that it is being looked into."""

    waits: dict[datetime, str]
    holding: list[datetime]


def _log(events: Iterable[TicketEvent]) -> _Log:
    waits, holding = {}, []
    for event in events:
        if event.kind in WAITING and event.actor:
            waits[event.at] = event.actor.display_name
        if event.data.get("holding"):
            holding.append(event.at)
    return _Log(waits=waits, holding=holding)


def whys(
    ticket: Ticket, clocks: tuple[Clock, ...], events: Iterable[TicketEvent], *, now: datetime
) -> list[Why]:
    """Why each due time is when it is: the next one, that of the team that has it, the later.

    Last those that stand still. `events` are the lines of the log, with who wrote them.
    """
    log = _log(events)
    first = next_due(promises(clocks))
    internal = next_due(clock for clock in clocks if clock.kind == INTERNAL)
    later = sorted(
        (
            clock
            for clock in promises(clocks)
            if clock.running and clock.due_at is not None and clock is not first
        ),
        key=lambda clock: clock.due_at,
    )
    still = [
        clock
        for clock in clocks
        if clock.running and clock.due_at is None and clock.kind in WHY_STILL
    ]
    shown = [clock for clock in (first, internal) if clock is not None] or still[:1]
    folded = [*later, *(clock for clock in still if clock not in shown)]
    return [
        *(_why(ticket, clock, log, now) for clock in shown),
        *(_why(ticket, clock, log, now, is_folded=True) for clock in folded),
    ]


def _why(ticket: Ticket, clock: Clock, log: _Log, now: datetime, *, is_folded: bool = False) -> Why:
    model = service_model(clock.version)
    explanation = explain_clock(clock, model.calendars, now)
    parts = part_lines(explanation, now, log.waits)
    said = [_why_sentence(clock, ticket, now), _holding_sentence(clock, log.holding, now)]
    return Why(
        kind=clock.kind,
        heading=str((WHY if clock.due_at else WHY_STILL)[clock.kind]),
        sentence=" ".join(filter(None, said)),
        parts=parts[:SHOWN_PARTS],
        more=parts[SHOWN_PARTS:],
        total=_total(explanation, now) if clock.due_at else _left(explanation),
        zone=_zone(model, clock, explanation),
        rules=_rules(model, clock),
        is_folded=is_folded,
    )


def _zone(model: ServiceModel, clock: Clock, explanation: Explanation) -> str:
    ends = [moment for part in explanation.parts for moment in (part.start, part.end)]
    return case_note(model.calendars[clock.calendar], [*ends, clock.start])


def _rules(model: ServiceModel, clock: Clock) -> str:
    """By which version of the rules and of the calendar."""
    return _("By the rules since %(rules)s and the calendar “%(calendar)s” since %(since)s.") % {
        "rules": _day(model.since),
        "calendar": calendar_name(clock.calendar),
        "since": _day(model.calendars_since[clock.calendar]),
    }


def _day(moment: datetime) -> str:
    return day_words(timezone.localtime(moment).date())


def _why_sentence(clock: Clock, ticket: Ticket, now: datetime) -> str:
    """What was promised, by which line of the service model, and from when it counts."""
    if clock.kind == INTERNAL:
        return _(
            "%(target)s of open time, agreed with %(team)s (%(priority)s), counted from when the "
            "case was handed over, %(start)s. The deadlines of whoever asked run on beside it."
        ) % {
            "target": _target(clock),
            "team": ticket.team.name,
            "priority": ticket.priority,
            "start": moment_in_words(clock.start, now),
        }
    promise = _("guarantee") if clock.commitment == GUARANTEE else _("declared goal")
    said = _(
        "%(target)s of open time (%(promise)s for %(type)s, %(priority)s), counted from %(start)s."
    )
    if clock.kind == UPDATE:
        said = _(
            "%(target)s of open time at most between messages to whoever asked (%(promise)s for "
            "%(type)s, %(priority)s), counted from the last one, %(start)s."
        )
    return said % {
        "target": _target(clock),
        "promise": promise,
        "type": ticket.get_case_type_display(),
        "priority": ticket.priority,
        "start": moment_in_words(clock.start, now),
    }


def _holding_sentence(clock: Clock, holding: list[datetime], now: datetime) -> str:
    """What saying that it is being looked into did to this deadline; "" when it was not said."""
    if clock.kind == UPDATE and clock.start in holding:
        return _("That was to say that we are looking into it, and it counts as news.")
    before = [at for at in holding if at >= clock.start]
    if clock.kind != FIRST_RESPONSE or not before:
        return ""
    return _("We said %(moment)s that we are looking into it, but that is no answer.") % {
        "moment": moment_in_words(before[-1], now)
    }


def _target(clock: Clock) -> str:
    days = clock.target.working_days
    if days is not None:
        return ngettext("%(days)s working day", "%(days)s working days", days) % {"days": days}
    return open_time(clock.target_time)


def open_time(length: timedelta) -> str:
    """A length of open time, in hours and minutes: a working day is not 24 hours."""
    hours, minutes = divmod(int(length.total_seconds() // 60), 60)
    parts = []
    if hours:
        parts.append(_("%(hours)s h") % {"hours": hours})
    if minutes or not hours:
        parts.append(_("%(minutes)s min") % {"minutes": minutes})
    return " ".join(parts)


def part_lines(
    explanation: Explanation, now: datetime, waits: Mapping[datetime, str] = NOBODY_WAITS
) -> list[PartLine]:
    """The way to a due time in words; `waits` are who made the case wait, by when.

    All of it is by the clock in use when this is called, whatever the calendar goes by. Times are
    said in whole minutes, and so is what each stretch counts: as much as lies between its times as
    they are said. Together they are the whole minutes of the target, once it is known when it ends.
    """
    zone = timezone.get_current_timezone()
    parts = [
        replace(part, start=part.start.astimezone(zone), end=part.end.astimezone(zone))
        for part in explanation.parts
    ]
    minutes = _said_minutes(explanation)
    return [_part_line(part, now, waits, minutes.get(n, 0)) for n, part in enumerate(parts)]


def _said_minutes(explanation: Explanation) -> dict[int, int]:
    """The minutes each part that counts is said to count, by its place."""
    minutes = {n: _minutes(part) for n, part in enumerate(explanation.parts) if part.counted}
    if minutes and explanation.due_at is not None:
        rest = explanation.counted // MINUTE - sum(minutes.values())
        minutes[max(minutes, key=minutes.get)] += rest  # seconds of pauses: a minute at most each
    return minutes


def _minutes(part: Part) -> int:
    return (_whole_minute(part.end) - _whole_minute(part.start)) // MINUTE


def _whole_minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _part_line(part: Part, now: datetime, waits: Mapping[datetime, str], minutes: int) -> PartLine:
    what = PAUSE_WORDS.get(part.name) if part.kind == "paused" else None
    named = part.kind in ("holiday", "closed_day", "special_day") and part.name
    text = str(what or PART_WORDS[part.kind])
    if named:
        text = f"{text}: {name_of(part.name)}"
    elif part.name == "waiting_third_party" and part.reason:
        text = f"{text}: {part.reason}"
    if part.kind == "paused" and part.start in waits:
        text = _("%(what)s (set by %(person)s)") % {"what": text, "person": waits[part.start]}
    if part.clock_change:
        text = f"{text} ({_moved_clock(part)})"
    return PartLine(
        kind=part.kind,
        when=_when(part, now),
        what=text,
        counts=open_time(minutes * MINUTE) if part.counted else "",
    )


def _moved_clock(part: Part) -> str:
    """That the clocks are changed within a stretch: it is longer or shorter than it looks."""
    moved = (
        _("the clocks go forward %(time)s")
        if part.clock_change > timedelta()
        else _("the clocks go back %(time)s")
    )
    return moved % {"time": open_time(abs(part.clock_change))}


def _when(part: Part, now: datetime) -> str:
    """From and to; the day is said once when both are on the same one."""
    start = words.short_moment(part.start, now)
    if part.start.date() == part.end.date():
        return f"{start}–{words.clock_time(part.end)}"
    return f"{start} – {words.short_moment(part.end, now)}"


def _left(explanation: Explanation) -> str:
    """How much of the time of a deadline that stands still is used, and how much there is left."""
    used = sum(_said_minutes(explanation).values()) * MINUTE
    return _("%(time)s of %(target)s used up: %(left)s are left when the wait is over") % {
        "time": open_time(used),
        "target": open_time(explanation.target),
        "left": open_time(explanation.target - used),
    }


def _total(explanation: Explanation, now: datetime) -> str:
    return _("%(time)s used up: due %(moment)s") % {
        "time": open_time(explanation.counted),
        "moment": moment_in_words(explanation.due_at, now),
    }
