"""When digests leave: working mornings in Norway, whatever the clock does."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.community.rhythm import is_working_day, may_leave, next_time

OSLO = ZoneInfo("Europe/Oslo")


def oslo(text: str) -> datetime:
    """A moment given as the clock shows it in Norway."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("rhythm", "after", "leaves"),
    [
        ("daily", "2026-11-25T07:29", "2026-11-25T07:30"),
        ("daily", "2026-11-25T07:30", "2026-11-26T07:30"),
        ("daily", "2026-11-27T12:00", "2026-11-30T07:30"),  # over the weekend
        ("daily", "2026-04-01T08:00", "2026-04-07T07:30"),  # over Easter
        ("daily", "2026-05-15T08:00", "2026-05-18T07:30"),
        ("daily", "2026-12-24T08:00", "2026-12-28T07:30"),
        ("daily", "2026-03-27T08:00", "2026-03-30T07:30"),  # summer time begins on the Sunday
        ("daily", "2026-10-23T08:00", "2026-10-26T07:30"),  # and ends
        ("weekly", "2026-11-23T07:00", "2026-11-23T07:30"),
        ("weekly", "2026-11-23T07:30", "2026-11-30T07:30"),
        ("weekly", "2026-11-25T09:00", "2026-11-30T07:30"),
        ("weekly", "2026-04-03T09:00", "2026-04-07T07:30"),  # Easter Monday is none
        ("monthly", "2026-11-25T09:00", "2026-12-01T07:30"),
        ("monthly", "2026-12-02T09:00", "2027-01-04T07:30"),  # New Year's Day, then a weekend
        ("monthly", "2026-04-15T09:00", "2026-05-04T07:30"),  # the first of May is a Friday
    ],
)
def test_a_digest_leaves_at_half_past_seven_on_the_first_working_day(rhythm, after, leaves):
    assert next_time(rhythm, oslo(after)) == oslo(leaves)


def test_moments_come_in_utc_with_the_right_hour_in_summer_and_winter():
    assert next_time("daily", oslo("2026-03-27T08:00")) == datetime(2026, 3, 30, 5, 30, tzinfo=UTC)
    assert next_time("daily", oslo("2026-10-23T08:00")) == datetime(2026, 10, 26, 6, 30, tzinfo=UTC)


@given(
    st.sampled_from(["daily", "weekly", "monthly"]),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
)
def test_the_next_time_is_later_a_working_morning_and_never_skips_one(rhythm, after):
    found = next_time(rhythm, after)
    local = found.astimezone(OSLO)
    assert found > after
    assert (local.hour, local.minute) == (7, 30)
    assert is_working_day(local.date())
    assert next_time(rhythm, found - timedelta(seconds=1)) == found
    assert found - after <= timedelta(days={"daily": 7, "weekly": 14, "monthly": 40}[rhythm])


@pytest.mark.parametrize(
    ("now", "may"),
    [
        ("2026-11-25T07:30", True),
        ("2026-11-25T15:59", True),
        ("2026-11-25T07:29", False),
        ("2026-11-25T16:00", False),
        ("2026-11-25T00:00", False),
        ("2026-11-28T10:00", False),
        ("2026-12-25T10:00", False),
    ],
)
def test_late_digests_leave_in_working_hours_only(now, may):
    assert may_leave(oslo(now)) is may


def test_a_rhythm_nobody_knows_is_a_fault_of_the_caller():
    with pytest.raises(ValueError, match="hourly"):
        next_time("hourly", oslo("2026-11-25T07:00"))


def test_national_day_is_no_working_day():
    assert not is_working_day(date(2027, 5, 17))
    assert is_working_day(date(2027, 5, 18))
