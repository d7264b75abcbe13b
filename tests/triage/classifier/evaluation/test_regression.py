"""The reached figures hold, on small fixed parts of the judged sets."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from triage.classifier.evaluation import benchmark
from triage.classifier.evaluation.benchmark import OUT_OF_SCOPE, Row
from triage.classifier.learner import learning, pipeline

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
CUREKART = DATA / "hint3" / "train_dev.jsonl"
CLINC = DATA / "clinc150" / "train_dev.jsonl.gz"
LABELS, UNSEEN, TEXTS = 30, 15, 20

pytestmark = pytest.mark.skipif(
    not CUREKART.exists(), reason="the judged sets are not beside the repository (../shared/data)"
)


def _lines(path: Path) -> list[dict]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _rows(lines, split: str) -> list[Row]:
    return [Row(text=x["text"], label=x["label"]) for x in lines if x["split"] == split]


def test_few_messy_messages_are_guessed_as_well_as_they_were():
    lines = [line for line in _lines(CUREKART) if line["bot"] == "curekart"]
    data = _rows(lines, "dev")[::2]
    found = benchmark.measure(_rows(lines, "train"), data, peers=False).figures
    assert found["accuracy"] >= 0.84
    assert found["macro_f1"] >= 0.73
    assert found["ece"] <= 0.08
    assert found["auroc"] >= 0.82


@pytest.fixture(scope="module")
def intents() -> tuple[list[Row], list[Row]]:
    """Some intents to learn, and texts of these and of intents nobody has taught."""
    lines = _lines(CLINC)
    names = sorted({line["label"] for line in lines} - {OUT_OF_SCOPE})
    learnt, unseen = set(names[:LABELS]), set(names[LABELS : LABELS + UNSEEN])
    train, counts = [], dict.fromkeys(learnt, 0)
    for row in _rows(lines, "train"):
        if row.label in learnt and counts[row.label] < TEXTS:
            counts[row.label] += 1
            train.append(row)
    data = [
        Row(text=row.text, label=OUT_OF_SCOPE if row.label in unseen else row.label)
        for row in _rows(lines, "dev")
        if row.label in learnt | unseen
    ]
    return train, data


def test_intents_nobody_has_taught_are_told_apart_by_nearness(intents, monkeypatch):
    for module in (pipeline, learning):
        monkeypatch.setattr(module, "FEW", 100)  # so that members remember texts
    monkeypatch.setattr(pipeline, "MOST_MEMBERS", 6)
    train, data = intents
    found = benchmark.measure(train, data, peers=False).figures
    assert found["accuracy"] >= 0.90
    assert found["auroc"] >= 0.91
    assert found["accuracy"] - found["in_scope_accuracy"] <= 0.02
    assert found["oos_recall"] >= 0.35
