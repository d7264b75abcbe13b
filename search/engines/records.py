"""A document as engines store it: terms to match, and two packed values to rank and to show.

Terms stand in one field, separated by spaces and repeated by the weight of the place they come
from; that order only picks candidates. The exact counts per place travel in `features`.
"""

import json
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from search.corpus import field_texts, meant_terms
from search.engines.contract import StoredText
from search.meaning import Meaning, directions_of_document, packed
from search.ranking import BODY, MAX_COUNT, SHIFTS, Candidate
from search.text.analysis import EXACT, Analyser
from search.text.language import LANGUAGES, detect_language
from search.text.tokens import storable
from search.types import Document

FORMAT = 6  # raise when stored values change; older indexes are then built anew
REPEATS = (3, 2, 1, 1, 3, 2, 2)  # order of ranking.FIELDS
BORDER = "¶"  # between fields, so that no phrase reaches across
PASSAGE_TERMS = 120  # about how many terms of a body make a passage
MAX_PASSAGES = 60
FIRST_PASSAGE = ord("0")
COLUMN = "\x00"  # between what is stored; no text holds it
PACKING = 1  # zlib's level: quick
MAX_TITLE_WORDS = 40
MAX_BODY = 200_000  # characters of one document that are indexed


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What an engine stores of one document beside its filter values."""

    terms: str
    phrases: str
    title_words: str
    features: bytes
    source: bytes
    meaning: bytes
    directions: str
    language: str
    updated: int


def make_record(document: Document, analyser: Analyser, meaning: Meaning) -> Record:
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
    vector = meaning.of(meant_terms(fields))
    return Record(
        terms=" ".join(bag),
        phrases=f" {BORDER} ".join(" ".join(each) for each in words if each),
        title_words=" ".join(words[0]),
        features=_pack_features(document, language, fields, words[0]),
        source=_packed(json.dumps([texts[0], texts[1], texts[3]], ensure_ascii=False)),
        meaning=packed(vector),
        directions=" ".join(directions_of_document(vector)),
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


def passages_of(body: Sequence[str]) -> tuple[dict[str, str], float]:
    """Return term → a character per occurrence that tells the passage, and the passages' length.

    Nothing, and 0, for a body that is one passage.
    """
    number = min(round(len(body) / PASSAGE_TERMS), MAX_PASSAGES)
    if number < 2:
        return {}, 0.0
    step = -(-len(body) // number)
    places: dict[str, list[str]] = {}
    for start in range(0, len(body), step):
        name = chr(FIRST_PASSAGE + start // step)
        for term in body[start : start + step]:
            places.setdefault(term, []).append(name)
    return {term: "".join(each[:MAX_COUNT]) for term, each in places.items()}, float(step)


def _pack_features(
    document: Document, language: str, fields: list[list[str]], title_words: list[str]
) -> bytes:
    passages, passage_length = passages_of(fields[BODY])
    head = [
        document.id,
        document.kind,
        language,
        document.products,
        int(document.authority),
        str(document.product_status),
        document.updated_at.timestamp() if document.updated_at else None,
        [len(terms) for terms in fields],
        passage_length,
        title_words[:MAX_TITLE_WORDS],
        document.translation_key,
    ]
    counts = count_terms(fields)
    columns = (
        json.dumps(head, ensure_ascii=False),
        "\n".join(counts),
        "\n".join(map(str, counts.values())),
        "\n".join(passages.get(term, "") for term in counts) if passages else "",
    )
    return _packed(COLUMN.join(columns))


def read_candidate(
    features: bytes, meaning: bytes = b"", wanted: Collection[str] = ()
) -> Candidate:
    """Return what ranking needs, from what `make_record` packed: of counts, those `wanted`."""
    head, terms, counts, passages = _unpacked(features).split(COLUMN)
    (identity, kind, language, products, authority, status, seconds, lengths,
     passage_length, title_words, translation_key) = json.loads(head)  # fmt: skip
    places = {term: at for at, term in enumerate(terms.split("\n")) if term in wanted}
    all_counts = counts.split("\n") if places else []
    all_passages = passages.split("\n") if places and passages else []
    return Candidate(
        id=identity,
        kind=kind,
        language=language,
        products=tuple(products),
        authority=authority,
        product_status=status,
        updated_at=None if seconds is None else datetime.fromtimestamp(seconds, UTC),
        lengths=lengths,
        counts={term: int(all_counts[at]) for term, at in places.items()},
        passages={term: all_passages[at] for term, at in places.items() if all_passages},
        passage_length=passage_length,
        title_words=tuple(title_words),
        translation_key=translation_key,
        meaning=meaning,
    )


def read_words(features: bytes) -> list[str]:
    """Return the words of a document as written, folded, each once."""
    terms = _unpacked(features).split(COLUMN)[1]
    return [term[1:] for term in terms.split("\n") if term.startswith(EXACT)]


def read_source(source: bytes) -> StoredText:
    """Return the original text, from what `make_record` packed."""
    title, summary, body = json.loads(_unpacked(source))
    return StoredText(title=title, summary=summary, body=body)


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode(), PACKING)


def _unpacked(stored: bytes) -> str:
    return zlib.decompress(stored).decode()
