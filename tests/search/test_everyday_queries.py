"""Everyday words find the sample's guidance: the right article among the first three."""

from pathlib import Path

import pytest

from portal.demo.documents import sample_documents
from search.engines.embedded import EmbeddedEngine
from search.parser import parse_query
from tests.search.everyday_queries import QUERIES

ENOUGH = 0.9
WRITTEN_APART = Path(__file__).with_name("everyday_words.tsv")
ENOUGH_APART = {"nb": 0.83, "nn": 0.73, "en": 0.7}


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> EmbeddedEngine:
    """An index of the sample's articles."""
    engine = EmbeddedEngine(tmp_path_factory.mktemp("index"))
    engine.rebuild(sample_documents())
    return engine


def first(engine: EmbeddedEngine, language: str, query: str, count: int) -> list[str]:
    """The slugs found first."""
    page = engine.search(
        parse_query(query), visibility={"public"}, language=language, size=count, facets=False
    )
    return [hit.id.partition(":")[2] for hit in page.hits]


def test_every_right_answer_is_an_article_of_the_sample():
    slugs = {document.id.partition(":")[2] for document in sample_documents()}
    assert {slug for *_, right in QUERIES for slug in right} <= slugs


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_everyday_words_find_the_right_article_among_three(engine, language):
    asked = [each for each in QUERIES if each[0] == language]
    missed = [
        (query, sorted(right), first(engine, language, query, 5))
        for _, query, right in asked
        if not right & set(first(engine, language, query, 3))
    ]
    found = len(asked) - len(missed)
    print(f"{language}: {found} of {len(asked)} among three")
    assert found >= ENOUGH * len(asked), missed


def written_apart() -> list[tuple[str, str, set[str]]]:
    """Language, query and right answers of those written without looking at the search."""
    lines = WRITTEN_APART.read_text(encoding="utf-8").splitlines()
    parts = (line.split("\t") for line in lines)
    return [(language, query, {*right.split()}) for language, query, right in parts]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_words_of_somebody_who_had_not_searched_find_as_many_as_they_have(engine, language):
    """Sixty of each language, written from titles and texts alone; what was reached is held."""
    asked = [each for each in written_apart() if each[0] == language]
    found = sum(bool(right & {*first(engine, language, query, 3)}) for _, query, right in asked)
    print(f"{language}: {found} of {len(asked)} among three")
    assert found >= ENOUGH_APART[language] * len(asked)


def test_every_answer_written_apart_is_an_article_of_the_sample():
    slugs = {document.id.partition(":")[2] for document in sample_documents()}
    assert {slug for *_, right in written_apart() for slug in right} <= slugs
