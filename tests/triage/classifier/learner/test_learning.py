"""How a committee learns several questions at once, and what it keeps aside."""

from dataclasses import replace

import numpy as np
import pytest

from tests.triage.classifier.trained import SMALL
from triage.classifier.corpus.samples import Example
from triage.classifier.learner import learning
from triage.classifier.learner.features import Reader
from triage.classifier.learner.learning import Lesson, learn, parts_of
from triage.classifier.learner.pipeline import (
    DESK_MEMBERS,
    FEW,
    FEWEST_ROUNDS,
    MANY,
    plan_for_one_question,
    plan_for_the_desk,
)
from triage.classifier.training import fitting
from triage.classifier.training.fitting import FEWEST_OF_A_LABEL, train

MATTERS = {
    "login": ["I cannot sign in", "password is wrong", "the sign in page is blank"],
    "invoice": ["the invoice is too high", "wrong amount on our bill", "pay the invoice"],
    "address": ["change our address", "we have moved house", "new street and number"],
}
ENDINGS = ["please help", "is it known", "since monday", "thanks", "urgent", "can you fix it"]
HINTS = {"login": "sign in, password", "invoice": "bill, amount, pay", "address": "street, moved"}
TINY = replace(SMALL, rounds=15, columns=2_000)


def _lesson() -> Lesson:
    """Every text has a matter; only those that end urgently or kindly have a tone."""
    pairs = [(t, m, e) for m, texts in MATTERS.items() for t in texts for e in ENDINGS]
    tones = {"urgent": "urgent", "thanks": "kind"}
    return Lesson(
        texts=[f"{text} {ending}" for text, _matter, ending in pairs] + list(HINTS.values()),
        labels={
            "matter": [matter for _text, matter, _ending in pairs] + list(HINTS),
            "tone": [tones.get(ending, "") for _text, _matter, ending in pairs] + [""] * 3,
        },
        families=[ending for _text, _matter, ending in pairs] + ["hint"] * 3,
        hints=3,
    )


@pytest.fixture(scope="module")
def learnt():
    return learn(_lesson(), TINY, Reader())


def test_each_question_is_answered_by_its_own_labels(learnt):
    committee, _aside = learnt
    (answer,) = committee.answer(["our invoice has a wrong amount urgent"])
    assert (answer["matter"].label, answer["tone"].label) == ("invoice", "urgent")
    assert set(committee.beliefs("thanks", "tone")) == {"urgent", "kind"}


def test_every_case_is_kept_aside_once_and_no_hint_ever(learnt):
    _committee, aside = learnt
    cases = len(_lesson().texts) - 3
    assert sorted(aside["matter"].numbers) == list(range(cases))
    assert set(aside["matter"].truth) == set(MATTERS)


def test_texts_without_a_label_say_nothing_about_that_question(learnt):
    _committee, aside = learnt
    tones = _lesson().labels["tone"]
    assert {tones[number] for number in aside["tone"].numbers} == {"urgent", "kind"}
    assert [tones[number] for number in aside["tone"].numbers] == list(aside["tone"].truth)


def test_a_question_nothing_is_known_of_in_a_batch_moves_nothing(learnt):
    """The matter is learnt as well as without the half empty question beside it."""
    _committee, aside = learnt
    lesson = _lesson()
    alone = replace(lesson, labels={"matter": lesson.labels["matter"]})
    _other, of_alone = learn(alone, TINY, Reader())
    right = [np.mean(each.guessed == each.truth) for each in (aside["matter"], of_alone["matter"])]
    assert right[0] >= right[1] - 0.05


def _by_matter(lesson: Lesson) -> Lesson:
    """The lesson with large families: all texts of a matter, in two halves."""
    matters = lesson.labels["matter"]
    return replace(
        lesson, families=[f"{matter} {number % 2}" for number, matter in enumerate(matters)]
    )


def test_how_sure_to_be_is_learnt_with_near_twins_aside_whatever_the_families(learnt):
    committee, aside = learnt
    other, other_aside = learn(_by_matter(_lesson()), TINY, Reader())
    assert other.questions[0].temperature == committee.questions[0].temperature
    kept = [list(each["matter"].numbers) for each in (aside, other_aside)]
    assert kept[0] != kept[1]
    assert sorted(kept[0]) == sorted(kept[1])


