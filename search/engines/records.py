"""A document as engines store it: terms to match, and two packed values to rank and to show.

Terms stand in one field, separated by spaces and repeated by the weight of the place they come
from; that order only picks candidates. The exact counts per place travel in `features`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from search.corpus import field_texts
from search.engines.contract import StoredText
from search.ranking import MAX_COUNT, SHIFTS, Candidate
from search.text.analysis import Analyser
from search.text.language import LANGUAGES, detect_language
from search.text.tokens import storable
from search.types import Document

FORMAT = 3  # raise when stored values change; older indexes are then built anew
REPEATS = (3, 2, 1, 1, 3)  # order of ranking.FIELDS
BORDER = "¶"  # between fields, so that no phrase reaches across
WORTH_READING_ALL = 80  # look-ups after which reading all counts is cheaper
MAX_BODY = 200_000  # characters of one document that are indexed


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What an engine stores of one document beside its filter values."""

    terms: str
    phrases: str
    title_words: str
    features: bytes
    source: bytes
    language: str
    updated: int


def make_record(document: Document, analyser: Analyser) -> Record:
    """Analyse a document and pack what ranking and display need."""
    texts = [storable(text[:MAX_BODY]) for text in field_texts(document)]
    language = document.language if document.language in LANGUAGES else ""
    language = language or detect_language("\n".join(texts)).code
    analysed = [analyser.analyse_with_words(text, language or "nb") for text in texts]
    fields = [terms for terms, _ in analysed]
    words = [words for _, words in analysed]
    bag: list[str] = []
    for terms, repeat in zip(fields, REPEATS, strict=True):
        bag += terms * repeat
    return Record(
        terms=" ".join(bag),
        phrases=f" {BORDER} ".join(" ".join(each) for each in words if each),
        title_words=" ".join(words[0]),
        features=_pack_features(document, language, fields),
        source=json.dumps([texts[0], texts[1], texts[3]], ensure_ascii=False).encode(),
        language=language,
        updated=_seconds(document.updated_at),
    )


def count_terms(fields: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return term → packed counts per field."""
    counts: dict[str, int] = {}
    for place, terms in enumerate(fields):
        one, full = 1 << SHIFTS[place], MAX_COUNT << SHIFTS[place]
        for term in terms:
            packed = counts.get(term, 0)
            if packed & full != full:
                counts[term] = packed + one
    return counts


class PackedCounts(Mapping[str, int]):
    """Term → packed counts, read from text term by term; wholly read once much is asked for."""

    __slots__ = ("_read", "_asked", "_text")

    def __init__(self, text: str):
        self._text = text
        self._asked = 0
        self._read: dict[str, int] | None = None

    def get(self, term: str, default=None):
        """Return the packed counts of a term."""
        if self._read is not None:
            return self._read.get(term, default)
        self._asked += 1
        if self._asked > WORTH_READING_ALL:
            return self._all().get(term, default)
        at = self._text.find(f"\n{term}\t")
        if at < 0:
            return default
        begin = at + len(term) + 2
        return int(self._text[begin : self._text.index("\n", begin)])

    def __getitem__(self, term: str) -> int:
        found = self.get(term)
        if found is None:
            raise KeyError(term)
        return found

    def __contains__(self, term: object) -> bool:
        return self.get(term) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> dict[str, int]:
        if self._read is None:
            pairs = (line.split("\t") for line in self._text.split("\n") if line)
            self._read = {term: int(count) for term, count in pairs}
        return self._read


def _pack_features(document: Document, language: str, fields: list[list[str]]) -> bytes:
    head = [
        document.id,
        document.kind,
        language,
        document.products,
        int(document.authority),
        str(document.product_status),
        document.updated_at.timestamp() if document.updated_at else None,
        [len(terms) for terms in fields],
    ]
    counts = "\n".join(f"{term}\t{count}" for term, count in count_terms(fields).items())
    return f"{json.dumps(head, ensure_ascii=False)}\n{counts}\n".encode()


def read_candidate(features: bytes) -> Candidate:
    """Return what ranking needs, from what `make_record` packed."""
    head, border, counts = features.decode().partition("\n")
    identity, kind, language, products, authority, status, seconds, lengths = json.loads(head)
    return Candidate(
        id=identity,
        kind=kind,
        language=language,
        products=tuple(products),
        authority=authority,
        product_status=status,
        updated_at=None if seconds is None else datetime.fromtimestamp(seconds, UTC),
        lengths=lengths,
        counts=PackedCounts(border + counts),
    )


def read_source(source: bytes) -> StoredText:
    """Return the original text, from what `make_record` packed."""
    title, summary, body = json.loads(source)
    return StoredText(title=title, summary=summary, body=body)


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0
