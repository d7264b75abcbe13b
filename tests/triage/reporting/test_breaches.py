"""Why deadlines were missed: who may say so, what stands, and what stays in the history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from tests.triage.reporting.scenes import NOW, promise, scope_of
from triage.reporting import breaches
from triage.reporting.models import BreachCause
from triage.tickets.models import TicketClock

pytestmark = pytest.mark.django_db
NUMBER = "13097248022"  # synthetic: belongs to nobody


def missed(desk, due: str = "2026-10-14 12:00", **fields) -> TicketClock:
    return promise(desk, due, **{"commitment": "guarantee", **fields}).clocks.get()


def enter(desk, clock: TicketClock, **changes) -> BreachCause:
    fields = {
        "cause": "capacity",
        "explanation": "To var syke.",
        "measure": "Vi låner en fra plattform.",
        "by": desk.people.manager,
        "now": NOW,
        **changes,
    }
    return breaches.enter_cause(clock=clock, **fields)


@pytest.mark.parametrize(
    ("met", "stopped", "is_missed"),
    [
        ("", "", True),
        ("2026-10-14 12:00:01", "", True),
        ("2026-10-14 12:00:00", "", False),
        ("", "2026-10-14 12:00:00", False),
        ("", "2026-10-14 12:00:01", True),
    ],
)
def test_a_deadline_is_missed_as_the_figures_count_it(desk, met, stopped, is_missed):
    clock = missed(desk, met=met, stopped=stopped)
    assert breaches.is_missed(clock, NOW) is is_missed
    assert breaches.unexplained_guarantees(scope_of(desk.people.manager)).exists() is is_missed


def test_a_deadline_ahead_is_not_missed(desk):
    assert not breaches.is_missed(missed(desk, due="2026-12-24 12:00"), NOW)


def test_missed_guarantees_without_a_cause_come_before_everything_else(desk):
    declared = missed(desk, due="2026-11-01 12:00", commitment="declaration")
    explained = missed(desk, due="2026-10-20 12:00")
    unexplained = missed(desk, due="2026-10-01 12:00")
    enter(desk, explained)
    scope = scope_of(desk.people.manager)
    assert list(breaches.unexplained_guarantees(scope)) == [unexplained]
    assert list(breaches.other_breaches(scope)) == [declared, explained]
    assert breaches.causes(scope) == {"capacity": 1}


def test_what_is_entered_stands_with_who_and_when(desk):
    clock = missed(desk)
    entry = enter(desk, clock)
    (standing,) = breaches.current_causes([clock]).values()
    assert standing == entry
    assert (entry.entered_by, entry.entered_at) == (desk.people.manager, NOW)


def test_a_new_cause_stands_and_the_old_one_stays_in_the_history(desk):
    clock = missed(desk)
    first = enter(desk, clock)
    second = enter(desk, clock, cause="fault", seen=first.pk, now=NOW + timedelta(hours=1))
    assert [entry.pk for entry in breaches.history(clock)] == [second.pk, first.pk]
    assert [entry.current for entry in breaches.history(clock)] == [True, False]
    assert breaches.causes(scope_of(desk.people.manager)) == {"fault": 1}


def test_the_same_entry_sent_twice_is_one(desk):
    clock = missed(desk)
    assert enter(desk, clock) == enter(desk, clock)
    assert BreachCause.objects.count() == 1


def test_of_two_who_write_at_once_the_later_is_told(desk):
    clock = missed(desk)
    first = enter(desk, clock)
    with pytest.raises(breaches.WrittenMeanwhile) as problem:
        enter(desk, clock, cause="fault")
    assert problem.value.current == first
    assert BreachCause.objects.get() == first


def test_identity_numbers_are_masked(desk):
    entry = enter(desk, missed(desk), explanation=f"Gjaldt {NUMBER}", measure=f"Ring {NUMBER}")
    assert NUMBER not in entry.explanation + entry.measure


@pytest.mark.parametrize("who", ["agent", "expert", "contact", "asker", "stranger"])
def test_only_managers_say_why(desk, who):
    with pytest.raises(PermissionDenied):
        enter(desk, missed(desk), by=getattr(desk.people, who))


def test_a_deadline_that_was_kept_has_nothing_to_explain(desk):
    with pytest.raises(PermissionDenied):
        enter(desk, missed(desk, met="2026-10-14 11:00"))


def test_an_unknown_cause_is_refused(desk):
    with pytest.raises(ValueError, match="aliens"):
        enter(desk, missed(desk), cause="aliens")


def test_a_cause_outlives_that_the_deadline_is_computed_again(desk):
    clock = missed(desk)
    enter(desk, clock)
    TicketClock.objects.filter(pk=clock.pk).delete()
    clock.pk = None
    clock.save()
    assert breaches.current_causes([clock])
    assert not breaches.unexplained_guarantees(scope_of(desk.people.manager)).exists()
