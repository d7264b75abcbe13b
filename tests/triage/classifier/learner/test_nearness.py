"""What a member remembers, and how near a text lies to it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.classifier.learner.nearness import Nearness, evenly
from triage.classifier.learner.network import whole

PLACES = st.lists(st.integers(0, 4), min_size=1, max_size=60).map(np.array)


def test_a_text_is_as_near_as_the_nearest_text_of_the_label_guessed_for_it():
    scores = np.array([[3.0, 0, 0], [1.0, 1, 0], [0, 2.0, 0]])
    near = Nearness(scores, np.array([0, 0, 1]), seed=0)
    found = near.of(np.array([[5.0, 5, 0], [5.0, 5, 0], [-1.0, 0, 0]]), np.array([0, 1, 0]))
    assert found == pytest.approx([1, np.sqrt(0.5), -np.sqrt(0.5)], abs=1e-3)


def test_only_proportions_count():
    random = np.random.default_rng(3)
    scores, places = random.normal(size=(20, 4)), np.arange(20) % 4
    asked, guessed = random.normal(size=(9, 4)), np.arange(9) % 4
    near = Nearness(scores, places, seed=1)
    assert near.of(asked * 50, guessed) == pytest.approx(near.of(asked, guessed), abs=1e-5)


def test_a_label_without_kept_texts_is_compared_with_all():
    near = Nearness(np.array([[0, 0, 2.0], [0, 1.0, 0]]), np.array([2, 1]), seed=0)
    assert near.of(np.array([[0, 0, 9.0]]), np.array([0])) == pytest.approx([1])


def test_a_text_of_no_score_at_all_is_near_to_nothing():
    near = Nearness(np.eye(3), np.arange(3), seed=0)
    assert near.of(np.zeros((1, 3)), np.array([1])).tolist() == [0]


@given(PLACES, st.integers(1, 30))
def test_no_more_is_kept_than_may_be_and_no_label_is_favoured(places, most):
    kept = evenly(places, most, 5)
    assert len(kept) == len(set(kept)) == min(most, len(places))
    assert (np.diff(places[kept]) >= 0).all()
    there, left = np.bincount(places, minlength=5), np.bincount(places[kept], minlength=5)
    for label in range(5):
        if left[label] < there[label]:  # one that had to give up texts has no fewer than others
            assert left[label] >= left.max() - 1


def test_the_same_texts_are_kept_each_time():
    places = np.arange(100) % 7
    assert evenly(places, 30, 2).tolist() == evenly(places, 30, 2).tolist()


def test_half_width_numbers_are_the_same_numbers_at_usual_width():
    halves = np.arange(65_536, dtype=np.uint16).view(np.float16)
    finite = halves[np.isfinite(halves)]
    assert len(finite) > 60_000
    found = whole(finite)
    assert found.dtype == np.float32
    assert (found == finite.astype(np.float32)).all()
