"""From the log of a ticket to stored due times: the log alone decides every stored value.

The log holds what people did, and what the sweep has dealt with: shares of a target ("warned") and
targets that ran out ("breached"). Replaying it gives the stored clocks and the ticket's summary
again at any time; `replaying.py` proves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from triage.sla.clock import CLOCK_EVENTS, Clock, Event, all_clocks, next_due, promises
from triage.sla.escalation import RUN_OUT
from triage.sla.policy import INTERNAL, Rule
from triage.sla.service_model import ServiceModel, service_model
from triage.sla.shares import Share, shares_left
from triage.tickets import deadline_notices
from triage.tickets.facts import facts_now, logged_facts
from triage.tickets.models import NEVER, Ticket, TicketClock, TicketEvent

_INSTANTS = ("start", "responded_at")
WARNED, BREACHED, RULES_CHANGED = "warned", "breached", "rules_changed"
HANDED = ("handed_over", "handed_back")
LOGGED = (*CLOCK_EVENTS, WARNED, BREACHED)
STORED = (
    "team",
    "commitment",
    "started_at",
    "due_at",
    "warning_at",
    "paused_since",
    "met_at",
    "stopped_at",
    "breached_at",
    "sweep_at",
)
SUMMARY = ("next_due_at", "next_due_kind", "queue_at", "breached_at")

Key = tuple[str, int]  # kind and number of a clock
Models = Callable[[int], ServiceModel]  # from the id of a version


class DealtWith(NamedTuple):
    """What the log says of a clock: the largest share warned of, the latest time it ran out."""

    warned: int = 0
    missed_at: datetime | None = None

    def has_missed(self, clock: Clock) -> bool:
        """Whether the log holds that the target ran out, at its due time of now or a later one."""
        if self.missed_at is None or clock.due_at is None:
            return False
        return self.missed_at >= clock.due_at


@dataclass(frozen=True)
class Computed:
    """What the log gives: clocks, what has been dealt with, and the values that are stored."""

    clocks: dict[Key, Clock]
    dealt_with: dict[Key, DealtWith]
    values: dict[Key, dict[str, Any]]
    summary: dict[str, Any]

    def unlogged(self) -> list[Key]:
        """Clocks that ended after they were due, and of which the log does not say so yet."""
        return [
            key
            for key, clock in self.clocks.items()
            if not clock.running
            and clock.breached_at is not None
            and not self.dealt_with.get(key, DealtWith()).has_missed(clock)
        ]


def clock_event(row: TicketEvent) -> Event:
    """The log's row as the clocks read it."""
    known = (
        "automatic",
        "case_type",
        "holding",
        "priority",
        "product",
        "reason",
        "silent",
        "version",
    )
    data = {key: row.data[key] for key in known if key in row.data}
    for key in _INSTANTS:
        if row.data.get(key):
            data[key] = datetime.fromisoformat(row.data[key])
    if row.kind in HANDED:
        data["team"] = row.data.get("to", "")
    return Event(kind=row.kind, at=row.at, facts=logged_facts(row), **data)


def replay(
    ticket: Ticket, rows: Iterable[TicketEvent], *, now: datetime, models: Models = service_model
) -> tuple[Clock, ...]:
    """What a ticket is promised, from its log: under its first rules, and those it was moved to.

    `models` gives the service model of a version; a draft that is not stored can be among them.
    The internal deadlines of teams are left out: `replay_all` has them.
    """
    return promises(replay_all(ticket, rows, now=now, models=models))


def replay_all(
    ticket: Ticket, rows: Iterable[TicketEvent], *, now: datetime, models: Models = service_model
) -> tuple[Clock, ...]:
    """All clocks of a ticket from its log, the internal deadlines of teams too. As `replay`."""
    rows = [row for row in rows if row.kind in CLOCK_EVENTS]
    changes = [row.data for row in rows if row.kind == RULES_CHANGED]
    first = models(changes[0]["before"] if changes else ticket.policy_id)
    return all_clocks(
        map(clock_event, rows),
        first.policy,
        first.calendars,
        now=now,
        version=first.version_id,
        later={change["version"]: models(change["version"]).rules for change in changes},
    )


def ended_promise(
    ticket: Ticket, rows: Iterable[TicketEvent], *, models: Models = service_model
) -> Rule | None:
    """The rule about a case that came in too late for what it promises, None for other cases.

    `rows` are lines of its log, those that decide clocks at least.
    """
    rows = list(rows)
    model = models(ticket.policy_id)
    rule = model.policy.rule_for(ticket.case_type, ticket.priority, facts_now(rows))
    if rule is None or rule.until is None:
        return None
    return rule if model.has_ended(rule, received_at(ticket, rows)) else None


def received_at(ticket: Ticket, rows: Iterable[TicketEvent]) -> datetime:
    """When a case came in: with the first of those that were merged into it, or into them.

    `rows` are lines of its log, those of merging at least.
    """
    merged = [row.data["start"] for row in rows if row.data.get("start")]
    return min([ticket.opened_at, *map(datetime.fromisoformat, merged)])


