"""What people ask of an index, the same for every engine that reads snapshots of one."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from search.finding import find
from search.text.analysis import phrase_words
from search.types import Filters, Page, Query, Suggestion


class ReadsSnapshots(ABC):
    """The reading part of a `SearchEngine`; an engine says how it comes to a snapshot."""

    @abstractmethod
    def _read(self, work: Callable[[Any], Any]) -> Any:
        """Do `work` on a snapshot of the index in use; again when it was swapped meanwhile."""

    def search(
        self,
        query: Query,
        *,
        visibility: Collection[str],
        filters: Filters | None = None,
        page: int = 1,
        size: int = 10,
        language: str = "",
        now: datetime | None = None,
        facets: bool = True,
        without: Collection[str] = (),
    ) -> Page:
        """Return a page of visible documents; see `SearchEngine.search`."""
        return self._read(
            lambda snapshot: find(
                snapshot,
                query,
                visibility=visibility,
                filters=filters,
                page=page,
                size=size,
                language=language,
                now=now,
                facets=facets,
                without=without,
            )
        )

    def suggest(
        self, prefix: str, *, visibility: Collection[str], limit: int = 8
    ) -> list[Suggestion]:
        """Return visible titles that begin like this; see `SearchEngine.suggest`."""
        words = phrase_words(prefix)
        if not words:
            return []
        return self._read(lambda snapshot: snapshot.titles(words, frozenset(visibility), limit))

    def count(self) -> int:
        """Return how many documents are in the index; see `SearchEngine.count`."""
        return self._read(lambda snapshot: snapshot.count())
