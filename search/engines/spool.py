"""Documents set aside in a file while an engine learns from them, before it indexes them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from search.corpus import Knowledge, Learner
from search.documents import from_line, to_line
from search.types import Document


def set_aside(documents: Iterable[Document], path: Path) -> Knowledge:
    """Write the documents to a file, in little memory, and return what they teach."""
    learner = Learner()
    with open(path, "w", encoding="utf-8", errors="replace") as file:
        for document in documents:
            learner.read(document)
            file.write(to_line(document) + "\n")
    return learner.learnt(read_back(path))


def read_back(path: Path) -> Iterator[Document]:
    """Yield the documents that `set_aside` wrote."""
    with open(path, encoding="utf-8") as file:
        yield from map(from_line, file)
