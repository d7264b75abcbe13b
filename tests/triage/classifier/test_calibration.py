"""From scores to probabilities, and the threshold: properties that hold for any scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.classifier.calibration import (
    best_temperature,
    expected_calibration_error,
    known,
    threshold_at_loss,
)
from triage.classifier.pipeline import softmax

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=60)
PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def _scores(sharpness: float, texts: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and labels drawn as their softmax says; the scores are then made sharper."""
    random = np.random.default_rng(7)
    scores = random.normal(0, 2, (texts, 4))
    drawn = [random.choice(4, p=row) for row in softmax(scores)]
    return scores * sharpness, np.array(drawn)


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_scores_that_are_too_sharp_or_too_soft(sharpness):
    scores, places = _scores(sharpness)
    found = best_temperature(scores, places)
    assert found == pytest.approx(sharpness, rel=0.1)
    confidence = softmax(scores / found).max(axis=1)
    right = scores.argmax(axis=1) == places
    assert expected_calibration_error(confidence, right) < 0.03


@given(PAIRS)
def test_the_threshold_rejects_no_more_right_ones_than_may_be_lost(pairs):
    sure, right = (np.array(column) for column in zip(*pairs, strict=True))
    for loss in (0.0, 0.02, 0.3):
        rejected = right & (sure < threshold_at_loss(sure, right, loss))
        assert rejected.sum() <= loss * len(right)


def test_the_threshold_is_the_highest_that_may_be():
    sure, right = np.arange(100) / 100, np.ones(100, bool)
    assert threshold_at_loss(sure, right, 0.05) == 0.05


def test_where_nothing_was_right_nothing_is_rejected():
    assert threshold_at_loss(np.array([0.4]), np.array([False]), 0.02) == 0.0


@given(SHARES)
def test_the_error_of_calibration_is_a_share(confidence):
    confidence = np.array(confidence)
    for right in (np.ones(len(confidence)), np.zeros(len(confidence))):
        assert 0 <= expected_calibration_error(confidence, right) <= 1


@given(PAIRS)
def test_the_error_of_calibration_is_what_the_definition_says(pairs):
    confidence, right = (np.array(column) for column in zip(*pairs, strict=True))
    by_hand = 0.0
    for bin_ in range(15):
        inside = [p for p in pairs if min(int(p[0] * 15), 14) == bin_]
        if inside:
            mean = sum(p[0] for p in inside) / len(inside)
            share = sum(p[1] for p in inside) / len(inside)
            by_hand += len(inside) / len(pairs) * abs(mean - share)
    assert expected_calibration_error(confidence, right) == pytest.approx(by_hand)


def test_no_rows_have_no_error():
    assert expected_calibration_error(np.array([]), np.array([])) == 0.0


@given(st.lists(st.lists(st.floats(-20, 20), min_size=5, max_size=5), min_size=1, max_size=20))
def test_how_known_a_text_is_lies_between_none_and_all(rows):
    found = known(np.array(rows), 0.7)
    assert ((found >= 0) & (found <= 1)).all()


def test_even_beliefs_are_unknown_and_one_strong_belief_is_known():
    even, strong = known(np.array([[1.0, 1.0, 1.0], [30.0, 0.0, 0.0]]), 1.0)
    assert even == pytest.approx(0, abs=1e-6)
    assert strong == pytest.approx(1, abs=1e-6)


def test_a_single_label_is_always_known():
    assert known(np.array([[0.3]]), 1.0).tolist() == [1.0]
