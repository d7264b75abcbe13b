"""Documents set aside in a file while an engine learns from them, before it indexes them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from search.corpus import Knowledge, Learner
from search.documents import fingerprint, from_line, to_line
from search.types import Document

GOES_ON_WITHIN = timedelta(days=1)  # what a killed build had learnt is as good as new for so long


def set_aside(documents: Iterable[Document], path: Path) -> Knowledge:
    """Write the documents to a file, in little memory, and return what they teach."""
    learner = Learner()
    write_down(_teaching(learner, documents), path)
    return learner.learnt(read_back(path))


def _teaching(learner: Learner, documents: Iterable[Document]) -> Iterator[Document]:
    for document in documents:
        learner.read(document)
        yield document


def write_down(documents: Iterable[Document], path: Path) -> None:
    """Write the documents to a file, in little memory."""
    with open(path, "w", encoding="utf-8", errors="replace") as file:
        for document in documents:
            file.write(to_line(document) + "\n")


def read_back(path: Path) -> Iterator[Document]:
    """Yield the documents that `set_aside` wrote."""
    with open(path, encoding="utf-8") as file:
        yield from map(from_line, file)


class Remaining:
    """Of the documents in a file those that an index does not have as they are.

    `there` is what it has: the fingerprint of each document by id. When all were read, `kept` is
    how many it had, and `gone` the ids of those that are not in the file.
    """

    def __init__(self, path: Path, there: Mapping[str, str]) -> None:
        self._path = path
        self._there = dict(there)
        self.kept = 0

    def __iter__(self) -> Iterator[Document]:
        """Yield them in the order of the file."""
        for document in read_back(self._path):
            known = self._there.pop(document.id, None)
            if known is not None and known == fingerprint(document):
                self.kept += 1
            else:
                yield document

    @property
    def gone(self) -> list[str]:
        """What the index has too much."""
        return sorted(self._there)
