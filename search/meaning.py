"""A latent semantic part: what documents are about, learnt from which words occur together.

Documents and queries become short vectors in one space (latent semantic analysis: a truncated
singular value decomposition of the weighted counts). The space is learnt once for an index, from
a sample; what changes later is placed in it as it is. Engines find neighbours by "directions":
the dimensions in which a vector is largest, with their sign, as plain terms.
"""

import io
import json
import math
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from scipy.sparse import csr_matrix

DIMENSIONS = 128
FEWEST_DOCUMENTS = 50  # fewer teach nothing of what belongs together
FEWEST_WITH_TERM = 2
MAX_TERMS = 40_000
ITERATIONS = 4
DIRECTIONS_OF_DOCUMENT = 12
DIRECTIONS_OF_QUERY = 16
LARGEST = 127  # of a signed byte
TermCounts = Mapping[str, float]


class Meaning:
    """A space of meaning: for each term its rarity and its vector."""

    def __init__(self, terms: Iterable[str], rarity: np.ndarray, vectors: np.ndarray):
        """`rarity` and the rows of `vectors` (signed bytes, scaled by term) are as `terms`."""
        self._terms = list(terms)
        self._rows = {term: row for row, term in enumerate(self._terms)}
        self._rarity = rarity.astype(np.float32)
        self._vectors = vectors

    @classmethod
    def nothing(cls) -> "Meaning":
        """Return a space in which nothing has a place."""
        return cls([], np.zeros(0), np.zeros((0, DIMENSIONS), np.int8))

    @classmethod
    def learn(cls, documents: Iterable[TermCounts]) -> "Meaning":
        """Learn a space from the weighted counts of terms of documents."""
        counts = _Counts(documents)
        dimensions = min(DIMENSIONS, counts.documents // 4)
        if counts.documents < FEWEST_DOCUMENTS:
            return cls.nothing()
        terms = counts.chosen()
        dimensions = min(dimensions, len(terms) - 1)
        if dimensions < 2:
            return cls.nothing()
        matrix, rarity = counts.matrix(terms)
        from sklearn.decomposition import TruncatedSVD  # slow to import, and for learning only

        learner = TruncatedSVD(dimensions, n_iter=ITERATIONS, random_state=0).fit(matrix)
        vectors = np.zeros((len(terms), DIMENSIONS), np.float32)
        vectors[:, :dimensions] = learner.components_.T
        # A row's scale goes into the rarity, which multiplies it at every use.
        scale = np.maximum(np.abs(vectors).max(axis=1), 1e-9)
        return cls(terms, rarity * scale, _bytes(vectors / scale[:, None]))

    def of(self, counts: TermCounts) -> np.ndarray | None:
        """Return the unit vector of a text with these counts; None when no term has a place."""
        row_of = self._rows.get
        known = [(row, count) for term, count in counts.items()
                 if (row := row_of(term)) is not None]  # fmt: skip
        if not known:
            return None
        rows, values = zip(*known, strict=True)
        rows, amounts = np.array(rows), np.array(values, np.float64)
        weights = self._rarity[rows] * np.where(amounts > 1, 1 + np.log(amounts), amounts)
        vector = weights @ self._vectors[rows].astype(np.float32)
        length = float(np.linalg.norm(vector))
        return vector / length if length > 0 else None

    def to_bytes(self) -> bytes:
        """Return the space as it is stored."""
        text = json.dumps(self._terms, ensure_ascii=False).encode("utf-8", "replace")
        stored = io.BytesIO()
        np.savez_compressed(
            stored,
            terms=np.frombuffer(text, np.uint8),
            rarity=self._rarity,
            vectors=self._vectors,
        )
        return stored.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Meaning":
        """Read what `to_bytes` returned. Raises ValueError when that is not whole."""
        try:
            with np.load(io.BytesIO(stored), allow_pickle=False) as parts:
                terms = json.loads(parts["terms"].tobytes().decode("utf-8"))
                return cls(terms, parts["rarity"], parts["vectors"])
        except (BadZipFile, KeyError, EOFError, zlib.error) as error:
            raise ValueError("What was learnt of meaning is damaged") from error

    def save(self, path: Path) -> None:
        """Write the space to a file."""
        path.write_bytes(self.to_bytes())

    @classmethod
    def load(cls, path: Path) -> "Meaning":
        """Read what `save` wrote. Raises OSError or ValueError for a file that is not whole."""
        return cls.from_bytes(path.read_bytes())


class _Counts:
    """The counts of a corpus, in little memory."""

    def __init__(self, documents: Iterable[TermCounts]):
        self._numbers: dict[str, int] = {}
        self._having: Counter[int] = Counter()
        self._columns, self._values, self._ends = array("i"), array("f"), array("q", [0])
        for document in documents:
            for term, count in document.items():
                number = self._numbers.setdefault(term, len(self._numbers))
                self._having[number] += 1
                self._columns.append(number)
                self._values.append(1 + math.log(count) if count > 1 else count)
            self._ends.append(len(self._columns))
        self.documents = len(self._ends) - 1

    def chosen(self) -> list[str]:
        """The terms with a place: neither rare nor in half of all documents, commonest first."""
        found = [
            (-having, term)
            for term, number in self._numbers.items()
            if FEWEST_WITH_TERM <= (having := self._having[number]) <= self.documents / 2
        ]
        return [term for _, term in sorted(found)[:MAX_TERMS]]

    def matrix(self, terms: list[str]) -> tuple[csr_matrix, np.ndarray]:
        """Documents as rows of unit length over `terms`, and the rarity of each term."""
        numbers = [self._numbers[term] for term in terms]
        having = np.array([self._having[number] for number in numbers], np.float32)
        rarity = np.log((1 + self.documents) / (1 + having)) + 1
        shape = (self.documents, len(self._numbers))
        matrix = csr_matrix((self._values, self._columns, self._ends), shape=shape)[:, numbers]
        matrix = matrix.multiply(rarity).tocsr()
        lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
        matrix.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(matrix.indptr))
        return matrix, rarity


def packed(vector: np.ndarray | None) -> bytes:
    """Return a vector as signed bytes to store with a document; nothing for None."""
    if vector is None:
        return b""
    return _bytes(vector / max(float(np.abs(vector).max()), 1e-9)).tobytes()


def nearness(query: np.ndarray, stored: Iterable[bytes]) -> list[float]:
    """Return the cosine of a query's vector with each stored one, 0 where there is none."""
    rows = list(stored)
    matrix = np.zeros((len(rows), DIMENSIONS), np.float32)
    for place, row in enumerate(rows):
        if row:
            matrix[place] = np.frombuffer(row, np.int8)
    lengths = np.maximum(np.linalg.norm(matrix, axis=1), 1e-9)
    return (matrix @ query / lengths).tolist()


def directions_of_document(vector: np.ndarray | None) -> list[str]:
    """Return the terms an engine indexes for a vector."""
    return [] if vector is None else [name for name, _ in _largest(vector, DIRECTIONS_OF_DOCUMENT)]


def directions_of_query(vector: np.ndarray) -> dict[str, float]:
    """Return the terms that find the neighbours of a vector, each with its weight."""
    return dict(_largest(vector, DIRECTIONS_OF_QUERY))


def _largest(vector: np.ndarray, count: int) -> list[tuple[str, float]]:
    places = np.argsort(-np.abs(vector), kind="stable")[:count]
    return [
        (f"{place}{'+' if vector[place] > 0 else '-'}", abs(float(vector[place])))
        for place in places.tolist()
        if vector[place]
    ]


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.rint(values * LARGEST).astype(np.int8)
