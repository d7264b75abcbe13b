"""The plain systems find what anybody's would, and never fail."""

import pytest

from search.peers import peers
from tests.search.documents import make_document

DOCUMENTS = [
    make_document("Nøkkel", id="article:1", body="Slik bytter du nøkkelen din."),
    make_document("Skjema", id="article:2", body="Her er et skjema med nøkkel.", headings=("Lås",)),
    make_document("", id="article:3", body="Noe helt annet."),
]
NAMES = ["fts5_or", "tantivy_no", "bm25_snowball"]


@pytest.fixture(scope="module")
def built():
    """All peers with the documents."""
    return peers(DOCUMENTS)


@pytest.mark.parametrize("name", NAMES)
def test_a_peer_finds_any_of_the_words_best_first(built, name):
    hits = built[name].search("nøkkel hengekøye", 10)
    assert [each for each, _ in hits] == ["article:1", "article:2"]
    assert hits[0][1] > hits[1][1] > 0
    assert built[name].search("lås", 10)[0][0] == "article:2"
    assert len(built[name].search("nøkkel", 1)) == 1


@pytest.mark.parametrize("name", ["tantivy_no", "bm25_snowball"])
def test_a_peer_with_a_stemmer_finds_other_forms(built, name):
    assert built[name].search("nøkkelens", 10)[0][0] == "article:1"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["", "?!", '"', "a:b AND (", "NOT -x* \x00"])
def test_a_peer_takes_any_text(built, name, text):
    assert isinstance(built[name].search(text, 10), list)


@pytest.mark.parametrize("name", NAMES)
def test_a_peer_without_documents_finds_nothing(name):
    assert peers([])[name].search("nøkkel", 10) == []
