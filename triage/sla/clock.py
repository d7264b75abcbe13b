"""The clocks of a ticket, replayed from its events. Pure: the present time is an argument.

Rules of the clocks:

- First response runs from the opening of the case and waits for nobody. A public reply or a
  question back by a person answers it; automatic messages never do, and a reply that only says
  that somebody is looking into it (a holding reply) does when the policy says so.
- Update starts at the first response and anew at each public staff message, holding replies too:
  that somebody still looks into it is news. It stops while the case waits for somebody outside,
  and when the case is resolved or closed.
- Resolution pauses while the case waits outside. A reply from the requester ends the wait for the
  requester at once, also outside opening hours.
- A changed priority, type or product, or an earlier start from a merged case, recomputes the clocks
  that still run from their original start with their pauses kept. Clocks that are done keep theirs.
- Whether a promise has ended is decided by when the case came in, not by when a clock starts.
- A guarantee that does not bind towards whoever sent the case is a service declaration.
- A case reopened within the policy's days continues, and the time it was resolved does not count;
  reopened later, as older logs have it, its resolution clock starts afresh.
- When the rules change for a case, clocks that run are measured by the new ones, from their
  original start with their pauses kept. Clocks that are done keep theirs.
- An internal agreement runs from each hand-over to the team it is with, pauses as the resolution
  does, and is done when the team hands the case back or on, or the case is solved. It changes with
  the priority and goes on when the case is reopened. Promises are never reset by a hand-over.
- A target met exactly when it is due is met. A breach happened when the target was due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from triage.sla.calendar import Calendar, CalendarError
from triage.sla.due import (
    Pause,
    business_seconds,
    business_time,
    due_time,
    next_opening,
    working_days_target,
)
from triage.sla.events import CLOCK_EVENTS, Event
from triage.sla.facts import NOTHING_KNOWN
from triage.sla.policy import (
    DECLARATION,
    FIRST_RESPONSE,
    GUARANTEE,
    INTERNAL,
    RESOLUTION,
    UPDATE,
    Agreement,
    Policy,
    Rule,
    Target,
)
from triage.sla.targets import CLOCK_KINDS

__all__ = [
    "CLOCK_EVENTS",
    "Clock",
    "Event",
    "Pause",
    "Rules",
    "all_clocks",
    "business_seconds",
    "business_time",
    "current_clocks",
    "due_time",
    "next_due",
    "next_opening",
    "promises",
    "target_time",
    "ticket_clocks",
    "used_time",
    "working_days_target",
]

_MESSAGES = ("public_reply", "customer_reply")


class Rules(NamedTuple):
    """What a case is promised and by which calendars. `version` names them in the log."""

    version: int
    policy: Policy
    calendars: Mapping[str, Calendar]


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One promise of a ticket, or a team's internal deadline, and how it went. Instants in UTC.

    `number` counts the update periods, the resolutions after late reopenings, and the times the
    case was handed to a team, from 1. `team` is whose internal deadline it is, "" for promises.
    `due_at` and `warning_at` are None while a pause keeps them from being known. Exactly one of
    running, met (`met_at`) and stopped without being met (`stopped_at`: closed, or resolved in
    silence) holds. `breached_at` is the due time when it was missed, else None. `version` names
    the rules it is measured by.
    """

    kind: str
    number: int
    version: int
    rule: str
    calendar: str
    target: Target
    target_time: timedelta
    start: datetime
    pauses: tuple[Pause, ...]
    due_at: datetime | None
    warning_at: datetime | None
    met_at: datetime | None = None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    paused_since: datetime | None = None
    team: str = ""

    @property
    def commitment(self) -> str:
        """guarantee or declaration."""
        return self.target.commitment

    @property
    def ended_at(self) -> datetime | None:
        """When the clock stopped for good, met or not; None while it runs or is paused."""
        return self.met_at or self.stopped_at

    @property
    def running(self) -> bool:
        """Whether the target is still to be met (paused ones included)."""
        return self.ended_at is None


