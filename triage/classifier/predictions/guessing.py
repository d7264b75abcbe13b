"""What a trained classifier says of one text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from scipy.sparse import csr_matrix

from triage.classifier.artifacts.artifact import Artifact
from triage.classifier.labels import (
    CASE_TYPE,
    NOT_A_CASE,
    PRODUCT,
    TOPIC,
    product_of_topic,
)
from triage.classifier.learner.features import without_facts
from triage.classifier.learner.thresholds import speaks
from triage.classifier.learner.vectors import LONGEST

MOST_WORDS = 4


@dataclass(frozen=True, kw_only=True)
class Guess:
    """One suggestion: what is guessed, the probability of being right (0 to 1), and whether it is
    sure enough to be shown. `because` are the words of the text that spoke most for it."""

    target: str
    label: str
    confidence: float
    speaks: bool
    because: tuple[str, ...] = ()


def guess(artifact: Artifact, text: str) -> dict[str, Guess]:
    """A guess per target; none for a text without words, only one for what is no case.

    A topic is said only of the product that is guessed.

    Facts may stand before the text (`features.with_facts`).
    """
    if not any(letter.isalpha() for letter in without_facts(text)):
        return {}
    row = artifact.committee.vectoriser.transform([text])
    (answers,) = artifact.committee.answers(row)
    found = {
        target: Guess(
            target=target,
            label=answer.label,
            confidence=round(answer.confidence, 4),
            speaks=speaks(answer, artifact.thresholds[target]),
        )
        for target, answer in answers.items()
    }
    topic = found.get(TOPIC)
    if topic and product_of_topic(topic.label) != found[PRODUCT].label:  # of another product
        found[TOPIC] = replace(topic, speaks=False)
    kind = found[CASE_TYPE]
    if kind.speaks and kind.label == NOT_A_CASE:
        found = {CASE_TYPE: kind}
    return _explained(artifact, found, text, row)


def spoken(guesses: Mapping[str, Guess], target: str) -> str:
    """The label said of a target; "" when nothing is."""
    found = guesses.get(target)
    return found.label if found and found.speaks else ""


def unknown_share(artifact: Artifact, text: str) -> float | None:
    """How much of a text (0 to 1) is words the classifier never met; None when none say anything.

    A compound counts as met when a word it is made of is.
    """
    vectoriser = artifact.committee.vectoriser
    known = vectoriser.words_.vocabulary_
    words = [terms for _word, terms in vectoriser.reader.words(text[:LONGEST]) if terms]
    if not words:
        return None
    met = sum(any(term in known for term in terms) for terms in words)
    return round(1 - met / len(words), 4)


def _explained(artifact: Artifact, found: dict[str, Guess], text: str, row) -> dict[str, Guess]:
    """The guesses to be shown with the words they stand on, the others as they are."""
    spoken = {target: each.label for target, each in found.items() if each.speaks}
    if not spoken:
        return found
    words = artifact.committee.vectoriser.columns_by_word(text)
    carried = artifact.committee.carried(row, spoken)
    present = np.unique(row.indices)
    owned = shares_of_words([columns for _word, columns in words], present)
    because = {
        target: _best([word for word, _columns in words], owned @ points)
        for target, points in carried.items()
    }
    return {
        target: replace(each, because=because.get(target, ())) for target, each in found.items()
    }


def shares_of_words(columns: Sequence[Sequence[int]], present: np.ndarray) -> csr_matrix:
    """A row for each word with its share in each of the columns `present`, in their order.

    A column that several words bring is shared evenly; others are left out.
    """
    owners = np.repeat(np.arange(len(columns)), [len(own) for own in columns])
    brought = np.fromiter(chain.from_iterable(columns), int, len(owners))
    places = np.minimum(np.searchsorted(present, brought), len(present) - 1)
    known = present[places] == brought
    owners, places = owners[known], places[known]
    shares = 1 / np.bincount(places, minlength=len(present))[places]
    return csr_matrix((shares, (owners, places)), (len(columns), len(present)))


def _best(words: Sequence[str], points: np.ndarray) -> tuple[str, ...]:
    """The words that spoke for it most, the strongest first."""
    order = np.argsort(-points, kind="stable")[:MOST_WORDS]
    return tuple(words[number] for number in order if points[number] > 0)
