"""A committee of small networks that knows how sure it is and when it has met none of this. Pure.

Each member keeps a part of the texts aside while it learns. What members say of the parts they kept
aside teaches the committee its temperature and its threshold, so neither costs a training of its
own and no text outside of all labels is needed. Where texts are few, each member has a linear
machine beside its network: it is steadier there, and cheap. Where texts and labels are many, each
member remembers some texts, two keep the same part aside, and what lies far from all that is
remembered counts as unknown.
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
from threadpoolctl import threadpool_limits

from triage.classifier.calibration import (
    best_temperature,
    confidence_in,
    in_scope,
    known,
    threshold_at_loss,
    threshold_for_more,
)
from triage.classifier.nearness import Nearness
from triage.classifier.network import Network
from triage.classifier.pipeline import SEED
from triage.classifier.views import VIEWS, Views

PARTS = 10  # each member keeps one of so many aside
MOST_MEMBERS, LEAST_MEMBERS_OF_SOME, LEAST_MEMBERS = 10, 6, 4  # all even
MANY = 20_000  # texts from which the least number of members will do
READINGS = 1_600_000  # of texts by all members together
FEWEST_ROUNDS, MOST_ROUNDS = 4, 20
FEW = 5_000  # texts up to which a member has a linear machine too, and remembers none
SHARING = 2  # members that keep the same part aside where texts are many
FEW_LABELS = 30  # below which proportions of scores say too little to be compared
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
    """A network; where texts are few with a linear machine, where they are many with a memory."""

    def __init__(self, labels: int, rounds: int, seed: int, *, has_lines: bool):
        self.network = Network(labels, rounds, seed)
        self.lines = LinearSVC(C=STRICTNESS, dual=False) if has_lines else None
        self.nearness: Nearness | None = None

    def fit(self, rows, places: np.ndarray) -> Member:
        """Learn from rows and the place of each one's label."""
        self.network.fit(rows, places)
        if self.lines is not None and len(np.unique(places)) > 2:
            self.lines.fit(rows, places)
        else:
            self.lines = None
        return self

    def remember(self, rows, places: np.ndarray) -> None:
        """Keep some of the rows it has learnt from, for later texts to be compared with."""
        scores = [self.scores(rows[at : at + CHUNK]) for at in range(0, rows.shape[0], CHUNK)]
        self.nearness = Nearness(np.concatenate(scores), places, self.network.seed)

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
        sharing = SHARING if len(texts) > FEW else 1
        parts = _parts(places, families_of(rows), count // sharing)
        with threadpool_limits(1, user_api="blas"):  # the steps are too small to be shared out
            made = Parallel(n_jobs=AT_ONCE, prefer="threads")(
                delayed(_member)(rows, places, parts[number // sharing], len(names), rounds, number)
                for number in range(sharing * len(parts))
            )
        self.members_ = [member for member, _said in made]
        said = [
            [said for _member, said in made[at : at + sharing]]
            for at in range(0, len(made), sharing)
        ]
        self._learn_certainty(said, [places[part] for part in parts])
        return self

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """The mean of the members' scores, a row for each text."""
        return np.mean(self._said(texts), axis=0)

    def answer(self, texts: Sequence[str]) -> Iterator[Answer]:
        """An answer for each text, in order."""
        for start in range(0, len(texts), CHUNK):
            yield from self._answers(self._said(texts[start : start + CHUNK]))

    def _said(self, texts: Sequence[str]) -> list[np.ndarray]:
        rows = self.views_.transform(texts)
        return [member.scores(rows) for member in self.members_]

    def _answers(self, said: list[np.ndarray]) -> Iterator[Answer]:
        guessed = np.mean(said, axis=0).argmax(axis=1)
        confidence = confidence_in(said, guessed, self.temperature_)
        sure = self._sure(self.members_, said, guessed)
        for place, right, looks in zip(guessed, confidence, sure, strict=True):
            yield Answer(
                label=str(self.labels_[place]),
                confidence=float(right),
                in_scope=float(looks),
                abstained=bool(looks < self.threshold_),
            )

    def _sure(self, members: Sequence[Member], said, guessed: np.ndarray) -> np.ndarray:
        """How much texts look like one of the labels, by what some members said of them."""
        sure = known(np.mean(said, axis=0), self.temperature_)
        if members[0].nearness is None:
            return sure
        near = [
            member.nearness.of(scores, guessed)
            for member, scores in zip(members, said, strict=True)
        ]
        return in_scope(np.mean(near, axis=0), sure)

    def _learn_certainty(self, said: list[list[np.ndarray]], places: list[np.ndarray]) -> None:
        """Learn from what the members who kept each part aside said of it."""
        sharing = len(said[0])
        alone = [scores for each in said for scores in each]
        for_alone = [each for each in places for _ in range(sharing)]
        self.temperature_ = best_temperature(np.concatenate(alone), np.concatenate(for_alone))
        self.threshold_ = self._threshold([[scores] for scores in alone], for_alone, 1)
        if sharing > 1:
            together = self._threshold(said, places, sharing)
            self.threshold_ = threshold_for_more(
                self.threshold_, together, sharing, len(self.members_)
            )

    def _threshold(self, said: list[list[np.ndarray]], places, size: int) -> float:
        """The threshold for so many members who speak together."""
        sure, right = [], []
        for number, (each, truth) in enumerate(zip(said, places, strict=True)):
            guessed = np.mean(each, axis=0).argmax(axis=1)
            members = self.members_[number * size : (number + 1) * size]
            sure.append(self._sure(members, each, guessed))
            right.append(guessed == truth)
        return threshold_at_loss(np.concatenate(sure), np.concatenate(right), LOSS)


def size_for(texts: int) -> tuple[int, int]:
    """How many members there are for so many texts, and how often each reads its texts.

    Together they read about `READINGS` texts, so that many texts take little longer than some.
    """
    least = LEAST_MEMBERS if texts > MANY else LEAST_MEMBERS_OF_SOME
    members = int(np.clip(READINGS // (MOST_ROUNDS * texts), least, MOST_MEMBERS))
    members -= members % SHARING
    rounds = READINGS // (members * texts)
    return members, int(np.clip(rounds, FEWEST_ROUNDS, MOST_ROUNDS))


def _member(rows, places, aside, labels: int, rounds: int, number: int):
    """A member that has not seen the texts `aside`, and what it says of them."""
    seen = np.setdiff1d(np.arange(len(places)), aside)
    member = Member(labels, rounds, SEED + number, has_lines=len(places) <= FEW)
    member.fit(rows[seen], places[seen])
    if len(places) > FEW and labels >= FEW_LABELS:
        member.remember(rows[seen], places[seen])
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
