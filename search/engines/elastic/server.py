"""The connection to Elasticsearch: addresses, limits of time, errors in our words, a circuit."""

import logging
import os
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError, UnsupportedProductError
from elasticsearch.helpers import streaming_bulk

from search.contract import EngineAway, EngineUnavailable, IndexBusy, SearchError

T = TypeVar("T")
Name = TypeVar("Name", bound=Hashable)  # of one search of several
logging.getLogger("elastic_transport").setLevel(logging.WARNING)  # a line for each request
logging.getLogger("elastic_transport.node").propagate = False  # and each answer as text

SECONDS_TO_SEARCH = 3.0
SECONDS_TO_WRITE = 30.0
FIRST_PAUSE = 2.0  # seconds before a server that failed is asked again
LONGEST_PAUSE = 30.0
READ_ONLY = "cluster_block_exception"
WITHOUT_SHARDS = ("search_phase_execution_exception", "no_shard_available_action_exception")
NO_ANSWER = "Elasticsearch does not answer"
NO_INDEX = "The search index is not there; build it with search_rebuild"
SAME_COPY = "veiviser"  # of an index with copies always the same one is asked
WHOLE = {"preference": SAME_COPY, "allow_partial_search_results": False}
AT_ONCE = 500  # actions in one request
BYTES_AT_ONCE = 8_000_000
RETRIES_WHEN_BUSY = 3


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where Elasticsearch is (with user and password), whom to trust, and the name to use there.

    `url` may name several nodes with commas between. `ca_file` is the certificate of the
    authority behind the server's own ("" for those the system trusts). Everything of ours on the
    server begins with `name`.
    """

    url: str = field(repr=False)
    ca_file: str = ""
    name: str = "veiviser"


class NoSuchIndex(EngineUnavailable):
    """The index asked for is not there (any more)."""


class ShardsAway(EngineAway):
    """The server answers, and a part of the index is not there: it is lost, or just removed."""


class Circuit:
    """Remembers that a server failed, so that not everybody waits to find out.

    After a failure nobody asks for a pause, then one does; each failure doubles the pause.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0

    def allows(self) -> bool:
        """Whether to ask now. Whoever is let through after a pause asks for all the others."""
        with self._lock:
            if not self._failures:
                return True
            if self._clock() < self._closed_until:
                return False
            self._closed_until = self._clock() + self._pause()
            return True

    def failed(self) -> None:
        """The server did not answer as it should."""
        with self._lock:
            self._failures += 1
            self._closed_until = self._clock() + self._pause()

    def worked(self) -> None:
        """The server answered."""
        self._failures = 0

    def _pause(self) -> float:
        return min(FIRST_PAUSE * 2 ** (self._failures - 1), LONGEST_PAUSE)


