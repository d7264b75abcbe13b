"""What ranking needs to know of a document an engine found, and of the index as a whole."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import NamedTuple

import numpy as np

from search.types import Authority, ProductStatus

FIELDS = ("title", "summary", "headings", "body", "search_words", "link_texts", "questions")
TITLE, BODY = FIELDS.index("title"), FIELDS.index("body")
BITS_PER_FIELD = 6
MAX_COUNT = 2**BITS_PER_FIELD - 1
# Where each field's count lies in a packed number: body lowest, since most terms occur only there.
SHIFTS = tuple(BITS_PER_FIELD * place for place in (3, 2, 1, 0, 4, 5, 6))
DEFAULT_LENGTHS = (12.0, 40.0, 40.0, 500.0, 10.0, 10.0, 20.0)  # terms; order of FIELDS


class Candidate(NamedTuple):
    """A document an engine found, with what ranking needs to know of it beside the query's terms.

    `lengths` holds the number of terms per field, `products` the slugs. Of a body with several
    passages, `passage_words` and `passage_length` are their numbers of words and of terms.
    `meaning` is the stored vector (`search.meaning.packed`).
    """

    id: str
    kind: str
    language: str = ""
    products: Sequence[str] = ()
    authority: int = Authority.GUIDANCE
    product_status: str = ProductStatus.NONE
    updated_at: datetime | None = None
    lengths: Sequence[int] = (0,) * len(FIELDS)
    passage_words: int = 0
    passage_length: float = 0.0
    title_words: Sequence[str] = ()
    translation_key: str = ""
    meaning: bytes = b""


class Places(NamedTuple):
    """Where terms are in bodies: each time, the document's row, the term's column and the word.

    Words are numbered in each body from 0, of those that mean something.
    """

    rows: np.ndarray
    columns: np.ndarray
    numbers: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Documents an engine found, and what each has of a query's terms: a table.

    `counts` has a row for each document and a column for each term: how often it is in each
    field, all in one number (each count is at most `MAX_COUNT`, and moved up by its field's
    `SHIFTS`).
    """

    documents: tuple[Candidate, ...]
    terms: tuple[str, ...]
    counts: np.ndarray
    places: Places

    def __len__(self) -> int:
        return len(self.documents)

    def with_others(self, others: "Candidates") -> "Candidates":
        """Return these, and behind them those of `others` that are not among them.

        Raises ValueError unless both tell of the same terms.
        """
        if self.terms != others.terms:
            raise ValueError("These candidates were read for other words")
        known = {each.id for each in self.documents}
        new = np.array([each.id not in known for each in others.documents], bool)
        if not new.any():
            return self
        row_of = len(self) - 1 + np.cumsum(new)
        kept = new[others.places.rows]
        places = others.places._replace(rows=row_of[others.places.rows])
        return Candidates(
            documents=self.documents + tuple(compress(others.documents, new.tolist())),
            terms=self.terms,
            counts=np.concatenate([self.counts, others.counts[new]]),
            places=Places(
                *(
                    np.concatenate([own, more[kept]])
                    for own, more in zip(self.places, places, strict=True)
                )
            ),
        )

    def terms_found(self) -> frozenset[str]:
        """Return the terms that some document has."""
        return frozenset(compress(self.terms, self.counts.any(axis=0).tolist()))

    def words_of_body(self, identity: str) -> dict[int, list[str]] | None:
        """Return the number of each word of a body that has terms → those terms.

        None where that is not told: of a document that is not here, or has a term more often
        than its places are kept.
        """
        row = next((row for row, each in enumerate(self.documents) if each.id == identity), None)
        if row is None or (self.counts[row] & MAX_COUNT == MAX_COUNT).any():
            return None
        here = self.places.rows == row
        columns, numbers = self.places.columns[here], self.places.numbers[here]
        words: dict[int, list[str]] = {}
        for column, number in zip(columns.tolist(), numbers.tolist(), strict=True):
            words.setdefault(number, []).append(self.terms[column])
        return words

    def have_several(self, groups: Collection[Collection[str]]) -> bool:
        """Whether any one document has terms of more than one of the groups."""
        column_of = {term: column for column, term in enumerate(self.terms)}
        groups_of_each = np.zeros(len(self), np.intp)
        for group in groups:
            columns = [column_of[term] for term in group if term in column_of]
            groups_of_each += self.counts[:, columns].any(axis=1)
        return bool((groups_of_each > 1).any())


@dataclass(frozen=True, kw_only=True, slots=True)
class Statistics:
    """What the index as a whole says: how many documents, and how many have each term."""

    documents: int
    frequencies: Mapping[str, int]
    average_lengths: Sequence[float] = DEFAULT_LENGTHS

    def rarity(self, term: str) -> float:
        """Return BM25's inverse document frequency of a term."""
        having = min(self.frequencies.get(term, 0), self.documents)
        return math.log(1 + (self.documents - having + 0.5) / (having + 0.5))