def test_of_very_many_texts_how_sure_to_be_is_learnt_from_what_is_kept_aside(learnt, monkeypatch):
    monkeypatch.setattr(learning, "FEW", 10)
    committee, _aside = learnt
    other, _aside = learn(_by_matter(_lesson()), TINY, Reader())
    assert other.questions[0].temperature != committee.questions[0].temperature


def test_a_question_of_one_label_cannot_be_learnt():
    lesson = replace(_lesson(), labels={"matter": ["login"] * len(_lesson().texts)})
    with pytest.raises(ValueError, match="at least two labels"):
        learn(lesson, TINY, Reader())


def test_families_stay_on_one_side():
    random = np.random.default_rng(1)
    families, places = random.integers(0, 12, 90), random.integers(0, 3, 90)
    parts = parts_of(places, families, 4)
    assert sorted(np.concatenate(parts)) == list(range(90))
    sides = [set(families[part]) for part in parts]
    assert sum(map(len, sides)) == len(set.union(*sides))


@pytest.mark.parametrize("texts", [20, 1_500, FEW + 1, MANY + 1, 50_000, 1_000_000])
def test_a_plan_of_any_size_can_be_carried_out(texts):
    for plan in (plan_for_one_question(texts, 40), plan_for_the_desk(texts)):
        assert plan.members >= plan.sharing
        assert plan.members % plan.sharing == 0
        assert plan.rounds >= 1
        assert plan.linear == (texts <= FEW)
    assert plan_for_the_desk(texts).parts == DESK_MEMBERS
    assert plan_for_the_desk(texts).columns < plan_for_one_question(texts, 40).columns


def test_long_texts_are_read_fewer_times_and_usual_ones_as_often_as_ever():
    short, usual, long = (
        plan_for_one_question(50_000, 40, 50_000 * letters) for letters in (0, 100, 400)
    )
    assert usual == short
    assert long == replace(short, rounds=long.rounds)
    assert FEWEST_ROUNDS <= long.rounds < short.rounds


def test_rare_labels_are_left_out_and_empty_texts_are_not_read():
    cases = [
        Example(
            text=text if number else "",
            labels={
                "product": matter,
                "case_type": "question",
                "team": "a",
                "priority": "3x3",
                "topic": f"{matter}/most",
            },
            group=str(number),
        )
        for matter, texts in MATTERS.items()
        for number, text in enumerate(texts * 3)
    ]
    rare = [replace(each, labels=_other(each)) for each in cases[:20:2]]
    rare += [replace(cases[1], labels={**cases[1].labels, "product": "rare"})]
    assert len(rare) >= FEWEST_OF_A_LABEL
    trained = train([*cases, *rare], [], "", plan=TINY)
    assert set(trained.committee.questions[0].labels) == set(MATTERS)
    assert trained.scores["product"]["texts"] < len(cases) + len(rare)


def test_of_very_many_cases_some_are_read_and_no_product_is_favoured(monkeypatch):
    monkeypatch.setattr(fitting, "MOST_CASES", 30)
    matters = ["login"] * 60 + ["invoice"] * 12 + ["address"] * 12
    cases = [
        Example(
            text=f"{MATTERS[matter][number % 3]} {ENDINGS[number % 6]} {number}",
            labels={
                "product": matter,
                "case_type": ("fault", "question")[number % 2],
                "team": ("a", "b")[number % 2],
                "priority": ("1x1", "3x3")[number % 2],
                "topic": f"{matter}/most",
            },
            group=str(number),
        )
        for number, matter in enumerate(matters)
    ]
    told = []
    trained = train(cases, [], "", plan=TINY, progress=told.append)
    assert told == ["reading 30 cases and 0 hints"]
    assert trained.scores["product"]["texts"] == 30
    assert len(trained.committee.questions[0].labels) == 3


def _other(example: Example) -> dict[str, str]:
    return {**example.labels, "case_type": "fault", "team": "b", "priority": "1x1"}
