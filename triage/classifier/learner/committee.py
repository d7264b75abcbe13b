"""A committee of small networks that knows how sure it is and when it has met none of this. Pure.

Members answer one or several questions about a text; what they say together is turned into the
best label, the probability that it is right, and whether the text looks like anything that was
learnt. How they learn is told in `learning.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from triage.classifier.learner.calibration import confidence_in, in_scope, known, softmax, together
from triage.classifier.learner.linear import LinearMachines
from triage.classifier.learner.nearness import Nearness
from triage.classifier.learner.network import Network, compact, rows_of, whole
from triage.classifier.learner.vectors import Vectoriser

WEIGHT_OF_LINEAR = 5.0  # of a margin beside the score of a network
CHUNK = 512  # texts


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The best label for a text, the probability that it is right (0 to 1), how much the text
    looks like one of the labels (0 to 1), and whether that is too little to say anything."""

    label: str
    confidence: float
    in_scope: float
    abstained: bool


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, its labels, and what was learnt of certainty.

    Scores of all questions stand side by side; those of this one begin at `start`.
    """

    name: str
    labels: tuple[str, ...]
    start: int
    temperature: float = 1.0
    threshold: float = 0.0

    @property
    def span(self) -> slice:
        """Where the scores of its labels stand."""
        return slice(self.start, self.start + len(self.labels))


@dataclass(kw_only=True)
class Member:
    """A network; where texts are few with linear machines, where they are many with a memory."""

    network: Network
    linear: LinearMachines | None = None
    nearness: Nearness | None = None

    def scores(self, columns: np.ndarray, near: csr_matrix) -> np.ndarray:
        """A score for each label of each row of `near`, whose columns are `columns` of all."""
        found = self.network.scores(columns, near)
        if self.linear is not None:
            found = found + WEIGHT_OF_LINEAR * self.linear.margins(columns, near)
        return found

    def carried(self, columns: np.ndarray, near: csr_matrix, contrast: np.ndarray) -> np.ndarray:
        """How much each column of the one row of `near` adds to each contrast of scores.

        A column of `contrast` says how much the score of each label counts.
        """
        inside = whole(rows_of(self.network.inside_, columns))
        is_open = (near @ inside + self.network.bias_[0])[0] > 0
        found = inside @ (is_open[:, None] * (self.network.out_ @ contrast))
        if self.linear is not None:
            margins = whole(rows_of(self.linear.weights_, columns)) @ contrast
            found += WEIGHT_OF_LINEAR * margins
        return found * near.toarray()[0][:, None]


@dataclass(frozen=True, kw_only=True)
class Committee:
    """Members who have learnt, what they see in texts, and what they are asked."""

    vectoriser: Vectoriser
    members: Sequence[Member]
    questions: Sequence[Question]

    def answer(self, texts: Sequence[str]) -> Iterator[dict[str, Answer]]:
        """For each text, in order, an answer to each question."""
        for start in range(0, len(texts), CHUNK):
            yield from self.answers(self.vectoriser.transform(texts[start : start + CHUNK]))

    def answers(self, rows: csr_matrix) -> list[dict[str, Answer]]:
        """For each row of features an answer to each question."""
        said = self._said(rows)
        found = {
            question.name: self._answers(said[:, :, question.span], question)
            for question in self.questions
        }
        return [dict(zip(found, each, strict=True)) for each in zip(*found.values(), strict=True)]

    def beliefs(self, text: str, name: str) -> dict[str, float]:
        """Belief (0 to 1) in each label of the question called `name`, together 1."""
        return self.beliefs_of(self.vectoriser.transform([text]))[name]

    def beliefs_of(self, row: csr_matrix) -> dict[str, dict[str, float]]:
        """By question the belief (0 to 1) in each of its labels, together 1, for one row."""
        said = together(self._said(row))
        found = {}
        for question in self.questions:
            shares = softmax(said[:, question.span] / question.temperature)[0]
            found[question.name] = dict(zip(question.labels, map(float, shares), strict=True))
        return found

    def carried(self, row: csr_matrix, chosen: Mapping[str, str]) -> dict[str, np.ndarray]:
        """How much each column of one row, in their order, spoke for the label chosen.

        `chosen` is by the names of questions; points for a label are those above the mean of all
        labels of its question.
        """
        columns, near = compact(row)
        labels = sum(len(question.labels) for question in self.questions)
        contrast = np.zeros((labels, len(chosen)), np.float32)
        for number, (name, label) in enumerate(chosen.items()):
            question = self._question(name)
            contrast[question.span, number] = -1 / len(question.labels)
            contrast[question.start + question.labels.index(label), number] += 1
        points = np.mean([each.carried(columns, near, contrast) for each in self.members], axis=0)
        return dict(zip(chosen, points.T, strict=True))

    def _question(self, name: str) -> Question:
        return next(question for question in self.questions if question.name == name)

    def _said(self, rows: csr_matrix) -> np.ndarray:
        """By member a score for each label of each row."""
        columns, near = compact(rows)
        return np.stack([member.scores(columns, near) for member in self.members])

    def _answers(self, said: np.ndarray, question: Question) -> list[Answer]:
        guessed = together(said).argmax(axis=1)
        confidence = confidence_in(said, guessed, question.temperature)
        sure = how_known(self.members, said, guessed, question.temperature)
        return [
            Answer(
                label=question.labels[place],
                confidence=float(right),
                in_scope=float(looks),
                abstained=bool(looks < question.threshold),
            )
            for place, right, looks in zip(guessed, confidence, sure, strict=True)
        ]


def how_known(
    members: Sequence[Member],
    said: Sequence[np.ndarray],
    guessed: np.ndarray,
    temperature: float,
) -> np.ndarray:
    """How much texts look like one of the labels, by what some members said of them."""
    sure = known(together(said), temperature)
    if members[0].nearness is None:
        return sure
    near = [
        member.nearness.of(scores, guessed) for member, scores in zip(members, said, strict=True)
    ]
    return in_scope(together(near), sure)
