"""When the desk takes up a question nobody has answered: n working hours after it could be read.

n is set for each product; the hours are those of the calendar that the service model answers
questions by.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from cms.community.models import IN_SIGHT, CommunityEvent, Question
from portal.bridges.models import DEFAULT_HOURS, DueTimes, WaitingRule
from taxonomy.models import Product
from triage.sla.calendar import Calendar
from triage.sla.due import due_time
from triage.sla.service_model import service_model, version_in_force
from triage.tickets.kinds import CaseType, Priority

BATCH = 500
Kind = CommunityEvent.Kind
# After these, others could answer only from then on.
BEGIN_AGAIN = (Kind.APPROVED, Kind.RESTORED, Kind.REOPENED, Kind.SEPARATED)
# A question that others can read and answer, and nobody has answered.
WAITS = Q(
    IN_SIGHT,
    state=Question.State.UNANSWERED,
    merged_into__isnull=True,
    closed_at__isnull=True,
)


def due_after(calendar: Calendar, since: datetime, hours: int) -> datetime:
    """The moment with so many open hours since `since`, in UTC. Pure."""
    return due_time(calendar, since, timedelta(hours=hours))


def answer_due_at(product: Product, now: datetime) -> datetime:
    """When the desk takes up a question about the product that can be answered from `now` on."""
    return due_after(_calendar(version_in_force(now)), now, hours_for(product.pk))


def hours_for(product_id: int) -> int:
    """How many working hours questions about the product wait for the community."""
    found = WaitingRule.objects.filter(product=product_id).values_list("hours", flat=True).first()
    return found or DEFAULT_HOURS


def waits_since(question: Question) -> datetime:
    """Since when others have been able to answer: asked, or let in by a moderator after that."""
    return _with_begun(Question.objects.filter(pk=question.pk)).get().begun or question.asked_at


def _calendar(version_id: int) -> Calendar:
    """The calendar that questions are answered by."""
    model = service_model(version_id)
    rule = model.policy.rule_for(CaseType.QUESTION, Priority.P4)
    name = rule.calendar if rule and rule.calendar in model.calendars else min(model.calendars)
    return model.calendars[name]


def _with_begun(questions: QuerySet[Question]) -> QuerySet[Question]:
    of_itself = Q(events__kind__in=BEGIN_AGAIN, events__answer__isnull=True)
    return questions.annotate(begun=Max("events__at", filter=of_itself))


# --- when the rules or the calendar change ------------------------------------------------------


def bring_up_to_date(now: datetime) -> int:
    """Compute due times again if what they follow from has changed.

    Those of answered questions too: an answer may be hidden one day, and the question waits again
    by the rules of then. Returns how many were changed. In batches, each one transaction: whoever
    goes on after a killed worker begins where it ended.
    """
    changed = 0
    hours = dict(WaitingRule.objects.order_by("product").values_list("product", "hours"))
    version = version_in_force(now)
    basis = _fingerprint(version, hours)
    DueTimes.objects.get_or_create(pk=1)
    while (count := _one_batch(basis, _calendar(version), hours)) is not None:
        changed += count
    return changed


def _fingerprint(version: int, hours: Mapping[int, int]) -> str:
    """Changes when a due time might."""
    written = json.dumps([version, DEFAULT_HOURS, sorted(hours.items())])
    return hashlib.sha256(written.encode()).hexdigest()


@transaction.atomic
def _one_batch(basis: str, calendar: Calendar, hours: Mapping[int, int]) -> int | None:
    """How many due times of the next batch were changed; None when there is nothing left."""
    state = DueTimes.objects.select_for_update().get(pk=1)
    if state.basis != basis:
        state.basis, state.reached = basis, 0
    if state.reached is None:
        return None
    later = Question.objects.filter(pk__gt=state.reached)
    batch = list(_with_begun(later).order_by("pk").defer("body", "html")[:BATCH])
    changed = []
    for question in batch:
        since = question.begun or question.asked_at
        due = due_after(calendar, since, hours.get(question.product_id, DEFAULT_HOURS))
        if question.answer_due_at != due:
            question.answer_due_at = due
            changed.append(question)
    Question.objects.bulk_update(changed, ["answer_due_at"])
    state.reached = batch[-1].pk if len(batch) == BATCH else None
    state.save()
    return len(changed)


def begin_again(question: Question, now: datetime) -> None:
    """Set the question's due time anew after it was let in, moved or asked without one."""
    since = waits_since(question)
    calendar = _calendar(version_in_force(now))
    due = due_after(calendar, since, hours_for(question.product_id))
    Question.objects.filter(pk=question.pk).update(answer_due_at=due)
    question.answer_due_at = due
