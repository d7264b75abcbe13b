"""What ranking needs to know of a document an engine found, and of the index as a whole."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from search.types import Authority, ProductStatus

FIELDS = ("title", "summary", "headings", "body", "search_words", "link_texts", "questions")
TITLE, BODY = FIELDS.index("title"), FIELDS.index("body")
BITS_PER_FIELD = 6
MAX_COUNT = 2**BITS_PER_FIELD - 1
# Where each field's count lies in a packed number: body lowest, since most terms occur only there.
SHIFTS = tuple(BITS_PER_FIELD * place for place in (3, 2, 1, 0, 4, 5, 6))
DEFAULT_LENGTHS = (12.0, 40.0, 40.0, 500.0, 10.0, 10.0, 20.0)  # terms; order of FIELDS


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A document an engine found, with what ranking needs to know of it.

    `counts` maps a term to how often it is in each field, all in one number (each count is at
    most `MAX_COUNT`, and moved up by its field's `SHIFTS`), `lengths` holds the number of terms
    per field, `products` the slugs. `positions` maps a term to the numbers of the body's words
    (of those that mean something, from 0) it occurs at; of a body with several passages,
    `passage_words` and `passage_length` are their numbers of words and of terms. `meaning` is the
    stored vector (`search.meaning.packed`).
    """

    id: str
    kind: str
    counts: Mapping[str, int]
    lengths: Sequence[int]
    language: str = ""
    products: tuple[str, ...] = ()
    authority: int = Authority.GUIDANCE
    product_status: str = ProductStatus.NONE
    updated_at: datetime | None = None
    positions: Mapping[str, np.ndarray] = field(default_factory=dict)
    passage_words: int = 0
    passage_length: float = 0.0
    title_words: tuple[str, ...] = ()
    translation_key: str = ""
    meaning: bytes = b""


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