class Server:
    """One Elasticsearch; safe for threads, and for processes forked with it."""

    def __init__(
        self,
        address: Address,
        *,
        search_seconds: float = SECONDS_TO_SEARCH,
        write_seconds: float = SECONDS_TO_WRITE,
    ):
        self.address = address
        self.circuit = Circuit()
        self._search_seconds = search_seconds
        self._write_seconds = write_seconds
        self._lock = threading.Lock()
        self._client: Elasticsearch | None = None
        self._clients: dict[float, Elasticsearch] = {}  # the same one, by the seconds it waits
        self._owner = 0

    def read(self, work: Callable[[Elasticsearch], T]) -> T:
        """Do `work` with a client that waits shortly; see `_ask` for what is raised."""
        return self._ask(work, self._search_seconds)

    def search(self, index: str, bodies: Mapping[Name, Mapping]) -> dict[Name, Mapping]:
        """Ask several searches of one index at once; return the answers by their names.

        Each answer is whole. Raises what `read` does.
        """
        searches = [part for body in bodies.values() for part in (WHOLE, body)]

        def ask(client: Elasticsearch) -> dict[Name, Mapping]:
            answers = client.msearch(index=index, searches=searches).body["responses"]
            for answer in answers:
                if "error" in answer:
                    raise self._told(answer["status"], answer["error"]["type"])
            return dict(zip(bodies, answers, strict=True))

        return self.read(ask)

    def write(self, work: Callable[[Elasticsearch], T]) -> T:
        """Do `work` with a client that waits longer; see `_ask` for what is raised."""
        return self._ask(work, self._write_seconds)

    def send(self, actions: Iterable[dict], *, refresh: bool) -> Iterator[None]:
        """Send actions in bulk, in little memory, yielding after each that was done.

        Raises what `_ask` raises, and `IndexBusy` when a later writer has written a document.
        """
        with self._asked():
            done = streaming_bulk(
                self._open(self._write_seconds),
                actions,
                chunk_size=AT_ONCE,
                max_chunk_bytes=BYTES_AT_ONCE,
                raise_on_error=False,
                max_retries=RETRIES_WHEN_BUSY,
                initial_backoff=0.5,
                refresh=refresh,
            )
            for went_well, told in done:
                ((action, answer),) = told.items()
                gone_already = action == "delete" and answer["status"] == 404
                if not went_well and not (gone_already and "error" not in answer):
                    raise self._refused(answer)
                yield

    def _ask(self, work: Callable[[Elasticsearch], T], seconds: float) -> T:
        """Do `work`. Raises `EngineAway` when the server fails, `NoSuchIndex`, `SearchError`."""
        with self._asked():
            return work(self._open(seconds))

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Say errors in our words, and keep in mind whether the server answered."""
        if not self.circuit.allows():
            raise EngineAway(f"{NO_ANSWER}; it is asked again in a moment")
        try:
            yield
        except NotFoundError as error:
            self.circuit.worked()
            raise NoSuchIndex(NO_INDEX) from error
        except ApiError as error:
            raise self._told(error.status_code, error.message) from error
        except (TransportError, UnsupportedProductError) as error:
            self.circuit.failed()
            raise EngineAway(f"{NO_ANSWER} ({type(error).__name__})") from error
        self.circuit.worked()

    def _refused(self, answer: dict) -> SearchError:
        """Return the error in our words for one action of many that was refused."""
        if answer["status"] == 409:
            return IndexBusy("Another process has written to the search index; try again")
        error = answer.get("error")
        kind = error.get("type", "") if isinstance(error, dict) else str(error)
        return self._told(answer["status"], kind)

    def _told(self, status: int, kind: str) -> SearchError:
        """Return the error in our words for what the server answered."""
        if kind == READ_ONLY:
            return EngineAway(
                "Elasticsearch takes no changes (its index is read-only, as when its disk is full)"
            )
        if status in (401, 403):
            return EngineAway(
                "Elasticsearch does not accept the name and password in ELASTICSEARCH_URL"
            )
        if status == 404:
            return NoSuchIndex(NO_INDEX)
        if kind in WITHOUT_SHARDS:
            return ShardsAway("Elasticsearch has lost a part of the index, or is starting")
        if status == 429 or status >= 500:
            self.circuit.failed()
            return EngineAway(f"{NO_ANSWER} as it should (status {status})")
        return SearchError(f"Elasticsearch refused what it was asked ({kind or status})")

    def _open(self, seconds: float) -> Elasticsearch:
        """Return this process's client that waits so long; the parent's are left to the parent."""
        with self._lock:
            if self._client is None or self._owner != os.getpid():
                self._client, self._clients = self._connected(), {}
                self._owner = os.getpid()
            if seconds not in self._clients:
                self._clients[seconds] = self._client.options(request_timeout=seconds)
            return self._clients[seconds]

    def _connected(self) -> Elasticsearch:
        """Return a new client; it connects when it is used."""
        ca_file = self.address.ca_file
        if ca_file and not Path(ca_file).is_file():
            raise EngineAway("There is no file where ELASTICSEARCH_CA_FILE says")
        try:
            return Elasticsearch(
                self.address.url.split(","),
                ca_certs=ca_file or None,
                max_retries=0,
            )
        except ValueError as error:
            raise EngineAway(
                "ELASTICSEARCH_URL is not as it should be: https://USER:PASSWORD@HOST:9200"
            ) from error
