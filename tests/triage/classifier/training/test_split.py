"""What is asked about came in later, and nothing like it was learnt."""

from datetime import UTC, datetime, timedelta

from triage.classifier.training.split import FRESH_SHARE, LEAST_ASKED, LEAST_LEARNT, split_by_time

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
OPENED = [START + number * DAY for number in range(300)]
ALONE = list(range(300))


def test_the_newest_cases_are_asked_about_and_all_of_them_are_later():
    split = split_by_time(OPENED, ALONE, known_until=None)
    assert len(split.asked) == int(300 * FRESH_SHARE)
    assert max(OPENED[n] for n in split.learnt) == split.until
    assert min(OPENED[n] for n in split.asked) > split.until


def test_order_of_the_rows_does_not_matter():
    split = split_by_time(OPENED[::-1], ALONE, known_until=None)
    assert min(OPENED[::-1][n] for n in split.asked) > split.until


def test_cases_of_the_same_moment_are_all_on_the_side_of_learning():
    moments = [START] * 100 + [START + DAY] * 200
    assert split_by_time(moments, ALONE, known_until=None) is None


def test_what_the_one_in_use_has_read_is_not_asked_about():
    split = split_by_time(OPENED, ALONE, known_until=OPENED[230])
    assert split.until == OPENED[230]
    assert min(split.asked) == 231


def test_a_family_is_never_on_both_sides():
    pairs = [number % 280 for number in range(300)]  # the last 20 are like the first 20
    split = split_by_time(OPENED, pairs, known_until=None)
    learnt = {pairs[n] for n in split.learnt}
    assert not learnt & {pairs[n] for n in split.asked}
    assert len(split.asked) == 70


def test_families_of_the_sample_are_not_asked_about():
    split = split_by_time(OPENED, ALONE, known_until=None, learnt_before=frozenset({299, 298, 3}))
    assert {298, 299}.isdisjoint(split.asked)


def test_too_few_on_either_side_is_no_test():
    few = LEAST_ASKED - 1
    assert split_by_time(OPENED, ALONE, known_until=OPENED[-few - 1]) is None
    assert split_by_time(OPENED, ALONE, known_until=OPENED[-few - 2]) is not None
    assert split_by_time(OPENED[:LEAST_LEARNT], ALONE[:LEAST_LEARNT], known_until=None) is None
    assert split_by_time([], [], known_until=None) is None
    assert split_by_time(OPENED, ALONE, known_until=OPENED[-1] + DAY) is None
