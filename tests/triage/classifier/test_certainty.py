"""From beliefs to certainty, and when to be silent."""

import numpy as np
import pytest

from triage.classifier.certainty import NEVER, Certainty, choose_thresholds


def _learn(beliefs, truth, **options):
    options = {"wanted": 0.8, "least_spoken": 0.1, **options}
    return Certainty.learn(np.array(beliefs), ["a", "b"], truth, **options)


def test_strong_beliefs_that_were_right_make_strong_certainty():
    rows = [[0.9, 0.1]] * 40 + [[0.55, 0.45]] * 40
    learnt = _learn(rows, ["a"] * 40 + ["a", "b"] * 20)
    strong, weak = learnt.probability(np.array(rows[0])), learnt.probability(np.array(rows[-1]))
    assert strong > 0.85 > 0.7 > weak > 0.3


def test_a_label_that_is_mostly_wrong_needs_more_certainty_than_one_that_is_right():
    labels = np.array(["good"] * 100 + ["bad"] * 100)
    sure = np.tile(np.linspace(0.3, 0.9, 100), 2)
    right = np.concatenate([np.ones(100, bool), np.linspace(0.3, 0.9, 100) > 0.75])
    found = choose_thresholds(labels, sure, right, wanted=0.85, least_spoken=0.0)
    assert found["bad"] > found["good"]


def test_a_label_never_right_is_not_said():
    labels = np.array(["good"] * 100 + ["bad"] * 200)
    right = np.array([True] * 100 + [False] * 200)
    found = choose_thresholds(labels, np.full(300, 0.6), right, wanted=0.8, least_spoken=0.0)
    assert found["bad"] == NEVER


def test_thresholds_are_lowered_until_enough_is_said():
    labels, right = np.array(["a"] * 100), np.array([True, False] * 50)
    sure = np.linspace(0.1, 0.9, 100)
    found = choose_thresholds(labels, sure, right, wanted=0.99, least_spoken=0.5)
    assert np.mean(sure >= found["a"]) >= 0.5


@pytest.mark.parametrize("truth", [["a"] * 10, ["b"] * 10])
def test_all_right_or_all_wrong_is_no_trouble(truth):
    learnt = _learn([[0.7, 0.3]] * 10, truth)
    assert (learnt.probability(np.array([0.7, 0.3])) > 0.5) == (truth[0] == "a")


def test_an_unknown_label_is_never_said():
    assert not _learn([[0.9, 0.1]] * 10, ["a"] * 10).speaks("ukjent", np.array([1.0, 0.0]))


def test_a_single_class_has_a_certainty_too():
    learnt = _learn([[0.9, 0.1]] * 20, ["a", "b"] * 10)
    assert 0 <= learnt.probability(np.array([1.0])) <= 1
