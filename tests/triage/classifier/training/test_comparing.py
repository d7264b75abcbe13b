"""A challenger is better only when fresh cases show it; simulated with a known difference."""

import json

import numpy as np
import pytest

from triage.classifier.training.comparing import (
    RISK,
    WRONG,
    Said,
    chance_of,
    judge,
    risk_of_attempt,
    score,
)

COUNTED = ("product", "team")


def said(champion, challenger, *, truth="a", target="product", case=0, family=None):
    return Said(
        case=case,
        family=case if family is None else family,
        target=target,
        truth=truth,
        champion=champion,
        challenger=challenger,
    )


def simulated(draw, cases, *, champion, challenger, together=0.6, silent=0.2):
    """Answers of two classifiers that are right so often when they speak, and often together."""
    rows = []
    for case in range(cases):
        for target in COUNTED:
            luck = draw.random(2)
            if draw.random() < together:
                luck[1] = luck[0]
            answers = []
            for right, own in zip((champion, challenger), luck, strict=True):
                if draw.random() < silent:
                    answers.append("")
                else:
                    answers.append("a" if own < right else "b")
            rows.append(said(*answers, case=case, target=target))
    return rows


def test_right_silent_and_wrong_are_worth_what_they_should():
    assert (score("a", "a"), score("a", ""), score("a", "b")) == (1, 0, WRONG)


def test_the_same_answers_are_not_better():
    rows = [said("a", "a", case=n) for n in range(200)]
    verdict = judge(rows, attempt=1, counted=COUNTED)
    assert (verdict.better, verdict.compared[0].chance, verdict.compared[0].gain) == (False, 1, 0)


def test_always_right_where_the_other_was_wrong_is_better():
    rows = [said("b", "a", case=n) for n in range(20)]
    verdict = judge(rows, attempt=1, counted=COUNTED)
    assert verdict.better
    assert verdict.compared[0].gain == 1 - WRONG
    assert (verdict.compared[0].champion.wrong, verdict.compared[0].challenger.right) == (20, 20)


def test_four_families_are_too_few_to_show_anything():
    rows = [said("b", "a", case=n) for n in range(4)]
    assert not judge(rows, attempt=1, counted=COUNTED).better


def test_many_cases_of_one_family_count_once():
    rows = [said("b", "a", case=n, family=1) for n in range(500)]
    verdict = judge(rows, attempt=1, counted=COUNTED)
    assert not verdict.better
    assert (verdict.compared[0].cases, verdict.compared[0].families) == (500, 1)


def test_a_challenger_that_speaks_more_and_wrongly_is_not_better():
    rows = [said("", "a" if n % 2 else "b", case=n) for n in range(200)]
    assert not judge(rows, attempt=1, counted=COUNTED).better


def test_better_in_all_and_worse_in_one_target_is_not_put_to_use():
    rows = [said("b", "a", case=n) for n in range(60)]
    rows += [said("a", "b", case=n, target="priority") for n in range(20)]
    verdict = judge(rows, attempt=1, counted=COUNTED)
    assert (verdict.better, list(verdict.worse)) == (False, ["priority"])


def test_targets_that_are_not_counted_do_not_help():
    rows = [said("b", "a", case=n, target="priority") for n in range(100)]
    assert not judge(rows, attempt=1, counted=COUNTED).better
    assert not judge([], attempt=1, counted=COUNTED).better


def test_risks_of_all_attempts_together_are_the_risk():
    assert sum(risk_of_attempt(n) for n in range(1, 10_000)) == pytest.approx(RISK, abs=1e-5)


def test_the_chance_is_what_counting_all_signs_gives():
    differences = np.array([4.0, 1.0, -1.0, 3.0, 1.0, -4.0, 1.0, 3.0])
    signs = np.array(np.meshgrid(*[[-1, 1]] * 8)).reshape(8, -1).T
    exact = (signs @ differences >= differences.sum() - 1e-9).mean()
    assert chance_of(differences) == pytest.approx(exact, abs=0.01)
    assert chance_of(differences) == chance_of(differences)


def test_figures_are_plain_json():
    verdict = judge([said("b", "a", case=n) for n in range(9)], attempt=2, counted=COUNTED)
    kept = json.loads(json.dumps(verdict.figures()))
    assert kept["compared"][0]["challenger"] == {"right": 9, "wrong": 0, "silent": 0}


def _share_better(lives, cases, *, challenger, attempts=1, seed=1) -> float:
    """How many of so many simulated classifiers are replaced within so many attempts."""
    draw = np.random.default_rng(seed)
    found = [
        any(
            judge(
                simulated(draw, cases, champion=0.85, challenger=challenger),
                attempt=attempt,
                counted=COUNTED,
            ).better
            for attempt in range(1, attempts + 1)
        )
        for _life in range(lives)
    ]
    return float(np.mean(found))


@pytest.fixture
def quick(monkeypatch):
    """Fewer draws: a simulation judges many times."""
    monkeypatch.setattr("triage.classifier.training.comparing.DRAWS", 1_000)


def test_no_better_one_is_put_to_use_more_seldom_than_the_risk_says(quick, thorough):
    lives = 2000 if thorough else 120
    share = _share_better(lives, 100, challenger=0.85, attempts=4)
    assert share <= RISK + 3 * (RISK * (1 - RISK) / lives) ** 0.5


def test_a_clearly_better_one_is_found_with_three_hundred_cases(quick, thorough):
    assert _share_better(300 if thorough else 40, 300, challenger=0.93) >= 0.8


def test_a_worse_one_is_never_put_to_use(quick):
    assert _share_better(40, 150, challenger=0.75, attempts=3) == 0
