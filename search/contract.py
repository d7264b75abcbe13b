"""What every search engine does, and the errors it may raise.

Two layers: `SearchEngine` is what the rest of the product uses. `CandidateSource` is the smaller
part in which engines differ: `search.finding` builds the whole search on it, so that all engines
analyse, rank, correct and cut alike.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from search.candidates import Candidates, Statistics
from search.meaning import Meaning
from search.text.analysis import Analyser, QueryWord
from search.types import Choose, Document, Filters, Health, Page, Query, Sort, Suggestion
from search.vocabulary import NO_WORDS, EditorsWords

Progress = Callable[[int], None]
Read = Callable[[Collection[str]], Iterable[Document]]


class SearchError(Exception):
    """An engine could not do what it was asked."""


class IndexBusy(SearchError):
    """Another process is writing to the index. Nothing was changed; try again later."""


class EngineUnavailable(SearchError):
    """The engine cannot answer now; the message says what to do."""


class EngineAway(EngineUnavailable):
    """The server of the engine does not answer, or refuses; building anew would not help.

    It is asked again after a while, so nobody has to do anything once it is back.
    """


class SearchEngine(Protocol):
    """Indexes documents and finds them."""

    def index(self, documents: Iterable[Document]) -> int:
        """Add or replace documents, and return how many. All are findable when it returns.

        Raises `IndexBusy` when another process writes; then none was indexed.
        """
        ...

    def delete(self, ids: Collection[str]) -> None:
        """Remove documents; ids that are not there are passed over. Raises `IndexBusy`."""
        ...

    def refresh(self, ids: Collection[str], read: Read) -> None:
        """Make the index say of `ids` what `read(ids)` says: index those, remove the others.

        `read` is called while this process is the only writer, so that of two that refresh the
        same document the later one has also read later. Raises `IndexBusy`, and
        `EngineUnavailable` when there is no index or it cannot be written; nothing was changed,
        or (on a server) what was changed will be changed again. Safe to repeat.
        """
        ...

    def rebuild(self, documents: Iterable[Document], *, progress: Progress | None = None) -> int:
        """Build a new index aside, learn from the documents, swap, and return the count.

        The old index answers until the swap. `progress` is called with the number of documents
        done. Raises `IndexBusy`; on any other error the old index stays.
        """
        ...

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
        """Return a page of the documents that match and share a token with `visibility`.

        `language` is that of the reader's interface (a clear language of the query wins over
        it). `now` makes age count. Documents whose ids are in `without` are nowhere to be seen:
        not in hits, counts or spelling help. `editors` is what they have written: what to put
        first, other names for things, words to pass over. Sorted by time, only hits that have
        much of the query come, and nothing is put first. `choose` picks, of the page's hits,
        those to show; titles and snippets are made of these alone. Raises `EngineUnavailable`,
        also before the first index is built.
        """
        ...

    def suggest(
        self,
        prefix: str,
        *,
        visibility: Collection[str],
        limit: int = 8,
        editors: EditorsWords = NO_WORDS,
    ) -> list[Suggestion]:
        """Return visible titles that have every word of `prefix`, the last one as a beginning.

        Shortest first, after what `editors` put first for phrases that begin like this. Raises
        `EngineUnavailable`.
        """
        ...

    def count(self) -> int:
        """Return how many documents are in the index. Raises `EngineUnavailable`."""
        ...

    def fingerprints(self) -> Mapping[str, str]:
        """Return `documents.fingerprint` of every document as it was indexed, by id.

        Reads the whole index; for checking it. Raises `EngineUnavailable`.
        """
        ...

    def health(self) -> Health:
        """Tell whether the engine can search, having tried to. Never raises."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Retrieval:
    """What an engine is asked for: the best `limit` candidates, and counts of all matches.

    A candidate matches at least one of `words` (all candidates do when there are none) by one of
    its alternatives or by `elements_needed` of its elements (all, where it has fewer), every
    one of `phrases` (words in sequence), none of `excluded_terms` and `excluded_phrases`, and
    all filters. Only documents with a token in `visibility` and an id not in `without` exist
    for it. With `directions` (of `search.meaning`, each with its weight), `versions_of`
    (translation keys) or `only` (ids), those are matched in place of `words`; `words` then only
    say which counts of a candidate are wanted.
    """

    words: tuple[QueryWord, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded_terms: tuple[str, ...] = ()
    excluded_phrases: tuple[tuple[str, ...], ...] = ()
    filters: Filters = field(default_factory=Filters)
    visibility: frozenset[str]
    without: frozenset[str] = frozenset()
    elements_needed: int = 2
    directions: Mapping[str, float] = field(default_factory=dict)
    versions_of: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    limit: int
    facets: bool = True

    @property
    def is_counted(self) -> bool:
        """Whether everything that matches is counted, and not only what is returned."""
        return not (self.directions or self.versions_of or self.only)


@dataclass(frozen=True, kw_only=True, slots=True)
class Retrieved:
    """What an engine found. `facets` maps a name of `Filters` to counts by value.

    `total` counts every match where the retrieval `is_counted`; else an engine may count no more
    than the candidates.
    """

    candidates: Candidates
    total: int = 0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredText:
    """The original text of a document, for titles and snippets."""

    title: str
    summary: str
    body: str


class CandidateSource(Protocol):
    """The part of an engine that `search.finding` needs; one value serves one search."""

    analyser: Analyser
    meaning: Meaning

    def statistics(self, terms: Collection[str]) -> Statistics:
        """Return the number of documents, and how many have each of `terms`."""
        ...

    def retrieve(self, retrieval: Retrieval) -> Retrieved:
        """Return candidates in the engine's own order, and counts of everything that matches.

        Of a candidate's counts, those of the terms of `words` are there.
        """
        ...

    def retrieve_each(self, retrievals: Sequence[Retrieval]) -> list[Retrieved]:
        """Return what `retrieve` does for each, asked for at once where that is quicker."""
        ...

    def texts(self, ids: Collection[str]) -> Mapping[str, StoredText]:
        """Return the original texts of those of `ids` that exist."""
        ...

    def similar_words(self, word: str, retrieval: Retrieval) -> Mapping[str, int]:
        """Return words like `word` in documents that exist for `retrieval`, and how many have them.

        `word` is folded (`tokens.fold_letters`); the answers keep æ, ø and å.
        """
        ...
