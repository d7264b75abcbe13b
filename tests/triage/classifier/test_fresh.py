"""What is asked about came in later, and nothing like it was learnt."""

from datetime import UTC, datetime, timedelta

from triage.classifier.fresh import FRESH_SHARE, LEAST_ASKED, LEAST_LEARNT, part

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
OPENED = [START + number * DAY for number in range(300)]
ALONE = list(range(300))


def test_the_newest_cases_are_asked_about_and_all_of_them_are_later():
    parted = part(OPENED, ALONE, known_until=None)
    assert len(parted.asked) == int(300 * FRESH_SHARE)
    assert max(OPENED[n] for n in parted.learnt) == parted.until
    assert min(OPENED[n] for n in parted.asked) > parted.until


def test_order_of_the_rows_does_not_matter():
    parted = part(OPENED[::-1], ALONE, known_until=None)
    assert min(OPENED[::-1][n] for n in parted.asked) > parted.until


def test_cases_of_the_same_moment_are_all_on_the_side_of_learning():
    moments = [START] * 100 + [START + DAY] * 200
    assert part(moments, ALONE, known_until=None) is None


def test_what_the_one_in_use_has_read_is_not_asked_about():
    parted = part(OPENED, ALONE, known_until=OPENED[230])
    assert parted.until == OPENED[230]
    assert min(parted.asked) == 231


def test_a_family_is_never_on_both_sides():
    pairs = [number % 280 for number in range(300)]  # the last 20 are like the first 20
    parted = part(OPENED, pairs, known_until=None)
    learnt = {pairs[n] for n in parted.learnt}
    assert not learnt & {pairs[n] for n in parted.asked}
    assert len(parted.asked) == 70


def test_families_of_the_sample_are_not_asked_about():
    parted = part(OPENED, ALONE, known_until=None, learnt_before=frozenset({299, 298, 3}))
    assert {298, 299}.isdisjoint(parted.asked)


def test_too_few_on_either_side_is_no_test():
    few = LEAST_ASKED - 1
    assert part(OPENED, ALONE, known_until=OPENED[-few - 1]) is None
    assert part(OPENED, ALONE, known_until=OPENED[-few - 2]) is not None
    assert part(OPENED[:LEAST_LEARNT], ALONE[:LEAST_LEARNT], known_until=None) is None
    assert part([], [], known_until=None) is None
    assert part(OPENED, ALONE, known_until=OPENED[-1] + DAY) is None
