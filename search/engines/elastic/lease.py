"""One writer at a time, on however many machines: a lease on the server that ends by itself.

Whoever holds it has a number (its token) larger than all before. Documents are written with
that number as their version, so that a writer that stood still for longer than its lease cannot
put older content over what a later one wrote.
"""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from elasticsearch import ConflictError, Elasticsearch

from search.contract import IndexBusy, SearchError
from search.engines.elastic.server import NoSuchIndex, Server

SECONDS = 20.0  # without a sign of life, after which another may write
POLL_SECONDS = 0.05
DOCUMENT = "writer"
BUSY = "Another process is writing to the search index; try again in a moment"
STATE_SETTINGS = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
STATE_FIELDS = {"dynamic": False, "properties": {}}


class Lease:
    """The right to write, as long as it is renewed."""

    def __init__(self, server: Server, index: str, seconds: float):
        self.token = 0
        self._server = server
        self._index = index
        self._seconds = seconds
        self._holder = secrets.token_hex(8)
        self._place: dict[str, int] = {}
        self._lock = threading.Lock()

    def taken(self) -> bool:
        """Take the lease if nobody holds it; whether that went well."""
        try:
            found = self._server.write(lambda client: client.get(index=self._index, id=DOCUMENT))
        except NoSuchIndex:
            found = None
            _make(self._server, self._index)
        now = time.time()
        held = found["_source"] if found else {"holder": "", "until": 0.0, "token": 0}
        if held["holder"] and held["until"] > now:
            return False
        # By the clock, so that it grows even if what was remembered here was lost.
        self.token = max(int(now * 1000), held["token"] + 1)
        self._place = _place(found) if found else {}
        return self._written(self._holder)

    def renew(self) -> None:
        """Hold it for some more time. Raises `IndexBusy` when another has taken it."""
        if not self._written(self._holder):
            raise IndexBusy(BUSY)

    def release(self) -> None:
        """Let others write at once."""
        self._written("")

    def _written(self, holder: str) -> bool:
        with self._lock:
            document = {"holder": holder, "until": time.time() + self._seconds, "token": self.token}
            # The first one ever must find nothing; later ones find what they have seen.
            condition = self._place or {"op_type": "create"}

            def write(client: Elasticsearch):
                try:
                    return client.index(
                        index=self._index, id=DOCUMENT, document=document, **condition
                    )
                except ConflictError:
                    return None

            answer = self._server.write(write)
            if answer is None:
                return False
            self._place = _place(answer)
            return True


def _place(answer) -> dict[str, int]:
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}


@contextmanager
def writing(
    server: Server, index: str, *, wait: float, seconds: float = SECONDS
) -> Iterator[Lease]:
    """Be the only writer, waiting at most `wait` seconds; else raise `IndexBusy`.

    `index` holds the lease and is made where it is missing. Raises `EngineAway`.
    """
    lease = Lease(server, index, seconds)
    deadline = time.monotonic() + wait
    while not lease.taken():
        if time.monotonic() >= deadline:
            raise IndexBusy(BUSY)
        time.sleep(POLL_SECONDS)
    done = threading.Event()
    renewing = threading.Thread(target=_keep, args=(lease, done, seconds / 4), daemon=True)
    renewing.start()
    try:
        yield lease
    finally:
        done.set()
        renewing.join()
        with suppress(SearchError):  # it ends by itself
            lease.release()


def _keep(lease: Lease, done: threading.Event, every: float) -> None:
    while not done.wait(every):
        with suppress(SearchError):  # asked again before anything is put in use
            lease.renew()


def _make(server: Server, index: str) -> None:
    """Make the index of the lease; one that another made a moment ago is as good."""
    server.write(
        lambda client: client.options(ignore_status=400).indices.create(
            index=index, settings=STATE_SETTINGS, mappings=STATE_FIELDS
        )
    )
