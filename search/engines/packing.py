"""Packing what ranking needs of a document into bytes, and reading that of many documents at once.

    sizes       head in bytes, terms, terms outside the body; three numbers of four bytes
    head        JSON: id, kind, language, …
    terms       for each term four bytes of its checksum
    in body     for each term how often it is there, a byte
    elsewhere   place among the terms, and the packed counts, of those that are in other fields
    passages    where a body has several: for each time a term is there a byte, the passage's own

Terms are known by their checksums: of the two hundred of a document and the forty a query asks
for, two different ones are taken for one in a document of half a million.
"""

import json
import struct
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zlib import crc32

import numpy as np

from search.candidates import BODY, MAX_COUNT, SHIFTS, Candidate
from search.types import Document

PASSAGE_TERMS = 120  # about how many terms of a body make a passage
MAX_PASSAGES = 60
FIRST_PASSAGE = ord("0")
MAX_TITLE_WORDS = 40
SIZES = struct.Struct("<III")
SUM, COUNT, PLACE, PACKED = (np.dtype(each) for each in ("<u4", "u1", "<u4", "<u8"))


def checksums(terms: Iterable[str]) -> np.ndarray:
    """Return what terms are known by, in their order."""
    encoded = "\n".join(terms).encode("utf-8", "replace")
    return np.array(list(map(crc32, encoded.split(b"\n"))) if encoded else [], SUM)


