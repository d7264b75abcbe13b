"""All weights of the ranking, by name; docs/decisions tells how they were chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from search.types import Authority, ProductStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """Everything that can be tuned. Order of field weights as in `FIELDS`."""

    fields: tuple[float, ...] = (5.0, 1.6, 1.15, 1.0, 2.5, 2.5, 2.5)
    length: tuple[float, ...] = (0.55, 0.4, 0.5, 0.75, 0.4, 0.4, 0.4)  # BM25's b per field
    saturation: float = 2.0  # BM25's k1
    exact: float = 0.3  # added for the word as written
    passage: float = 0.22  # the best passage, beside the document as a whole
    passage_length: float = 0.97  # BM25's b for passages
    passage_saturation: float = 4.5
    coverage: float = 0.8  # how strongly covering more of the query's words counts
    title: float = 0.65  # a title that says the same as the query
    nearness: float = 0.2  # of meaning; the best score of words is 1
    nearness_of_letter: float = 0.5  # where single words say less, from `letter` words on
    letter: tuple[int, int] = (3, 9)  # words: below the first a query, from the second a letter
    likeness: float = 0.35  # of the title's letters
    closeness: float = 0.3  # words that stand together in the query and in the body
    other_language: float = 0.85  # factor for another language than the reader's
    other_norwegian: float = 0.95  # factor for the other written standard
    other_version: float = 0.8  # least share of its best version's score that a page has
    authority: Mapping[int, float] = field(
        default_factory=lambda: {
            Authority.COMMUNITY: 0.9,
            Authority.EXPERIENCE: 0.95,
            Authority.GUIDANCE: 1.0,
            Authority.BINDING: 1.05,
        }
    )
    product_status: Mapping[str, float] = field(
        default_factory=lambda: {ProductStatus.WINDING_DOWN: 0.75, ProductStatus.ENDED: 0.55}
    )
    recency: float = 0.1  # most that age can take away
    half_life_days: float = 730.0
    # Of `answerable`: enough covered, words stand out, coverage stands out, title, all agree.
    answerable: tuple[float, ...] = (0.7, 0.3, 0.2, 0.15, 0.45)
    # Nine of ten judged queries that have an answer reach this, one of fifteen far-off ones.
    good_answer: float = 0.54


WEIGHTS = Weights()
