"""Two engines as one: a main one, and a standby that answers while the main one cannot.

The standby is kept as the main one is, so it may answer at once; what the main one lacks when it
comes back is in the outbox.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from search.contract import (
    Progress,
    Read,
    SearchEngine,
    SearchError,
)
from search.types import Document, Health, Page, Query, Suggestion

T = TypeVar("T")


class WithStandby:
    """A `SearchEngine` that searches `main`, and `standby` while `main` is away or has no index.

    Every change is made in the standby first and then in the main engine; it fails, and so is
    made again, when the main one did not take it. A standby without an index is left alone.
    """

    def __init__(self, main: SearchEngine, standby: SearchEngine):
        self.main = main
        self.standby = standby

    def index(self, documents: Iterable[Document]) -> int:
        """Add or replace documents in both; see `SearchEngine.index`."""
        documents = list(documents)
        self._change_standby(lambda: self.standby.index(documents))
        return self.main.index(documents)

    def delete(self, ids: Collection[str]) -> None:
        """Remove documents from both; see `SearchEngine.delete`."""
        self._change_standby(lambda: self.standby.delete(ids))
        self.main.delete(ids)

    def refresh(self, ids: Collection[str], read: Read) -> None:
        """Make both say what `read` says; see `SearchEngine.refresh`."""
        self._change_standby(lambda: self.standby.refresh(ids, read))
        self.main.refresh(ids, read)

    def rebuild(self, documents: Iterable[Document], *, progress: Progress | None = None) -> int:
        """Build the main index anew; the standby's is built by itself."""
        return self.main.rebuild(documents, progress=progress)

    def search(self, query: Query, **asked: Any) -> Page:
        """Return a page from the one that answers; see `SearchEngine.search`."""
        return self._first_answer(lambda engine: engine.search(query, **asked))

    def suggest(self, prefix: str, **asked: Any) -> list[Suggestion]:
        """Return titles from the one that answers; see `SearchEngine.suggest`."""
        return self._first_answer(lambda engine: engine.suggest(prefix, **asked))

    def count(self) -> int:
        """Return how many documents the main index has."""
        return self.main.count()

    def fingerprints(self) -> Mapping[str, str]:
        """Return what is in the main index."""
        return self.main.fingerprints()

    def health(self) -> Health:
        """Tell of the main engine whether it can search."""
        return self.main.health()

    def _change_standby(self, change: Callable[[], object]) -> None:
        """Change the standby; one that is missing or broken is built anew by the worker."""
        if self.standby.health().ok:
            change()

    def _first_answer(self, ask: Callable[[SearchEngine], T]) -> T:
        try:
            return ask(self.main)
        except SearchError as error:
            try:
                return ask(self.standby)
            except SearchError:
                raise error from None
