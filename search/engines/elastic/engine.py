"""The engine for Elasticsearch: many machines search and write one index on a server.

Elasticsearch picks candidates and counts; analysis, ranking and snippets are ours
(`search.finding`). On the server lie, under the name of `Address`:

NAME                      an alias of the index in use, moved in one step
NAME.20261126081500-…     an index
NAME.state                who writes, and for each index what was learnt for it
"""

import base64
import re
import secrets
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from search.contract import (
    EngineAway,
    EngineUnavailable,
    Progress,
    Read,
    SearchError,
)
from search.corpus import Knowledge
from search.documents import fingerprint
from search.engines import records
from search.engines.analysing import with_records
from search.engines.elastic import queries
from search.engines.elastic.compacting import compact
from search.engines.elastic.lease import Lease, writing
from search.engines.elastic.server import Address, NoSuchIndex, Server, ShardsAway
from search.engines.elastic.snapshot import Snapshot, encoded
from search.engines.reading import ReadsSnapshots
from search.engines.spool import GOES_ON_WITHIN, Remaining, set_aside, write_down
from search.meaning import Meaning
from search.text.tokens import storable
from search.types import Document, Health

T = TypeVar("T")

DEFAULT_WAIT = 5.0  # seconds for another writer to finish
LOOK_AGAIN = 2.0  # seconds after which another process's swap is noticed
PROGRESS_EVERY = 500
LARGE = 10_000  # documents; an index of so many is made small after it was built
SEGMENT = 5_000  # documents that are put on the disk together; only several can be merged
NO_INDEX = "There is no search index yet; build it with search_rebuild"
UNREADABLE = "The search index cannot be read; build it anew with search_rebuild"


