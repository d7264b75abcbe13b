"""Changing the rules: a new version is stored, and open cases are moved to it in batches.

Cases that have ended keep the rules they were measured by. Every case that is moved gets a line in
its log with the version before and after and the due times before and after; replaying the log
follows it. Who works in a case meanwhile is not disturbed: its version stays the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from dispatch import outbox
from dispatch.models import OutboxRow
from triage.sla.coverage import check_policy
from triage.sla.models import PolicyVersion
from triage.sla.service_model import ServiceModel, store_version, version_in_force
from triage.tickets.batches import in_batches, read_batch
from triage.tickets.clocks import STORED, SUMMARY, Computed, Key, computed
from triage.tickets.facts import facts_not_logged
from triage.tickets.foreseeing import Foreseen, rules_changed
from triage.tickets.kinds import CaseType, Priority
from triage.tickets.models import Ticket, TicketClock, TicketEvent
from triage.tickets.rule_models import RuleChange

log = structlog.get_logger(__name__)

TOPIC = "rules_changed"
BATCH = 200  # cases in one transaction
AT_A_TIME = 20  # batches for one row of the outbox


def may_change_rules(user) -> bool:
    """Whether somebody answers for the service model."""
    return user.is_authenticated and user.is_manager


@transaction.atomic
def change_rules(
    draft: ServiceModel,
    *,
    before: int,
    reason: str,
    by: User,
    now: datetime,
    for_open_cases: bool,
    foreseen: Foreseen,
) -> RuleChange:
    """Store a draft as the rules from now on, and leave a row for the open cases to be moved.

    `before` is the version the person began with. Raises PermissionDenied, and ValidationError with
    a sentence when a reason is missing, somebody else has changed the rules meanwhile, or a version
    is to begin later; PolicyError or CalendarError for rules that cannot be used.
    """
    if not may_change_rules(by):
        raise PermissionDenied(_("Only managers and administrators change the service model."))
    if not reason.strip():
        raise ValidationError(_("Write why the rules are changed."))
    if version_in_force(now) != before:
        raise ValidationError(
            _("Somebody else has changed the rules meanwhile. Look at theirs and begin again.")
        )
    teams = Team.objects.values_list("slug", flat=True)
    check_policy(draft.policy, draft.calendars, list(CaseType), list(Priority), teams=teams)
    change = RuleChange.objects.create(
        before_id=before,
        after=store_version(draft, valid_from=now, note=reason.strip()[:300]),
        reason=reason.strip(),
        by=by,
        at=now,
        for_open_cases=for_open_cases,
        foreseen=foreseen.as_data(),
        finished_at=None if for_open_cases else now,
    )
    if for_open_cases:
        outbox.put(TOPIC, {"change": change.pk, "after": 0}, key=str(change.pk))
    return change


@outbox.handles(TOPIC)
def move_some(rows: Sequence[OutboxRow]) -> None:
    """Move the next open cases to new rules, and leave a row for those after them."""
    for row in rows:
        change = RuleChange.objects.get(pk=row.payload["change"])
        after = row.payload["after"]
        for _time in range(AT_A_TIME):
            after = move_open_cases(change, after=after, now=timezone.now(), batch=BATCH)
            if after is None:
                break
        else:
            outbox.put(TOPIC, {"change": change.pk, "after": after}, key=f"{change.pk} {after}")


@transaction.atomic
def move_open_cases(change: RuleChange, *, after: int, now: datetime, batch: int) -> int | None:
    """Move one batch of open cases, those with numbers above `after`; None when none is left.

    Done again it moves nobody twice: a case that has the new rules, or newer ones, is passed over.
    """
    older = PolicyVersion.objects.filter(valid_from__lt=change.after.valid_from).values("pk")
    cases = Ticket.objects.open().filter(policy__in=older).select_for_update()
    tickets = next(in_batches(cases, batch, after=after), None)
    if tickets is None:
        RuleChange.objects.filter(pk=change.pk, finished_at=None).update(finished_at=now)
        return None
    moved = _move(tickets, change.after_id, now)
    RuleChange.objects.filter(pk=change.pk).update(
        moved=F("moved") + moved, left=F("left") + len(tickets) - moved
    )
    return tickets[-1].pk


def _move(tickets: list[Ticket], version: int, now: datetime) -> int:
    """Log and recompute locked cases in a fixed number of statements; returns how many it could."""
    read = read_batch(tickets)
    lines: list[TicketEvent] = []
    moved: list[Ticket] = []
    changed = _Changed()
    facts = facts_not_logged(tickets, read.logs)
    for ticket in tickets:
        line = rules_changed(ticket, version, now=now, facts=facts.get(ticket.pk))
        try:
            found = computed(ticket, [*read.logs[ticket.pk], line], now=now)
        except (ValueError, LookupError) as error:
            log.warning("case keeps its rules", ticket=ticket.pk, error=type(error).__name__)
            continue
        line.data["due"] = changed.add(ticket, found, read.clocks[ticket.pk])
        ticket.policy_id = version
        for name, value in found.summary.items():
            setattr(ticket, name, value)
        lines.append(line)
        moved.append(ticket)
    TicketEvent.objects.bulk_create(lines)
    changed.write()
    _save(moved)
    return len(moved)


def _save(tickets: list[Ticket]) -> None:
    """Rules and due times of locked cases, in one call: `bulk_update` takes three times as long."""
    fields = [Ticket._meta.get_field(name) for name in ("policy", *SUMMARY)]
    names = ", ".join(f"{connection.ops.quote_name(field.column)} = %s" for field in fields)
    rows = [
        [
            *(
                field.get_db_prep_save(getattr(ticket, field.attname), connection)
                for field in fields
            ),
            ticket.pk,
        ]
        for ticket in tickets
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {Ticket._meta.db_table} SET {names} WHERE id = %s", rows)  # noqa: S608  names of the model


class _Changed:
    """Rows of clocks to be written, gathered over a batch."""

    def __init__(self) -> None:
        self.different: list[TicketClock] = []
        self.gone: list[int] = []

    def add(self, ticket: Ticket, found: Computed, rows: list[TicketClock]) -> list[dict[str, Any]]:
        """Note what differs of one case; returns the due times that change, for its log."""
        stored = {(row.kind, row.number): row for row in rows}
        due = []
        for key in {**stored, **found.values}:
            row, values = stored.get(key), found.values.get(key)
            before, after = row and row.due_at, values and values["due_at"]
            if before != after or (row is None) != (values is None):
                due.append(_due(key, before, after))
            self._note(ticket, key, row, values)
        return due

    def _note(
        self, ticket: Ticket, key: Key, row: TicketClock | None, values: dict[str, Any] | None
    ) -> None:
        if values is None:
            self.gone.append(row.pk)
        elif row is None or any(getattr(row, name) != values[name] for name in STORED):
            kind, number = key
            self.different.append(TicketClock(ticket=ticket, kind=kind, number=number, **values))

    def write(self) -> None:
        """Write what was noted."""
        TicketClock.objects.filter(pk__in=self.gone).delete()
        TicketClock.objects.bulk_create(
            self.different,
            update_conflicts=True,
            unique_fields=["ticket", "kind", "number"],
            update_fields=STORED,
        )


def _due(key: Key, before: datetime | None, after: datetime | None) -> dict[str, Any]:
    return {
        "clock": key[0],
        "number": key[1],
        "before": before and before.isoformat(),
        "after": after and after.isoformat(),
    }
