"""Trying other rules on months that have passed: every case replayed under both, nothing touched.

The cases are those that came in during the months; security cases are left out, so that everybody
who may see the rules may see the result. They are replayed in batches by the worker, all as of the
moment it was asked, so a result does not depend on when a batch came to its turn. Internal
deadlines of teams are tried too, with the hand-overs as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from dispatch import outbox
from dispatch.jobs import recurring
from dispatch.models import OutboxRow
from triage.reporting.closing import zone
from triage.reporting.models import WhatIf
from triage.reporting.what_if import Cells, added, as_data, from_data, moved, tallies
from triage.sla.calendar import calendar_from_json, calendar_to_json
from triage.sla.clock import Clock
from triage.sla.facts import Facts
from triage.sla.months import Period, month_of
from triage.sla.policy import policy_from_json, policy_to_json
from triage.sla.service_model import ServiceModel
from triage.tickets.batches import LogLine, in_batches, read_batch
from triage.tickets.clocks import RULES_CHANGED, replay_all
from triage.tickets.facts import FACTS, facts_not_logged, logged_facts
from triage.tickets.foreseeing import DRAFT
from triage.tickets.models import Ticket, TicketQuerySet
from triage.tickets.rule_changes import may_change_rules

log = structlog.get_logger(__name__)

TOPIC = "what_if"
BATCH = 200  # cases in one transaction
AT_A_TIME = 20  # batches for one row of the outbox
LISTED = 10  # cases whose due times differ most
KEPT_FOR = timedelta(days=180)


@transaction.atomic
def try_rules(draft: ServiceModel, *, base: int, period: Period, by: User, now: datetime) -> WhatIf:
    """Ask how the cases of a period would have gone under a draft; the worker counts them.

    `base` is the version the draft was written from. Raises PermissionDenied for anybody who does
    not answer for the service model.
    """
    if not may_change_rules(by):
        raise PermissionDenied
    asked = WhatIf.objects.create(
        policy=policy_to_json(draft.policy),
        calendars={name: calendar_to_json(each) for name, each in draft.calendars.items()},
        base_id=base,
        first_month=str(period.first),
        last_month=str(period.last),
        asked_by=by,
        asked_at=now,
        cases=cases_of(period, now).count(),
    )
    outbox.put(TOPIC, {"what_if": asked.pk}, key=str(asked.pk))
    return asked


def cases_of(period: Period, now: datetime) -> TicketQuerySet:
    """The cases that came in during the months, before now; security cases are not among them."""
    end = min(period.end, now)
    return Ticket.objects.filter(opened_at__gte=period.start, opened_at__lt=end, security=False)


def tried_rules(asked: WhatIf) -> ServiceModel:
    """The rules that were tried. Raises PolicyError or CalendarError when they cannot be read."""
    calendars = {name: calendar_from_json(each, name) for name, each in asked.calendars.items()}
    return ServiceModel(DRAFT, policy_from_json(asked.policy), calendars)


@outbox.handles(TOPIC)
def count_some(rows: Sequence[OutboxRow]) -> None:
    """Count the next cases, and leave a row for those after them."""
    for row in rows:
        number = row.payload["what_if"]
        for _time in range(AT_A_TIME):
            if not count_batch(number, now=timezone.now(), batch=BATCH):
                break
        else:
            outbox.put(TOPIC, {"what_if": number}, key=str(number))


@transaction.atomic
def count_batch(number: int, *, now: datetime, batch: int) -> bool:
    """Count one batch of cases; False when none is left or the trial is gone.

    Which case was the last is written with the figures, so that no case is counted twice by two
    workers, or by one that is killed and begins again.
    """
    asked = WhatIf.objects.select_for_update().filter(pk=number, finished_at=None).first()
    if asked is None:
        return False
    cases = cases_of(asked.period(zone()), asked.asked_at)
    tickets = next(in_batches(cases, batch, after=asked.last_case), None)
    if tickets is None:
        asked.finished_at = now
        asked.save(update_fields=["finished_at"])
        return False
    _count(asked, tickets)
    asked.last_case = tickets[-1].pk
    asked.save(update_fields=["last_case", "counted", "changed", "unreadable", "cells", "largest"])
    return True


def _count(asked: WhatIf, tickets: list[Ticket]) -> None:
    """Add a batch of cases to the figures."""
    model, now = tried_rules(asked), asked.asked_at
    read = read_batch(tickets)
    facts = facts_not_logged(tickets, read.logs)
    cells: Cells = {}
    largest = list(asked.largest)
    for ticket in tickets:
        rows = read.logs[ticket.pk]
        try:
            before = replay_all(ticket, rows, now=now)
            after = replayed_under(model, ticket, rows, facts.get(ticket.pk), now=now)
        except (ValueError, LookupError) as error:
            log.warning("case not replayed", ticket=ticket.pk, error=type(error).__name__)
            asked.unreadable += 1
            continue
        found = tallies(before, after, now)
        month = str(month_of(ticket.opened_at, zone()))
        keyed = {
            (month, kind, ticket.priority, ticket.case_type): tally for kind, tally in found.items()
        }
        cells = added(cells, keyed)
        asked.counted += 1
        asked.changed += any(tally.changes for tally in found.values())
        largest += _moves(ticket, before, after)
    asked.cells = as_data(added(from_data(asked.cells), cells))
    asked.largest = sorted(largest, key=lambda move: -abs(move["seconds"]))[:LISTED]


def replayed_under(
    model: ServiceModel,
    ticket: Ticket,
    rows: Iterable[LogLine],
    facts: Facts | None,
    *,
    now: datetime,
) -> tuple[Clock, ...]:
    """The clocks of a case as if it had come in under these rules and kept them.

    `facts` are those of a case whose log does not hold them. Raises ValueError or LookupError for a
    log that cannot be replayed.
    """
    rows = list(rows)
    facts = facts or next((logged_facts(row) for row in rows if FACTS in row.data), None)
    same = [_with_facts(row, facts) for row in rows if row.kind != RULES_CHANGED]
    return replay_all(ticket, same, now=now, models=lambda _version: model)


def _with_facts(row: LogLine, facts: Facts | None) -> LogLine:
    """The opening with what was known of the case, which an old log tells later or not at all."""
    if row.kind != "opened" or facts is None or FACTS in row.data:
        return row
    return row._replace(data={**row.data, FACTS: facts.as_data()})


def _moves(
    ticket: Ticket, before: Iterable[Clock], after: Iterable[Clock]
) -> Iterator[dict[str, Any]]:
    """The targets of a case that are due at another time."""
    old = {(clock.kind, clock.number): clock for clock in before}
    for clock in after:
        same = old.get((clock.kind, clock.number))
        if seconds := moved(same, clock):
            yield {
                "ticket": ticket.pk,
                "kind": clock.kind,
                "seconds": seconds,
                "before": same.due_at.isoformat(),
                "after": clock.due_at.isoformat(),
            }


@recurring("forget old trials of rules", every=timedelta(hours=24))
def forget_old(now: datetime) -> None:
    """Delete trials nobody has looked at for long: their figures can be counted anew."""
    WhatIf.objects.filter(asked_at__lt=now - KEPT_FOR).delete()
