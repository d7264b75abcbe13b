"""Kinds of content register themselves; search asks them and never knows them."""

import pytest

from search.registry import Registry, UnknownKind, kind_of
from tests.search.documents import make_document


class Shelf:
    """A source of documents that only those named may see."""

    def __init__(self, kind: str, *numbers: int, seen: tuple[int, ...] = ()):
        self.kind = kind
        self.names = (f"{kind}er", kind.upper())
        self.numbers = numbers
        self.seen = seen

    def iter_documents(self):
        for number in self.numbers:
            yield make_document(id=f"{self.kind}:{number}", kind=self.kind)

    def get_documents(self, ids):
        return [each for each in self.iter_documents() if each.id in ids]

    def recheck(self, ids, user):
        return {f"{self.kind}:{number}" for number in self.seen}


@pytest.fixture
def registry():
    """Two kinds."""
    registry = Registry()
    registry.register(Shelf("bok", 1, 2, seen=(1, 9)))
    registry.register(Shelf("avis", 7, seen=(7,)))
    return registry


def test_documents_come_kind_by_kind(registry):
    assert [each.id for each in registry.iter_documents()] == ["avis:7", "bok:1", "bok:2"]
    assert registry.kinds() == ("avis", "bok")


def test_documents_that_exist_are_got_and_unknown_kinds_passed_over(registry):
    found = registry.get_documents(["bok:2", "bok:404", "plate:1", "", "bok"])
    assert [each.id for each in found] == ["bok:2"]


def test_only_what_was_asked_for_and_may_be_seen_is_allowed(registry):
    assert registry.recheck(["bok:1", "bok:2", "avis:7", "plate:1"], None) == {"bok:1", "avis:7"}


def test_a_missing_kind_names_those_there_are(registry):
    with pytest.raises(UnknownKind, match="'plate'.*avis, bok"):
        registry.source("plate")
    with pytest.raises(UnknownKind, match="none"):
        Registry().source("plate")


def test_registering_again_replaces(registry):
    registry.register(Shelf("bok"))
    assert list(registry.source("bok").iter_documents()) == []


def test_names_of_filters_are_folded(registry):
    registry.register_names("products", lambda: {"ID-Porten ": "id-porten", "Løsning": "x"})
    names = registry.names()
    assert names["kinds"]["boker"] == names["kinds"]["bok"] == "bok"
    assert names["products"] == {"id-porten": "id-porten", "løsning": "x"}


def test_the_kind_is_the_beginning_of_an_id():
    assert kind_of("article:17") == "article"
    assert kind_of("nothing") == "nothing"