class ElasticsearchEngine(ReadsSnapshots):
    """A `SearchEngine` on a server; safe for threads, processes and machines."""

    def __init__(self, server: Server, *, wait: float = DEFAULT_WAIT):
        self._server = server
        self._name = server.address.name
        self._state = f"{self._name}.state"
        self._wait = wait
        self._lock = threading.Lock()
        self._opened: OpenIndex | None = None
        self._looked_at = 0.0

    @classmethod
    def at(cls, address: Address) -> "ElasticsearchEngine":
        """Return an engine for an address; it is not asked before something is."""
        return cls(Server(address))

    def index(self, documents: Iterable[Document]) -> int:
        """Add or replace documents; see `SearchEngine.index`."""
        with self._writing() as lease:
            if self._in_use() is None:
                return self._build(documents, None, lease)
            made = self._made(documents)
            self._replace(made, made.keys(), lease)
            return len(made)

    def delete(self, ids: Collection[str]) -> None:
        """Remove documents; see `SearchEngine.delete`."""
        with self._writing() as lease:
            if ids and self._in_use() is not None:
                self._replace({}, ids, lease)

    def refresh(self, ids: Collection[str], read: Read) -> None:
        """Make the index say what `read` says; see `SearchEngine.refresh`."""
        with self._writing() as lease:
            self._open(look=True)
            made = self._made(read(ids))
            self._replace(made, {*ids, *made}, lease)

    def rebuild(self, documents: Iterable[Document], *, progress: Progress | None = None) -> int:
        """Build a new index aside and swap; see `SearchEngine.rebuild`."""
        with self._writing() as lease:
            done = self._build(documents, progress, lease)
        if done >= LARGE:
            with suppress(SearchError):  # it answers as it is
                compact(self._server, self._open(look=True).name)
        return done

    def fingerprints(self) -> Mapping[str, str]:
        """Return what every document was when indexed; see `SearchEngine.fingerprints`."""
        return self._read(lambda snapshot: dict(snapshot.fingerprints()))

    def health(self) -> Health:
        """Tell whether the index can be read, by reading from it."""
        try:
            documents = self._read(lambda snapshot: snapshot.probe())
        except EngineAway as error:
            return Health(ok=False, away=True, detail=str(error))
        except SearchError as error:
            return Health(ok=False, detail=str(error))
        return Health(ok=True, detail="The search index is readable", documents=documents)

    def remove(self) -> None:
        """Remove everything of this name from the server; for trials and measurements."""
        with suppress(NoSuchIndex):
            self._clear(keep=())
            self._server.write(lambda client: client.indices.delete(index=self._state))
        self._forget()

    def _read(self, work: Callable[[Snapshot], T]) -> T:
        """Do `work` on the index in use; again when it was swapped away meanwhile."""
        for attempt in (1, 2, 3):
            snapshot = self._snapshot()
            try:
                return work(snapshot)
            except (NoSuchIndex, ShardsAway) as error:
                lost = isinstance(error, ShardsAway) and self._in_use() == snapshot.name
                self._forget()
                if attempt == 3 or lost:
                    raise
        raise AssertionError("not reached")

    def _snapshot(self) -> Snapshot:
        opened = self._open()
        return Snapshot(self._server, opened.name, opened.knowledge, opened.analyser)

    @contextmanager
    def _writing(self) -> Iterator[Lease]:
        with writing(self._server, self._state, wait=self._wait) as lease:
            yield lease

    def _open(self, *, look: bool = False) -> "OpenIndex":
        """Return the index in use; with `look`, whatever was swapped a moment ago."""
        with self._lock:
            opened = self._opened
            if opened and not look and time.monotonic() - self._looked_at < LOOK_AGAIN:
                return opened
            name = self._in_use()
            if name is None:
                self._opened = None
                raise EngineUnavailable(NO_INDEX)
            if opened is None or opened.name != name:
                self._opened = opened = self._read_learnt(name)
            self._looked_at = time.monotonic()
            return opened

    def _forget(self) -> None:
        """Look anew for the index in use at the next use."""
        with self._lock:
            self._opened = None

    def _in_use(self) -> str | None:
        """Return the name of the index in use, or None when there is none yet."""
        try:
            found = self._server.read(lambda client: client.indices.get_alias(name=self._name))
        except NoSuchIndex:
            return None
        return max(found)

    def _read_learnt(self, name: str) -> "OpenIndex":
        try:
            found = self._server.write(lambda client: client.get(index=self._state, id=name))
            learnt = found["_source"]
            records.check_format(learnt["format"])
            return OpenIndex.stored(name, learnt)
        except (NoSuchIndex, KeyError, TypeError, ValueError) as error:
            raise EngineUnavailable(f"{UNREADABLE} ({type(error).__name__})") from error

    def _made(self, documents: Iterable[Document]) -> dict[str, dict]:
        opened = self._open()
        return {document.id: opened.to_fields(document) for document in documents}

    def _replace(self, made: Mapping[str, dict], ids: Collection[str], lease: Lease) -> None:
        """Take away `ids` that are not made, put in what is made, and let it be found."""
        name = self._open().name
        actions = [deletion(name, each, lease.token) for each in ids if each not in made]
        actions += [addition(name, each, fields, lease.token) for each, fields in made.items()]
        if actions:
            for _done in self._server.send(actions, refresh=True):
                pass

    def _build(self, documents: Iterable[Document], progress: Progress | None, lease: Lease) -> int:
        """Learn from the documents while setting them aside, then index them; as the writer.

        A build that was killed after it had learnt is gone on with.
        """
        old = self._in_use()
        opened = self._unfinished(old)
        self._clear(keep={old, opened.name if opened else None})
        with tempfile.TemporaryDirectory() as folder:
            spool = Path(folder) / "documents.jsonl"
            if opened:
                write_down(documents, spool)
            else:
                opened = self._begun(set_aside(documents, spool))
            try:
                done = self._fill(opened, spool, progress, lease)
                lease.renew()
                self._put_in_use(opened.name, old)
            except BaseException:
                with suppress(SearchError):
                    self._clear(keep={self._in_use()})
                raise
        self._forget()
        with suppress(SearchError):  # the next build clears it
            self._clear(keep={opened.name})
        return done

    def _unfinished(self, old: str | None) -> "OpenIndex | None":
        """Return what a killed build left that is newer than what is in use, of the last day."""
        since = f"{self._name}.{datetime.now(UTC) - GOES_ON_WITHIN:%Y%m%d%H%M%S}"
        for name in sorted(self._names(), reverse=True):
            if name > max(since, old or ""):
                with suppress(EngineUnavailable):
                    return self._read_learnt(name)
        return None

    def _begun(self, learnt: Knowledge) -> "OpenIndex":
        """Make an index for what was learnt, and keep that beside it."""
        now = datetime.now(UTC)  # later ones are told by their names, also of one second
        name = f"{self._name}.{now:%Y%m%d%H%M%S}-{now.microsecond:05x}{secrets.randbelow(16):x}"
        opened = OpenIndex(name, learnt)
        stored = opened.to_stored()
        self._server.write(
            lambda client: client.index(index=self._state, id=opened.name, document=stored)
        )
        self._server.write(
            lambda client: client.indices.create(
                index=opened.name, settings=queries.SETTINGS, mappings=queries.build_mapping()
            )
        )
        return opened

    def _fill(
        self, opened: "OpenIndex", spool: Path, progress: Progress | None, lease: Lease
    ) -> int:
        """Put in what is not there yet, and take away what is there and should not be."""
        self._refresh(opened.name)
        there = Snapshot(self._server, opened.name, opened.knowledge, opened.analyser)
        remaining = Remaining(spool, dict(there.fingerprints()))
        actions = (
            addition(opened.name, each.id, fields, lease.token)
            for each, fields in opened.all_to_fields(remaining)
        )
        added = 0
        for added, _ in enumerate(self._server.send(actions, refresh=False), start=1):
            if progress and added % PROGRESS_EVERY == 0:
                progress(remaining.kept + added)
            if added % SEGMENT == 0:
                self._refresh(opened.name)
        gone = [deletion(opened.name, each, lease.token) for each in remaining.gone]
        for _done in self._server.send(gone, refresh=False):
            pass
        self._refresh(opened.name)
        if progress:
            progress(remaining.kept + added)
        return remaining.kept + added

    def _refresh(self, name: str) -> None:
        self._server.write(lambda client: client.indices.refresh(index=name))

    def _put_in_use(self, name: str, old: str | None) -> None:
        """Move the alias in one step; when another has moved it meanwhile, nothing is moved."""
        actions: list[dict] = [{"add": {"index": name, "alias": self._name}}]
        if old:
            gone = {"index": old, "alias": self._name, "must_exist": True}
            actions.insert(0, {"remove": gone})
        self._server.write(lambda client: client.indices.update_aliases(actions=actions))

    def _names(self) -> list[str]:
        """Return the names of all our indexes, in use or not."""
        pattern = f"{self._name}.2*"
        found = self._server.write(lambda client: client.indices.get_alias(index=pattern))
        ours = re.compile(re.escape(self._name) + r"\.\d{14}-[0-9a-f]{6}")
        return [name for name in found if ours.fullmatch(name)]

    def _clear(self, keep: Collection[str | None]) -> None:
        """Remove every index but these, and what was learnt for them; call it as the writer."""
        for name in self._names():
            if name not in keep:
                with suppress(NoSuchIndex):
                    self._server.write(lambda client, n=name: client.indices.delete(index=n))
                with suppress(NoSuchIndex):
                    self._server.write(
                        lambda client, n=name: client.delete(index=self._state, id=n)
                    )


