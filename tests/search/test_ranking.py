"""The order of hits as a pure function."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.records import count_terms
from search.ranking import (
    FIELDS,
    MAX_COUNT,
    Candidate,
    Reader,
    Statistics,
    answerable,
    pack_counts,
    rank,
    unpack_counts,
)
from search.text.analysis import Analyser
from search.types import Authority, ProductStatus

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ANALYSER = Analyser()
ANYBODY = Reader()


def candidate(identity: str, title: str = "", body: str = "", **fields) -> Candidate:
    """A candidate with the terms of a title and a body."""
    analysed = [ANALYSER.analyse(text, "nb") for text in (title, "", "", body, "")]
    return Candidate(
        id=identity,
        kind="article",
        counts=count_terms(analysed),
        lengths=[len(terms) for terms in analysed],
        **fields,
    )


def order(query: str, *candidates: Candidate, reader: Reader = ANYBODY) -> list[str]:
    """Ids best first."""
    return [each.candidate.id for each in ranked(query, *candidates, reader=reader)]


def ranked(query: str, *candidates: Candidate, reader: Reader = ANYBODY):
    """The candidates, ranked among themselves."""
    words = ANALYSER.query_words(query, "nb")
    terms = {each for word in words for each in (word.exact, *(t.term for t in word.terms()))}
    frequencies = {term: sum(term in each.counts for each in candidates) for term in terms}
    statistics = Statistics(documents=len(candidates) + 20, frequencies=frequencies)
    return rank(candidates, words, statistics, reader)


@given(st.lists(st.integers(0, 200), min_size=len(FIELDS), max_size=len(FIELDS)))
def test_counts_survive_being_packed_up_to_the_most_a_field_holds(counts):
    assert unpack_counts(pack_counts(counts)) == tuple(min(each, MAX_COUNT) for each in counts)


def test_a_rare_term_counts_more_than_a_common_one():
    statistics = Statistics(documents=100, frequencies={"rare": 1, "common": 90})
    assert statistics.rarity("never") > statistics.rarity("rare") > statistics.rarity("common") > 0


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("nøkkel", {"title": "Nøkkel"}, {"body": "Nøkkel"}),
        ("nøkkel", {"title": "Nøkkel"}, {"title": "Nøkkel og veldig mange andre gode ord"}),
        ("nøkkel", {"body": "nøkkel nøkkel nøkkel"}, {"body": "nøkkel noe annet"}),
        ("nøkkel scope", {"body": "nøkkel scope"}, {"body": "nøkkel nøkkel nøkkel"}),
        ("nøkler", {"title": "Nøkler"}, {"title": "Nøkkel"}),
        ("pakke", {"title": "Pakke"}, {"title": "Tilgangspakke"}),
    ],
)
def test_of_two_candidates_the_better_comes_first(query, better, worse):
    assert order(query, candidate("b", **worse), candidate("z", **better)) == ["z", "b"]


@pytest.mark.parametrize(
    ("better", "worse", "reader"),
    [
        ({"language": "nb"}, {"language": "en"}, Reader(language="nb")),
        ({"language": "nb"}, {"language": "nn"}, Reader(language="nb")),
        ({"language": "nn"}, {"language": "en"}, Reader(language="nb")),
        ({"authority": Authority.BINDING}, {"authority": Authority.COMMUNITY}, Reader()),
        ({}, {"product_status": ProductStatus.WINDING_DOWN}, Reader()),
        (
            {"product_status": ProductStatus.WINDING_DOWN},
            {"product_status": ProductStatus.ENDED},
            Reader(),
        ),
        ({"updated_at": NOW}, {"updated_at": NOW - timedelta(days=1500)}, Reader(now=NOW)),
    ],
)
def test_of_two_that_say_the_same_what_is_known_of_them_decides(better, worse, reader):
    first = candidate("z", title="Nøkkel", **better)
    second = candidate("b", title="Nøkkel", **worse)
    assert order("nøkkel", second, first, reader=reader) == ["z", "b"]


def test_a_product_that_is_named_is_not_put_last_though_it_has_ended():
    ended = candidate("b", "Nøkkel", product_status=ProductStatus.ENDED, products=("altinn2",))
    named = ranked("nøkkel", ended, reader=Reader(named_products=frozenset({"altinn2"})))
    assert named[0].score > ranked("nøkkel", ended)[0].score


def test_a_date_ahead_counts_as_today():
    today = candidate("a", "Nøkkel", updated_at=NOW)
    ahead = candidate("a", "Nøkkel", updated_at=NOW + timedelta(days=900))
    reader = Reader(now=NOW)
    assert ranked("nøkkel", ahead, reader=reader)[0].score == pytest.approx(
        ranked("nøkkel", today, reader=reader)[0].score
    )


def test_equal_scores_are_in_the_order_of_ids_whatever_order_they_came_in():
    same = [candidate(identity, "Nøkkel") for identity in "cab"]
    assert order("nøkkel", *same) == ["a", "b", "c"]


def test_coverage_is_the_share_of_the_query_that_was_found():
    found = ranked("nøkkel hengekøye", candidate("a", "Nøkkel"))
    assert 0 < found[0].coverage < 1
    assert ranked("nøkkel", candidate("a", "Nøkkel"))[0].coverage == 1
    assert answerable([]) == 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_query_and_text_give_a_finite_score(query, text):
    for each in ranked(query, candidate("a", text, text)):
        assert 0 <= each.score < float("inf")
        assert 0 <= each.coverage <= 1.0000001
