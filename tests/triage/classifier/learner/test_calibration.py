"""From scores to probabilities, and the threshold: properties that hold for any scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.classifier.learner.calibration import (
    best_temperature,
    confidence_in,
    expected_calibration_error,
    in_scope,
    known,
    softmax,
    threshold_at_loss,
    threshold_for_more,
)

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


def test_without_anything_kept_aside_scores_stay_as_they_are():
    assert best_temperature(np.zeros((0, 3)), np.zeros(0, int)) == 1.0


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


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1))
def test_what_is_nearer_or_better_known_looks_more_like_a_label(near, far, sure, unsure):
    near, far = max(near, far), min(near, far)
    sure, unsure = max(sure, unsure), min(sure, unsure)
    nearest, farther, lesser = in_scope(np.array([near, far, near]), np.array([sure, sure, unsure]))
    assert 0 <= farther <= nearest <= 1
    assert 0 <= lesser <= nearest


@given(st.lists(st.lists(st.floats(-20, 20), min_size=3, max_size=3), min_size=1, max_size=8))
def test_confidence_lies_between_the_belief_of_the_mean_and_the_mean_of_beliefs(members):
    said = [np.array([scores]) for scores in members]
    of_mean = softmax(np.mean(said, axis=0) / 0.7)[0, 1]
    mean_of = np.mean([softmax(scores / 0.7)[0, 1] for scores in said])
    found = confidence_in(said, np.array([1]), 0.7)[0]
    assert min(of_mean, mean_of) - 1e-9 <= found <= max(of_mean, mean_of) + 1e-9


def test_a_single_member_is_as_confident_as_its_belief():
    scores = np.array([[2.0, 0.0], [0.0, 1.0]])
    found = confidence_in([scores], np.array([0, 1]), 1.0)
    assert found == pytest.approx(softmax(scores).max(axis=1))


@pytest.mark.parametrize(("members", "threshold"), [(2, 0.6), (4, 0.65), (8, 0.675)])
def test_the_threshold_for_more_members_follows_one_over_their_number(members, threshold):
    assert threshold_for_more(0.5, 0.6, 2, members) == pytest.approx(threshold)


def test_the_threshold_for_more_members_is_never_beyond_what_can_be_reached():
    assert threshold_for_more(0.5, 0.95, 2, 10) == 1.0
