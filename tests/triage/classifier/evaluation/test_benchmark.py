"""`evaluate_classifier --train --data`: what it reads, writes, counts and refuses."""

import gzip
import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from triage.classifier.evaluation import benchmark
from triage.classifier.learner.committee import Answer

MATTERS = {
    "login": ["log in to my account", "password is wrong", "cannot sign in", "reset my password"],
    "invoice": [
        "invoice is too high",
        "pay the invoice",
        "wrong amount billed",
        "due date of bill",
    ],
    "address": ["change my address", "we have moved house", "new street and number", "postal code"],
}
BEGINNINGS = ["please help,", "hello there,", "today", "once more:", "since monday", "question:"]
KEYS = {
    "n", "n_oos", "accuracy", "macro_f1", "in_scope_accuracy", "oos_recall", "auroc", "ece",
    "coverage_precision", "threshold", "fit_seconds", "predict_ms", "peers",
}  # fmt: skip


def _rows(beginnings, split: str) -> list[dict]:
    return [
        {"text": f"{beginning} {text}", "label": label, "split": split}
        for beginning in beginnings
        for label, texts in MATTERS.items()
        for text in texts
    ]


TRAIN = [*_rows(BEGINNINGS[:4], "train"), {"text": "a rainy day", "label": "oos", "split": "train"}]
DEV = [
    *_rows(BEGINNINGS[4:], "dev"),
    {"text": "who won the cup of nineteen seventy", "label": "oos", "split": "dev"},
    {"text": "", "label": "oos", "split": "dev"},
]


