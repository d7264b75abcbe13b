"""How good guesses are on cases of known answer, per case and per family.

A family is several wordings of one matter. For a family as a whole its cases vote: it is guessed
when most of its cases are spoken on, and guessed right when the label most of those name is right.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from triage.classifier.artifacts.artifact import Artifact
from triage.classifier.corpus.samples import BrokenSample, Example, read_families
from triage.classifier.evaluation.judgement import Judged, Target, as_json, judge
from triage.classifier.labels import CASE_TYPE, FIRST_LINE, NOT_A_CASE, TEAM
from triage.classifier.predictions.guessing import Guess, guess, spoken

Pair = tuple[Example, Mapping[str, Guess]]


def evaluate(artifact: Artifact, cases: Sequence[Example]) -> dict[str, dict]:
    """Measures by target, and "not_a_case" and "line" beside them."""
    return _measures(_guessed(artifact, cases), artifact.thresholds)


def _guessed(artifact: Artifact, cases: Sequence[Example]) -> list[Pair]:
    return [(case, guess(artifact, case.read)) for case in cases]


def _measures(pairs: Sequence[Pair], targets: Iterable[str]) -> dict[str, dict]:
    measures = {target: _measure(_answers(pairs, target)) for target in targets}
    measures[NOT_A_CASE] = _not_a_case(pairs)
    measures["line"] = _measure(
        [
            (case, "first" if truth == FIRST_LINE else "second", _line(label))
            for case, truth, label in _answers(pairs, TEAM)
        ]
    )
    return measures


def _answers(pairs: Sequence[Pair], target: str) -> list[tuple[Example, str, str]]:
    """Case, the right label, and the one spoken ("" when nothing is said)."""
    return [
        (case, case.labels[target], spoken(guesses, target))
        for case, guesses in pairs
        if target in case.labels
    ]


def _line(team: str) -> str:
    if not team:
        return ""
    return "first" if team == FIRST_LINE else "second"


def _measure(answers: Sequence[tuple[Example, str, str]]) -> dict[str, float]:
    spoken = [(truth, label) for _case, truth, label in answers if label]
    families: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for case, truth, label in answers:
        families[case.group].append((truth, label))
    votes = [vote for group in families.values() if (vote := _vote(group)) is not None]
    return {
        "texts": len(answers),
        "coverage": _share(len(spoken), len(answers)),
        "precision": _share(sum(truth == label for truth, label in spoken), len(spoken)),
        "families": len(families),
        "family_coverage": _share(len(votes), len(families)),
        "family_precision": _share(sum(votes), len(votes)),
    }


def _vote(group: Sequence[tuple[str, str]]) -> bool | None:
    """Whether the family is guessed right; None when most of its cases get no guess."""
    said = Counter(label for _truth, label in group if label)
    if 2 * sum(said.values()) < len(group):
        return None
    (label, _count), *_rest = said.most_common(1)
    return label == group[0][0]


def _not_a_case(pairs: Sequence[Pair]) -> dict[str, float]:
    """How often "not a case" is said rightly, and how many of those that are none are found."""
    marked = [case for case, guesses in pairs if spoken(guesses, CASE_TYPE) == NOT_A_CASE]
    none = [case for case, _guesses in pairs if case.labels.get(CASE_TYPE) == NOT_A_CASE]
    right = sum(case.labels.get(CASE_TYPE) == NOT_A_CASE for case in marked)
    return {
        "texts": len(none),
        "said": len(marked),
        "right": right,
        "precision": _share(right, len(marked)),
        "recall": _share(right, len(none)),
        "families": len({case.group for case in none}),
    }


def with_heldout_scores(artifact: Artifact, folder: Path) -> Artifact:
    """The artefact with measures of the held-out families beside its own, where there are any,
    and judged on them."""
    try:
        pairs = _guessed(artifact, read_families(folder))
    except BrokenSample:
        return artifact
    return replace(
        artifact,
        scores={**artifact.scores, "heldout": _measures(pairs, artifact.thresholds)},
        judgement=as_json(_judged(pairs, artifact.thresholds)),
    )


def _judged(pairs: Sequence[Pair], thresholds: Mapping[str, Mapping]) -> dict[str, Target]:
    """Each target there are answers to, judged."""
    answers = {
        target: [_answer(case, guesses.get(target), target) for case, guesses in pairs]
        for target in thresholds
    }
    kept = {target: [each for each in found if each.truth] for target, found in answers.items()}
    return {target: judge(kept[target], thresholds[target]) for target in kept if kept[target]}


def _answer(case: Example, found: Guess | None, target: str) -> Judged:
    return Judged(
        truth=case.labels.get(target, ""),
        label=found.label if found else "",
        confidence=found.confidence if found else 0.0,
        said=bool(found and found.speaks),
        family=case.group,
        text=case.text,
        because=found.because if found else (),
    )


def table(scores: Mapping[str, Mapping]) -> str:
    """Measures as lines for a terminal."""
    lines = []
    for target, measures in scores.items():
        if target == "heldout":
            continue
        words = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in measures.items())
        lines.append(f"  {target}: {words}")
    return "\n".join(lines)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0
