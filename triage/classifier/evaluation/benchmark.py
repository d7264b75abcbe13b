"""Measuring a committee on labelled texts from files, and two usual models beside it. Pure.

Files are JSON lines with "text" and "label", plain or .gz, and may have a "split". Texts of no
label bear the label "oos": they are dropped from what is learnt and measured apart.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import LinearSVC

from triage.classifier.learner.calibration import expected_calibration_error
from triage.classifier.learner.committee import Answer
from triage.classifier.learner.features import Reader, in_two_languages
from triage.classifier.learner.label_names import names_of_the_rare
from triage.classifier.learner.learning import Lesson, learn
from triage.classifier.learner.pipeline import SEED, plan_for_one_question
from triage.classifier.learner.vectors import letters_read

LABEL = "label"
OUT_OF_SCOPE = "oos"
COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
DIGITS = 4


class BrokenRows(ValueError):
    """A file of labelled texts cannot be used; the message says where and why."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A text and its label; `OUT_OF_SCOPE` for a text of no label."""

    text: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The answers of the committee, one for each row, and all figures."""

    answers: Sequence[Answer]
    figures: Mapping[str, object]


def read_rows(path: Path, split: str = "") -> list[Row]:
    """The rows of a file, those of one split when it is named. Raises BrokenRows or OSError."""
    opened = gzip.open if path.suffix == ".gz" else open
    rows = []
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    found = _row(line, f"{path.name}, line {number}", split)
                    rows += [found] if found else []
    except (UnicodeDecodeError, EOFError, gzip.BadGzipFile) as error:
        raise BrokenRows(f"{path.name} cannot be read: {error}") from error
    if not rows:
        raise BrokenRows(f"{path.name} has no rows" + (f" with split {split!r}" if split else ""))
    return rows


def _row(line: str, where: str, split: str) -> Row | None:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise BrokenRows(f"{where}: this is no JSON ({error})") from error
    if not isinstance(found, dict):
        raise BrokenRows(f"{where}: this is no JSON object")
    if split and found.get("split") != split:
        return None
    for name in ("text", "label"):
        if not isinstance(found.get(name), str):
            raise BrokenRows(f"{where}: {name!r} must be a text")
    if not found["label"]:
        raise BrokenRows(f"{where}: the label is empty")
    return Row(text=found["text"], label=found["label"])


def measure(train: Sequence[Row], data: Sequence[Row], *, peers: bool = True) -> Measured:
    """Learn from `train`, answer every row of `data`, and count.

    Raises BrokenRows when there is too little to learn from.
    """
    inside = [row for row in train if row.label != OUT_OF_SCOPE]
    texts, labels = [row.text for row in inside], [row.label for row in inside]
    if len(set(labels)) < 2:
        raise BrokenRows("the training rows must have at least two labels beside 'oos'")
    begun = perf_counter()
    try:
        plan = plan_for_one_question(len(texts), len(set(labels)), letters_read(texts))
        reader = Reader(bridges=in_two_languages(texts))
        committee, _aside = learn(_lesson(texts, labels), plan, reader)
    except ValueError as error:
        raise BrokenRows(f"nothing can be learnt from the training rows: {error}") from error
    fitted = perf_counter()
    asked, truth = [row.text for row in data], np.array([row.label for row in data])
    answers = [each[LABEL] for each in committee.answer(asked)]
    figures = {
        **figures_of(answers, truth),
        "threshold": committee.questions[0].threshold,
        "fit_seconds": round(fitted - begun, 2),
        "predict_ms": _milliseconds(fitted, len(data)),
        "peers": {},
    }
    if peers:
        for name, model in _peers().items():
            figures["peers"][name] = _measure_peer(model, texts, labels, asked, truth)
    return Measured(answers=answers, figures=figures)


def _lesson(texts: Sequence[str], labels: Sequence[str]) -> Lesson:
    """The texts, and what the names of rare labels say of them."""
    names = names_of_the_rare(labels)
    return Lesson(
        texts=[*texts, *names.values()], labels={LABEL: [*labels, *names]}, hints=len(names)
    )


def figures_of(answers: Sequence[Answer], truth: np.ndarray) -> dict[str, object]:
    """What the answers are worth; measures without any row to count on are None."""
    labels = np.array([answer.label for answer in answers])
    confidence = np.array([answer.confidence for answer in answers])
    sure = np.array([answer.in_scope for answer in answers])
    silent = np.array([answer.abstained for answer in answers])
    inside, right = truth != OUT_OF_SCOPE, labels == truth
    return {
        "n": len(answers),
        "n_oos": int((~inside).sum()),
        **_plain(labels, truth),
        "in_scope_accuracy": _mean((right & ~silent)[inside]),
        "oos_recall": _mean(silent[~inside]),
        "auroc": _auroc(inside, sure),
        "ece": (
            round(expected_calibration_error(confidence[inside], right[inside]), DIGITS)
            if inside.any()
            else None
        ),
        "coverage_precision": coverage_precision(sure, right),
    }


def coverage_precision(sure: np.ndarray, right: np.ndarray) -> list[dict[str, float]]:
    """How many answers are right when only the surest part is given; "oos" rows are wrong."""
    order = np.argsort(-sure, kind="stable")
    counts = [max(1, int(round(share * len(right)))) for share in COVERAGES]
    return [
        {"coverage": share, "precision": _mean(right[order[:count]])}
        for share, count in zip(COVERAGES, counts, strict=True)
    ]


def prediction_lines(answers: Sequence[Answer]) -> str:
    """A JSON line for each answer, in order."""
    return "".join(json.dumps(asdict(answer), ensure_ascii=False) + "\n" for answer in answers)


def _peers() -> dict[str, object]:
    return {
        "tfidf_lr": LogisticRegression(C=20, max_iter=1000),
        "linear_svc": LinearSVC(random_state=SEED),
    }


def _measure_peer(model, texts, labels, asked, truth: np.ndarray) -> dict[str, float | None]:
    """The same figures for a usual model over words and runs of letters; it rejects nothing."""
    views = FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)),
            ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)),
        ]
    )
    begun = perf_counter()
    made = Pipeline([("views", views), ("model", model)]).fit(texts, labels)
    fitted = perf_counter()
    found = made.predict(asked)
    spent = _milliseconds(fitted, len(asked))
    best = (made.predict_proba if hasattr(model, "predict_proba") else made.decision_function)(
        asked
    )
    best = np.abs(best) if best.ndim == 1 else best.max(axis=1)
    return {
        **_plain(found, truth),
        "auroc": _auroc(truth != OUT_OF_SCOPE, best),
        "fit_seconds": round(fitted - begun, 2),
        "predict_ms": spent,
    }


def _plain(labels: np.ndarray, truth: np.ndarray) -> dict[str, float | None]:
    inside = truth != OUT_OF_SCOPE
    if not inside.any():
        return {"accuracy": None, "macro_f1": None}
    names = np.unique(truth[inside])
    value = f1_score(truth[inside], labels[inside], labels=names, average="macro", zero_division=0)
    return {
        "accuracy": _mean((labels == truth)[inside]),
        "macro_f1": round(float(value), DIGITS),
    }


def _auroc(inside: np.ndarray, sure: np.ndarray) -> float | None:
    if inside.all() or not inside.any():
        return None
    return round(float(roc_auc_score(inside, sure)), DIGITS)


def _mean(values: np.ndarray) -> float | None:
    return round(float(values.mean()), DIGITS) if len(values) else None


def _milliseconds(since: float, texts: int) -> float:
    return round((perf_counter() - since) * 1000 / texts, 3)
