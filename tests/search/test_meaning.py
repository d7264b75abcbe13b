"""The latent space: neighbours it finds, what it stores, and damage."""

import random

import numpy as np
import pytest

from search import meaning
from search.meaning import Meaning, directions_of_document, directions_of_query, nearness, packed

SUBJECTS = [
    ["skatt", "lønn", "trekk", "kort", "oppgjør"],
    ["knapp", "farge", "tekst", "ikon", "skjema"],
    ["nøkkel", "token", "scope", "klient", "api"],
]


def documents(count: int = 90):
    """Counts of documents on three subjects, and words all have."""
    chance = random.Random(4)
    for number in range(count):
        words = chance.sample(SUBJECTS[number % 3], 3)
        yield {**dict.fromkeys(words, 2.0), "felles": 1.0, f"bare{number}": 1.0}


@pytest.fixture(scope="module", autouse=True)
def few_dimensions():
    """As many dimensions as there are subjects, and one for what all share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meaning, "DIMENSIONS", 4)
        yield


@pytest.fixture(scope="module")
def space(few_dimensions) -> Meaning:
    """A space learnt from them."""
    return Meaning.learn(documents())


def test_words_of_one_subject_are_near_though_no_word_is_shared(space):
    query = space.of({"token": 1.0})
    same, other = (packed(space.of({word: 1.0})) for word in ("klient", "lønn"))
    near = nearness(query, [same, other, b""])
    assert near[0] > 0.6 > abs(near[1])
    assert near[2] == 0


def test_what_has_no_known_word_has_no_place(space):
    assert space.of({"hengekøye": 1.0}) is None
    assert space.of({}) is None
    assert (packed(None), directions_of_document(None)) == (b"", [])


def test_neighbours_share_directions(space):
    query = directions_of_query(space.of({"token": 1.0}))
    near = set(directions_of_document(space.of({"scope": 1.0, "klient": 1.0})))
    far = set(directions_of_document(space.of({"lønn": 1.0, "trekk": 1.0})))
    assert len(near & query.keys()) > len(far & query.keys())
    assert all(weight > 0 for weight in query.values())


def test_a_space_is_the_same_after_it_was_stored(space, tmp_path):
    space.save(tmp_path / "meaning.npz")
    loaded = Meaning.load(tmp_path / "meaning.npz")
    assert np.allclose(
        loaded.of({"token": 1.0, "lønn": 3.0}), space.of({"token": 1.0, "lønn": 3.0})
    )


def test_learning_twice_gives_the_same(space):
    again = Meaning.learn(documents())
    assert np.allclose(again.of({"token": 1.0}), space.of({"token": 1.0}))


def test_few_documents_teach_nothing(tmp_path):
    few = Meaning.learn(documents(meaning.FEWEST_DOCUMENTS - 1))
    assert few.of({"token": 1.0}) is None
    few.save(tmp_path / "few")
    assert Meaning.load(tmp_path / "few").of({"token": 1.0}) is None
    assert Meaning.learn([]).of({"token": 1.0}) is None
    assert Meaning.learn([{}] * 60).of({"token": 1.0}) is None


@pytest.mark.parametrize("keep", [0, 10, 300])
def test_a_damaged_file_is_a_value_error(space, tmp_path, keep):
    path = tmp_path / "meaning.npz"
    space.save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises((ValueError, OSError)):
        Meaning.load(path)
