"""Counting how often something is done: exact, in windows of time, and telling nobody who."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.limiting.counting import Rate, exceeds, forget, read_rate, window_end
from portal.limiting.models import Count

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
TWICE = Rate(most=2, seconds=60)


@pytest.fixture(autouse=True)
def _windows_of_limits():
    """Windows as on a site: each test says what time it is."""


def _again(who: str = "user 1", *, now: datetime = NOW, thing: str = "ask") -> bool:
    return exceeds(TWICE, thing=thing, who=who, now=now)


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("10/m", Rate(most=10, seconds=60)),
        ("5/2h", Rate(most=5, seconds=7200)),
        ("1/s", Rate(most=1, seconds=1)),
        ("0/d", Rate(most=0, seconds=86_400)),
    ],
)
def test_rates_are_read_as_they_are_written(written, rate):
    assert read_rate(written) == rate


@pytest.mark.parametrize("written", ["", "10", "/m", "10/0m", "10/w", "ten/m", "10/m "])
def test_what_is_no_rate_is_refused_in_words(written):
    with pytest.raises(ValueError, match="no rate"):
        read_rate(written)


def test_oftener_than_the_rate_is_too_often_until_the_window_ends():
    assert [_again() for _time in range(4)] == [False, False, True, True]
    ends = window_end("ask user 1", 60, NOW)
    assert _again(now=ends - timedelta(seconds=1))
    assert not _again(now=ends)


def test_windows_last_as_long_as_the_rate_says_and_begin_at_times_of_their_own():
    ends = {window_end(f"ask user {number}", 60, NOW) for number in range(200)}
    assert min(ends) > NOW
    assert max(ends) <= NOW + timedelta(seconds=60)
    assert len(ends) > 40


def test_counting_takes_one_statement_the_first_time_and_the_hundredth(
    django_assert_num_queries,
):
    with django_assert_num_queries(1):
        _again()
    for _time in range(98):
        _again()
    with django_assert_num_queries(1):
        assert _again()
    assert Count.objects.get().number == 100


def test_what_is_stored_says_neither_who_nor_what(settings):
    exceeds(TWICE, thing="ask", who="address 198.51.100.1", now=NOW)
    first = Count.objects.get().key
    assert "198" not in first
    settings.SECRET_KEY = "another"
    exceeds(TWICE, thing="ask", who="address 198.51.100.1", now=NOW)
    assert Count.objects.exclude(key=first).count() == 1


def test_any_name_can_be_counted():
    assert not exceeds(TWICE, thing="ask", who="address \udcff\x00", now=NOW)


def test_counts_of_windows_that_are_over_are_forgotten():
    _again()
    forget(NOW + timedelta(seconds=30) - timedelta(minutes=2))
    assert Count.objects.count() == 1
    forget(NOW + timedelta(minutes=2))
    assert not Count.objects.exists()
