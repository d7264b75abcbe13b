"""How alike the letters of a title and a query are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.likeness import LEAST_ALIKE, TitleLikeness, runs_of

WORDS = st.text("xzq<>", min_size=1, max_size=9)


def like(query: str, title: str) -> float:
    """The likeness of a query and a title, all words equally important."""
    return TitleLikeness(dict.fromkeys(query.split(), 1.0)).of(title.split())


def test_the_same_words_are_wholly_alike_in_any_order():
    assert like("utloept noekkel", "noekkel utloept") == pytest.approx(1)


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("skillelinjer", "skillelinje", "linje"),
        ("autentisering", "autentiseringen", "autentisk"),
        ("noekkel", "noekkel", "noekkel og alt annet mulig"),
        ("noekkel scope", "scope noekkel", "noekkel"),
    ],
)
def test_of_two_titles_the_one_nearer_in_letters_is_more_alike(query, better, worse):
    assert like(query, better) > like(query, worse) > 0


def test_what_has_little_in_common_is_not_alike_at_all():
    assert like("noekkel", "banan") == 0
    assert like("noekkel", "") == like("", "noekkel") == like("noekkel", "og i det") == 0


def test_words_that_matter_more_count_more():
    likeness = TitleLikeness({"sjelden": 5.0, "vanlig": 1.0})
    assert likeness.of(["sjelden"]) > likeness.of(["vanlig"]) > 0


@given(WORDS, st.lists(WORDS, min_size=1, max_size=8))
def test_of_many_titles_each_is_as_alike_as_the_runs_of_letters_it_shares(word, others):
    runs = runs_of(word)
    expected = []
    for other in others:
        dice = 2 * len(runs & runs_of(other)) / (len(runs) + len(runs_of(other)))
        expected.append(dice if dice >= LEAST_ALIKE else 0.0)
    titles = [[other] for other in others]
    assert TitleLikeness({word: 1.0}).of_all(titles) == pytest.approx(expected)