def _write(path, rows):
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def _run(**options) -> str:
    out = StringIO()
    call_command("evaluate_classifier", stdout=out, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One run of the command with everything: what it printed, wrote and predicted."""
    folder = tmp_path_factory.mktemp("measured")
    both = _write(folder / "both.jsonl.gz", [*TRAIN, *DEV])
    files = {"predictions": folder / "out.jsonl", "json": folder / "out.json"}
    printed = _run(train=both, data=both, train_split="train", data_split="dev", **files)
    lines = [json.loads(line) for line in files["predictions"].read_text().splitlines()]
    return printed, json.loads(files["json"].read_text()), lines


def test_what_is_printed_is_what_is_written_and_has_every_figure(run):
    printed, figures, _lines = run
    assert json.loads(printed) == figures
    assert set(figures) == KEYS
    assert (figures["n"], figures["n_oos"]) == (len(DEV), 2)


def test_there_is_one_answer_for_each_row_in_order(run):
    _printed, _figures, lines = run
    assert len(lines) == len(DEV)
    known = [(row["label"], line["label"]) for row, line in zip(DEV, lines, strict=True)][:-2]
    assert np.mean([truth == label for truth, label in known]) > 0.9


def test_an_answer_is_a_label_that_was_learnt_and_two_shares(run):
    _printed, figures, lines = run
    for line in lines:
        assert set(line) == {"label", "confidence", "in_scope", "abstained"}
        assert line["label"] in MATTERS
        assert 0 <= line["confidence"] <= 1
        assert 0 <= line["in_scope"] <= 1
        assert line["abstained"] is (line["in_scope"] < figures["threshold"])


def test_figures_follow_from_the_written_answers(run):
    _printed, figures, lines = run
    pairs = list(zip([row["label"] for row in DEV], lines, strict=True))
    inside = [(truth, line) for truth, line in pairs if truth != "oos"]
    right = [truth == line["label"] for truth, line in inside]
    kept = [
        truth == line["label"] and not line["abstained"]
        for truth, line in inside
    ]  # fmt: skip
    silent = [line["abstained"] for truth, line in pairs if truth == "oos"]
    assert figures["accuracy"] == pytest.approx(np.mean(right), abs=1e-4)
    assert figures["in_scope_accuracy"] == pytest.approx(np.mean(kept), abs=1e-4)
    assert figures["oos_recall"] == pytest.approx(np.mean(silent), abs=1e-4)
    assert 0.5 < figures["auroc"] <= 1


def test_two_usual_models_are_measured_beside_it(run):
    _printed, figures, _lines = run
    assert set(figures["peers"]) == {"tfidf_lr", "linear_svc"}
    for peer in figures["peers"].values():
        assert peer["accuracy"] > 0.5
        assert {"macro_f1", "auroc", "fit_seconds", "predict_ms"} <= set(peer)


def test_of_a_label_with_few_texts_its_name_is_learnt_too():
    train = [benchmark.Row(text=row["text"], label=row["label"]) for row in TRAIN]
    asked = [benchmark.Row(text="refund request", label="RefundRequest")]

    def found(label: str) -> str:
        rare = [benchmark.Row(text=text, label=label) for text in ("money back", "give it back")]
        (answer,) = benchmark.measure([*train, *rare], asked, peers=False).answers
        return answer.label

    assert found("RefundRequest") == "RefundRequest"
    assert found("R7") != "R7"


def test_without_peers_and_without_out_of_scope_rows_there_is_nothing_to_tell(tmp_path):
    train = _write(tmp_path / "train.jsonl", TRAIN)
    data = _write(tmp_path / "data.jsonl", DEV[:6])
    figures = json.loads(_run(train=train, data=data, no_peers=True))
    assert figures["peers"] == {}
    assert (figures["n_oos"], figures["auroc"], figures["oos_recall"]) == (0, None, None)


def test_the_same_texts_give_the_same_answers():
    train = [benchmark.Row(text=row["text"], label=row["label"]) for row in TRAIN]
    first, second = (benchmark.measure(train, train[:5], peers=False).answers for _ in range(2))
    assert first == second


def test_figures_of_answers_known_by_hand():
    answers = [
        Answer(label="a", confidence=0.9, in_scope=0.9, abstained=False),
        Answer(label="a", confidence=0.6, in_scope=0.2, abstained=True),
        Answer(label="b", confidence=0.7, in_scope=0.8, abstained=False),
        Answer(label="b", confidence=0.5, in_scope=0.1, abstained=True),
    ]
    found = benchmark.figures_of(answers, np.array(["a", "a", "a", "oos"]))
    assert found["accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["in_scope_accuracy"] == pytest.approx(1 / 3, abs=1e-4)
    assert (found["oos_recall"], found["auroc"]) == (1.0, 1.0)
    assert found["macro_f1"] == pytest.approx(0.8)
    assert found["ece"] == pytest.approx((0.1 + 0.4 + 0.7) / 3, abs=1e-4)
    assert found["coverage_precision"][0] == {"coverage": 0.5, "precision": 0.5}


def test_only_out_of_scope_rows_leave_accuracy_unknown():
    answers = [Answer(label="a", confidence=0.9, in_scope=0.9, abstained=False)]
    found = benchmark.figures_of(answers, np.array(["oos"]))
    assert (found["accuracy"], found["ece"], found["auroc"]) == (None, None, None)
    assert found["oos_recall"] == 0.0


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "line 1: this is no JSON"),
        ("[1]", "line 1: this is no JSON object"),
        ('{"text": 7, "label": "a"}', "'text' must be a text"),
        ('{"text": "a"}', "'label' must be a text"),
        ('{"text": "a", "label": ""}', "the label is empty"),
        ("", "has no rows"),
        ('{"text": "a", "label": "a"}', "at least two labels"),
        ('{"text": "", "label": "a"}\n{"text": " ", "label": "b"}', "nothing can be learnt"),
    ],
)
def test_texts_that_cannot_be_used_are_refused_with_a_sentence(tmp_path, line, sentence):
    broken = tmp_path / "broken.jsonl"
    broken.write_text(line + "\n")
    kept = tmp_path / "out.jsonl"
    kept.write_text("earlier\n")
    with pytest.raises(CommandError, match=sentence):
        _run(train=broken, data=broken, predictions=kept, no_peers=True)
    assert kept.read_text() == "earlier\n"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["broken.jsonl", "out.jsonl"]


CUT_SHORT = gzip.compress(b"{}\n" * 9, mtime=0)[:-9]


@pytest.mark.parametrize(
    "content", [b"no gzip", CUT_SHORT, b"\x1f\x8b\xff"], ids=["no gzip", "cut short", "no header"]
)
def test_a_broken_archive_is_refused(tmp_path, content):
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(content)
    with pytest.raises(CommandError, match=r"cannot be|must be"):
        _run(train=broken, data=broken)


def test_a_split_nobody_has_is_told_by_name(tmp_path):
    path = _write(tmp_path / "rows.jsonl", TRAIN)
    with pytest.raises(CommandError, match="no rows with split 'test'"):
        _run(train=path, data=path, data_split="test")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"train": "rows.jsonl"}, "both files"),
        ({"json": "out.json"}, "need --train and --data"),
        ({"train": "rows.jsonl", "data": "none.jsonl"}, "No such file"),
        ({"train": "rows.jsonl", "data": "rows.jsonl", "json": "none/out.json"}, "no folder"),
    ],
)
def test_what_is_missing_is_told_before_anything_is_learnt(tmp_path, options, sentence):
    _write(tmp_path / "rows.jsonl", TRAIN)
    with pytest.raises(CommandError, match=sentence):
        _run(**{name: tmp_path / value for name, value in options.items()})
