"""What rings does so for good reason; simulated with drift and with none."""

import json
from math import comb

import numpy as np
import pytest

from triage.classifier.monitoring.checks import (
    FALSE_ALARM,
    LEAST_DECIDED,
    LEAST_GUESSED,
    Decided,
    Unknown,
    at_most,
    bar_of,
    quality,
    shift,
    unknown,
)

MIX = {"maskinporten": 0.4, "melding": 0.3, "samtykke": 0.2, "annet": 0.1}


def decided(right, of, *, target="product", label="melding"):
    return Decided(target=target, label=label, decided=of, right=right)


def drawn(draw, mix, count) -> dict[str, int]:
    return dict(zip(mix, draw.multinomial(count, list(mix.values())).tolist(), strict=True))


def texts(draw, mean, count) -> Unknown:
    shares = draw.beta(20 * mean, 20 * (1 - mean), count)
    return Unknown(read=count, sum=float(shares.sum()), squares=float((shares**2).sum()))


@pytest.mark.parametrize(("right", "of", "share"), [(0, 5, 0.3), (3, 10, 0.7), (60, 100, 0.65)])
def test_the_chance_is_that_of_the_textbook(right, of, share):
    exact = sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(right + 1))
    assert at_most(right, of, share) == pytest.approx(exact, rel=1e-9)
    assert at_most(of, of, share) == pytest.approx(1)


def test_a_label_that_is_mostly_wrong_rings_and_one_that_is_right_is_calm():
    bad, good = quality([decided(10, 40), decided(36, 40, label="samtykke")])
    assert (bad.rings, bad.calm, bad.label) == (True, False, "melding")
    assert (good.rings, good.calm) == (False, True)
    assert dict(bad.figures) == {"decided": 40, "right": 10, "bar": 0.7}


def test_a_little_under_the_bar_neither_rings_nor_is_calm():
    [found] = quality([decided(27, 40)])
    assert (found.rings, found.calm) == (False, False)


def test_few_decisions_say_nothing_however_bad():
    assert quality([decided(0, LEAST_DECIDED - 1)]) == []
    assert quality([]) == []


def test_what_is_no_case_must_be_right_more_often():
    assert bar_of("case_type", "not_a_case") > bar_of("case_type", "question")
    counts = {"target": "case_type", "right": 150, "of": 200}
    [strict] = quality([decided(**counts, label="not_a_case")])
    [other] = quality([decided(**counts, label="question")])
    assert strict.rings and other.calm


def test_labels_just_as_good_as_the_bar_ring_as_seldom_as_they_should(thorough):
    draw, weeks = np.random.default_rng(3), 4000 if thorough else 600
    rang = 0
    for _ in range(weeks):
        counts = [decided(int(draw.binomial(60, 0.7)), 60, label=f"label-{n}") for n in range(12)]
        rang += any(each.rings for each in quality(counts))
    assert rang / weeks <= FALSE_ALARM + 3 * (FALSE_ALARM / weeks) ** 0.5


def test_a_label_that_falls_from_nine_to_five_in_ten_rings_within_eighty_decisions():
    draw = np.random.default_rng(4)
    others = [decided(70, 80, label=f"label-{n}") for n in range(11)]
    rang = [
        quality([decided(int(draw.binomial(80, 0.5)), 80), *others])[0].rings for _ in range(200)
    ]
    assert np.mean(rang) >= 0.8


# --- other things than before ---------------------------------------------------------------------


def test_without_a_shift_nothing_rings():
    draw = np.random.default_rng(5)
    found = [
        shift("product", drawn(draw, MIX, 400), drawn(draw, MIX, 150)).rings for _ in range(100)
    ]
    assert not any(found)


def test_a_new_wave_of_cases_about_one_product_rings_and_is_named():
    draw = np.random.default_rng(6)
    later = {"maskinporten": 0.15, "melding": 0.2, "samtykke": 0.55, "annet": 0.1}
    found = [shift("product", drawn(draw, MIX, 400), drawn(draw, later, 150)) for _ in range(30)]
    assert all(each.rings for each in found)
    assert {each.figures["label"] for each in found} == {"samtykke"}
    json.dumps(dict(found[0].figures))


def test_a_label_nobody_guessed_before_counts():
    found = shift("product", {"melding": 300}, {"melding": 100, "samtykke": 100})
    assert found.rings and found.figures["share_before"] == 0


def test_the_same_is_calm_and_very_many_cases_do_not_make_little_much():
    same = shift("product", {"a": 500, "b": 500}, {"a": 500, "b": 500})
    assert (same.rings, same.calm, same.figures["distance"]) == (False, True, 0)
    little = shift("product", {"a": 52_000, "b": 48_000}, {"a": 48_000, "b": 52_000})
    assert (little.rings, little.calm) == (False, True)


def test_few_guesses_show_no_shift():
    few = LEAST_GUESSED - 1
    assert shift("product", {"a": few}, {"b": 1000}) is None
    assert shift("product", {"a": 1000}, {"b": few}) is None
    assert shift("product", {}, {}) is None


def test_words_it_never_met_ring_when_they_become_many():
    draw = np.random.default_rng(7)
    assert not any(
        unknown("case_type", texts(draw, 0.1, 300), texts(draw, 0.1, 120)).rings for _ in range(200)
    )
    found = unknown("case_type", texts(draw, 0.1, 300), texts(draw, 0.2, 120))
    assert found.rings and not found.calm
    assert found.figures["share_now"] > found.figures["share_before"]


def test_fewer_unknown_words_and_few_texts_are_no_alarm():
    draw = np.random.default_rng(8)
    assert unknown("case_type", texts(draw, 0.3, 300), texts(draw, 0.1, 300)).calm
    assert unknown("case_type", texts(draw, 0.1, 99), texts(draw, 0.9, 500)) is None
