"""Analysing many documents in processes beside this one, which writes the index meanwhile.

Reading a text is most of the work of building an index, and one process uses one core. Each
analyst is a process of its own that reads chunks of documents from its standard input and writes
their records to its standard output, in order; it ends when its input does, so also when this
process is killed. What an analyst that was killed does not answer, this process does.
"""

import marshal
import os
import queue
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, cycle, islice
from operator import attrgetter
from typing import BinaryIO

import structlog

from search.corpus import Knowledge
from search.documents import from_line, to_line
from search.engines.records import Record, make_record
from search.meaning import Meaning
from search.text.analysis import Analyser
from search.types import Document

ENOUGH_TO_SHARE = 2_000  # documents; for fewer, analysts take longer to begin than the work
CHUNK = 64  # documents
CHUNKS_AHEAD = 3  # for each analyst
MOST_ANALYSTS = 4
POLITENESS = 5  # others of this machine come first
BEGIN = "import sys; sys.path[:] = sys.argv[1:]; from search.engines.analysing import main; main()"
SIZE = struct.Struct("<Q")
FIELDS = tuple(Record.__dataclass_fields__)
_values_of = attrgetter(*FIELDS)

log = structlog.get_logger(__name__)


def with_records(
    documents: Iterable[Document],
    knowledge: Knowledge,
    analyser: Analyser,
    *,
    analysts: int | None = None,
) -> Iterator[tuple[Document, Record]]:
    """Yield each document with its record, in order; many of them are read by `analysts`.

    `analyser` is that of `knowledge`. The number of analysts is by default that of processors.
    """
    analysts = min(os.cpu_count() or 1, MOST_ANALYSTS) if analysts is None else analysts
    documents = iter(documents)
    first = list(islice(documents, ENOUGH_TO_SHARE))
    together = chain(first, documents)
    if analysts < 2 or len(first) < ENOUGH_TO_SHARE:
        yield from ((each, make_record(each, analyser, knowledge.meaning)) for each in together)
        return
    learnt = knowledge.to_json().encode("utf-8", "replace"), knowledge.meaning.to_bytes()
    office = [_Analyst(learnt) for _ in range(analysts)]
    try:
        for analyst, chunk in _shared_out(together, office):
            records = analyst.receive()
            if records is None:
                log.warning("a process that analyses documents has ended")
                records = [make_record(each, analyser, knowledge.meaning) for each in chunk]
            yield from zip(chunk, records, strict=True)
    finally:
        for analyst in office:
            analyst.dismiss()


def _shared_out(
    documents: Iterator[Document], office: Sequence["_Analyst"]
) -> Iterator[tuple["_Analyst", list[Document]]]:
    """Give out chunks in turn, some ahead, and yield the one to be waited for."""
    given: deque[tuple[_Analyst, list[Document]]] = deque()
    turns = cycle(office)
    while chunk := list(islice(documents, CHUNK)):
        analyst = next(turns)
        analyst.send(chunk)
        given.append((analyst, chunk))
        if len(given) > CHUNKS_AHEAD * len(office):
            yield given.popleft()
    yield from given


class _Analyst:
    """Another process that knows what was learnt and makes records."""

    def __init__(self, learnt: Iterable[bytes]):
        """Begin; `learnt` are the frames `serve` reads first."""
        self._process = subprocess.Popen(  # noqa: S603 - ourselves, from where we are
            [sys.executable, "-c", BEGIN, *sys.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        for frame in learnt:
            self._waiting.put(frame)
        # It reads and writes at its own pace: whoever waits for its answer must not also have to
        # wait until it takes the next chunk.
        threading.Thread(target=self._hand_over, daemon=True).start()

    def _hand_over(self) -> None:
        try:
            while (frame := self._waiting.get()) is not None:
                write_frame(self._process.stdin, frame)
        except (OSError, ValueError):
            return  # it has ended, which whoever waits for its answer is told

    def send(self, chunk: Sequence[Document]) -> None:
        """Give it documents; they are answered in the order of sending."""
        lines = "\n".join(map(to_line, chunk))
        self._waiting.put(lines.encode("utf-8", "replace"))

    def receive(self) -> list[Record] | None:
        """Return the records of the first chunk not answered yet; None when it has ended."""
        frame = read_frame(self._process.stdout)
        return None if frame is None else unpacked(frame)

    def dismiss(self) -> None:
        """End the process."""
        self._waiting.put(None)
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        with suppress(OSError):  # what it was still to be given is lost, as it should be
            self._process.stdin.close()


def write_frame(file: BinaryIO, content: bytes) -> None:
    """Write bytes so that `read_frame` knows where they end."""
    file.write(SIZE.pack(len(content)) + content)
    file.flush()


def read_frame(file: BinaryIO) -> bytes | None:
    """Return the next bytes written by `write_frame`, or None when there are no whole ones."""
    head = file.read(SIZE.size)
    if len(head) < SIZE.size:
        return None
    (size,) = SIZE.unpack(head)
    content = file.read(size)
    return content if len(content) == size else None


def packed(records: Iterable[Record]) -> bytes:
    """Return records as bytes, of texts, bytes and numbers alone."""
    return marshal.dumps([_values_of(each) for each in records])


def unpacked(frame: bytes) -> list[Record]:
    """Return what `packed` packed."""
    values = marshal.loads(frame)  # noqa: S302 - from a process of our own
    return [Record(**dict(zip(FIELDS, each, strict=True))) for each in values]


def serve(given: BinaryIO, answers: BinaryIO) -> None:
    """Read what was learnt and then chunks of documents, and answer each with its records."""
    learnt, space = read_frame(given), read_frame(given)
    if learnt is None or space is None:
        return
    knowledge = Knowledge.from_json(learnt.decode(), Meaning.from_bytes(space))
    analyser = knowledge.analyser()
    while (chunk := read_frame(given)) is not None:
        documents = map(from_line, chunk.decode().split("\n"))
        records = (make_record(each, analyser, knowledge.meaning) for each in documents)
        write_frame(answers, packed(records))


def main() -> None:
    """Be an analyst."""
    os.nice(POLITENESS)
    serve(sys.stdin.buffer, sys.stdout.buffer)
