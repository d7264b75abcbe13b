"""The file of a classifier that was judged, made without learning anything."""

from __future__ import annotations

from triage.classifier.artifacts import current, envelope
from triage.classifier.evaluation.judgement import Judged, as_json, judge

EXCERPT = "Vedlegget <b>kom</b> ikke fram"


def judged(truth: str, label: str, confidence: float, family: str, *, said: bool = True) -> Judged:
    """One answer on a sample case."""
    return Judged(
        truth=truth,
        label=label,
        confidence=confidence,
        said=said,
        family=family,
        text=EXCERPT,
        because=("vedlegget",),
    )


def answers() -> list[Judged]:
    """24 cases of two products: 18 suggested, 15 of them rightly."""
    rows = [judged("melding", "melding", 0.91, f"m{n // 2}") for n in range(10)]
    rows += [judged("samtykke", "samtykke", 0.84, f"s{n}") for n in range(5)]
    rows += [judged("samtykke", "melding", 0.77, f"s{n}") for n in range(3)]
    return rows + [judged("melding", "samtykke", 0.4, f"m{n}", said=False) for n in range(6)]


def store(**header) -> dict:
    """Write the file; `header` takes the place of what stands in it."""
    full = {
        "version": "2026-11-20-abc",
        "trained_at": "2026-11-20T06:00:00+00:00",
        "window": {"cases": 924, "families": 204, "hints": 838},
        "judgement": as_json({"product": judge(answers(), {"melding": 0.6, "samtykke": 0.7})}),
    } | header
    envelope.write(current.path(), full, b"")
    return full
