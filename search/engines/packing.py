"""Packing what ranking needs of a document into bytes, and reading that of many documents at once.

    sizes       head in bytes, terms, terms outside the body; three numbers of four bytes
    head        JSON: the fields of a candidate in their order, the meaning left out
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
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zlib import crc32

import numpy as np

from search.candidates import BODY, MAX_COUNT, SHIFTS, Candidate, Candidates, Places
from search.text.analysis import Analysed
from search.types import Document

PASSAGE_TERMS = 120  # about how many terms of a body make a passage
MAX_PASSAGES = 60
MAX_TITLE_WORDS = 40
UPDATED = Candidate._fields.index("updated_at")
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
    stored: Iterable[tuple[bytes, bytes]], wanted: Sequence[str] = ()
) -> Candidates:
    """Return what ranking needs of documents, each given by its features and its meaning.

    Of their terms, those `wanted` (each once) are told of.
    """
    both = [(_Parts(features), meaning) for features, meaning in stored]
    parts = [each for each, _ in both]
    heads = json.loads(b"[" + b",".join([each.head for each in parts]) + b"]")
    counts, places = _table(parts, wanted)
    return Candidates(
        documents=tuple(
            _candidate(head, meaning) for head, (_, meaning) in zip(heads, both, strict=True)
        ),
        terms=tuple(wanted),
        counts=counts,
        places=places,
    )


def _candidate(head: list, meaning: bytes) -> Candidate:
    if (seconds := head[UPDATED]) is not None:
        head[UPDATED] = datetime.fromtimestamp(seconds, UTC)
    return Candidate(*head, meaning=meaning)


def _table(parts: Sequence[_Parts], wanted: Sequence[str]) -> tuple[np.ndarray, Places]:
    """Return the packed counts of the terms `wanted` in each document, and their places."""
    counts = np.zeros((len(parts), len(wanted)), np.int64)
    sums = np.frombuffer(b"".join([each.sums for each in parts]), SUM)
    in_body = np.frombuffer(b"".join([each.in_body for each in parts]), COUNT)
    asked, column_of = np.unique(checksums(wanted), return_index=True)
    found = places_of(asked, sums) if len(asked) else np.empty(0, np.intp)
    if not len(found):
        return counts, Places(*(np.empty(0, np.intp) for _ in Places._fields))
    begins = np.cumsum([0, *(len(each.in_body) for each in parts)])
    rows = np.searchsorted(begins, found, "right") - 1
    columns = column_of[np.searchsorted(asked, sums[found])]
    packed = in_body[found].astype(np.int64)
    within = in_body[found].astype(np.intp)
    of_each = [len(each.places) // PLACE.itemsize for each in parts]
    others = np.frombuffer(b"".join([each.places for each in parts]), PLACE)
    at = others.astype(np.intp) + np.repeat(begins[:-1], of_each)
    place = np.minimum(np.searchsorted(found, at), len(found) - 1)
    here = found[place] == at
    elsewhere = np.frombuffer(b"".join([each.elsewhere for each in parts]), PACKED)
    packed[place[here]] = elsewhere[here]
    counts[rows, columns] = packed
    before = np.concatenate(([0], np.cumsum(in_body, dtype=np.intp)))
    totals = np.diff(before[begins]).tolist()
    numbers = np.concatenate(
        [_positions(each, total) for each, total in zip(parts, totals, strict=True)]
    )
    which = _runs(before[found], within)
    return counts, Places(
        rows=np.repeat(rows, within),
        columns=np.repeat(columns, within),
        numbers=numbers[which].astype(np.intp),
    )


def _runs(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return the numbers of all runs, each from its start, one run behind the other."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())


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
