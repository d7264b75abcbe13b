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
    read_candidates,
)
from search.types import Authority, Document, ProductStatus

TERMS = st.lists(st.sampled_from([f"term{number}" for number in range(40)] + ["æøå", "=a", "+b"]))


def packed(identity: str, fields: list[list[str]], body: list[str], **more) -> bytes:
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
        (packed(f"article:{number}", fields, fields[3]), b"m")
        for number, fields in enumerate(documents)
    ]
    read = read_candidates(stored, wanted)
    assert [each.id for each in read] == [f"article:{number}" for number in range(len(documents))]
    for candidate, fields in zip(read, documents, strict=True):
        whole = count_terms([Counter(each) for each in fields])
        assert candidate.counts == {term: whole[term] for term in set(wanted) & whole.keys()}
        assert candidate.lengths == [len(each) for each in fields]
        assert candidate.meaning == b"m"


def test_the_passages_of_a_long_body_are_read_for_the_terms_that_are_asked_for():
    body = ["vanlig"] * 200 + ["sjelden"] + ["fyll"] * 200 + ["sjelden"]
    fields = document_of([["tittel"], [], [], body])
    between = (packed("article:2", document_of([[], [], [], ["sjelden"]]), ["sjelden"]), b"")
    (first, second, third) = read_candidates(
        [(packed("article:1", fields, body), b""), between, (packed("a:3", fields, body), b"")],
        ["sjelden", "vanlig", "tittel", "nowhere"],
    )
    passages, length = passages_of(body)
    assert first.passage_length == length > 0
    assert first.passages == third.passages
    assert first.passages == {
        "sjelden": passages["sjelden"],
        "vanlig": passages["vanlig"][:MAX_COUNT],
    }
    assert second.passages == {} and second.counts == {"sjelden": 1}


def test_everything_else_ranking_needs_comes_back():
    features = packed(
        "article:9",
        document_of([]),
        [],
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
    features = pack_features(document, "", [Counter()] * len(FIELDS), [], [])
    assert read_candidates([(features, b"")])[0].updated_at == moment


def test_nothing_is_read_of_no_documents():
    assert read_candidates([], ["term"]) == ()


def test_checksums_alike_in_half_their_bits_are_told_apart():
    stored = np.array([0x20001, 0x10001, 0x10002, 0x10001], "<u4")
    assert places_of(np.array([0x10001], "<u4"), stored).tolist() == [1, 3]
    assert places_of(np.array([0x30001, 0x40000], "<u4"), stored).tolist() == []