def log_rows(ticket: Ticket) -> list[TicketEvent]:
    """The lines of the log that decide clocks, in order."""
    return list(ticket.events.filter(kind__in=LOGGED).order_by("at", "pk"))


def computed(
    ticket: Ticket, rows: Iterable[TicketEvent], *, now: datetime, models: Models = service_model
) -> Computed:
    """Everything that is stored of a ticket's clocks, from its log."""
    rows = list(rows)
    found = replay_all(ticket, rows, now=now, models=models)
    clocks = {(clock.kind, clock.number): clock for clock in found}
    dealt = _dealt_with(rows)
    values = {
        key: _values(ticket, clock, dealt.get(key, DealtWith()), models)
        for key, clock in clocks.items()
    }
    return Computed(clocks, dealt, values, _summary(ticket, clocks, values))


def _dealt_with(rows: Iterable[TicketEvent]) -> dict[Key, DealtWith]:
    found: dict[Key, DealtWith] = {}
    for row in rows:
        if row.kind not in (WARNED, BREACHED):
            continue
        key = (row.data["clock"], row.data["number"])
        before = found.get(key, DealtWith())
        if row.kind == WARNED:
            found[key] = before._replace(warned=max(before.warned, row.data["percent"]))
        else:
            found[key] = before._replace(missed_at=max(before.missed_at or row.at, row.at))
    return found


def _values(ticket: Ticket, clock: Clock, dealt: DealtWith, models: Models) -> dict[str, Any]:
    """The stored form of a clock. That a running one has run out is for the sweep to find."""
    if clock.running:
        breached_at = clock.due_at if dealt.has_missed(clock) else None
    else:
        breached_at = clock.breached_at
    shares = shares_of(ticket, clock, dealt, models)
    return {
        "team": clock.team,
        "commitment": clock.commitment,
        "started_at": clock.start,
        "due_at": clock.due_at,
        "warning_at": clock.warning_at,
        "paused_since": clock.paused_since,
        "met_at": clock.met_at,
        "stopped_at": clock.stopped_at,
        "breached_at": breached_at,
        "sweep_at": shares[0].at if shares else None,
    }


def shares_of(
    ticket: Ticket, clock: Clock, dealt: DealtWith, models: Models = service_model
) -> list[Share]:
    """The moments of a clock that the sweep has not dealt with, the earliest first."""
    model = models(clock.version)
    return shares_left(
        clock,
        model.policy,
        model.calendars,
        priority=ticket.priority,
        case_type=ticket.case_type,
        told=RUN_OUT if dealt.has_missed(clock) else dealt.warned,
    )


def _summary(ticket: Ticket, clocks: dict[Key, Clock], values: dict[Key, dict]) -> dict[str, Any]:
    """What the queue reads, on the ticket itself: promises, and not what teams have agreed."""
    nearest = next_due(promises(clocks.values())) if ticket.is_open else None
    breaches = [
        stored["breached_at"]
        for (kind, _number), stored in values.items()
        if stored["breached_at"] and kind != INTERNAL
    ]
    return {
        "next_due_at": nearest.due_at if nearest else None,
        "next_due_kind": nearest.kind if nearest else "",
        "queue_at": nearest.due_at if nearest else NEVER,
        "breached_at": min(breaches, default=None),
    }


def store_clocks(ticket: Ticket, *, now: datetime) -> None:
    """Replay the log and write clocks and the ticket's due time; the caller saves the ticket.

    A target that was met or given up too late is recorded as missed, as of when it was due.
    """
    found = computed(ticket, log_rows(ticket), now=now)
    stored = {(row.kind, row.number): row for row in ticket.clocks.all()}
    for key, values in found.values.items():
        _store(ticket, key, values, stored.pop(key, None))
    for key in found.unlogged():
        log_breach(ticket, found.clocks[key])
        deadline_notices.tell_of_late_end(ticket, found.clocks[key], now=now)
    TicketClock.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()
    for name, value in found.summary.items():
        setattr(ticket, name, value)


def _store(ticket: Ticket, key: Key, values: dict[str, Any], row: TicketClock | None) -> None:
    if row is None:
        kind, number = key
        TicketClock.objects.create(ticket=ticket, kind=kind, number=number, **values)
        return
    if any(getattr(row, name) != values[name] for name in STORED):
        for name in STORED:
            setattr(row, name, values[name])
        row.save(update_fields=STORED)


def log_breach(ticket: Ticket, clock: Clock) -> None:
    """Record that a target ran out, as of when it was due and not of when it was noticed."""
    TicketEvent.objects.create(
        ticket=ticket,
        kind=BREACHED,
        at=clock.due_at,
        data=_of_clock(clock),
    )


def log_warning(ticket: Ticket, clock: Clock, share: Share) -> None:
    """Record that a share of a target is used up, as of when it was."""
    TicketEvent.objects.create(
        ticket=ticket,
        kind=WARNED,
        at=share.at,
        data={**_of_clock(clock), "percent": share.percent},
    )


def _of_clock(clock: Clock) -> dict[str, Any]:
    """What a line of the log says of the clock it is about."""
    found = {"clock": clock.kind, "number": clock.number, "commitment": clock.commitment}
    return {**found, "team": clock.team} if clock.team else found
