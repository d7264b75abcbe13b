"""From certainty to speaking, and when to be silent."""

import numpy as np

from triage.classifier.learner.committee import Answer
from triage.classifier.learner.thresholds import (
    LEAST_CERTAIN,
    LEAST_CERTAIN_STRICTLY,
    NEVER,
    choose_thresholds,
    speaks,
)


def _answer(label="a", confidence=0.8, abstained=False) -> Answer:
    return Answer(label=label, confidence=confidence, in_scope=0.5, abstained=abstained)


def test_a_label_that_is_mostly_wrong_needs_more_certainty_than_one_that_is_right():
    labels = np.array(["good"] * 100 + ["bad"] * 100)
    sure = np.tile(np.linspace(0.3, 0.95, 100), 2)
    right = np.concatenate([np.ones(100, bool), np.linspace(0.3, 0.95, 100) > 0.8])
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
    found = choose_thresholds(labels, sure, right, wanted=0.99, least_spoken=0.4)
    assert np.mean(sure >= found["a"]) >= 0.4


def test_a_strict_label_keeps_its_share_however_much_is_to_be_said():
    labels, sure = np.array(["a"] * 100 + ["b"] * 100), np.tile(np.linspace(0.5, 0.99, 100), 2)
    right = np.tile(np.linspace(0.5, 0.99, 100) > 0.7, 2)
    found = choose_thresholds(labels, sure, right, wanted=0.9, least_spoken=1.0, strict={"b": 0.95})
    above = (labels == "b") & (sure >= found["b"])
    assert right[above].mean() >= 0.95
    assert found["a"] < found["b"]


def test_a_strict_label_is_never_said_on_half_a_certainty_as_surer_ones_make_up_for_it():
    labels, sure = np.array(["a", "b"]).repeat(100), np.tile(np.linspace(0.5, 0.99, 100), 2)
    found = choose_thresholds(
        labels, sure, np.ones(200, bool), wanted=0.9, least_spoken=1.0, strict={"b": 0.95}
    )
    assert found["a"] < LEAST_CERTAIN_STRICTLY <= found["b"]


def test_what_is_hardly_certain_is_not_said_however_much_is_wanted():
    labels, right = np.array(["a"] * 100), np.ones(100, bool)
    found = choose_thresholds(labels, np.linspace(0, 1, 100), right, wanted=0.5, least_spoken=1.0)
    assert found["a"] >= LEAST_CERTAIN


def test_a_label_is_said_from_its_own_certainty_on():
    assert speaks(_answer(), {"a": 0.8})
    assert not speaks(_answer(), {"a": 0.81})


def test_what_looks_like_nothing_that_was_learnt_is_not_said_however_sure():
    assert not speaks(_answer(confidence=0.99, abstained=True), {"a": 0.5})


def test_a_label_without_certainties_is_never_said():
    assert not speaks(_answer(label="ukjent", confidence=1.0), {"a": 0.5})
