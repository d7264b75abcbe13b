"""Packing what ranking needs of a document into bytes, and reading that of many documents at once.

    sizes       head in bytes, terms, terms outside the body; three numbers of four bytes
    head        JSON: id, kind, language, …
    terms       for each term four bytes of its checksum
    in body     for each term how often it is there, a byte
    elsewhere   place among the terms, and the packed counts, of those that are in other fields
    positions   for each time a term is in the body the number of the word there, a byte, or two
                in a body of more words than a byte can number

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
from search.text.analysis import Analysed
from search.types import Document

PASSAGE_TERMS = 120  # about how many terms of a body make a passage
MAX_PASSAGES = 60
MAX_TITLE_WORDS = 40
SIZES = struct.Struct("<III")
SUM, COUNT, PLACE, PACKED = (np.dtype(each) for each in ("<u4", "u1", "<u4", "<u8"))
POSITION, WIDE_POSITION = np.dtype("u1"), np.dtype("<u2")


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


def passages_of(sizes: Sequence[int]) -> tuple[int, float]:
    """Return how many words and how many terms a passage of a body has; 0 when it is one passage.

    `sizes` are the numbers of terms of the body's words, in order.
    """
    terms = sum(sizes)
    number = min(round(terms / PASSAGE_TERMS), MAX_PASSAGES)
    return (-(-len(sizes) // number), terms / number) if number > 1 else (0, 0.0)


def positions_of(body: Analysed, counts: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Return for each term of a body the numbers of the first `MAX_COUNT` words it is at.

    `counts` tells how often each term is there; the result is in its order.
    """
    rows = {term: row for row, term in enumerate(counts)}
    order = np.argsort([rows[term] for term in body.terms], kind="stable")
    numbers = np.repeat(np.arange(len(body.sizes)), body.sizes)[order]
    ends = np.cumsum(list(counts.values())).tolist()
    return {
        term: numbers[end - count : end][:MAX_COUNT]
        for (term, count), end in zip(counts.items(), ends, strict=True)
    }


def pack_features(
    document: Document,
    language: str,
    fields: Sequence[Counter[str]],
    body: Analysed,
    title_words: Sequence[str],
) -> bytes:
    """Return what `read_candidates` reads of a document.

    `fields` are the counts of the terms in each field.
    """
    passage_words, passage_length = passages_of(body.sizes)
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
            passage_words,
            passage_length,
            title_words[:MAX_TITLE_WORDS],
            document.translation_key,
        ],
        ensure_ascii=False,
    ).encode("utf-8", "replace")
    counts = count_terms(fields)
    packed = list(counts.values())
    elsewhere = [(place, count) for place, count in enumerate(packed) if count > MAX_COUNT]
    return b"".join(
        (
            SIZES.pack(len(head), len(counts), len(elsewhere)),
            head,
            checksums(counts).tobytes(),
            bytes([count & MAX_COUNT for count in packed] if elsewhere else packed),
            np.array([place for place, _ in elsewhere], PLACE).tobytes(),
            np.array([count for _, count in elsewhere], PACKED).tobytes(),
            _packed_positions(body, fields[BODY]),
        )
    )


def _packed_positions(body: Analysed, counts: Mapping[str, int]) -> bytes:
    wide = len(body.sizes) > np.iinfo(POSITION).max + 1
    positions = list(positions_of(body, counts).values()) or [np.empty(0, np.intp)]
    numbers = np.minimum(np.concatenate(positions), np.iinfo(WIDE_POSITION).max)
    return numbers.astype(WIDE_POSITION if wide else POSITION).tobytes()


class _Parts:
    """The sections of one document's features."""

    __slots__ = ("elsewhere", "head", "in_body", "places", "positions", "sums")

    def __init__(self, features: bytes):
        head, terms, others = SIZES.unpack_from(features)
        sums = SIZES.size + head
        in_body = sums + terms * SUM.itemsize
        places = in_body + terms
        elsewhere = places + others * PLACE.itemsize
        positions = elsewhere + others * PACKED.itemsize
        self.head = features[SIZES.size : sums]
        self.sums = features[sums:in_body]
        self.in_body = features[in_body:places]
        self.places = features[places:elsewhere]
        self.elsewhere = features[elsewhere:positions]
        self.positions = features[positions:]


def read_candidates(
    stored: Iterable[tuple[bytes, bytes]], wanted: Collection[str] = ()
) -> tuple[Candidate, ...]:
    """Return what ranking needs of documents, each given by its features and its meaning.

    Of their counts, those of the terms `wanted` are there.
    """
    both = [(_Parts(features), meaning) for features, meaning in stored]
    parts = [each for each, _ in both]
    counts, positions = _counts_of(parts, list(dict.fromkeys(wanted)))
    heads = json.loads(b"[" + b",".join([each.head for each in parts]) + b"]")
    return tuple(
        _candidate(head, its_counts, its_positions, meaning)
        for head, (_, meaning), its_counts, its_positions in zip(
            heads, both, counts, positions, strict=True
        )
    )


def _candidate(head: list, counts: dict, positions: dict, meaning: bytes) -> Candidate:
    (identity, kind, language, products, authority, status, seconds, lengths,
     passage_words, passage_length, title_words, translation_key) = head  # fmt: skip
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
        positions=positions,
        passage_words=passage_words,
        passage_length=passage_length,
        title_words=tuple(title_words),
        translation_key=translation_key,
        meaning=meaning,
    )


def _counts_of(
    parts: Sequence[_Parts], wanted: Sequence[str]
) -> tuple[list[dict[str, int]], list[dict[str, np.ndarray]]]:
    """Return for each document: term → packed counts, and term → its positions in the body."""
    counts: list[dict[str, int]] = [{} for _ in parts]
    positions: list[dict[str, np.ndarray]] = [{} for _ in parts]
    if not parts or not wanted:
        return counts, positions
    terms = dict(zip(checksums(wanted).tolist(), wanted, strict=True))
    sums = np.frombuffer(b"".join([each.sums for each in parts]), SUM)
    in_body = np.frombuffer(b"".join([each.in_body for each in parts]), COUNT)
    begins = np.cumsum([0, *(len(each.in_body) for each in parts)])
    found = places_of(np.array(sorted(terms), SUM), sums)
    if not len(found):
        return counts, positions
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
    totals = np.diff(before[begins]).tolist()
    numbers = [_positions(each, total) for each, total in zip(parts, totals, strict=True)]
    for owner, which, value, start in zip(
        owners.tolist(), sums[found].tolist(), packed.tolist(), within.tolist(), strict=True
    ):
        term = terms[which]
        counts[owner][term] = value
        if value & MAX_COUNT:
            positions[owner][term] = numbers[owner][start : start + (value & MAX_COUNT)]
    return counts, positions


def _positions(parts: _Parts, total: int) -> np.ndarray:
    """The positions of all terms of a document, of which there are `total`."""
    kind = POSITION if len(parts.positions) == total else WIDE_POSITION
    return np.frombuffer(parts.positions, kind)


def places_of(asked: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Return where in `sums` any of `asked` (sorted) stand."""
    by_lowest_bits = np.zeros(1 << 16, bool)
    by_lowest_bits[asked & 0xFFFF] = True
    (likely,) = np.nonzero(by_lowest_bits[sums.view("<u2")[::2]])
    values = sums[likely]
    nearest = asked[np.minimum(np.searchsorted(asked, values), len(asked) - 1)]
    return likely[nearest == values]
