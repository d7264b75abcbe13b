"""Where kinds of content make themselves findable.

A package that has something to find registers a `SearchSource` when the application starts;
search never imports that package.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Protocol

from search.parser import Names
from search.text.tokens import fold_case
from search.types import Document


class SearchSource(Protocol):
    """What a kind of content must be able to do. `ids` are document ids, "kind:pk"."""

    kind: str
    names: Collection[str]  # what people call the kind in a filter, in each language

    def iter_documents(self) -> Iterator[Document]:
        """Yield every document of the kind, in a stable order, in bounded memory."""
        ...

    def get_documents(self, ids: Collection[str]) -> Iterable[Document]:
        """Return those of `ids` that exist now and may be found by somebody; skip the rest."""
        ...

    def recheck(self, ids: Collection[str], user: Any) -> set[str]:
        """Return those of `ids` that `user` may see now, asked of the database."""
        ...


class UnknownKind(LookupError):
    """No source is registered for this kind; register one when the application starts."""


class Registry:
    """The registered sources by kind."""

    def __init__(self) -> None:
        self._sources: dict[str, SearchSource] = {}
        self._names: dict[str, Callable[[], Mapping[str, str]]] = {}

    def register(self, source: SearchSource) -> None:
        """Add a source. Registering the same kind again replaces it (development reload)."""
        self._sources[source.kind] = source

    def register_names(self, filter_name: str, names: Callable[[], Mapping[str, str]]) -> None:
        """Let a filter ("products", "audiences") be written by name.

        `names()` maps what people write to the values documents have; it is asked at each use.
        """
        self._names[filter_name] = names

    def names(self) -> Names:
        """Return, for `parse_query`, what people write in filters and the values it stands for."""
        kinds = {name: kind for kind, source in self._sources.items() for name in source.names}
        found = {"kinds": kinds | {kind: kind for kind in self._sources}}
        found |= {filter_name: names() for filter_name, names in self._names.items()}
        return {
            filter_name: {fold_case(name).strip(): value for name, value in names.items()}
            for filter_name, names in found.items()
        }

    def source(self, kind: str) -> SearchSource:
        """Return the source of a kind, or raise `UnknownKind` naming those that exist."""
        try:
            return self._sources[kind]
        except KeyError:
            known = ", ".join(sorted(self._sources)) or "none"
            raise UnknownKind(f"No search source for kind {kind!r}; registered: {known}") from None

    def kinds(self) -> tuple[str, ...]:
        """Return the registered kinds in alphabetical order."""
        return tuple(sorted(self._sources))

    def iter_documents(self) -> Iterator[Document]:
        """Yield the documents of all sources, kind by kind."""
        for kind in self.kinds():
            yield from self._sources[kind].iter_documents()

    def get_documents(self, ids: Collection[str]) -> list[Document]:
        """Return those of `ids` that exist now, of whatever kinds; unknown kinds are skipped."""
        return [
            document
            for kind, group in _by_kind(ids).items()
            if kind in self._sources
            for document in self._sources[kind].get_documents(group)
        ]

    def recheck(self, ids: Collection[str], user: Any) -> set[str]:
        """Return those of `ids` that `user` may see now; kinds nobody registered are hidden."""
        allowed: set[str] = set()
        for kind, group in _by_kind(ids).items():
            if kind in self._sources:
                allowed |= self._sources[kind].recheck(group, user) & set(group)
        return allowed


LONGEST_NUMBER = 12  # digits of an id; databases refuse to compare far longer ones


def number_of(document_id: str) -> int | None:
    """Return the row's id in a document id: 17 of "article:17"; None when it holds none."""
    text = document_id.partition(":")[2]
    if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER:
        return int(text)
    return None


def kind_of(document_id: str) -> str:
    """Return the kind in a document id: "article" of "article:17"."""
    return document_id.partition(":")[0]


def _by_kind(ids: Collection[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for each in ids:
        groups.setdefault(kind_of(each), []).append(each)
    return groups


registry = Registry()
