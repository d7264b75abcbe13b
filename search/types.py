"""The values that travel between search and everybody who uses it.

Others hand over `Document` values and get `Page` values back; search knows no models. All are
frozen and keyword-only, so a renamed field breaks where it is made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import IntEnum, StrEnum


class Authority(IntEnum):
    """How binding a document is, lowest first."""

    COMMUNITY = 0
    EXPERIENCE = 1
    GUIDANCE = 2
    BINDING = 3

    @property
    def code(self) -> str:
        """What it is called in filters and counts: "binding", "guidance", …"""
        return self.name.lower()


class Sort(StrEnum):
    """In which order hits come: the best first, or of the good ones the newest."""

    BEST = "best"
    NEWEST = "newest"


class ProductStatus(StrEnum):
    """Where the document's product is in its life; NONE when it has no product."""

    NONE = ""
    IN_USE = "in-use"
    WINDING_DOWN = "winding-down"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """Something that can be found: an article, a question, a ticket.

    `id` is "kind:pk", for example "article:17". All text is plain, without markup; each line
    of `summary` and `body` is a paragraph, a heading or the cell of a table. `language` is
    nb, nn or en ("" when unknown). `visibility` holds the tokens of those who may see it, such as
    "public", "signed-in", "staff", "org:12" or "user:5"; one token in common is enough, and a
    document without tokens is seen by nobody. `search_words` are words readers use for it that
    it does not contain itself, `link_texts` the words by which others link to it, and `questions`
    what was asked that it was given as the answer to; whoever may see the document may know these.
    `translation_key` is shared by the versions of a page in different languages ("" where there
    is none).
    """

    id: str
    kind: str
    title: str
    visibility: frozenset[str]
    summary: str = ""
    headings: tuple[str, ...] = ()
    body: str = ""
    search_words: tuple[str, ...] = ()
    link_texts: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    language: str = ""
    products: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    authority: Authority = Authority.GUIDANCE
    product_status: ProductStatus = ProductStatus.NONE
    updated_at: datetime | None = None
    translation_key: str = ""


def kind_of(identity: str) -> str:
    """Return the kind in a document's id: article for "article:17"."""
    return identity.partition(":")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """What the hits are limited to; an empty set limits nothing.

    Values within a set are alternatives; the sets apply together.
    """

    kinds: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    authorities: frozenset[str] = frozenset()  # codes of Authority

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownValue:
    """What somebody wrote as a filter's value, as in `produkt:abc`, and no document can have.

    `filter` is a name of `Filters`; the whole piece is `written[start:end]` of the query.
    """

    filter: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A query as `search.parser.parse_query` understood it.

    `text` is the free text without filters, phrases' quotes and exclusions; `written` is what
    was typed, and `unfiltered` that without its filters. `phrases` must occur word by word;
    `excluded` (words or phrases) must not occur.
    `unknown` looks like filters and is part of `text` all the same.
    """

    written: str = ""
    unfiltered: str = ""
    text: str = ""
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    unknown: tuple[UnknownValue, ...] = ()

    @property
    def words(self) -> str:
        """What is searched for, without filters, quotes and exclusions."""
        return " ".join([self.text, *self.phrases]).strip()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is searched for, so that everything (filtered) is listed."""
        return not self.words


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a hit is there: the word of the query and how it was found.

    `how` is "exact", "word-form", "compound", "root", "code", "code-part" (another code that looks
    like it), "spelling", "synonym" (another name for it, also in another language), "phrase",
    "best-bet" (editors put it first for the phrase in `word`) or "meaning" (none of the words,
    but what belongs with them; `word` is then all of them).
    """

    word: str
    how: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One result. `title_html` and `snippet_html` are escaped, with <mark> around found words.

    `beside` hits have not the words, or too little of them to be counted as those that do.
    """

    id: str
    kind: str
    score: float
    title: str = ""
    title_html: str = ""
    snippet_html: str = ""
    language: str = ""
    products: tuple[str, ...] = ()
    updated_at: datetime | None = None
    reasons: tuple[Reason, ...] = ()
    beside: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetCount:
    """How many visible hits have one value; chosen ones are filtered on now."""

    value: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page of results.

    `total` counts every visible document that matches, `reachable` those one can turn to, and
    `pages` the pages of these. `beside` tells how many of `total` have not the words: they are
    near in meaning, other versions, or put first by editors, and no facet counts them.
    `facets` maps the names of `Filters` to counts, largest first; a facet's own filter does not
    apply to its counts. `did_you_mean` is a better spelled query, or
    "". `answerable` (0 to 1) tells how well the best hits cover what was asked. `logged` is the
    number of the search's line in the log, None when it has none.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    beside: int = 0
    reachable: int = 0
    number: int = 1
    size: int = 10
    pages: int = 0
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    did_you_mean: str = ""
    language: str = ""
    answerable: float = 0.0
    has_good_answer: bool = False
    logged: int | None = None

    @property
    def having_words(self) -> int:
        """How many have the words, as facets count; where none has, all that are shown."""
        return self.total - self.beside or self.total


Choose = Callable[[Page], Sequence[Hit]]
"""Chooses the hits to show, in their order, of a page whose hits have no texts yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A title offered while somebody writes a query."""

    id: str
    kind: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """Whether an engine can search; when not, `detail` says what to do.

    With `away` its server does not answer, and building the index anew would not help.
    """

    ok: bool
    detail: str
    documents: int = 0
    away: bool = False
