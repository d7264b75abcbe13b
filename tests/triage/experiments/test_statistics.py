"""The trial finds the change it was planned for, and nothing where there is nothing.

Cases are simulated with a known effect. `--thorough -s` runs many more and prints the figures,
with a t-test of logarithms beside them.
"""

from __future__ import annotations

import numpy as np
import pytest

from triage.experiments.statistics import (
    PROMISED,
    SURE,
    TooLittleKnown,
    cases_needed,
    compare,
    deviations,
)

HOUR, LONGEST = 3600.0, 14 * 24 * 3600.0


def two_lines(random, count):
    """Quick answers of the first line, slow ones of the second, and some that are never solved."""
    quick = random.lognormal(np.log(4 * HOUR), 1.1, count)
    slow = random.lognormal(np.log(40 * HOUR), 1.0, count)
    times = np.where(random.random(count) < 0.6, quick, slow)
    return np.where(random.random(count) < 0.03, 10 * LONGEST, times)


def one_hump(random, count):
    """Times with one hump, as most textbooks have them."""
    return random.lognormal(np.log(10 * HOUR), 1.2, count)


def waiting(random, count):
    """Times of a queue that is worked off evenly."""
    return random.exponential(20 * HOUR, count)


WORLDS = {"two lines": two_lines, "one hump": one_hump, "waiting": waiting}


def t_test_of_logarithms(first, second) -> float:
    """The usual alternative: Welch's t, in standard deviations."""
    a, b = (np.log(np.minimum(times, LONGEST)) for times in (first, second))
    return (b.mean() - a.mean()) / np.sqrt(a.var() / len(a) + b.var() / len(b))


def trials(world, change: float, *, count: int, seed: int) -> dict[str, float]:
    """Trials planned for 10 % from 300 earlier cases each: how many find a change."""
    random = np.random.default_rng(seed)
    found = found_by_t = held = 0
    sizes = []
    for _trial in range(count):
        size = cases_needed(world(random, 300), effect=0.1, longest=LONGEST)
        sizes.append(size)
        first, second = world(random, size) * (1 - change), world(random, size)
        first, second = np.minimum(first, LONGEST), np.minimum(second, LONGEST)
        apart = deviations(first, second, 1.0, LONGEST)
        found += apart > SURE if change else abs(apart) > SURE
        found_by_t += abs(t_test_of_logarithms(first, second)) > SURE
        held += abs(deviations(first, second, 1 - change, LONGEST)) <= SURE
    return {
        "found": found / count,
        "found by t": found_by_t / count,
        "interval holds": held / count,
        "cases in each group": float(np.median(sizes)),
    }


@pytest.mark.parametrize("name", WORLDS)
def test_a_change_of_ten_per_cent_is_found_as_often_as_promised(name, thorough):
    got = trials(WORLDS[name], 0.1, count=2000 if thorough else 150, seed=8)
    print(f"\n10 % shorter, {name}: {got}")
    assert got["found"] >= PROMISED
    assert got["interval holds"] >= 0.93


@pytest.mark.parametrize("name", WORLDS)
def test_nothing_is_found_where_there_is_nothing(name, thorough):
    count = 4000 if thorough else 200
    got = trials(WORLDS[name], 0.0, count=count, seed=11)
    print(f"\nno change, {name}: {got}")
    by_chance = 0 if thorough else 2 * (0.05 * 0.95 / count) ** 0.5
    assert got["found"] <= 0.05 + by_chance


def test_what_is_found_is_what_the_interval_leaves_out():
    random = np.random.default_rng(4)
    for change in (0.0, 0.05, 0.1, 0.2):
        first, second = one_hump(random, 400) * (1 - change), one_hump(random, 400)
        got = compare(first, second, longest=LONGEST)
        assert got.found == (abs(deviations(first, second, 1.0, LONGEST)) > SURE)
        assert abs(deviations(first, second, got.low, LONGEST)) == pytest.approx(SURE, abs=0.02)


def test_the_ratio_is_the_one_the_times_were_made_with():
    random = np.random.default_rng(1)
    times = one_hump(random, 4000)
    got = compare(times[:2000] * 0.7, times[2000:], longest=1e12)
    assert got.low < 0.7 < got.high
    assert got.ratio == pytest.approx(0.7, abs=0.06)
    assert got.p < 1e-6


def test_the_groups_the_other_way_round_give_the_other_way_round():
    random = np.random.default_rng(2)
    a, b = one_hump(random, 500), one_hump(random, 400) * 1.3
    one, other = compare(a, b, longest=1e12), compare(b, a, longest=1e12)
    assert one.ratio == pytest.approx(1 / other.ratio, rel=1e-3)
    assert one.low == pytest.approx(1 / other.high, rel=1e-3)
    assert one.p == pytest.approx(other.p)


def test_the_test_agrees_with_the_textbook():
    # From Mann and Whitney by hand: of 12 * 10 pairs 96 are won, without ties
    first = [1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 17, 18]
    second = [9, 10, 11, 12, 13, 14, 19, 20, 21, 22]
    got = compare(first, second, longest=1e9)
    won = 8 * 10 + 4 * 4
    z = (won - 60) / np.sqrt(12 * 10 * 23 / 12)
    assert got.p == pytest.approx(2 * (1 - 0.5 * (1 + _erf(z / np.sqrt(2)))), rel=1e-9)


def _erf(x: float) -> float:
    from math import erf  # only here, so that the module's own way is not what is compared with

    return erf(x)


def test_the_same_times_in_both_groups_are_no_change():
    got = compare([5.0] * 20, [5.0] * 30, longest=5.0)
    assert not got.found
    assert got.p == 1


def test_what_is_not_solved_counts_as_the_longest():
    solved, unsolved = [1.0] * 30, [100.0] * 30
    got = compare(solved, unsolved, longest=10.0)
    assert got.found
    assert got.high < 1


def test_a_smaller_change_needs_more_cases():
    history = one_hump(np.random.default_rng(3), 500)
    needed = [cases_needed(history, effect=effect, longest=1e12) for effect in (0.05, 0.1, 0.2)]
    assert needed == sorted(needed, reverse=True)
    # twice the cases for a change that is 1.41 times smaller, as far as shares and logarithms agree
    assert 3.5 < needed[0] / needed[1] < 5


@pytest.mark.parametrize("effect", [0, 1, -0.1, 1.5])
def test_an_effect_that_is_no_share_is_refused(effect):
    with pytest.raises(ValueError, match="effect"):
        cases_needed([1.0] * 200, effect=effect, longest=10)


def test_too_few_cases_say_nothing():
    with pytest.raises(TooLittleKnown):
        cases_needed([1.0, 2.0] * 40, effect=0.1, longest=10)
    with pytest.raises(TooLittleKnown):
        compare([1.0] * 9, [2.0] * 50, longest=10)


def test_cases_that_are_hardly_ever_solved_cannot_show_a_change():
    with pytest.raises(TooLittleKnown):
        cases_needed([100.0] * 200, effect=0.1, longest=10)
