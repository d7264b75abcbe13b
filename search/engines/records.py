"""A document as engines store it: terms to match, and packed values to rank and to show.

Terms stand in one field, separated by spaces and repeated by the weight of the place they come
from; that order only picks candidates. The exact counts per place travel in `features`
(`search.engines.packing`).
"""

import json
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from search.candidates import BODY
from search.contract import EngineUnavailable, StoredText
from search.corpus import field_texts, meant_terms
from search.engines.packing import pack_features
from search.meaning import Meaning, directions_of_document, packed
from search.text.analysis import Analyser, different_words
from search.text.edition import edition
from search.text.language import LANGUAGES, detect_language
from search.text.norwegian import stop_words
from search.text.tokens import storable
from search.types import Document

FORMAT = 9  # raise when stored values or rules of analysis change; see `format_in_use`
OTHER_FORMAT = "The search index is of another format; build it anew with search_rebuild"
REPEATS = (3, 2, 1, 1, 3, 2, 2)  # order of ranking.FIELDS
BORDER = "¶"  # between fields, so that no phrase reaches across
TITLE_ENDS = b"\x00"  # no text holds it
PACKING = 1  # zlib's level: quick
FEWEST_LETTERS_OF_WORD = 3
MAX_BODY = 200_000  # characters of one document that are indexed


def format_in_use() -> str:
    """Return what an index must have been built in to be read; one of another is built anew."""
    return f"{FORMAT}-{edition()}"


def check_format(stored: object) -> None:
    """Raise EngineUnavailable unless an index was built in the format in use."""
    if stored != format_in_use():
        raise EngineUnavailable(OTHER_FORMAT)


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
    analysed = [analyser.analyse_whole(text, language or "nb") for text in texts]
    fields = [each.terms for each in analysed]
    words = [each.words for each in analysed]
    bag: list[str] = []
    for terms, repeat in zip(fields, REPEATS, strict=True):
        bag += terms * repeat
    counts = [Counter(terms) for terms in fields]
    vector = meaning.of(meant_terms(counts))
    return Record(
        terms=" ".join(bag),
        phrases=f" {BORDER} ".join(" ".join(each) for each in words if each),
        title_words=" ".join(words[0]),
        features=pack_features(document, language, counts, analysed[BODY], words[0]),
        source=_pack_source(texts),
        meaning=packed(vector),
        directions=" ".join(directions_of_document(vector)),
        language=language,
        updated=_seconds(document.updated_at),
    )


def _pack_source(texts: Sequence[str]) -> bytes:
    """Pack the title, so that it can be read alone, and the other texts."""
    title, summary, _headings, body, *names = texts
    others = json.dumps([summary, body, "\n".join(filter(None, names))], ensure_ascii=False)
    return title.encode() + TITLE_ENDS + zlib.compress(others.encode(), PACKING)


def read_title(source: bytes) -> str:
    """Return the original title, from what `make_record` packed."""
    return source.partition(TITLE_ENDS)[0].decode()


def read_source(source: bytes) -> StoredText:
    """Return the original text, from what `make_record` packed."""
    title, summary, body, _names = _unpack_source(source)
    return StoredText(title=title, summary=summary, body=body)


def read_words(source: bytes) -> set[str]:
    """Return the words of a document as written, folded; no function words and no short ones."""
    words = different_words("\n".join(_unpack_source(source)))
    return {word for word in words if len(word) >= FEWEST_LETTERS_OF_WORD} - stop_words("")


def _unpack_source(source: bytes) -> tuple[str, str, str, str]:
    """Return title, summary, body, and the other names and words, as `_pack_source` got them."""
    title, _, others = source.partition(TITLE_ENDS)
    summary, body, names = json.loads(zlib.decompress(others))
    return title.decode(), summary, body, names


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0
