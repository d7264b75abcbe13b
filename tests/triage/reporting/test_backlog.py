"""The backlog by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.triage.reporting.scenes import NOW, scope_of
from tests.triage.tickets.desk import in_status, opened
from triage.reporting import backlog
from triage.reporting.figures import Share
from triage.tickets import services
from triage.tickets.models import Ticket
from triage.tickets.states import Status

pytestmark = pytest.mark.django_db
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("age", "code"),
    [
        (timedelta(0), "0-1"),
        (DAY - SECOND, "0-1"),
        (DAY, "1-3"),
        (3 * DAY, "3-7"),
        (7 * DAY, "7-14"),
        (14 * DAY - SECOND, "7-14"),
        (14 * DAY, "14-30"),
        (30 * DAY - SECOND, "14-30"),
        (30 * DAY, "30-"),
        (400 * DAY, "30-"),
    ],
)
def test_a_case_is_in_one_class_of_age(desk, age, code):
    opened(desk, at=NOW - age)
    found = backlog.backlog(scope_of(desk.people.manager))
    assert set(found.by(lambda cell: cell.age)) == {code}
    assert Ticket.objects.filter(backlog.aged(code, NOW)).count() == 1


def test_an_unknown_class_of_age_is_refused():
    with pytest.raises(KeyError):
        backlog.aged("5-6", NOW)


def test_open_cases_count_and_ended_ones_do_not(desk):
    for status in Status:
        in_status(desk, status, at=NOW - 2 * DAY)
    handed = opened(desk, at=NOW - 20 * DAY, product=desk.product)
    services.hand_over(
        ticket=handed, by=desk.people.agent, to=desk.second, reason="unsure", tried="x", now=NOW
    )
    Ticket.objects.filter(pk=handed.pk).update(queue_at=NOW - SECOND)
    Ticket.objects.exclude(pk=handed.pk).update(queue_at=NOW)
    found = backlog.backlog(scope_of(desk.people.manager))
    assert found.total() == Share(1, 5)
    assert found.by(lambda cell: cell.team) == {
        desk.first.pk: Share(0, 4),
        desk.second.pk: Share(1, 1),
    }
    assert found.by(lambda cell: cell.age) == {"1-3": Share(0, 4), "14-30": Share(1, 1)}
    assert found.oldest == NOW - 20 * DAY
    for split in ("status", "team", "priority", "product", "age"):
        parts = found.by(lambda cell, name=split: getattr(cell, name))
        assert sum(parts.values(), Share()) == found.total()


def test_the_lists_are_as_long_as_the_figures(desk):
    for days in range(6):
        opened(desk, at=NOW - days * DAY)
    scope = scope_of(desk.people.manager)
    total = backlog.backlog(scope).total()
    assert backlog.open_cases(scope).count() == total.whole == 6
    assert backlog.overdue_cases(scope).count() == total.part > 0


def test_an_empty_desk_has_no_oldest(desk):
    assert backlog.backlog(scope_of(desk.people.manager)).oldest is None
