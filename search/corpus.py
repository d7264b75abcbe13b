"""What is learnt from a corpus when an index is built, and kept beside it.

Documents indexed one by one later, and all queries, use what was learnt then.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from search.ranking import DEFAULT_LENGTHS, FIELDS
from search.text.analysis import Analyser, plain_words
from search.text.compounds import CompoundSplitter, count_words
from search.types import Document

SAMPLE_DOCUMENTS = 20_000
FEWEST_FOR_LENGTHS = 50


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Elements of compounds, and how long the fields are on average (in terms)."""

    splitter: CompoundSplitter
    average_lengths: tuple[float, ...] = DEFAULT_LENGTHS

    def analyser(self) -> Analyser:
        """Return an analyser that knows this corpus."""
        return Analyser(self.splitter)

    def to_json(self) -> str:
        """Return everything as text for a file."""
        return json.dumps(
            {"elements": self.splitter.counts, "average_lengths": self.average_lengths},
            ensure_ascii=False,
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> "Knowledge":
        """Read what `to_json` wrote."""
        stored = json.loads(text)
        return cls(
            splitter=CompoundSplitter(stored["elements"]),
            average_lengths=tuple(stored["average_lengths"]),
        )


class Learner:
    """Reads a corpus document by document; `learnt()` returns what it knows then."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._lengths = [0] * len(FIELDS)
        self._documents = 0

    def read(self, document: Document) -> None:
        """Take in one document; those beyond `SAMPLE_DOCUMENTS` are passed over."""
        if self._documents >= SAMPLE_DOCUMENTS:
            return
        self._documents += 1
        for place, text in enumerate(field_texts(document)):
            words = plain_words(text)
            self._lengths[place] += len(words)
            count_words(words, self._counts)

    def learnt(self) -> Knowledge:
        """Return the knowledge so far; from a handful of documents only the defaults."""
        lengths = DEFAULT_LENGTHS
        if self._documents >= FEWEST_FOR_LENGTHS:
            lengths = tuple(max(total / self._documents, 1.0) for total in self._lengths)
        return Knowledge(splitter=CompoundSplitter.learn(self._counts), average_lengths=lengths)


def field_texts(document: Document) -> Sequence[str]:
    """Return the text of each field of `ranking.FIELDS`, in that order."""
    return (
        document.title,
        document.summary,
        "\n".join(document.headings),
        document.body,
        "\n".join(document.search_words),
    )
