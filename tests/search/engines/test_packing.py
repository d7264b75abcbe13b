"""What ranking needs of documents, packed into bytes and read again for many at once."""

from collections import Counter
from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.candidates import FIELDS, MAX_COUNT
from search.engines.packing import (
    count_terms,
    pack_features,
    passages_of,
    places_of,
    positions_of,
    read_candidates,
)
from search.text.analysis import Analysed
from search.types import Authority, Document, ProductStatus

TERMS = st.lists(st.sampled_from([f"term{number}" for number in range(40)] + ["æøå", "=a", "+b"]))


def one_each(terms: list[str]) -> Analysed:
    """A text in which every word left one of these terms."""
    return Analysed(terms, [], [1] * len(terms))


def packed(identity: str, fields: list[list[str]], body: Analysed, **more) -> bytes:
    """The features of a document with these terms in its fields."""
    document = Document(
        id=identity, kind="article", title="", visibility=frozenset(), updated_at=None, **more
    )
    return pack_features(document, "nb", [Counter(each) for each in fields], body, ["en", "tittel"])


def document_of(terms: list[list[str]]) -> list[list[str]]:
    """The fields of a document, the body among them."""
    return [*terms, *([[]] * (len(FIELDS) - len(terms)))]


@given(st.lists(st.lists(TERMS, min_size=7, max_size=7), min_size=1, max_size=4), TERMS)
def test_each_of_many_documents_is_read_with_the_counts_it_was_packed_with(documents, wanted):
    stored = [
        (packed(f"article:{number}", fields, one_each(fields[3])), b"m")
        for number, fields in enumerate(documents)
    ]
    read = read_candidates(stored, wanted)
    assert [each.id for each in read] == [f"article:{number}" for number in range(len(documents))]
    for candidate, fields in zip(read, documents, strict=True):
        whole = count_terms([Counter(each) for each in fields])
        assert candidate.counts == {term: whole[term] for term in set(wanted) & whole.keys()}
        assert candidate.lengths == [len(each) for each in fields]
        assert candidate.meaning == b"m"


def test_where_the_terms_that_are_asked_for_stand_in_a_body_is_read():
    body = one_each(["vanlig"] * 200 + ["sjelden"] + ["fyll"] * 200 + ["sjelden"])
    fields = document_of([["tittel"], [], [], body.terms])
    short = one_each(["x", "sjelden"])
    between = (packed("article:2", document_of([[], [], [], short.terms]), short), b"")
    (first, second, third) = read_candidates(
        [(packed("article:1", fields, body), b""), between, (packed("a:3", fields, body), b"")],
        ["sjelden", "vanlig", "tittel", "nowhere"],
    )
    for long in (first, third):
        assert (long.passage_words, long.passage_length) == passages_of(body.sizes) == (134, 134)
        assert long.positions.keys() == {"sjelden", "vanlig"}
        assert long.positions["sjelden"].tolist() == [200, 401]
        assert long.positions["vanlig"].tolist() == list(range(MAX_COUNT))
    assert second.positions["sjelden"].tolist() == [1]
    assert (second.passage_words, second.passage_length) == (0, 0)


def test_the_terms_of_one_word_stand_at_the_place_of_the_word():
    body = Analysed(["søk", "=søket", "skjem", "=skjema", "+skjem", "søk"], [], [2, 3, 1])
    found = {
        term: numbers.tolist() for term, numbers in positions_of(body, Counter(body.terms)).items()
    }
    assert found == {"søk": [0, 2], "=søket": [0], "skjem": [1], "=skjema": [1], "+skjem": [1]}


def test_a_body_of_more_words_than_a_byte_numbers_keeps_where_they_stand():
    for length in (255, 256, 257, 70_000):
        body = one_each([*(["fyll"] * (length - 1)), "sist"])
        fields = document_of([[], [], [], body.terms])
        (read,) = read_candidates([(packed("a", fields, body), b"")], ["sist"])
        assert read.positions["sist"].tolist() == [min(length - 1, 65_535)]


def test_everything_else_ranking_needs_comes_back():
    features = packed(
        "article:9",
        document_of([]),
        one_each([]),
        products=("dialogporten",),
        authority=Authority.BINDING,
        product_status=ProductStatus.WINDING_DOWN,
        translation_key="k",
    )
    (read,) = read_candidates([(features, b"")], ["term1"])
    assert (read.products, read.authority, read.product_status) == (
        ("dialogporten",),
        Authority.BINDING,
        ProductStatus.WINDING_DOWN,
    )
    assert (read.language, read.translation_key, read.title_words) == ("nb", "k", ("en", "tittel"))
    assert read.counts == {} and read.updated_at is None


def test_the_time_of_the_last_change_comes_back():
    moment = datetime(2026, 11, 26, 12, tzinfo=UTC)
    document = Document(
        id="article:1", kind="article", title="", visibility=frozenset(), updated_at=moment
    )
    features = pack_features(document, "", [Counter()] * len(FIELDS), one_each([]), [])
    assert read_candidates([(features, b"")])[0].updated_at == moment


def test_nothing_is_read_of_no_documents():
    assert read_candidates([], ["term"]) == ()


def test_checksums_alike_in_half_their_bits_are_told_apart():
    stored = np.array([0x20001, 0x10001, 0x10002, 0x10001], "<u4")
    assert places_of(np.array([0x10001], "<u4"), stored).tolist() == [1, 3]
    assert places_of(np.array([0x30001, 0x40000], "<u4"), stored).tolist() == []
