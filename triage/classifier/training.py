"""From training texts to fitted pipelines, with what is known of how good they are. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from triage.classifier.certainty import Certainty
from triage.classifier.labels import TARGETS
from triage.classifier.pipeline import SEED, beliefs, build_features, build_lines
from triage.classifier.samples import Example

FOLDS = 5
FEWEST_OF_A_LABEL = 6  # texts; rarer labels are left out
WANTED = {"product": 0.8, "case_type": 0.75, "team": 0.75, "priority": 0.7}
LEAST_SPOKEN = {"product": 0.78, "case_type": 0.7, "team": 0.7, "priority": 0.6}


@dataclass(frozen=True, kw_only=True)
class Trained:
    """Fitted features and machines, and what cross-validation says of them, by target."""

    features: FeatureUnion
    machines: Mapping[str, LinearSVC]
    certainties: Mapping[str, Certainty]
    scores: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What is known for one target: labels and groups, and rows of the common features.

    The first `cases` rows are cases, the rest hints.
    """

    labels: np.ndarray
    groups: np.ndarray
    weights: np.ndarray
    rows: object
    cases: int


def train(
    cases: Sequence[Example],
    hints: Sequence[Example],
    concepts: str,
    *,
    progress: Callable[[str], None] = lambda words: None,
) -> Trained:
    """Fit features on all texts, then a machine for each target. The same texts give the same.

    Features know nothing of labels, so cross-validation shares them between its folds.
    """
    examples = [*cases, *hints]
    progress(f"reading {len(cases)} cases and {len(hints)} hints")
    features = build_features(concepts)
    table = features.fit_transform([each.text for each in examples]).tocsr()
    machines, certainties, scores = {}, {}, {}
    for target in TARGETS:
        lesson = _lesson(examples, len(cases), table, target)
        progress(f"learning {target} from {lesson.cases} cases")
        certainties[target], scores[target] = _cross_validate(lesson, target)
        machines[target] = build_lines().fit(lesson.rows, lesson.labels, lesson.weights)
    return Trained(features=features, machines=machines, certainties=certainties, scores=scores)


def _lesson(examples: Sequence[Example], cases: int, table, target: str) -> Lesson:
    """The texts with a label for the target; labels with very few texts are left out."""
    counts = Counter(each.labels.get(target) for each in examples)
    chosen = [
        number
        for number, each in enumerate(examples)
        if each.text
        and each.labels.get(target)
        and counts[each.labels[target]] >= FEWEST_OF_A_LABEL
    ]
    return Lesson(
        labels=np.array([examples[number].labels[target] for number in chosen]),
        groups=np.array([examples[number].group for number in chosen]),
        weights=np.array([examples[number].weight for number in chosen]),
        rows=table[chosen],
        cases=sum(number < cases for number in chosen),
    )


def _cross_validate(lesson: Lesson, target: str) -> tuple[Certainty, dict[str, float]]:
    """Guess every case by a machine that has seen no case of its family."""
    truth, groups = lesson.labels[: lesson.cases], lesson.groups[: lesson.cases]
    hints = np.arange(lesson.cases, len(lesson.labels))
    classes = sorted(set(lesson.labels))
    found = np.zeros((lesson.cases, len(classes)))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for seen, unseen in folds.split(truth, truth, groups):
        chosen = np.concatenate([seen, hints])
        lines = build_lines().fit(
            lesson.rows[chosen], lesson.labels[chosen], lesson.weights[chosen]
        )
        columns = [classes.index(label) for label in lines.classes_]
        found[np.ix_(unseen, columns)] = beliefs(lines, lesson.rows[unseen])
    certainty = Certainty.learn(
        found,
        classes,
        list(truth),
        wanted=WANTED[target],
        least_spoken=LEAST_SPOKEN[target],
    )
    return certainty, _score(found, classes, truth, groups, certainty)


def _score(found, classes, truth, groups, certainty: Certainty) -> dict[str, float]:
    guessed = np.array(classes)[found.argmax(axis=1)]
    spoken = np.array([certainty.speaks(g, row) for g, row in zip(guessed, found, strict=True)])
    right = guessed == truth
    return {
        "texts": len(truth),
        "families": len(set(groups)),
        "accuracy": round(float(right.mean()), 3),
        "coverage": round(float(spoken.mean()), 3),
        "precision": round(float(right[spoken].mean()), 3) if spoken.any() else 0.0,
    }
