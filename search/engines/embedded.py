"""The embedded engine: tantivy in a folder, read by many processes and written by one.

tantivy picks candidates and counts; analysis, ranking and snippets are ours (`search.finding`).
Every commit is whole: after a killed process the index is as of the last commit.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from search.candidates import Candidates, Statistics
from search.contract import (
    EngineUnavailable,
    IndexBusy,
    Progress,
    Read,
    Retrieval,
    Retrieved,
    StoredText,
)
from search.corpus import Knowledge
from search.documents import fingerprint
from search.engines import records
from search.engines.analysing import with_records
from search.engines.clauses import FACETS, SCHEMA, any_of, build_clause, existing
from search.engines.folder import IndexFolder
from search.engines.packing import read_candidates
from search.engines.reading import ReadsSnapshots
from search.engines.spool import GOES_ON_WITHIN, Remaining, set_aside, write_down
from search.finding import edits_allowed
from search.meaning import Meaning
from search.text.analysis import terms_of
from search.text.tokens import fold_letters
from search.types import Document, Health, Suggestion, kind_of

T = TypeVar("T")

WRITER_MEMORY = 64_000_000  # bytes
SMALL_WRITER_MEMORY = 16_000_000
DEFAULT_WAIT = 5.0  # seconds for another writer to finish
MAX_FACET_VALUES = 200
DOCUMENTS_FOR_SPELLING = 30
TITLES_LOOKED_AT = 50
PROGRESS_EVERY = 500
COMMIT_EVERY = 10_000
MEANING_FILE = "meaning.npz"
UNFINISHED = "unfinished"  # there while a build that has learnt is not in use yet
UNREADABLE = "The search index cannot be read; build it anew with search_rebuild"


class DamagedIndex(EngineUnavailable):
    """The files of the index cannot be read, or were swapped away while they were."""


@contextmanager
def telling_damage() -> Iterator[None]:
    """Raise `DamagedIndex` for whatever reading or writing a damaged index raises."""
    try:
        yield
    except BaseException as error:  # a panic of tantivy's is no Exception
        kind = type(error).__name__
        if isinstance(error, (OSError, ValueError)) or kind == "PanicException":
            raise DamagedIndex(f"{UNREADABLE} ({kind})") from error
        raise


class EmbeddedEngine(ReadsSnapshots):
    """A `SearchEngine` on a folder of this machine's disk; safe for threads and processes."""

    def __init__(self, path: Path | str, *, wait: float = DEFAULT_WAIT):
        self._folder = IndexFolder(Path(path))
        self._wait = wait
        self._lock = threading.Lock()
        self._opened: OpenIndex | None = None

    def index(self, documents: Iterable[Document]) -> int:
        """Add or replace documents; see `SearchEngine.index`."""
        with self._folder.writing(self._wait):
            if self._folder.current() is None:
                return self._build(documents, None)
            made = self._made(documents)
            self._replace(made, made.keys())
            return len(made)

    def delete(self, ids: Collection[str]) -> None:
        """Remove documents; see `SearchEngine.delete`."""
        with self._folder.writing(self._wait):
            if ids and self._folder.current() is not None:
                self._replace({}, ids)

    def refresh(self, ids: Collection[str], read: Read) -> None:
        """Make the index say what `read` says; see `SearchEngine.refresh`."""
        with self._folder.writing(self._wait):
            made = self._made(read(ids))
            self._replace(made, {*ids, *made})

    def rebuild(self, documents: Iterable[Document], *, progress: Progress | None = None) -> int:
        """Build a new index aside and swap; see `SearchEngine.rebuild`."""
        with self._folder.writing(self._wait):
            return self._build(documents, progress)

    def fingerprints(self) -> Mapping[str, str]:
        """Return what every document was when indexed; see `SearchEngine.fingerprints`."""
        return self._read(lambda snapshot: snapshot.fingerprints())

    def health(self) -> Health:
        """Tell whether the index can be read, by reading from it."""
        try:
            documents = self._read(lambda snapshot: snapshot.probe())
        except EngineUnavailable as error:
            return Health(ok=False, detail=str(error))
        if self._folder.is_marked_damaged():
            return Health(ok=False, detail=UNREADABLE, documents=documents)
        return Health(ok=True, detail="The search index is readable", documents=documents)

    def _read(self, work: Callable[["Snapshot"], T]) -> T:
        """Do `work` on the last commit; again when the index was swapped meanwhile."""
        for attempt in (1, 2, 3):
            try:
                with telling_damage():
                    return work(Snapshot(self._reader()))
            except DamagedIndex:
                self._forget()
                if attempt == 3:
                    self._folder.mark_damaged()
                    raise
        raise AssertionError("not reached")

    def _made(self, documents: Iterable[Document]) -> dict[str, tantivy.Document]:
        opened = self._reader()
        return {document.id: opened.to_tantivy(document) for document in documents}

    def _replace(self, made: Mapping[str, tantivy.Document], ids: Collection[str]) -> None:
        """Take away `ids` and put in what is made, all in one commit; the caller is the writer."""
        try:
            with telling_damage(), committing(self._reader().index, SMALL_WRITER_MEMORY) as writer:
                for each in ids:
                    writer.delete_documents_by_term("id", each)
                for document in made.values():
                    writer.add_document(document)
        except DamagedIndex:
            self._forget()
            raise

    def _reader(self) -> "OpenIndex":
        """Return the index in use as of its last commit, opening or reloading where needed."""
        with self._lock, telling_damage():
            return self._open_current()

    def _open_current(self) -> "OpenIndex":
        path = self._folder.current()
        if path is None:
            raise EngineUnavailable("There is no search index yet; build it with search_rebuild")
        if self._opened is None or self._opened.path != path:
            self._opened = OpenIndex(path)
        self._opened.reload_if_changed()
        return self._opened

    def _forget(self) -> None:
        """Open the index anew at the next use."""
        with self._lock:
            self._opened = None

    def _build(self, documents: Iterable[Document], progress: Progress | None) -> int:
        """Learn from the documents while setting them aside, then index them; as the writer.

        A build that was killed after it had learnt is gone on with.
        """
        with self._folder.building(_goes_on) as aside:
            spool = aside / "documents.jsonl"
            if (aside / UNFINISHED).exists():
                write_down(documents, spool)
                opened = OpenIndex(aside)
            else:
                _keep_learnt(set_aside(documents, spool), aside)
                (aside / "tantivy").mkdir()
                opened = OpenIndex(aside, create=True)
                (aside / UNFINISHED).touch()
            done = _fill(opened, Remaining(spool, Snapshot(opened).fingerprints()), progress)
            spool.unlink()
            (aside / UNFINISHED).unlink()
            return done


