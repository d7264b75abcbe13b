"""The same targets under two sets of rules, counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.reporting.what_if import (
    Outcome,
    Tally,
    added,
    as_data,
    by,
    from_data,
    outcome,
    tallies,
)
from triage.sla.clock import Clock
from triage.sla.policy import Target

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def clock(due=None, *, met=None, stopped=None, kind="first_response", number=1) -> Clock:
    """A target; the times are hours from now."""

    def at(hours):
        return None if hours is None else NOW + hours * HOUR

    return Clock(
        kind=kind,
        number=number,
        version=1,
        rule="",
        calendar="service_hours",
        target=Target(minutes=60),
        target_time=HOUR,
        start=NOW - 100 * HOUR,
        pauses=(),
        due_at=at(due),
        warning_at=None,
        met_at=at(met),
        stopped_at=at(stopped),
    )


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (clock(-2, met=-3), Outcome.KEPT),
        (clock(-2, met=-2), Outcome.KEPT),  # exactly when it is due
        (clock(-2, met=-1), Outcome.MISSED),
        (clock(-2), Outcome.MISSED),  # open past its time
        (clock(-2, stopped=-1), Outcome.MISSED),
        (clock(-2, stopped=-2), Outcome.UNDECIDED),
        (clock(-2, stopped=-3), Outcome.UNDECIDED),
        (clock(0, met=-3), Outcome.UNDECIDED),  # its time has not come
        (clock(2), Outcome.UNDECIDED),
        (clock(None), Outcome.UNDECIDED),  # it stands still
    ],
)
def test_a_target_counts_when_its_time_has_come(target, expected):
    assert outcome(target, NOW) is expected


def test_a_target_that_would_have_been_kept_is_gained_and_the_other_way_round():
    kept, missed = clock(-2, met=-3), clock(-4, met=-3)
    assert tallies([missed], [kept], NOW)["first_response"] == Tally(
        due_before=1, due_after=1, kept_after=1, gained=1, later=1, seconds_later=7200
    )
    assert tallies([kept], [missed], NOW)["first_response"] == Tally(
        due_before=1, kept_before=1, due_after=1, lost=1, earlier=1, seconds_earlier=7200
    )


def test_what_only_one_of_them_promises_begins_or_ends():
    found = tallies([clock(-2)], [clock(-2, kind="resolution")], NOW)
    assert found == {
        "first_response": Tally(due_before=1, ends=1),
        "resolution": Tally(due_after=1, begins=1),
    }


def test_the_same_target_has_the_same_number():
    first, second = clock(-5, met=-6, kind="update"), clock(-2, kind="update", number=2)
    found = tallies([first], [first, second], NOW)["update"]
    assert (found.due_before, found.due_after, found.begins, found.ends) == (1, 2, 1, 0)


def test_the_same_rules_change_nothing():
    targets = [clock(-2), clock(-2, met=-3, kind="resolution"), clock(None, kind="update")]
    assert not any(tally.changes for tally in tallies(targets, targets, NOW).values())


counts = st.builds(Tally, *(st.integers(0, 1000) for _count in Tally().values))
keys = st.tuples(
    st.sampled_from(["2026-09", "2026-10"]),
    st.sampled_from(["first_response", "update", "resolution"]),
    st.sampled_from(["P1", "P2"]),
    st.sampled_from(["incident", "question"]),
)
cells = st.dictionaries(keys, counts, max_size=8)


@given(cells, cells)
def test_cells_come_back_as_they_were_kept_and_add_up_whatever_they_are_summed_by(some, more):
    together = added(from_data(as_data(some)), more)
    whole = by(together).get((), Tally())
    for columns in (("month",), ("kind", "priority"), ("case_type", "month")):
        assert sum(by(together, *columns).values(), Tally()) == whole
    assert whole == by(some).get((), Tally()) + by(more).get((), Tally())


def test_an_unknown_column_is_refused():
    with pytest.raises(ValueError):
        by({}, "team")
