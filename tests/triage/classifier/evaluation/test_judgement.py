"""A classifier judged on cases of known answer: every count can be counted by hand."""

import json
from dataclasses import replace

import pytest

from triage.classifier.evaluation import judgement
from triage.classifier.evaluation.intervals import interval
from triage.classifier.evaluation.judgement import (
    BrokenJudgement,
    Judged,
    as_json,
    from_json,
    judge,
)

LEAST = {"melding": 0.6, "samtykke": 0.7}


def _case(truth, label, confidence, family="f", *, said=True, text="En sak", because=()):
    return Judged(
        truth=truth,
        label=label,
        confidence=confidence,
        said=said,
        family=family,
        text=text,
        because=because,
    )


ANSWERS = [
    _case("melding", "melding", 0.95, "a"),
    _case("melding", "melding", 0.93, "a"),
    _case("melding", "samtykke", 0.81, "b", text="Vedlegget kom ikke fram", because=("vedlegget",)),
    _case("melding", "samtykke", 0.52, "b", said=False),
    _case("samtykke", "samtykke", 0.78, "c"),
    _case("samtykke", "", 0.0, "d", said=False),
]


@pytest.fixture
def judged():
    return judge(ANSWERS, LEAST)


def test_what_is_said_is_counted_with_the_families_behind_it(judged):
    assert (judged.cases, judged.families) == (6, 4)
    assert (judged.said, judged.said_families, judged.right) == (4, 3, 3)
    assert judged.coverage == pytest.approx(4 / 6)
    assert judged.precision == 0.75


def test_each_label_has_its_precision_and_recall(judged):
    melding, samtykke = judged.labels
    assert (melding.label, melding.precision, melding.recall) == ("melding", 1.0, 0.5)
    assert (samtykke.label, samtykke.precision, samtykke.recall) == ("samtykke", 0.5, 0.5)
    assert (samtykke.said, samtykke.said_families, samtykke.families) == (2, 2, 2)
    assert (melding.least, samtykke.least) == (0.6, 0.7)


def test_what_is_mixed_up_is_counted_and_silence_too(judged):
    counts = {(pair.truth, pair.said): pair.cases for pair in judged.pairs}
    assert counts == {
        ("melding", "melding"): 2,
        ("melding", "samtykke"): 1,
        ("melding", ""): 1,
        ("samtykke", "samtykke"): 1,
        ("samtykke", ""): 1,
    }
    assert sum(counts.values()) == judged.cases


def test_certainty_is_held_against_what_was_right_whether_it_was_said_or_not(judged):
    bins = {each.low: (each.cases, each.right) for each in judged.bins}
    assert bins == {0.5: (1, 0), 0.7: (1, 1), 0.8: (1, 0), 0.9: (2, 2)}
    assert judged.bins[-1].confidence == 0.94
    by_hand = (0.52 + (1 - 0.78) + 0.81 + (2 - 1.88)) / 5
    assert judged.ece == pytest.approx(by_hand, abs=1e-4)


def test_the_surest_part_comes_first_and_cases_without_a_guess_last(judged):
    assert [(step.cases, step.right) for step in judged.curve] == [
        (1, 1),
        (2, 2),
        (3, 2),
        (4, 3),
        (5, 3),
        (6, 3),
    ]
    assert [step.least for step in judged.curve][:2] == [0.95, 0.93]


def test_the_worst_examples_are_those_it_was_surest_of_and_one_of_each_family():
    wrong = [
        _case("melding", "samtykke", 0.5 + number / 100, f"family {number // 2}")
        for number in range(40)
    ]
    found = judge(wrong, LEAST).examples
    assert [each.confidence for each in found[:3]] == [0.89, 0.87, 0.85]
    assert len(found) == judgement.MOST_EXAMPLES


def test_what_was_not_said_is_no_example(judged):
    assert [(each.said, each.because) for each in judged.examples] == [("samtykke", ("vedlegget",))]


def test_an_example_is_masked_and_cut():
    text = "Gjelder 13097248022. " + "mye tekst " * 60
    (found,) = judge([_case("melding", "samtykke", 0.9, text=text)], LEAST).examples
    assert "13097248022" not in found.excerpt
    assert len(found.excerpt) <= judgement.LONGEST_EXCERPT


def test_a_label_that_is_never_said_has_no_precision_and_one_without_cases_no_recall():
    found = judge([_case("melding", "samtykke", 0.9)], LEAST)
    labels = {each.label: each for each in found.labels}
    assert labels["melding"].precision is None
    assert labels["samtykke"].recall is None


def test_an_interval_is_as_wide_as_its_families_are_few(judged):
    few = judged.labels[0].precision_between
    many = replace(judged.labels[0], said_families=200).precision_between
    assert few[0] < many[0] < 1
    assert interval(0.5, 100) == pytest.approx((0.404, 0.596), abs=0.001)
    assert interval(0.0, 0) == (0.0, 1.0)
    assert interval(1.0, 10) == pytest.approx((0.722, 1.0), abs=0.001)


def test_it_comes_back_from_json_as_it_was(judged):
    written = json.dumps(as_json({"product": judged}))
    assert from_json(json.loads(written)) == {"product": judged}


def test_however_many_labels_and_cases_it_stays_small():
    answers = [
        _case(
            f"label {n % 70}", f"label {n * 7 % 70}", n % 100 / 100, f"family {n}", text="x" * 900
        )
        for n in range(20_000)
    ]
    stored = as_json(dict.fromkeys(("a", "b", "c", "d"), judge(answers, {})))
    assert len(json.dumps(stored)) < 100_000


@pytest.mark.parametrize(
    "change",
    [
        lambda target: target.pop("said"),
        lambda target: target.update(right=99),
        lambda target: target.update(ece=float("nan")),
        lambda target: target["labels"].append(["melding"]),
        lambda target: target["labels"][0].__setitem__(5, 99),
        lambda target: target["bins"][0].__setitem__(2, 0),
        lambda target: target["curve"][0].__setitem__(2, "often"),
        lambda target: target.update(pairs=None),
    ],
)
def test_what_is_no_judgement_is_refused(judged, change):
    stored = json.loads(json.dumps(as_json({"product": judged})))
    change(stored["product"])
    with pytest.raises(BrokenJudgement):
        from_json(stored)


@pytest.mark.parametrize("stored", [None, "product", {"product": 3}, 7])
def test_other_things_are_no_judgement(stored):
    with pytest.raises(BrokenJudgement):
        from_json(stored)