def all_clocks(
    events: Iterable[Event],
    policy: Policy,
    calendars: Mapping[str, Calendar],
    *,
    now: datetime,
    version: int = 0,
    later: Mapping[int, Rules] = MappingProxyType({}),
) -> tuple[Clock, ...]:
    """All clocks of a ticket, done and running: first response, updates, resolution, internal.

    Events are replayed by time; those of one instant in the order given. `now` decides only
    whether a running target is breached. Cases for which the policy has no rule have no clocks.
    `version` names the rules the case was opened under, `later` holds those it was moved to.
    Raises ValueError when the first event is not the opening or the case was moved to rules that
    are not given, CalendarError for a calendar that is not given.
    """
    replay = _Replay(Rules(version, policy, calendars), later, now)
    for event in sorted(events, key=lambda event: event.at):
        replay.apply(event)
    return replay.clocks()


def ticket_clocks(
    events: Iterable[Event],
    policy: Policy,
    calendars: Mapping[str, Calendar],
    *,
    now: datetime,
    version: int = 0,
    later: Mapping[int, Rules] = MappingProxyType({}),
) -> tuple[Clock, ...]:
    """The clocks of what is promised, without the internal deadlines. Else as `all_clocks`."""
    found = all_clocks(events, policy, calendars, now=now, version=version, later=later)
    return promises(found)


def promises(clocks: Iterable[Clock]) -> tuple[Clock, ...]:
    """Those of some clocks that are promises to whoever sent the case."""
    return tuple(clock for clock in clocks if clock.kind != INTERNAL)


def next_due(clocks: Iterable[Clock]) -> Clock | None:
    """The running clock that is due first (it may be overdue), or None when none has a due time."""
    waiting = [clock for clock in clocks if clock.running and clock.due_at is not None]
    return min(waiting, key=lambda clock: clock.due_at, default=None)


def current_clocks(clocks: Iterable[Clock]) -> dict[str, Clock]:
    """The latest clock of each kind: what a ticket page shows."""
    return {clock.kind: clock for clock in sorted(clocks, key=lambda clock: clock.number)}


def used_time(clock: Clock, calendars: Mapping[str, Calendar], now: datetime) -> timedelta:
    """Open, unpaused time the clock has run until it ended, or until `now`."""
    end = max(clock.start, clock.ended_at or now)
    return business_time(calendars[clock.calendar], clock.start, end, clock.pauses)


def target_time(calendar: Calendar, start: datetime, target: Target) -> timedelta:
    """The open time a target stands for when its clock starts at `start`."""
    if target.working_days is not None:
        return working_days_target(calendar, start, target.working_days)
    return timedelta(minutes=target.minutes)


@dataclass(frozen=True)
class _Run:
    number: int
    start: datetime


