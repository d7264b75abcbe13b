"""How alike the letters of a title and a query are."""

import pytest

from search.likeness import TitleLikeness


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
