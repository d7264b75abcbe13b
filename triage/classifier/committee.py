"""A committee of small networks that knows how sure it is and when it has met none of this. Pure.

Each member keeps a part of the texts aside while it learns. What members say of the parts they kept
aside teaches the committee its temperature and its threshold, so neither costs a training of its
own and no text outside of all labels is needed. Where texts are few, each member has a linear
machine beside its network: it is steadier there, and cheap.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold
from sklearn.svm import LinearSVC

from triage.classifier.calibration import best_temperature, known, threshold_at_loss
from triage.classifier.network import Network
from triage.classifier.pipeline import SEED, softmax
from triage.classifier.views import VIEWS, Views

PARTS = 10  # each member keeps one of so many aside
MOST_MEMBERS, LEAST_MEMBERS_OF_SOME, LEAST_MEMBERS = 10, 6, 3
MANY = 20_000  # texts from which the least number of members will do
READINGS = 1_600_000  # of texts by all members together
FEWEST_ROUNDS, MOST_ROUNDS = 4, 20
FEW = 5_000  # texts up to which a member has a linear machine too
STRICTNESS = 3.0
WEIGHT_OF_LINES = 3.0  # of a margin beside the score of a network
LOSS = 0.02  # of rightly guessed texts that may be rejected, as a share of all
ALIKE = 0.5  # cosine from which texts are wordings of one matter
AT_ONCE = 2  # members that learn at the same time
CHUNK = 512  # texts


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The best label for a text, the probability that it is right (0 to 1), how much the text
    looks like one of the labels (0 to 1), and whether that is too little to say anything."""

    label: str
    confidence: float
    in_scope: float
    abstained: bool


class Member:
    """A network, and where texts are few a linear machine beside it."""

    def __init__(self, labels: int, rounds: int, seed: int, *, has_lines: bool):
        self.network = Network(labels, rounds, seed)
        self.lines = LinearSVC(C=STRICTNESS, dual=False) if has_lines else None

    def fit(self, rows, places: np.ndarray) -> Member:
        """Learn from rows and the place of each one's label."""
        self.network.fit(rows, places)
        if self.lines is not None and len(np.unique(places)) > 2:
            self.lines.fit(rows, places)
        else:
            self.lines = None
        return self

    def scores(self, rows) -> np.ndarray:
        """A score for each label of each row."""
        found = self.network.scores(rows)
        if self.lines is not None:
            margins = np.full(found.shape, -1.0)
            margins[:, self.lines.classes_] = self.lines.decision_function(rows)
            found = found + WEIGHT_OF_LINES * margins
        return found


class Committee:
    """Answers which label a text has. `fit` learns from texts and labels."""

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Committee:
        """Learn. Raises ValueError when there are fewer than two labels or no words at all."""
        names, places = np.unique(np.asarray(labels, dtype=str), return_inverse=True)
        if len(names) < 2:
            raise ValueError("there must be texts of at least two labels")
        self.labels_ = names
        self.views_ = Views()
        rows = self.views_.fit_transform(texts)
        count, rounds = size_for(len(texts))
        parts = _parts(places, families_of(rows), count)
        made = Parallel(n_jobs=AT_ONCE, prefer="threads")(
            delayed(_member)(rows, places, aside, len(names), rounds, number)
            for number, aside in enumerate(parts)
        )
        self.members_ = [member for member, _said in made]
        self._learn_certainty(
            np.concatenate([said for _member, said in made]), places[np.concatenate(parts)]
        )
        return self

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """The mean of the members' scores, a row for each text."""
        rows = self.views_.transform(texts)
        return np.mean([member.scores(rows) for member in self.members_], axis=0)

    def answer(self, texts: Sequence[str]) -> Iterator[Answer]:
        """An answer for each text, in order."""
        for start in range(0, len(texts), CHUNK):
            yield from self._answers(self.scores(texts[start : start + CHUNK]))

    def _answers(self, scores: np.ndarray) -> Iterator[Answer]:
        confidence = softmax(scores / self.temperature_).max(axis=1)
        sure = known(scores, self.temperature_)
        for place, right, in_scope in zip(scores.argmax(axis=1), confidence, sure, strict=True):
            yield Answer(
                label=str(self.labels_[place]),
                confidence=float(min(right, 1.0)),
                in_scope=float(in_scope),
                abstained=bool(in_scope < self.threshold_),
            )

    def _learn_certainty(self, scores: np.ndarray, places: np.ndarray) -> None:
        self.temperature_ = best_temperature(scores, places)
        right = scores.argmax(axis=1) == places
        self.threshold_ = threshold_at_loss(known(scores, self.temperature_), right, LOSS)


def size_for(texts: int) -> tuple[int, int]:
    """How many members there are for so many texts, and how often each reads its texts.

    Together they read about `READINGS` texts, so that many texts take little longer than some.
    """
    least = LEAST_MEMBERS if texts > MANY else LEAST_MEMBERS_OF_SOME
    members = int(np.clip(READINGS // (MOST_ROUNDS * texts), least, MOST_MEMBERS))
    rounds = READINGS // (members * texts)
    return members, int(np.clip(rounds, FEWEST_ROUNDS, MOST_ROUNDS))


def _member(rows, places, aside, labels: int, rounds: int, number: int):
    """A member that has not seen the texts `aside`, and what it says of them."""
    seen = np.setdiff1d(np.arange(len(places)), aside)
    member = Member(labels, rounds, SEED + number, has_lines=len(places) <= FEW)
    member.fit(rows[seen], places[seen])
    return member, member.scores(rows[aside])


def _parts(places: np.ndarray, families: np.ndarray, count: int) -> list[np.ndarray]:
    """The parts members keep aside, one for each of `count` members; families stay together."""
    parts = min(PARTS, len(np.unique(families)))
    if parts < 2:
        return [np.arange(len(places))[::2]]
    stratified = np.bincount(places).max() >= parts
    kind = StratifiedGroupKFold if stratified else GroupKFold
    folds = kind(parts, shuffle=True, random_state=SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # labels with fewer texts than parts
        return [aside for _seen, aside in folds.split(places, places, families)][:count]


def families_of(rows: csr_matrix) -> np.ndarray:
    """The number of the family of each row: rows that are nearly alike, and what is like those.

    A text whose near twin was learnt from says nothing about texts to come.
    """
    if rows.shape[0] > FEW:
        return np.arange(rows.shape[0])
    alike = rows @ rows.T
    alike.data = (alike.data > ALIKE * VIEWS).astype(np.int8)
    alike.eliminate_zeros()
    return connected_components(alike, directed=False)[1]