def count_terms(fields: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Return term → packed counts per field, given the counts in each; the body's terms first."""
    body = fields[BODY]
    counts = dict(body)
    if max(body.values(), default=0) > MAX_COUNT:
        counts = {term: min(count, MAX_COUNT) for term, count in body.items()}
    for place, terms in enumerate(fields):
        if place != BODY:
            for term, count in terms.items():
                counts[term] = counts.get(term, 0) | min(count, MAX_COUNT) << SHIFTS[place]
    return counts


def passages_of(body: Sequence[str]) -> tuple[dict[str, str], float]:
    """Return term → a character per occurrence that tells the passage, and the passages' length.

    Nothing, and 0, for a body that is one passage.
    """
    number = min(round(len(body) / PASSAGE_TERMS), MAX_PASSAGES)
    if number < 2:
        return {}, 0.0
    step = -(-len(body) // number)
    places: dict[str, str] = {}
    for start in range(0, len(body), step):
        name = chr(FIRST_PASSAGE + start // step)
        for term, count in Counter(body[start : start + step]).items():
            places[term] = places.get(term, "") + name * count
    return places, float(step)


def pack_features(
    document: Document,
    language: str,
    fields: Sequence[Counter[str]],
    body: Sequence[str],
    title_words: Sequence[str],
) -> bytes:
    """Return what `read_candidates` reads of a document.

    `fields` are the counts of the terms in each field, `body` the terms of the body in order.
    """
    passages, passage_length = passages_of(body)
    head = json.dumps(
        [
            document.id,
            document.kind,
            language,
            document.products,
            int(document.authority),
            str(document.product_status),
            document.updated_at.timestamp() if document.updated_at else None,
            [counts.total() for counts in fields],
            passage_length,
            title_words[:MAX_TITLE_WORDS],
            document.translation_key,
        ],
        ensure_ascii=False,
    ).encode("utf-8", "replace")
    counts = count_terms(fields)
    packed = list(counts.values())
    elsewhere = [(place, count) for place, count in enumerate(packed) if count > MAX_COUNT]
    in_passages = [passages[term][:MAX_COUNT] for term in fields[BODY]] if passages else []
    return b"".join(
        (
            SIZES.pack(len(head), len(counts), len(elsewhere)),
            head,
            checksums(counts).tobytes(),
            bytes([count & MAX_COUNT for count in packed] if elsewhere else packed),
            np.array([place for place, _ in elsewhere], PLACE).tobytes(),
            np.array([count for _, count in elsewhere], PACKED).tobytes(),
            "".join(in_passages).encode(),
        )
    )


class _Parts:
    """The sections of one document's features."""

    __slots__ = ("elsewhere", "head", "in_body", "passages", "places", "sums")

    def __init__(self, features: bytes):
        head, terms, others = SIZES.unpack_from(features)
        sums = SIZES.size + head
        in_body = sums + terms * SUM.itemsize
        places = in_body + terms
        elsewhere = places + others * PLACE.itemsize
        passages = elsewhere + others * PACKED.itemsize
        self.head = features[SIZES.size : sums]
        self.sums = features[sums:in_body]
        self.in_body = features[in_body:places]
        self.places = features[places:elsewhere]
        self.elsewhere = features[elsewhere:passages]
        self.passages = features[passages:]


def read_candidates(
    stored: Iterable[tuple[bytes, bytes]], wanted: Collection[str] = ()
) -> tuple[Candidate, ...]:
    """Return what ranking needs of documents, each given by its features and its meaning.

    Of their counts, those of the terms `wanted` are there.
    """
    both = [(_Parts(features), meaning) for features, meaning in stored]
    parts = [each for each, _ in both]
    counts, passages = _counts_of(parts, list(dict.fromkeys(wanted)))
    heads = json.loads(b"[" + b",".join([each.head for each in parts]) + b"]")
    return tuple(
        _candidate(head, its_counts, its_passages, meaning)
        for head, (_, meaning), its_counts, its_passages in zip(
            heads, both, counts, passages, strict=True
        )
    )


def _candidate(head: list, counts: dict, passages: dict, meaning: bytes) -> Candidate:
    (identity, kind, language, products, authority, status, seconds, lengths,
     passage_length, title_words, translation_key) = head  # fmt: skip
    return Candidate(
        id=identity,
        kind=kind,
        language=language,
        products=tuple(products),
        authority=authority,
        product_status=status,
        updated_at=None if seconds is None else datetime.fromtimestamp(seconds, UTC),
        lengths=lengths,
        counts=counts,
        passages=passages,
        passage_length=passage_length,
        title_words=tuple(title_words),
        translation_key=translation_key,
        meaning=meaning,
    )


def _counts_of(
    parts: Sequence[_Parts], wanted: Sequence[str]
) -> tuple[list[dict[str, int]], list[dict[str, str]]]:
    """Return for each document: term → packed counts, and term → its passages."""
    counts: list[dict[str, int]] = [{} for _ in parts]
    passages: list[dict[str, str]] = [{} for _ in parts]
    if not parts or not wanted:
        return counts, passages
    terms = dict(zip(checksums(wanted).tolist(), wanted, strict=True))
    sums = np.frombuffer(b"".join([each.sums for each in parts]), SUM)
    in_body = np.frombuffer(b"".join([each.in_body for each in parts]), COUNT)
    begins = np.cumsum([0, *(len(each.in_body) for each in parts)])
    found = places_of(np.array(sorted(terms), SUM), sums)
    if not len(found):
        return counts, passages
    packed = in_body[found].astype(np.int64)
    of_each = [len(each.places) // PLACE.itemsize for each in parts]
    others = np.frombuffer(b"".join([each.places for each in parts]), PLACE)
    at = others.astype(np.intp) + np.repeat(begins[:-1], of_each)
    row = np.minimum(np.searchsorted(found, at), len(found) - 1)
    elsewhere = np.frombuffer(b"".join([each.elsewhere for each in parts]), PACKED)
    here = found[row] == at
    packed[row[here]] = elsewhere[here]
    before = np.concatenate(([0], np.cumsum(in_body, dtype=np.int64)))
    owners = np.searchsorted(begins, found, "right") - 1
    within = before[found] - before[begins[owners]]
    for owner, which, value, start in zip(
        owners.tolist(), sums[found].tolist(), packed.tolist(), within.tolist(), strict=True
    ):
        term, text = terms[which], parts[owner].passages
        counts[owner][term] = value
        if text and value & MAX_COUNT:
            passages[owner][term] = text[start : start + (value & MAX_COUNT)].decode()
    return counts, passages


def places_of(asked: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Return where in `sums` any of `asked` (sorted) stand."""
    by_lowest_bits = np.zeros(1 << 16, bool)
    by_lowest_bits[asked & 0xFFFF] = True
    (likely,) = np.nonzero(by_lowest_bits[sums.view("<u2")[::2]])
    values = sums[likely]
    nearest = asked[np.minimum(np.searchsorted(asked, values), len(asked) - 1)]
    return likely[nearest == values]
