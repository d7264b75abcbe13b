"""What ranking needs of documents, packed into bytes and read again for many at once."""

from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.candidates import BODY, FIELDS, MAX_COUNT, Candidates
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


def positions(read: Candidates, row: int) -> dict[str, list[int]]:
    """Term → where it is in the body of one of the documents."""
    own = read.places.rows == row
    found = zip(read.places.columns[own].tolist(), read.places.numbers[own].tolist(), strict=True)
    at: dict[str, list[int]] = {}
    for column, number in found:
        at.setdefault(read.terms[column], []).append(number)
    return at


def document_of(terms: list[list[str]]) -> list[list[str]]:
    """The fields of a document, the body among them."""
    return [*terms, *([[]] * (len(FIELDS) - len(terms)))]


@given(st.lists(st.lists(TERMS, min_size=7, max_size=7), min_size=1, max_size=4), TERMS)
def test_each_of_many_documents_is_read_with_the_counts_it_was_packed_with(documents, wanted):
    stored = [
        (packed(f"article:{number}", fields, one_each(fields[3])), b"m")
        for number, fields in enumerate(documents)
    ]
    asked = list(dict.fromkeys(wanted))
    read = read_candidates(stored, asked)
    ids = [each.id for each in read.documents]
    assert ids == [f"article:{number}" for number in range(len(documents))]
    rows = zip(read.documents, read.counts.tolist(), documents, strict=True)
    for row, (candidate, counts, fields) in enumerate(rows):
        whole = count_terms([Counter(each) for each in fields])
        assert counts == [whole.get(term, 0) for term in asked]
        body = {
            term: [number for number, each in enumerate(fields[BODY]) if each == term][:MAX_COUNT]
            for term in asked
            if term in fields[BODY]
        }
        assert positions(read, row) == body
        assert candidate.lengths == [len(each) for each in fields]
        assert candidate.meaning == b"m"


def test_where_the_terms_that_are_asked_for_stand_in_a_body_is_read():
    body = one_each(["vanlig"] * 200 + ["sjelden"] + ["fyll"] * 200 + ["sjelden"])
    fields = document_of([["tittel"], [], [], body.terms])
    short = one_each(["x", "sjelden"])
    between = (packed("article:2", document_of([[], [], [], short.terms]), short), b"")
    read = read_candidates(
        [(packed("article:1", fields, body), b""), between, (packed("a:3", fields, body), b"")],
        ["sjelden", "vanlig", "tittel", "nowhere"],
    )
    for row in (0, 2):
        long = read.documents[row]
        assert (long.passage_words, long.passage_length) == passages_of(body.sizes) == (134, 134)
        assert positions(read, row) == {"sjelden": [200, 401], "vanlig": list(range(MAX_COUNT))}
    assert positions(read, 1) == {"sjelden": [1]}
    assert (read.documents[1].passage_words, read.documents[1].passage_length) == (0, 0)


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
        read = read_candidates([(packed("a", fields, body), b"")], ["sist"])
        assert positions(read, 0) == {"sist": [min(length - 1, 65_535)]}


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
    found = read_candidates([(features, b"")], ["term1"])
    (read,) = found.documents
    assert (read.products, read.authority, read.product_status) == (
        ["dialogporten"],
        Authority.BINDING,
        ProductStatus.WINDING_DOWN,
    )
    assert (read.language, read.translation_key, read.title_words) == ("nb", "k", ["en", "tittel"])
    assert not found.counts.any() and read.updated_at is None


def test_the_time_of_the_last_change_comes_back():
    moment = datetime(2026, 11, 26, 12, tzinfo=UTC)
    document = Document(
        id="article:1", kind="article", title="", visibility=frozenset(), updated_at=moment
    )
    features = pack_features(document, "", [Counter()] * len(FIELDS), one_each([]), [])
    assert read_candidates([(features, b"")]).documents[0].updated_at == moment


def test_nothing_is_read_of_no_documents():
    read = read_candidates([], ["term"])
    assert len(read) == 0 and read.counts.shape == (0, 1) and not len(read.places.rows)


def test_documents_that_are_there_already_are_not_joined_again_and_keep_what_they_have():
    bodies = {"a": ["x", "y"], "b": ["y", "y"], "c": ["z", "x"]}

    def read(*ids: str) -> Candidates:
        stored = [
            (packed(each, document_of([[], [], [], bodies[each]]), one_each(bodies[each])), b"")
            for each in ids
        ]
        return read_candidates(stored, ["x", "y"])

    together = read("a", "b").with_others(read("b", "c"))
    whole = read("a", "b", "c")
    assert [each.id for each in together.documents] == ["a", "b", "c"]
    assert together.counts.tolist() == whole.counts.tolist()
    for row in range(3):
        assert positions(together, row) == positions(whole, row)
    assert together.with_others(read("a", "c")) is together


def test_terms_that_documents_have_are_told_of_all_and_of_each_by_itself():
    stored = [
        (packed(name, document_of([[name], [], [], []]), one_each([])), b"") for name in ("x", "y")
    ]
    apart = read_candidates(stored, ["x", "+x", "y", "nowhere"])
    assert apart.terms_found() == {"x", "y"}
    assert not apart.have_several([["x", "+x"], ["y"], ["not asked for"]])
    both = (packed("z", document_of([["x", "y"], [], [], []]), one_each([])), b"")
    together = read_candidates([*stored, both], ["x", "+x", "y"])
    assert together.have_several([["+x", "x"], ["y"]]) and not together.have_several([["x", "+x"]])


def test_checksums_alike_in_half_their_bits_are_told_apart():
    stored = np.array([0x20001, 0x10001, 0x10002, 0x10001], "<u4")
    assert places_of(np.array([0x10001], "<u4"), stored).tolist() == [1, 3]
    assert places_of(np.array([0x30001, 0x40000], "<u4"), stored).tolist() == []


def test_documents_read_for_other_terms_are_not_joined():
    stored = [(packed("a", document_of([["x"], [], [], []]), one_each([])), b"")]
    with pytest.raises(ValueError, match="other words"):
        read_candidates(stored, ["x", "y"]).with_others(read_candidates(stored, ["y", "x"]))
