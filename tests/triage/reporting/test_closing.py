"""Closed months: kept once, shown as they were kept, compared with the log, security apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Q

from tests.factories import make_product, make_user
from tests.triage.reporting.scenes import LONG_AGO, NOW, OSLO, oslo, promise, scope_of
from tests.triage.tickets.desk import opened
from triage.reporting import baselines, closing, cooperation, deadlines, solved
from triage.reporting.figures import Share
from triage.reporting.models import Baseline, Snapshot, SnapshotCell
from triage.sla.months import Month
from triage.tickets import services
from triage.tickets.models import Ticket, TicketClock

pytestmark = pytest.mark.django_db
MAY, SEPTEMBER, OCTOBER = Month(2026, 5), Month(2026, 9), Month(2026, 10)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MEASURES = len(closing.MEASURES)


@pytest.fixture
def autumn(desk):
    """September 1 of 2 kept, October 1 of 1 kept, and a missed security case in October."""
    promise(desk, "2026-09-14 12:00", met="2026-09-14 11:00", product=desk.product)
    promise(desk, "2026-09-15 12:00", met="2026-09-15 13:00", language="nn")
    promise(desk, "2026-10-14 12:00", met="2026-10-14 11:00")
    promise(desk, "2026-10-15 12:00", case_type="security_incident")
    return desk


def shares(desk, user=None, **more) -> dict[Month, Share]:
    scope = scope_of(user or desk.people.manager, "2026-09", "2026-10", **more)
    return deadlines.attainment(scope).by_month()


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-11-15 00:00", OCTOBER),  # fourteen days after, to the second
        ("2026-11-14 23:59:59", SEPTEMBER),
        ("2026-12-14 12:00", OCTOBER),
    ],
)
def test_a_month_has_settled_14_days_after_its_end(now, last):
    assert closing.last_settled(oslo(now)) == last


def test_every_settled_month_since_the_first_case_is_kept_once_by_every_measure(autumn):
    months = 6  # May, when the first case came in, to October
    assert closing.close_months(NOW) == months * MEASURES
    assert Snapshot.objects.count() == 2 * months * MEASURES
    assert set(Snapshot.objects.values_list("definition", "frozen_at")) == {(1, NOW), (2, NOW)}
    cells = SnapshotCell.objects.count()
    assert closing.close_months(NOW + HOUR) == 0
    assert SnapshotCell.objects.count() == cells > 0


def test_without_a_case_there_is_no_month_to_keep(desk):
    assert closing.close_months(NOW) == 0


def test_no_more_than_24_months_are_kept_at_first(desk):
    opened(desk, at=oslo("2020-01-15 12:00"))
    assert closing.close_months(NOW) == 24 * MEASURES


def test_closed_months_show_what_was_kept_whatever_happens_to_the_cases(autumn):
    before = shares(autumn)
    assert before == {SEPTEMBER: Share(1, 2), OCTOBER: Share(1, 1)}
    closing.close_months(NOW)
    TicketClock.objects.update(met_at=None)
    Ticket.objects.update(product=make_product(), team=autumn.second)
    assert shares(autumn) == before
    found = deadlines.attainment(scope_of(autumn.people.manager, "2026-09", "2026-10"))
    assert found.products[autumn.product.pk] == Share(1, 1)
    assert found.closed.months == {SEPTEMBER, OCTOBER}


@pytest.mark.parametrize(
    ("demand", "more"),
    [
        (Q(language="nn"), {}),
        (Q(priority="P4"), {}),
        (Q(), {"kind": "first_response"}),
        (Q(), {"kind": "resolution"}),
        (Q(), {"commitment": "guarantee"}),
        (Q(product=None), {}),
        (Q(team__slug="servicedesk"), {}),
    ],
)
def test_kept_months_answer_filters_as_the_log_does(autumn, demand, more):
    live = shares(autumn, demands=(demand,), **more)
    closing.close_months(NOW)
    assert shares(autumn, demands=(demand,), **more) == live


def test_a_question_months_are_not_kept_by_is_counted_from_the_log(autumn):
    closing.close_months(NOW)
    TicketClock.objects.update(met_at=None)
    demands = (Q(organisation=autumn.organisation),)
    found = shares(autumn, demands=demands, narrow=True)
    assert found == {SEPTEMBER: Share(0, 2), OCTOBER: Share(0, 1)}


def test_kept_security_cases_are_for_those_who_may_read_them_all(autumn):
    root = make_user(is_superuser=True)
    reader = make_user(groups=("manager",), teams=(autumn.guards,))
    live = {who: shares(autumn, who) for who in (root, reader)}
    closing.close_months(NOW)
    TicketClock.objects.update(met_at=None)
    for who in (root, reader):
        assert shares(autumn, who)[OCTOBER] == live[who][OCTOBER] == Share(1, 2)
    assert shares(autumn)[OCTOBER] == Share(1, 1)
    ordinary = SnapshotCell.objects.filter(snapshot__security=False, snapshot__month="2026-10")
    assert sum(ordinary.filter(snapshot__measure="deadlines").values_list("whole", flat=True)) == 1


def test_a_manager_in_one_security_case_sees_that_one_beside_the_kept_months(autumn):
    closing.close_months(NOW)
    promise(autumn, "2026-10-16 12:00", case_type="security_incident")
    mine = Ticket.objects.filter(security=True).first()
    Ticket.objects.filter(pk=mine.pk).update(requester=autumn.people.manager)
    assert shares(autumn) == {SEPTEMBER: Share(1, 2), OCTOBER: Share(1, 2)}


def test_somebody_who_sees_some_cases_only_gets_nothing_that_was_kept(autumn):
    closing.close_months(NOW)
    assert shares(autumn, autumn.people.expert) == {SEPTEMBER: Share(), OCTOBER: Share()}
    assert shares(autumn, autumn.people.stranger) == {SEPTEMBER: Share(), OCTOBER: Share()}


def test_every_measure_says_the_same_kept_as_counted(desk):
    ticket, other = (opened(desk, at=oslo(f"2026-10-{day} 10:00")) for day in (14, 15))
    at = oslo("2026-10-15 12:00")
    services.hand_over(
        ticket=ticket, by=desk.people.agent, to=desk.second, reason="unsure", tried="x", now=at
    )
    services.hand_back(ticket=ticket, by=desk.people.expert, reason="Nei", now=at + HOUR)
    for number, case in enumerate((ticket, other)):
        services.resolve(
            ticket=case,
            by=desk.people.agent,
            solution_code="answer",
            body="Slik.",
            now=at + (2 + number) * HOUR,
        )
    scope = scope_of(desk.people.manager, "2026-10", "2026-10")

    def answers():
        moves, lines = cooperation.cooperation(scope), cooperation.lines(scope)
        return (
            moves.moves,
            moves.channels(),
            lines.held,
            lines.solved,
            solved.solved(scope).by_month,
            solved.solved(scope).by_product,
        )

    live = answers()
    closing.close_months(NOW)
    assert Snapshot.objects.filter(month="2026-10").count() == 2 * MEASURES
    assert answers() == live
    assert live[3] == {OCTOBER: 2}


def test_the_night_says_which_kept_months_the_log_differs_from(autumn):
    closing.close_months(NOW)
    assert closing.compare_months(NOW + DAY) == 0
    assert not Snapshot.objects.exclude(compared_at=NOW + DAY).exists()
    clock = TicketClock.objects.get(due_at=oslo("2026-10-14 12:00"))
    clock.met_at = None
    clock.save()
    assert closing.compare_months(NOW + 2 * DAY) == 2
    answers, snapshot = Snapshot.objects.filter(cells_differ__gt=0).order_by("measure")
    for differs, measure in ((answers, "answers"), (snapshot, "deadlines")):
        assert (differs.measure, differs.month, differs.security) == (measure, "2026-10", False)
    found = closing.compared(snapshot, NOW)
    ((_key, kept, live),) = found.cells
    assert (kept.part, live.part) == (1, 0)
    assert found.kept["first_response"].part == 1 and found.live["first_response"].part == 0
    scope = scope_of(autumn.people.manager, "2026-09", "2026-10")
    assert deadlines.attainment(scope).closed.differing(OCTOBER)
    assert not deadlines.attainment(scope).closed.differing(SEPTEMBER)


def test_a_month_another_worker_is_first_with_is_left_to_it(autumn, monkeypatch):
    real, raced = Snapshot.objects.create, []

    def create(**fields):
        if not raced:
            raced.append(True)
            real(**fields)
        return real(**fields)

    monkeypatch.setattr(Snapshot.objects, "create", create)
    assert closing.close_months(NOW) == 6 * MEASURES - 1
    assert closing.close_months(NOW + HOUR) in (0, 1)
    assert Snapshot.objects.count() == 2 * 6 * MEASURES


def test_a_worker_killed_while_keeping_a_month_leaves_nothing_of_it(autumn, monkeypatch):
    real = SnapshotCell.objects.bulk_create
    monkeypatch.setattr(SnapshotCell.objects, "bulk_create", _killed)
    with pytest.raises(KeyboardInterrupt):
        closing.close_months(NOW)
    assert not Snapshot.objects.exists()
    monkeypatch.setattr(SnapshotCell.objects, "bulk_create", real)
    assert closing.close_months(NOW) == 6 * MEASURES


def _killed(*_args, **_options):
    raise KeyboardInterrupt


def test_a_newer_definition_leaves_the_kept_months_as_they_are(autumn, monkeypatch):
    closing.close_months(NOW)
    newer = replace(closing.BY_NAME["deadlines"], version=3)
    monkeypatch.setitem(closing.BY_NAME, "deadlines", newer)
    monkeypatch.setattr(closing, "MEASURES", (newer, *closing.MEASURES[1:]))
    assert closing.close_months(NOW + HOUR) == 0
    assert Snapshot.objects.filter(measure="deadlines", definition=2).count() == 12


def test_a_month_kept_before_cells_knew_types_is_compared_without_them(autumn):
    closing.close_months(NOW)
    kept = Snapshot.objects.filter(measure="deadlines")
    types = SnapshotCell.objects.filter(snapshot__in=kept).values_list("case_type", flat=True)
    assert "" not in types and len(set(types)) > 1
    before = {snapshot: closing.compared(snapshot, NOW).kept for snapshot in kept}
    SnapshotCell.objects.filter(snapshot__in=kept).update(case_type="")
    kept.update(definition=1)
    for snapshot in kept:
        found = closing.compared(snapshot, NOW)
        assert "case_type" not in found.columns
        assert found.cells == ()
        assert found.kept == found.live == before[snapshot]


def test_a_baseline_is_made_of_closed_months_by_a_manager(autumn):
    manager = autumn.people.manager
    with pytest.raises(baselines.MonthsNotClosed):
        baselines.choose_baseline(first=SEPTEMBER, last=OCTOBER, by=manager, now=NOW)
    closing.close_months(NOW)
    assert baselines.closed_months()[0] == MAY and baselines.closed_months()[-1] == OCTOBER
    for first, last in ((OCTOBER, SEPTEMBER), (OCTOBER, Month(2026, 11)), (MAY, Month(2035, 1))):
        with pytest.raises(baselines.MonthsNotClosed):
            baselines.choose_baseline(first=first, last=last, by=manager, now=NOW)
    with pytest.raises(PermissionDenied):
        baselines.choose_baseline(first=MAY, last=MAY, by=autumn.people.agent, now=NOW)
    for _twice in range(2):
        baselines.choose_baseline(first=SEPTEMBER, last=OCTOBER, by=manager, now=NOW)
    assert Baseline.objects.count() == 1
    later = baselines.choose_baseline(first=OCTOBER, last=OCTOBER, by=manager, now=NOW + DAY)
    assert baselines.current_baseline() == later
    assert (later.chosen_by, later.chosen_at, later.first) == (manager, NOW + DAY, OCTOBER)
    assert Baseline.objects.count() == 2


def test_months_are_closed_by_the_clock_in_oslo(desk):
    promise(desk, "2026-10-31 23:59:59", met="2026-10-30 10:00")
    promise(desk, "2026-11-01 00:00:00", met="2026-10-30 10:00")
    closing.close_months(NOW)
    snapshot = Snapshot.objects.get(measure="deadlines", month="2026-10", security=False)
    assert [cell.whole for cell in snapshot.cells.all()] == [1]
    assert closing.zone().key == OSLO.key and LONG_AGO < NOW
