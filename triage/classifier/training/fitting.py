"""From training texts to a committee, with what is known of how good it is. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from triage.classifier.corpus.samples import Example
from triage.classifier.labels import CASE_TYPE, NEEDED, NOT_A_CASE, PRODUCT, TARGETS
from triage.classifier.learner.committee import Committee
from triage.classifier.learner.features import Reader
from triage.classifier.learner.learning import Aside, Lesson, learn
from triage.classifier.learner.nearness import evenly
from triage.classifier.learner.pipeline import SEED, Plan, plan_for_the_desk
from triage.classifier.learner.thresholds import NEVER, choose_thresholds

MOST_CASES = 20_000  # that are read; more say little more, and take longer
FEWEST_OF_A_LABEL = 6  # texts; rarer labels are left out
WANTED = {"product": 0.8, "case_type": 0.75, "team": 0.75, "priority": 0.7, "topic": 0.75}
STRICT = {NOT_A_CASE: 0.95}  # what is said to be no case is closed unread
LEAST_SPOKEN = {"product": 0.78, "case_type": 0.7, "team": 0.7, "priority": 0.6, "topic": 0.6}


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A committee, and by target the certainty each label is said from and the measures on cases
    whose families the guessing member had not seen."""

    committee: Committee
    thresholds: Mapping[str, Mapping[str, float]]
    scores: Mapping[str, Mapping[str, float]]


def train(
    cases: Sequence[Example],
    hints: Sequence[Example],
    concepts: str,
    *,
    plan: Plan | None = None,
    progress: Callable[[str], None] = lambda words: None,
) -> Trained:
    """Let a committee learn all targets. The same texts give the same.

    Hints tell what labels mean; with them a label works from a few cases on. Of very many cases
    some are read, no product favoured. Topics and priorities are left out, and that is said, where
    the cases have fewer than two. Without a plan the committee has the size a site needs. Raises
    ValueError when there are fewer than two of another kind of label.
    """
    cases = _some([each for each in cases if each.text], MOST_CASES)
    progress(f"reading {len(cases)} cases and {len(hints)} hints")
    examples = [*cases, *hints]
    texts, labels = [each.read for each in examples], _by_target(examples, len(cases))
    for left_out in (target for target in TARGETS if target not in labels):
        progress(f"no {left_out} is learnt: the cases have fewer than two with enough texts")
    lesson = Lesson(
        texts=texts,
        labels=labels,
        families=[each.group for each in examples],
        hints=len(hints),
    )
    committee, aside = learn(
        lesson, plan or plan_for_the_desk(len(texts)), Reader.learn(texts, concepts)
    )
    thresholds, scores = {}, {}
    for target in labels:
        found = aside[target]
        thresholds[target] = choose_thresholds(
            found.guessed,
            np.where(found.abstained, 0, found.confidence),
            found.guessed == found.truth,
            wanted=WANTED[target],
            least_spoken=LEAST_SPOKEN[target],
            strict=STRICT,
        )
        families = {cases[number].group for number in found.numbers}
        scores[target] = _score(found, thresholds[target], len(families))
    return Trained(committee=committee, thresholds=thresholds, scores=scores)


def _some(cases: Sequence[Example], most: int) -> Sequence[Example]:
    """At most so many of the cases in their order, evenly over products and what is no case."""
    if len(cases) <= most:
        return cases
    kinds = [each.labels.get(PRODUCT) or each.labels.get(CASE_TYPE, "") for each in cases]
    chosen = evenly(np.unique(kinds, return_inverse=True)[1], most, SEED)
    return [cases[number] for number in sorted(chosen)]


def _by_target(examples: Sequence[Example], cases: int) -> dict[str, list[str]]:
    """The labels of the texts by target, of those targets the first so many can be asked about."""
    found = {target: _labels(examples, target) for target in TARGETS}
    return {
        target: own
        for target, own in found.items()
        if target in NEEDED or len(set(own[:cases]) - {""}) >= 2
    }


def _labels(examples: Sequence[Example], target: str) -> list[str]:
    """The label of each text, "" where there is none or it is among very few."""
    counts = Counter(each.labels.get(target, "") for each in examples)
    return [
        label if counts[label := each.labels.get(target, "")] >= FEWEST_OF_A_LABEL else ""
        for each in examples
    ]


def _score(found: Aside, thresholds: Mapping[str, float], families: int) -> dict[str, float]:
    least = np.array([thresholds.get(label, NEVER) for label in found.guessed])
    spoken = (found.confidence >= least) & ~found.abstained
    right = found.guessed == found.truth
    return {
        "texts": len(right),
        "families": families,
        "accuracy": round(float(right.mean()), 3),
        "coverage": round(float(spoken.mean()), 3),
        "precision": round(float(right[spoken].mean()), 3) if spoken.any() else 0.0,
    }