def addition(index: str, identity: str, fields: dict, token: int) -> dict:
    """Return the action that puts in a document, unless a later writer has."""
    return _action("index", index, identity, token) | {"_source": fields}


def deletion(index: str, identity: str, token: int) -> dict:
    """Return the action that takes a document away, unless a later writer has put it in."""
    return _action("delete", index, identity, token)


def _action(kind: str, index: str, identity: str, token: int) -> dict:
    return {
        "_op_type": kind,
        "_index": index,
        "_id": identity,
        "version": token,
        "version_type": "external_gte",
    }


class OpenIndex:
    """An index in use, and the analyser that belongs to it."""

    def __init__(self, name: str, knowledge: Knowledge):
        self.name = name
        self.knowledge = knowledge
        self.analyser = knowledge.analyser()

    @classmethod
    def stored(cls, name: str, learnt: Mapping) -> "OpenIndex":
        """Return the index of `to_stored`. Raises KeyError or ValueError when that is damaged."""
        meaning = Meaning.from_bytes(base64.b64decode(learnt["meaning"]))
        return cls(name, Knowledge.from_json(learnt["knowledge"], meaning))

    def to_stored(self) -> dict:
        """Return what was learnt, as it lies on the server beside the index."""
        return {
            "format": records.format_in_use(),
            "knowledge": storable(self.knowledge.to_json()),
            "meaning": encoded(self.knowledge.meaning.to_bytes()),
        }

    def to_fields(self, document: Document) -> dict:
        """Return a document with its analysed terms and packed values."""
        record = records.make_record(document, self.analyser, self.knowledge.meaning)
        return as_stored(document, record)

    def all_to_fields(self, documents: Iterable[Document]) -> Iterator[tuple[Document, dict]]:
        """Yield each document with what is stored of it, in order; many are analysed at once."""
        for document, record in with_records(documents, self.knowledge, self.analyser):
            yield document, as_stored(document, record)


def as_stored(document: Document, record: records.Record) -> dict:
    """Return a document as the server stores it."""
    fields = {
        "kind": document.kind,
        "language": record.language,
        "product": list(document.products),
        "audience": list(document.audiences),
        "authority": document.authority.code,
        "visibility": sorted(document.visibility),
        "translation_key": document.translation_key,
        "fingerprint": fingerprint(document),
        "terms": record.terms,
        "directions": record.directions,
        "phrases": record.phrases,
        "title_words": record.title_words,
        "updated": record.updated,
        "features": encoded(record.features),
        "meaning": encoded(record.meaning),
        "source": encoded(record.source),
    }
    return {name: value for name, value in fields.items() if value not in ("", [])}
