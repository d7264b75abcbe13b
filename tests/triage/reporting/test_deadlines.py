"""Kept deadlines against figures computed by hand and by a plain loop."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Q

from tests.factories import make_product
from tests.triage.reporting.scenes import LONG_AGO, NOW, OSLO, oslo, promise, scope_of
from tests.triage.tickets.desk import opened
from triage.reporting import deadlines
from triage.reporting.figures import Share
from triage.sla.months import Month, month_of
from triage.sla.policy import COMMITMENTS, TARGET_KINDS
from triage.tickets import services
from triage.tickets.models import TicketClock
from triage.tickets.sweeping import sweep

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER, NOVEMBER = (Month(2026, number) for number in (9, 10, 11))


def by_month(desk, **more) -> dict[Month, Share]:
    return deadlines.attainment(scope_of(desk.people.manager, **more)).by_month()


@pytest.mark.parametrize(
    ("due", "month"),
    [
        ("2026-10-31 23:59:59", OCTOBER),
        ("2026-11-01 00:00:00", NOVEMBER),
        ("2026-10-01 00:00:00", OCTOBER),
        ("2026-09-30 23:59:59", SEPTEMBER),
        ("2026-10-25 02:30:00", OCTOBER),
    ],
)
def test_a_target_counts_in_the_month_it_is_due_by_the_clock_in_oslo(desk, due, month):
    promise(desk, due, met="2026-09-01 10:00")
    assert {at for at, share in by_month(desk).items() if share.whole} == {month}


@pytest.mark.parametrize(
    ("met", "stopped", "share"),
    [
        ("2026-10-14 12:00:00", "", Share(1, 1)),  # to the second
        ("2026-10-14 11:00:00", "", Share(1, 1)),
        ("2026-10-14 12:00:01", "", Share(0, 1)),  # late is missed
        ("2026-11-20 12:00:00", "", Share(0, 1)),
        ("", "", Share(0, 1)),  # open after its time is missed
        ("", "2026-10-14 11:59:00", Share()),  # withdrawn before its time
        ("", "2026-10-14 12:00:00", Share()),
        ("", "2026-10-15 08:00:00", Share(0, 1)),  # closed too late to be forgiven
    ],
)
def test_how_a_target_due_on_14_october_at_noon_counts(desk, met, stopped, share):
    promise(desk, "2026-10-14 12:00:00", met=met, stopped=stopped)
    assert by_month(desk)[OCTOBER] == share


def test_what_is_due_later_than_now_is_not_counted_even_when_it_is_met(desk):
    promise(desk, "2026-11-27 12:00", met="2026-11-23 10:00")
    promise(desk, "2026-11-27 12:00")
    promise(desk, "2026-11-23 12:00")
    assert by_month(desk)[NOVEMBER] == Share(0, 1)


def test_what_stands_still_has_no_month(desk):
    promise(desk, None)
    assert deadlines.attainment(scope_of(desk.people.manager)).total() == Share()


def test_an_autumn_computed_by_hand(desk):
    """September 1 of 1, October 2 of 4 (one guarantee missed), November 0 of 1."""
    other = make_product(slug="annet", name_nb="Annet")
    promise(desk, "2026-09-30 23:59", met="2026-09-30 12:00", product=desk.product)
    promise(desk, "2026-10-01 00:00", met="2026-09-30 12:00", product=desk.product)
    case = promise(desk, "2026-10-20 12:00", met="2026-10-20 11:00", product=other)
    promise(desk, "2026-10-22 12:00", met="2026-10-23 11:00", ticket=case, kind="resolution")
    promise(desk, "2026-10-31 23:59", commitment="guarantee", product=desk.product)
    promise(desk, "2026-11-01 00:00", met="2026-11-02 00:00", kind="update")
    found = deadlines.attainment(scope_of(desk.people.manager))
    assert found.by_month() == {
        SEPTEMBER: Share(1, 1),
        OCTOBER: Share(2, 4),
        NOVEMBER: Share(0, 1),
    }
    assert found.by(lambda cell: cell.kind) == {
        "first_response": Share(3, 4),
        "resolution": Share(0, 1),
        "update": Share(0, 1),
    }
    assert found.by(lambda cell: cell.commitment)["guarantee"] == Share(0, 1)
    assert found.products == {
        desk.product.pk: Share(2, 3),
        other.pk: Share(1, 2),
        None: Share(0, 1),
    }
    assert found.total() == Share(3, 6)


def test_a_month_without_targets_is_there_and_empty(desk):
    assert by_month(desk) == {SEPTEMBER: Share(), OCTOBER: Share(), NOVEMBER: Share()}


def test_a_case_through_the_services_counts_when_its_own_clock_says(desk):
    """A question is answered on the next working day; the sweep records what was not."""
    answered = opened(desk, at=oslo("2026-10-29 10:00"))
    services.reply(
        ticket=answered, by=desk.people.agent, body="Slik.", now=oslo("2026-10-29 12:00")
    )
    opened(desk, at=oslo("2026-10-29 10:00"))
    sweep(NOW)
    found = deadlines.attainment(scope_of(desk.people.manager, kind="first_response"))
    assert found.by_month()[OCTOBER] == Share(1, 2)


def test_demands_kind_and_commitment_narrow_what_is_counted(desk):
    promise(desk, "2026-10-14 12:00", product=desk.product, commitment="guarantee")
    promise(desk, "2026-10-14 12:00", kind="resolution")
    manager = desk.people.manager
    for more, whole in (
        ({"demands": (Q(product=desk.product),)}, 1),
        ({"kind": "resolution"}, 1),
        ({"kind": "update"}, 0),
        ({"commitment": "guarantee"}, 1),
        ({}, 2),
    ):
        assert deadlines.attainment(scope_of(manager, **more)).total().whole == whole


def test_security_cases_are_counted_for_those_who_may_read_them_only(desk):
    promise(desk, "2026-10-14 12:00", case_type="security_incident")
    assert deadlines.attainment(scope_of(desk.people.manager)).total() == Share()
    assert deadlines.attainment(scope_of(desk.people.guard)).total() == Share(0, 1)
    assert deadlines.attainment(scope_of(desk.people.stranger)).total() == Share()


def test_every_figure_is_as_long_as_the_list_behind_it(desk):
    _scatter(desk, random.Random(11), 60)
    scope = scope_of(desk.people.manager)
    total = deadlines.attainment(scope).total()
    assert deadlines.targets(scope).count() == total.whole > 10
    assert deadlines.missed(scope).count() == total.rest > 0


@pytest.mark.parametrize("seed", range(4))
def test_the_figures_are_those_of_a_plain_loop_and_every_split_adds_up(desk, seed, thorough):
    _scatter(desk, random.Random(seed), 400 if thorough else 60)
    found = deadlines.attainment(scope_of(desk.people.manager))
    expected: Counter = Counter()
    for clock in TicketClock.objects.select_related("ticket"):
        if clock.due_at is None or clock.due_at >= NOW:
            continue
        if clock.stopped_at and clock.stopped_at <= clock.due_at:
            continue
        month = month_of(clock.due_at, OSLO)
        if SEPTEMBER <= month <= NOVEMBER:
            kept = clock.met_at is not None and clock.met_at <= clock.due_at
            expected[month, clock.kind, clock.commitment, kept] += 1
    by_cell = found.by(lambda cell: (cell.month, cell.kind, cell.commitment))
    assert {key: share.part for key, share in by_cell.items() if share.part} == {
        key[:3]: count for key, count in expected.items() if key[3]
    }
    assert {key: share.rest for key, share in by_cell.items() if share.rest} == {
        key[:3]: count for key, count in expected.items() if not key[3]
    }
    for split in ("month", *deadlines.SPLITS):
        parts = found.by(lambda cell, name=split: getattr(cell, name))
        assert sum(parts.values(), Share()) == found.total()
    assert sum(found.products.values(), Share()) == found.total()


def test_lateness_runs_until_the_target_is_met_stopped_or_now(desk):
    hour = timedelta(hours=1)
    for end, late in (
        ({"met": "2026-10-14 13:00"}, hour),
        ({"stopped": "2026-10-14 14:00"}, 2 * hour),
        ({}, NOW - oslo("2026-10-14 12:00")),
    ):
        clock = promise(desk, "2026-10-14 12:00", **end).clocks.get()
        assert deadlines.lateness(clock, NOW) == late


def test_the_number_of_statements_is_the_same_with_any_number_of_cases(
    desk, django_assert_num_queries
):
    scope = scope_of(desk.people.manager)
    deadlines.attainment(scope)  # reads the person's groups and teams once
    for count in (1, 30):
        _scatter(desk, random.Random(count), count)
        with django_assert_num_queries(3):  # closed months, by all splits, by product
            deadlines.attainment(scope)


def _scatter(desk, chance: random.Random, count: int) -> None:
    """Random promises around the edges of three months."""
    products = [desk.product, make_product(), None]
    cases = [opened(desk, at=LONG_AGO, product=chance.choice(products)) for _ in range(12)]
    TicketClock.objects.all().delete()
    edges = [oslo(f"2026-{month}-01 00:00") for month in ("09", "10", "11", "12")]
    rows = []
    for number in range(count):
        due = chance.choice(edges) + timedelta(
            seconds=chance.randint(-2, 2) * chance.choice((1, 86400))
        )
        end = due + timedelta(seconds=chance.randint(-2, 2))
        how = chance.choice(("met", "met", "stopped", "open"))
        rows.append(
            TicketClock(
                ticket=chance.choice(cases),
                kind=chance.choice(TARGET_KINDS),
                number=number + 1,
                commitment=chance.choice(COMMITMENTS),
                started_at=LONG_AGO,
                due_at=None if chance.random() < 0.1 else due,
                met_at=end if how == "met" else None,
                stopped_at=end if how == "stopped" else None,
            )
        )
    TicketClock.objects.bulk_create(rows)
