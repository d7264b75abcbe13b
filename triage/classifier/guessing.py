"""What a trained classifier says of one text. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from triage.classifier.artifact import Artifact
from triage.classifier.labels import CASE_TYPE, NOT_A_CASE, TARGETS
from triage.classifier.pipeline import beliefs, reasons


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
    """A guess per target; none for a text without words, only one for what is no case."""
    if not any(letter.isalpha() for letter in text):
        return {}
    rows = artifact.features.transform([text])
    found = {target: _guess(artifact, target, rows) for target in TARGETS}
    kind = found[CASE_TYPE]
    if kind.speaks and kind.label == NOT_A_CASE:
        found = {CASE_TYPE: kind}
    return {target: _explained(artifact, each, text) for target, each in found.items()}


def _guess(artifact: Artifact, target: str, rows) -> Guess:
    lines, certainty = artifact.machines[target], artifact.certainties[target]
    found = beliefs(lines, rows)[0]
    label = str(lines.classes_[found.argmax()])
    confidence = certainty.probability(found)
    return Guess(
        target=target,
        label=label,
        confidence=round(confidence, 4),
        speaks=certainty.speaks(label, found),
    )


def _explained(artifact: Artifact, found: Guess, text: str) -> Guess:
    """The guess with the words it stands on, when it is one to be shown."""
    if not found.speaks:
        return found
    words = reasons(artifact.features, artifact.machines[found.target], text, found.label)
    return replace(found, because=tuple(words))