class _Replay:
    """The state between two events: what runs, what is done, where the case waits."""

    def __init__(self, rules: Rules, later: Mapping[int, Rules], now: datetime) -> None:
        self._rules = rules
        self._later = later
        self._now = now
        self._case_type = ""
        self._priority = ""
        self._facts = NOTHING_KNOWN
        self._received: datetime | None = None
        self._running: dict[str, _Run] = {}
        self._suspended: dict[str, _Run] = {}
        self._done: dict[tuple[str, int], Clock] = {}
        self._waits: list[Pause] = []
        self._updates = 0
        self._team = ""
        self._parts = 0
        self._opened = False
        self._ended_at: datetime | None = None

    def apply(self, event: Event) -> None:
        """Replay one event."""
        if self._opened == (event.kind == "opened"):
            raise ValueError(f"a case is opened once and first: {event.kind} at {event.at}")
        self._opened = True
        if event.holding:
            self.hold(event)
        elif not (event.automatic and event.kind in _MESSAGES):
            _HANDLERS[event.kind](self, event)

    def clocks(self) -> tuple[Clock, ...]:
        """The done clocks and the running ones, by kind and number."""
        running = [self._clock(kind, run) for kind, run in self._running.items()]
        found = [clock for clock in (*self._done.values(), *running) if clock is not None]
        order = CLOCK_KINDS.index
        return tuple(sorted(found, key=lambda clock: (order(clock.kind), clock.number)))

    # events

    def open(self, event: Event) -> None:
        self.classify(event)
        self._facts = event.facts or NOTHING_KNOWN
        self._received = event.at
        self._running[FIRST_RESPONSE] = _Run(1, event.at)
        self._running[RESOLUTION] = _Run(1, event.at)

    def staff_message(self, event: Event) -> None:
        if self._ended_at is not None:
            return
        if event.kind in self._rules.policy.first_response_on:
            self._finish(FIRST_RESPONSE, met_at=event.at)
        self._tell(event.at)

    def hold(self, event: Event) -> None:
        """Somebody says that it is being looked into: news, and an answer if the policy says so."""
        if self._ended_at is not None:
            return
        if self._rules.policy.counts_holding:
            self._finish(FIRST_RESPONSE, met_at=event.at)
        self._tell(event.at)

    def take_over(self, event: Event) -> None:
        if event.kind in self._rules.policy.first_response_on and not event.automatic:
            self._answer(event.at)

    def wait(self, event: Event) -> None:
        if self._ended_at is not None:
            return
        self._end_wait(event.at)
        self._waits.append(Pause(event.at, None, event.kind, event.reason))

    def ask_back(self, event: Event) -> None:
        if not event.automatic:
            self.staff_message(event)
        self.wait(event)

    def customer_reply(self, event: Event) -> None:
        if self._waits and self._waits[-1].kind == "waiting_customer":
            self._end_wait(event.at)

    def resume(self, event: Event) -> None:
        if self._ended_at is None:
            self._end_wait(event.at)

    def classify(self, event: Event) -> None:
        self._case_type = event.case_type or self._case_type
        self._priority = event.priority or self._priority

    def change_product(self, event: Event) -> None:
        self._facts = replace(self._facts, product=event.product)

    def hand_to(self, event: Event) -> None:
        """The part of the team that had the case is done, that of the next one begins."""
        self._finish(INTERNAL, met_at=event.at)
        self._suspended.pop(INTERNAL, None)
        self._team = event.team
        if self._ended_at is None:
            self._start_part(event.at)

    def merge(self, event: Event) -> None:
        if event.start is not None:
            self._received = min(self._received, event.start)
            for runs in (self._running, self._suspended):
                for kind, run in runs.items():
                    if kind in (FIRST_RESPONSE, RESOLUTION) and run.number == 1:
                        runs[kind] = replace(run, start=min(run.start, event.start))
        if event.responded_at is not None and FIRST_RESPONSE in self._running:
            self._finish(FIRST_RESPONSE, met_at=event.responded_at)
            self._start_update(event.at)

    def resolve(self, event: Event) -> None:
        if self._ended_at is not None:
            return
        told = not (event.silent or event.automatic)
        answers = told and "resolved" in self._rules.policy.first_response_on
        self._end_wait(event.at)
        self._suspend(
            event.at, {FIRST_RESPONSE: answers, UPDATE: told, RESOLUTION: True, INTERNAL: True}
        )
        self._waits.append(Pause(event.at, None, "resolved", event.reason))

    def close(self, event: Event) -> None:
        if self._ended_at is not None:
            return
        self._end_wait(event.at)
        self._suspend(event.at, dict.fromkeys(CLOCK_KINDS, False))
        self._waits.append(Pause(event.at, None, "closed", event.reason))

    def reopen(self, event: Event) -> None:
        if self._ended_at is None:
            return
        late = event.at - self._ended_at > timedelta(days=self._rules.policy.reopen_days)
        self._ended_at = None
        self._end_wait(event.at)
        for kind, run in self._suspended.items():
            if kind == RESOLUTION and late:
                self._running[kind] = _Run(run.number + 1, event.at)
            elif kind == INTERNAL and late:
                self._start_part(event.at)
            else:
                self._done.pop((kind, run.number), None)
                self._running[kind] = run
        self._suspended = {}
        if FIRST_RESPONSE not in self._running:
            self._start_update(event.at)

    def change_rules(self, event: Event) -> None:
        if event.version not in self._later:
            raise ValueError(f"the rules {event.version} of {event.at} are not given")
        self._rules = self._later[event.version]
        self._facts = event.facts or self._facts

    # state

    def _answer(self, at: datetime) -> None:
        """The first response, unless there has been one: the updates begin."""
        if FIRST_RESPONSE in self._running:
            self._finish(FIRST_RESPONSE, met_at=at)
            self._start_update(at)

    def _tell(self, at: datetime) -> None:
        """News for whoever asked: once there has been an answer, the next is due from here."""
        if FIRST_RESPONSE not in self._running:
            self._finish(UPDATE, met_at=at)
            self._start_update(at)

    def _start_update(self, at: datetime) -> None:
        self._updates += 1
        self._running[UPDATE] = _Run(self._updates, at)

    def _start_part(self, at: datetime) -> None:
        self._parts += 1
        self._running[INTERNAL] = _Run(self._parts, at)

    def _end_wait(self, at: datetime) -> None:
        if self._waits and self._waits[-1].end is None:
            self._waits[-1] = self._waits[-1]._replace(end=at)

    def _suspend(self, at: datetime, met: Mapping[str, bool]) -> None:
        """End all running clocks; what a reopening would continue is kept aside."""
        for kind in tuple(self._running):
            if kind in (RESOLUTION, INTERNAL) or (kind == FIRST_RESPONSE and not met[kind]):
                self._suspended[kind] = self._running[kind]
            self._finish(kind, **{"met_at" if met[kind] else "stopped_at": at})
        self._ended_at = at

    def _finish(self, kind: str, **end: datetime) -> None:
        run = self._running.pop(kind, None)
        if run is not None:
            clock = self._clock(kind, run, **end)
            if clock is not None:
                self._done[kind, run.number] = clock

    def _clock(
        self,
        kind: str,
        run: _Run,
        met_at: datetime | None = None,
        stopped_at: datetime | None = None,
    ) -> Clock | None:
        """The clock of a run under the rule in force, or None when nothing is promised."""
        policy = self._rules.policy
        if kind == INTERNAL:
            agreed = policy.agreement_for(self._team, self._priority)
            return agreed and self._measured(kind, run, agreed, agreed.target, met_at, stopped_at)
        rule = policy.rule_for(self._case_type, self._priority, self._facts)
        target = rule and rule.target(kind)
        if target is None:
            return None
        if rule.has_ended(self._received, self._calendar(rule.calendar).zone):
            return None
        if target.commitment == GUARANTEE and not policy.is_bound_to(self._facts):
            target = replace(target, commitment=DECLARATION)
        return self._measured(kind, run, rule, target, met_at, stopped_at)

    def _measured(
        self,
        kind: str,
        run: _Run,
        rule: Rule | Agreement,
        target: Target,
        met_at: datetime | None,
        stopped_at: datetime | None,
    ) -> Clock:
        calendar = self._calendar(rule.calendar)
        end = met_at or stopped_at
        pauses = self._pauses(kind, run.start, end)
        amount = target_time(calendar, run.start, target)
        warning = amount * self._rules.policy.warning_percent / 100
        due_at = due_time(calendar, run.start, amount, pauses)
        missed = due_at is not None and due_at < (end or self._now)
        paused = end is None and pauses and pauses[-1].end is None
        return Clock(
            kind=kind,
            number=run.number,
            version=self._rules.version,
            rule=rule.name,
            calendar=rule.calendar,
            target=target,
            target_time=amount,
            start=run.start,
            pauses=pauses,
            due_at=due_at,
            warning_at=due_time(calendar, run.start, warning, pauses),
            met_at=met_at,
            stopped_at=stopped_at,
            breached_at=due_at if missed else None,
            paused_since=pauses[-1].start if paused else None,
            team=self._team if kind == INTERNAL else "",
        )

    def _calendar(self, name: str) -> Calendar:
        try:
            return self._rules.calendars[name]
        except KeyError:
            raise CalendarError(
                f"the policy uses the calendar {name!r}, which is not given"
            ) from None

    def _pauses(self, kind: str, start: datetime, end: datetime | None) -> tuple[Pause, ...]:
        """The waits that touch the clock; one that outlasts it ends with it."""
        touching = (w for w in self._waits if w.end is None or w.end > start)
        if kind == FIRST_RESPONSE:
            touching = (wait for wait in touching if wait.kind == "resolved")
        return tuple(w._replace(end=end) if w.end is None else w for w in touching)


_HANDLERS: dict[str, Callable[[_Replay, Event], None]] = {
    "opened": _Replay.open,
    "assigned": _Replay.take_over,
    "taken": _Replay.take_over,
    "public_reply": _Replay.staff_message,
    "customer_reply": _Replay.customer_reply,
    "waiting_customer": _Replay.ask_back,
    "waiting_third_party": _Replay.wait,
    "resumed": _Replay.resume,
    "priority_changed": _Replay.classify,
    "type_changed": _Replay.classify,
    "product_changed": _Replay.change_product,
    "handed_over": _Replay.hand_to,
    "handed_back": _Replay.hand_to,
    "merged": _Replay.merge,
    "resolved": _Replay.resolve,
    "reopened": _Replay.reopen,
    "closed": _Replay.close,
    "rules_changed": _Replay.change_rules,
}
