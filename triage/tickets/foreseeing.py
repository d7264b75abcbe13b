"""What a change of the rules would do to the open cases, told before anything is changed.

A draft is a service model that is not stored. Each open case is replayed as if it were moved to the
draft, and the due times of what runs are compared with those it has. Where more cases are open than
are replayed at once, an even spread of them is, and the figures say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from statistics import median
from typing import Any

from triage.sla.facts import Facts
from triage.sla.service_model import ServiceModel, service_model
from triage.sla.targets import CLOCK_KINDS
from triage.tickets.batches import Case, LogLine, StoredClock, in_batches, read_batch
from triage.tickets.clocks import RULES_CHANGED, computed
from triage.tickets.facts import FACTS, facts_not_logged
from triage.tickets.models import Ticket

MOST_REPLAYED = 2_000  # cases
LISTED = 10  # cases that change most
BATCH = 200
DRAFT = 0  # no stored version has this number


@dataclass(frozen=True, kw_only=True)
class Move:
    """How the due time of one running clock changes. None: no due time, or no such promise."""

    ticket: int
    kind: str
    before: datetime | None
    after: datetime | None
    promised_before: bool
    promised_after: bool
    acts_at_once: bool = False  # the sweep has something to do about it at once, and had not before

    @property
    def shift(self) -> timedelta:
        """How much later it is due (earlier: negative); zero where nothing can be compared."""
        if self.before is None or self.after is None:
            return timedelta()
        return self.after - self.before

    @property
    def changes(self) -> bool:
        """Whether anything is different."""
        return self.before != self.after or self.promised_before != self.promised_after


@dataclass
class OfKind:
    """What happens to the running clocks of one kind of target. Medians in seconds."""

    running: int = 0
    earlier: int = 0
    later: int = 0
    begins: int = 0  # promised now, not before
    ends: int = 0  # promised before, no more
    overdue: int = 0  # in time before, overdue at once
    rescued: int = 0  # overdue before, in time again
    at_once: int = 0  # a share that rules name is used up already: they are carried out at once
    median_earlier: float = 0.0
    median_later: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What a change would do: how many cases are open, how many of them were replayed."""

    open_cases: int
    replayed: int
    changing: int  # cases of those replayed for which anything changes
    unreadable: int  # cases whose log cannot be replayed: they keep what they have
    kinds: dict[str, OfKind] = field(default_factory=dict)
    largest: tuple[Move, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every open case was replayed."""
        return self.replayed == self.open_cases

    def as_data(self) -> dict[str, Any]:
        """The figures as they are kept with the change."""
        return {
            "open_cases": self.open_cases,
            "replayed": self.replayed,
            "changing": self.changing,
            "unreadable": self.unreadable,
            "kinds": {kind: asdict(figures) for kind, figures in self.kinds.items()},
        }


def foresee(draft: ServiceModel, *, now: datetime, most: int = MOST_REPLAYED) -> Foreseen:
    """What happens to the open cases if they are moved to the draft now. Nothing is written."""
    open_cases = Ticket.objects.open().count()
    moves: list[Move] = []
    changing, replayed, unreadable = set(), 0, 0
    for tickets in _spread(open_cases, most):
        read = read_batch(tickets)
        facts = facts_not_logged(tickets, read.logs)
        for ticket in tickets:
            replayed += 1
            line = rules_changed(ticket, draft.version_id, now=now, facts=facts.get(ticket.pk))
            rows = [*read.logs[ticket.pk], line]
            try:
                found = moves_of(ticket, rows, read.clocks[ticket.pk], draft, now=now)
            except (ValueError, LookupError):
                unreadable += 1
                continue
            moves += found
            if any(move.changes for move in found):
                changing.add(ticket.pk)
    largest = sorted((move for move in moves if move.changes), key=lambda move: -abs(move.shift))
    return Foreseen(
        open_cases=open_cases,
        replayed=replayed,
        changing=len(changing),
        unreadable=unreadable,
        kinds={kind: _figures([m for m in moves if m.kind == kind], now) for kind in CLOCK_KINDS},
        largest=tuple(largest[:LISTED]),
    )


def _spread(open_cases: int, most: int) -> Iterator[list[Ticket]]:
    """All open cases, or every so many of them, by number."""
    cases = Ticket.objects.open()
    step = max(1, -(-open_cases // most))
    if step == 1:
        yield from in_batches(cases, BATCH)
        return
    chosen = cases.order_by("pk").values_list("pk", flat=True)[::step]
    numbers = iter(chosen)
    while some := list(islice(numbers, BATCH)):
        yield list(cases.filter(pk__in=some).order_by("pk"))


def moves_of(
    ticket: Ticket,
    rows: Iterable[LogLine],
    clocks: Iterable[StoredClock],
    draft: ServiceModel,
    *,
    now: datetime,
) -> list[Move]:
    """How the running clocks of a case change when it is moved to a draft now.

    `rows` are its log with the line that moves it, `clocks` its stored clocks. Raises ValueError or
    LookupError for a log that cannot be replayed.
    """

    def models(version: int) -> ServiceModel:
        return draft if version == draft.version_id else service_model(version)

    found = computed(ticket, rows, now=now, models=models)
    after = {key: clock.due_at for key, clock in found.clocks.items() if clock.running}
    stored = {(clock.kind, clock.number): clock for clock in clocks if clock.is_running}
    before = {key: clock.due_at for key, clock in stored.items()}
    awaited = {key for key, clock in stored.items() if clock.sweep_at and clock.sweep_at < now}
    swept = {key for key in after if (at := found.values[key]["sweep_at"]) and at < now}
    return [
        Move(
            ticket=ticket.pk,
            kind=key[0],
            before=before.get(key),
            after=after.get(key),
            promised_before=key in before,
            promised_after=key in after,
            acts_at_once=key in swept - awaited,
        )
        for key in {**before, **after}
    ]


def rules_changed(
    ticket: Ticket | Case, version: int, *, now: datetime, facts: Facts | None = None
) -> LogLine:
    """The line of the log, not stored, that moves a case from the rules it has to others.

    `facts` are those of a case whose log does not hold them yet.
    """
    data = {"before": ticket.policy_id, "version": version}
    if facts is not None:
        data[FACTS] = facts.as_data()
    return LogLine(ticket.pk, RULES_CHANGED, now, data)


def _figures(moves: list[Move], now: datetime) -> OfKind:
    shifts = [move.shift.total_seconds() for move in moves]
    both = [move for move in moves if move.before and move.after]
    return OfKind(
        running=sum(move.promised_before for move in moves),
        earlier=sum(shift < 0 for shift in shifts),
        later=sum(shift > 0 for shift in shifts),
        begins=sum(not move.promised_before for move in moves),
        ends=sum(not move.promised_after for move in moves),
        overdue=sum(move.after < now <= move.before for move in both),
        rescued=sum(move.before < now <= move.after for move in both),
        at_once=sum(move.acts_at_once for move in moves),
        median_earlier=median([-shift for shift in shifts if shift < 0] or [0.0]),
        median_later=median([shift for shift in shifts if shift > 0] or [0.0]),
    )
