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
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from dispatch import outbox
from dispatch.models import OutboxRow
from triage.sla.coverage import check_policy
from triage.sla.models import PolicyVersion
from triage.sla.service_model import ServiceModel, store_version, version_in_force
from triage.tickets.batches import Case, LogLine, StoredClock, next_cases, read_batch
from triage.tickets.bulk import insert_rows, update_rows
from triage.tickets.clocks import STORED, SUMMARY, Computed, Key, computed
from triage.tickets.facts import facts_not_logged
from triage.tickets.foreseeing import Foreseen, rules_changed
from triage.tickets.kinds import CaseType, Priority
from triage.tickets.models import Ticket, TicketClock, TicketEvent
from triage.tickets.rule_models import RuleChange

log = structlog.get_logger(__name__)

TOPIC = "rules_changed"
BATCH = 500  # cases in one transaction
AT_A_TIME = 8  # batches for one row of the outbox


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
    begins: datetime | None = None,
) -> RuleChange:
    """Store a draft as the rules from `begins` on (None: from now), and leave a row for the open
    cases to be moved then.

    `before` is the version the person began with. Raises PermissionDenied, and ValidationError with
    a sentence when a reason is missing, the beginning has passed, somebody else has changed the
    rules meanwhile, or others are to begin later (what they were written on must not change under
    them); PolicyError or CalendarError for rules that cannot be used.
    """
    if not may_change_rules(by):
        raise PermissionDenied(_("Only managers and administrators change the service model."))
    if not reason.strip():
        raise ValidationError(_("Write why the rules are changed."))
    if begins is not None and begins <= now:
        raise ValidationError(_("Choose a day to come, or none for now."))
    PolicyVersion.objects.select_for_update().get(pk=before)  # one change at a time
    if later_change(now) is not None:
        raise ValidationError(
            _("Other rules begin later. Take them back first, or wait until they are in force.")
        )
    if version_in_force(now) != before:
        raise ValidationError(
            _("Somebody else has changed the rules meanwhile. Look at theirs and begin again.")
        )
    teams = Team.objects.values_list("slug", flat=True)
    check_policy(draft.policy, draft.calendars, list(CaseType), list(Priority), teams=teams)
    change = RuleChange.objects.create(
        before_id=before,
        after=store_version(draft, valid_from=begins or now, note=reason.strip()[:300]),
        reason=reason.strip(),
        by=by,
        at=now,
        for_open_cases=for_open_cases,
        foreseen=foreseen.as_data(),
        finished_at=None if for_open_cases else now,
    )
    if for_open_cases:
        row = {"change": change.pk, "after": 0}
        outbox.put(TOPIC, row, key=str(change.pk), not_before=begins)
    return change


def later_change(now: datetime) -> RuleChange | None:
    """The change whose rules begin later than now, if there is one; there are never two."""
    waiting = RuleChange.objects.filter(after__valid_from__gt=now)
    return waiting.select_related("after", "by").first()


@transaction.atomic
def take_back(change: RuleChange, *, by: User, now: datetime) -> None:
    """Take back rules that have not begun: nobody was measured by them, so nothing of them stays.

    Raises PermissionDenied, and ValidationError with a sentence when they are in force by now.
    """
    if not may_change_rules(by):
        raise PermissionDenied(_("Only managers and administrators change the service model."))
    version = PolicyVersion.objects.select_for_update().get(pk=change.after_id)
    if version.valid_from <= now:
        raise ValidationError(_("These rules are in force by now. Change them instead."))
    log.info("rules taken back", change=change.pk, by=by.pk)
    own_calendars = list(version.calendars.filter(valid_from=version.valid_from))
    change.delete()
    version.delete()
    for calendar in own_calendars:
        if not calendar.policies.exists():
            calendar.delete()


@outbox.handles(TOPIC)
def move_some(rows: Sequence[OutboxRow]) -> None:
    """Move the next open cases to new rules, and leave a row for those after them."""
    for row in rows:
        change = RuleChange.objects.filter(pk=row.payload["change"]).first()
        if change is None:
            continue  # taken back
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
    open_cases = Ticket.objects.open().filter(policy__in=older).select_for_update()
    cases = next_cases(open_cases, batch, after=after)
    if not cases:
        RuleChange.objects.filter(pk=change.pk, finished_at=None).update(finished_at=now)
        return None
    moved = _move(cases, change.after_id, now)
    RuleChange.objects.filter(pk=change.pk).update(
        moved=F("moved") + moved, left=F("left") + len(cases) - moved
    )
    return cases[-1].pk


def _move(cases: list[Case], version: int, now: datetime) -> int:
    """Log and recompute locked cases in a fixed number of statements; returns how many it could."""
    read = read_batch(cases)
    changed = _Changed()
    facts = facts_not_logged(cases, read.logs)
    for case in cases:
        line = rules_changed(case, version, now=now, facts=facts.get(case.pk))
        try:
            found = computed(case, [*read.logs[case.pk], line], now=now)
        except (ValueError, LookupError) as error:
            log.warning("case keeps its rules", ticket=case.pk, error=type(error).__name__)
            continue
        changed.add(case, version, line, found, read.clocks[case.pk])
    changed.write()
    return len(changed.cases)


class _Changed:
    """Rows to be written, gathered over a batch: lines of logs, clocks, and the cases."""

    def __init__(self) -> None:
        self.lines: list[LogLine] = []
        self.cases: list[tuple[Any, ...]] = []
        self.different: list[tuple[Any, ...]] = []
        self.new: list[tuple[Any, ...]] = []
        self.gone: list[int] = []

    def add(
        self, case: Case, version: int, line: LogLine, found: Computed, rows: list[StoredClock]
    ) -> None:
        """Note one case, its line with the due times that change, and the clocks that differ."""
        stored = {(row.kind, row.number): row for row in rows}
        due = []
        for key in {**stored, **found.values}:
            row, values = stored.get(key), found.values.get(key)
            before, after = row and row.due_at, values and values["due_at"]
            if before != after or (row is None) != (values is None):
                due.append(_due(key, before, after))
            self._note(case.pk, key, row, values and tuple(values[name] for name in STORED))
        self.lines.append(line._replace(data={**line.data, "due": due}))
        self.cases.append((case.pk, version, *(found.summary[name] for name in SUMMARY)))

    def _note(
        self, case: int, key: Key, row: StoredClock | None, values: tuple[Any, ...] | None
    ) -> None:
        if values is None:
            self.gone.append(row.pk)
        elif row is None:
            self.new.append((case, *key, *values))
        elif row[-len(STORED) :] != values:
            self.different.append((row.pk, *values))

    def write(self) -> None:
        """Write what was noted, in one statement for each kind of row."""
        insert_rows(TicketEvent, LogLine._fields, self.lines)
        if self.gone:
            TicketClock.objects.filter(pk__in=self.gone).delete()
        insert_rows(TicketClock, ("ticket_id", "kind", "number", *STORED), self.new)
        update_rows(TicketClock, STORED, self.different)
        update_rows(Ticket, ("policy_id", *SUMMARY), self.cases)


def _due(key: Key, before: datetime | None, after: datetime | None) -> dict[str, Any]:
    return {
        "clock": key[0],
        "number": key[1],
        "before": before and before.isoformat(),
        "after": after and after.isoformat(),
    }
