"""Single answers and grades of closed months: kept, read again, and the same as the log gave."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.db.models import Q
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Language, Organisation
from tests.factories import make_organisation, make_product, make_user
from tests.triage.reporting.scenes import NOW, oslo, scope_of
from tests.triage.tickets.desk import opened
from triage.oversight import ratings
from triage.reporting import answering, closing, escalated, satisfaction, single
from triage.reporting.models import SnapshotCell
from triage.sla.calendar import always_open, calendar_from_json
from triage.sla.months import Month
from triage.tickets import codes, services
from triage.tickets.models import Ticket, TicketClock

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
HOUR = timedelta(hours=1)
CAME = oslo("2026-10-14 10:00")
OFFICE = calendar_from_json(
    {
        "weekly": {day: [["08:00", "11:30"], ["12:00", "15:45"]] for day in ("mon", "tue", "fri")},
        "holiday_country": "NO",
    },
    "office",
)
INSTANTS = st.integers(1_740_000_000, 1_800_000_000)


def answered(desk, hours: float = 1, at=CAME, **fields) -> Ticket:
    ticket = opened(desk, at=at, **fields)
    services.reply(ticket=ticket, by=desk.people.agent, body="Slik.", now=at + hours * HOUR)
    return ticket


def solved(desk, grade: int = 0, at=CAME, **fields) -> Ticket:
    ticket = opened(desk, at=at, **fields)
    services.resolve(
        ticket=ticket, by=desk.people.agent, solution_code="answer", body="Slik.", now=at + HOUR
    )
    ticket.refresh_from_db()
    if grade:
        ratings.rate(ticket=ticket, by=ticket.requester, grade=grade, now=at + 2 * HOUR)
    return ticket


@pytest.fixture
def autumn(desk):
    """Answers and grades of October, which will be closed, and of November, which will not."""
    small = make_organisation(size="small", segment="state")
    answered(desk, 1, language="nn", product=desk.product, channel="phone")
    answered(desk, 2, organisation=small)
    answered(desk, 5, organisation=None)
    answered(desk, 3, at=oslo("2026-11-16 10:00"))
    solved(desk, 5, language="nn")
    solved(desk, 2, organisation=small)
    solved(desk)
    solved(desk, 4, at=oslo("2026-11-16 10:00"))
    handed = answered(desk, product=desk.product)
    for ticket in (handed, opened(desk, at=CAME)):
        services.hand_over(
            ticket=ticket,
            by=desk.people.agent,
            to=desk.second,
            reason="unsure",
            tried="x",
            now=CAME + 4 * HOUR,
        )
    return desk


def figures(user, **more) -> dict:
    """Everything that is read of closed months here."""
    scope = scope_of(user, **more)
    found, grades = answering.answers(scope), satisfaction.satisfaction(scope)
    escalations = escalated.escalations(scope)
    return {
        **{name: found.times(name) for name in ("month", *answering.GROUPS, *answering.FILTERS)},
        "atoms": found.counts(("month", "size", "channel", "product")),
        "grades": grades.by_month,
        "groups": satisfaction.by_group(scope),
        "handed over": escalations.answered(lambda cell: (cell.month, cell.product, cell.team)),
        "advice": escalated.consults(scope),
    }


@pytest.mark.parametrize(
    "demands",
    [
        (),
        (Q(language="nn"),),
        (Q(product__isnull=True),),
        (Q(product__slug="maskinporten"),),
        (Q(team__slug="servicedesk"), Q(priority="P4")),
        (Q(language="en"),),
    ],
)
def test_closed_months_give_the_figures_the_log_gave(autumn, demands):
    live = figures(autumn.people.manager, demands=demands)
    closing.close_months(NOW)
    assert figures(autumn.people.manager, demands=demands) == live
    assert answering.answers(scope_of(autumn.people.manager)).closed.months >= {OCTOBER}


def test_closed_months_stay_whatever_happens_to_the_cases(autumn):
    before = figures(autumn.people.manager)
    closing.close_months(NOW)
    october = Ticket.objects.filter(opened_at__lt=oslo("2026-11-01 00:00"))
    october.update(language="en", product=make_product(), organisation=None, channel="email")
    TicketClock.objects.filter(ticket__in=october).update(met_at=None)
    after = figures(autumn.people.manager)
    changed = ("groups",)  # the organisation's size and kind are kept too
    assert {name: after[name] for name in after if name not in changed} == {
        name: before[name] for name in before if name not in changed
    }
    differ = {s.measure for s in closing.Snapshot.objects.all() if closing.compared(s, NOW).cells}
    assert {"answers", "satisfaction", "escalated"} <= differ


def test_security_cases_are_kept_apart_and_read_by_those_who_may(autumn):
    root = make_user(is_superuser=True)
    answered(autumn, 7, security=True)
    live = {who: figures(who) for who in (root, autumn.people.manager)}
    closing.close_months(NOW)
    for who, found in live.items():
        assert figures(who) == found
    assert (
        live[root]["month"][OCTOBER].wall.count
        == live[autumn.people.manager]["month"][OCTOBER].wall.count + 1
    )


def test_months_without_an_answer_are_kept_as_such(desk):
    opened(desk, at=CAME)
    closing.close_months(NOW)
    found = answering.answers(scope_of(desk.people.manager))
    assert (found.total, found.times("language"), found.closed.months) == (
        0,
        {},
        frozenset({Month(2026, 9), OCTOBER} & found.closed.months),
    )
    assert satisfaction.satisfaction(scope_of(desk.people.manager)).by_month == {}


def test_only_what_sums_cannot_answer_is_kept_row_by_row(autumn):
    closing.close_months(NOW)
    kept = SnapshotCell.objects.filter(single__isnull=False)
    assert set(kept.values_list("snapshot__measure", flat=True)) == {"answers", "satisfaction"}
    for cell in kept:
        form = {"answers": answering, "satisfaction": satisfaction}[cell.snapshot.measure].FORM
        assert len(bytes(cell.single)) == cell.whole * form.kept.itemsize


@pytest.mark.parametrize(
    ("column", "known"),
    [
        ("language", Language.values),
        ("priority", [code for code, _label in codes.PRIORITIES]),
        ("size", Organisation.Size.values),
        ("segment", Organisation.Segment.values),
        ("channel", codes.Channel.values),
    ],
)
def test_every_code_fits_its_column(column, known):
    widths = dict(single.CELL + single.BESIDE)
    field = {"size": Organisation, "segment": Organisation}.get(column, Ticket)
    assert np.dtype(widths[column]).itemsize >= field._meta.get_field(column).max_length
    assert all(value.isascii() for value in known)


@given(st.lists(st.tuples(INSTANTS, INSTANTS), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
@pytest.mark.parametrize("calendar", [OFFICE, always_open()], ids=["office", "always"])
def test_open_time_of_many_at_once_is_the_calendars_of_each(calendar, pairs):
    starts, ends = np.array([sorted(pair) for pair in pairs], np.int64).T
    before = calendar.opening.open_before
    assert answering._open_seconds(calendar, starts, ends).tolist() == [
        (before(int(end) * 1_000_000) - before(int(start) * 1_000_000)) // 1_000_000
        for start, end in zip(starts, ends, strict=True)
    ]


@given(
    st.lists(
        st.tuples(st.sampled_from(["nb", "nn"]), st.sampled_from(["", "small"]), st.integers(0, 9))
    )
)
@settings(max_examples=50, deadline=None)
def test_rows_are_grouped_as_one_by_one(cases):
    rows = np.array(cases, [("language", "S2"), ("size", "S10"), ("product", "<i8")])
    found = {
        key: sorted(places.tolist()) for key, places in single.groups(rows, ("size", "product"))
    }
    expected: dict = {}
    for place, (_language, size, product) in enumerate(cases):
        expected.setdefault((size, product or None), []).append(place)
    assert found == expected
    assert sum(len(places) for _key, places in single.groups(rows, ())) == len(cases)
