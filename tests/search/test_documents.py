"""Documents as lines, and the fingerprints they are compared by."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.documents import fingerprint, from_line, to_line
from search.types import Authority, Document, ProductStatus
from tests.search.documents import make_document

FULL = make_document(
    "Nøkkel",
    id="article:1",
    summary="Kort",
    headings=("En", "To"),
    body="Tekst\nover to linjer",
    search_words=("jwk",),
    link_texts=("bytt nøkkelen",),
    questions=("Hvordan bytter jeg?",),
    products=("maskinporten",),
    audiences=("supplier",),
    authority=Authority.BINDING,
    product_status=ProductStatus.ENDED,
    updated_at=datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC),
    visibility=frozenset({"public", "org:5", "user:9"}),
)


def test_a_line_gives_the_same_document_back():
    line = to_line(FULL)
    assert "\n" not in line
    assert from_line(line) == FULL


@given(
    st.builds(
        Document,
        id=st.text(min_size=1),
        kind=st.text(),
        title=st.text(),
        body=st.text(),
        search_words=st.lists(st.text()).map(tuple),
        questions=st.lists(st.text()).map(tuple),
        visibility=st.frozensets(st.text()),
        updated_at=st.none(),
    )
)
def test_any_document_survives_being_a_line(document):
    assert from_line(to_line(document)) == document
    assert fingerprint(from_line(to_line(document))) == fingerprint(document)


CHANGES = {
    "id": "article:2",
    "kind": "question",
    "title": "Lås",
    "visibility": frozenset({"public"}),
    "summary": "Lang",
    "headings": ("En",),
    "body": "",
    "search_words": (),
    "link_texts": (),
    "questions": (),
    "language": "nn",
    "products": (),
    "audiences": (),
    "authority": Authority.COMMUNITY,
    "product_status": ProductStatus.NONE,
    "updated_at": None,
    "translation_key": "side-1",
}


@pytest.mark.parametrize("name", [each.name for each in fields(Document)])
def test_a_fingerprint_differs_when_anything_differs(name):
    assert fingerprint(replace(FULL, **{name: CHANGES[name]})) != fingerprint(FULL)
