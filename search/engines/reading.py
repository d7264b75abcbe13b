"""What people ask of an index, the same for every engine that reads snapshots of one."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from search.finding import find
from search.pinning import pinned_titles
from search.text.analysis import phrase_words
from search.types import Choose, Filters, Page, Query, Sort, Suggestion
from search.vocabulary import NO_WORDS, EditorsWords


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
        editors: EditorsWords = NO_WORDS,
        sort: Sort = Sort.BEST,
        choose: Choose | None = None,
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
                editors=editors,
                sort=sort,
                choose=choose,
            )
        )

    def suggest(
        self,
        prefix: str,
        *,
        visibility: Collection[str],
        limit: int = 8,
        editors: EditorsWords = NO_WORDS,
    ) -> list[Suggestion]:
        """Return visible titles that begin like this; see `SearchEngine.suggest`."""
        words = phrase_words(prefix)
        if not words:
            return []
        pins = editors.beginning(prefix)

        def titles(snapshot) -> list[Suggestion]:
            first = pinned_titles(snapshot, pins, frozenset(visibility)) if pins else []
            known = {each.id for each in first}
            others = snapshot.titles(words, frozenset(visibility), limit)
            return [*first, *(each for each in others if each.id not in known)][:limit]

        return self._read(titles)

    def count(self) -> int:
        """Return how many documents are in the index; see `SearchEngine.count`."""
        return self._read(lambda snapshot: snapshot.count())