def _keep_learnt(learnt: Knowledge, aside: Path) -> None:
    knowledge = json.loads(learnt.to_json()) | {"format": records.format_in_use()}
    text = json.dumps(knowledge, ensure_ascii=False)
    (aside / "knowledge.json").write_text(text, encoding="utf-8", errors="replace")
    learnt.meaning.save(aside / MEANING_FILE)


def _goes_on(remains: Path) -> bool:
    """Whether a killed build had learnt what can still be used, lately and in this format."""
    try:
        age = time.time() - (remains / UNFINISHED).stat().st_mtime
        made_in = _format_of((remains / "knowledge.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    lately = age < GOES_ON_WITHIN.total_seconds()
    return lately and made_in == records.format_in_use()


def _format_of(knowledge: str) -> object:
    """Return the format that what an index has learnt is stored in; None where it tells none."""
    stored = json.loads(knowledge)
    return stored.get("format") if isinstance(stored, dict) else None


class OpenIndex:
    """One index folder, opened: tantivy's handle and the analyser that belongs to it."""

    def __init__(self, path: Path, *, create: bool = False):
        self.path = path
        text = (path / "knowledge.json").read_text(encoding="utf-8")
        records.check_format(_format_of(text))
        self.knowledge = Knowledge.from_json(text, Meaning.load(path / MEANING_FILE))
        self.analyser = self.knowledge.analyser()
        where = str(path / "tantivy")
        self.index = tantivy.Index(SCHEMA, path=where) if create else tantivy.Index.open(where)
        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self.index.register_tokenizer("words", words)
        self.index.config_reader(reload_policy="manual")
        self._state = self._commit_state() if not create else None
        self.index.reload()

    def reload_if_changed(self) -> None:
        """Show the last commit, whichever process made it."""
        state = self._commit_state()
        if state != self._state:
            self.index.reload()
            self._state = state

    def _commit_state(self) -> tuple[int, int]:
        status = (self.path / "tantivy" / "meta.json").stat()
        return status.st_mtime_ns, status.st_ino

    def to_tantivy(self, document: Document) -> tantivy.Document:
        """Return a document with its analysed terms and packed values."""
        record = records.make_record(document, self.analyser, self.knowledge.meaning)
        return as_stored(document, record)

    def all_to_tantivy(
        self, documents: Iterable[Document]
    ) -> Iterator[tuple[Document, tantivy.Document]]:
        """Yield each document with what is stored of it, in order; many are analysed at once."""
        for document, record in with_records(documents, self.knowledge, self.analyser):
            yield document, as_stored(document, record)


def as_stored(document: Document, record: records.Record) -> tantivy.Document:
    """Return a document as tantivy stores it."""
    made = tantivy.Document()
    made.add_text("id", document.id)
    made.add_text("fingerprint", fingerprint(document))
    made.add_text("kind", document.kind)
    made.add_text("authority", document.authority.code)
    made.add_text("language", record.language)
    if document.translation_key:
        made.add_text("translation_key", document.translation_key)
    for field, values in (
        ("product", document.products),
        ("audience", document.audiences),
        ("visibility", sorted(document.visibility)),
    ):
        for value in values:
            made.add_text(field, value)
    made.add_text("terms", record.terms)
    made.add_text("directions", record.directions)
    made.add_text("phrases", record.phrases)
    made.add_text("title_words", record.title_words)
    made.add_integer("updated", record.updated)
    made.add_bytes("features", record.features)
    made.add_bytes("meaning", record.meaning)
    made.add_bytes("source", record.source)
    return made


class Snapshot:
    """The index as of one commit; the `CandidateSource` of one search."""

    def __init__(self, opened: OpenIndex):
        self.analyser = opened.analyser
        self.meaning = opened.knowledge.meaning
        self._average_lengths = opened.knowledge.average_lengths
        self._searcher = opened.index.searcher()
        self._places: dict[str, tantivy.DocAddress] = {}
        self._read: dict[tuple[int, int], tuple[bytes, bytes]] = {}

    def statistics(self, terms: Collection[str]) -> Statistics:
        """Return document counts for `terms`."""
        return Statistics(
            documents=self._searcher.num_docs,
            frequencies={term: self._searcher.doc_freq("terms", term) for term in terms},
            average_lengths=self._average_lengths,
        )

    def retrieve(self, retrieval: Retrieval) -> Retrieved:
        """Return the best candidates by tantivy's BM25, or the newest when no word is given."""
        clause = build_clause(retrieval)
        by_score = retrieval.words or retrieval.phrases or retrieval.directions
        order = {} if by_score else {"order_by_field": "updated"}
        found = self._searcher.search(clause, limit=retrieval.limit, count=True, **order)
        candidates = self._candidates([address for _, address in found.hits], retrieval)
        return Retrieved(
            candidates=candidates,
            total=found.count,
            facets=self._facets(retrieval, clause) if retrieval.facets else {},
        )

    def retrieve_each(self, retrievals: Sequence[Retrieval]) -> list[Retrieved]:
        """Return what `retrieve` does for each."""
        return list(map(self.retrieve, retrievals))

    def texts(self, ids: Collection[str]) -> Mapping[str, StoredText]:
        """Return the original texts of documents."""
        places = {each: self._places[each] for each in ids if each in self._places}
        for each in ids:
            if each not in places:
                clause = Clause.term_query(SCHEMA, "id", each)
                for _, address in self._searcher.search(clause, limit=1, count=False).hits:
                    places[each] = address
        return {
            each: records.read_source(self._stored(address, "source"))
            for each, address in places.items()
        }

    def similar_words(self, word: str, retrieval: Retrieval) -> Mapping[str, int]:
        """Return the words of visible documents that have a word within one or two edits."""
        distance = edits_allowed(word)
        fuzzy = Clause.fuzzy_term_query(SCHEMA, "phrases", word, distance=distance)
        clause = Clause.boolean_query([(Occur.Must, fuzzy), *existing(retrieval)])
        hits = self._searcher.search(clause, limit=DOCUMENTS_FOR_SPELLING, count=False).hits
        counts: dict[str, int] = {}
        for _, address in hits:
            for other in records.read_words(self._stored(address, "source")):
                if abs(len(fold_letters(other)) - len(word)) <= distance:
                    counts[other] = counts.get(other, 0) + 1
        return counts

    def titles(self, words: list[str], visibility: frozenset[str], limit: int) -> list[Suggestion]:
        """Return visible titles with all `words`, the last one as the beginning of a word."""
        clauses = [Clause.term_query(SCHEMA, "title_words", word, "basic") for word in words[:-1]]
        clauses.append(Clause.regex_query(SCHEMA, "title_words", re.escape(words[-1]) + ".*"))
        clauses.append(any_of("visibility", visibility))
        clause = Clause.boolean_query([(Occur.Must, each) for each in clauses])
        found = self._searcher.search(clause, limit=max(limit, TITLES_LOOKED_AT), count=False)
        suggestions = []
        for _, address in found.hits:
            stored = self._searcher.doc(address)
            identity, title = stored.get_first("id"), records.read_title(stored.get_first("source"))
            suggestions.append(Suggestion(id=identity, kind=kind_of(identity), title=title))
        suggestions.sort(key=lambda each: (len(each.title), each.title, each.id))
        return suggestions[:limit]

    def count(self) -> int:
        """Return how many documents there are."""
        return self._searcher.num_docs

    def probe(self) -> int:
        """Search for and read one document; return how many there are."""
        for _, address in self._searcher.search(Clause.all_query(), limit=1).hits:
            read_candidates([(self._stored(address, "features"), b"")])
        return self.count()

    def fingerprints(self) -> dict[str, str]:
        """Return the fingerprint each document had when it was indexed."""
        count = self.count()
        if not count:
            return {}
        found = self._searcher.search(Clause.all_query(), limit=count, count=False)
        stored = (self._searcher.doc(address) for _, address in found.hits)
        return {each.get_first("id"): each.get_first("fingerprint") for each in stored}

    def _candidates(
        self, addresses: Sequence[tantivy.DocAddress], retrieval: Retrieval
    ) -> Candidates:
        """Read candidates, what is stored of each once, and remember where they are."""
        stored = []
        for address in addresses:
            place = (address.segment_ord, address.doc)
            if place not in self._read:
                found = self._searcher.doc(address)
                self._read[place] = found.get_first("features"), found.get_first("meaning")
            stored.append(self._read[place])
        candidates = read_candidates(stored, terms_of(retrieval.words))
        for candidate, address in zip(candidates.documents, addresses, strict=True):
            self._places[candidate.id] = address
        return candidates

    def _stored(self, address: tantivy.DocAddress, field: str) -> bytes:
        return self._searcher.doc(address).get_first(field)

    def _facets(self, retrieval: Retrieval, clause: Clause) -> dict[str, dict[str, int]]:
        """Count by value; a facet that is filtered on is counted as if it were not."""
        free = [name for name in FACETS if not getattr(retrieval.filters, name)]
        counts = self._count(clause, free)
        for name in FACETS.keys() - free:
            without = replace(retrieval.filters, **{name: frozenset()})
            counts |= self._count(build_clause(replace(retrieval, filters=without)), [name])
        return counts

    def _count(self, clause: Clause, names: list[str]) -> dict[str, dict[str, int]]:
        if not names:
            return {}
        wanted = {
            name: {"terms": {"field": FACETS[name], "size": MAX_FACET_VALUES}} for name in names
        }
        found = self._searcher.aggregate(clause, wanted)
        return {
            name: {each["key"]: each["doc_count"] for each in found[name]["buckets"] if each["key"]}
            for name in names
        }


@contextmanager
def committing(index: tantivy.Index, memory: int) -> Iterator[tantivy.IndexWriter]:
    """Write to an index: everything is committed together, or nothing on an error."""
    try:
        writer = index.writer(heap_size=memory, num_threads=1)
    except ValueError as error:
        if "LockBusy" in str(error):
            raise IndexBusy("Another process is writing to the search index") from error
        raise
    try:
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def _fill(opened: OpenIndex, remaining: Remaining, progress: Progress | None) -> int:
    """Put in what is not there yet, and commit now and then: so much a kill cannot take."""
    added = 0
    with committing(opened.index, WRITER_MEMORY) as writer:
        for added, (document, stored) in enumerate(opened.all_to_tantivy(remaining), start=1):
            writer.delete_documents_by_term("id", document.id)
            writer.add_document(stored)
            if added % COMMIT_EVERY == 0:
                writer.commit()
            if progress and added % PROGRESS_EVERY == 0:
                progress(remaining.kept + added)
        for each in remaining.gone:
            writer.delete_documents_by_term("id", each)
    if progress:
        progress(remaining.kept + added)
    return remaining.kept + added
