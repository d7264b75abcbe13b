"""Training and measuring from the command line."""

import shutil
from dataclasses import replace
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command

from search.indexing import rebuild
from tests.triage.classifier.trained import SAMPLE, SMALL
from triage.classifier import current, envelope, training
from triage.classifier.artifact import load
from triage.classifier.judgement import from_json

TINY = replace(SMALL, members=2, parts=2, rounds=2, hidden=8, columns=4_000)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(tmp_path, monkeypatch):
    """A small part of the sample, trained in a moment by a small committee."""
    monkeypatch.setattr(training, "plan_for_the_desk", lambda _texts: TINY)
    folder = tmp_path / "sample"
    for part, limit in (("train", 7), ("heldout", 2)):
        (folder / part).mkdir(parents=True)
        for path in sorted((SAMPLE / part).glob("*.yaml")):
            families = yaml.safe_load(path.read_text(encoding="utf-8"))[:limit]
            (folder / part / path.name).write_text(yaml.safe_dump(families), encoding="utf-8")
    return folder


def _run(*arguments) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_training_stores_a_classifier_with_its_scores_and_prints_them(sample):
    printed = _run("train_classifier", "--sample", str(sample))
    stored = load(current.path())
    assert f"precision {stored.scores['product']['precision']}" in printed
    assert stored.scores["heldout"]["product"]["texts"] > 20
    assert "not_a_case" in stored.scores["heldout"]


def test_training_judges_what_it_made_on_held_out_families(sample):
    _run("train_classifier", "--sample", str(sample))
    stored = load(current.path())
    found, measured = from_json(stored.judgement)["product"], stored.scores["heldout"]["product"]
    assert (found.cases, found.families) == (measured["texts"], measured["families"])
    assert found.coverage == pytest.approx(measured["coverage"], abs=0.001)
    assert found.precision == pytest.approx(measured["precision"], abs=0.001)


def test_a_trained_classifier_is_left_alone_until_its_texts_change(sample):
    _run("train_classifier", "--sample", str(sample))
    before = current.path().stat().st_mtime_ns
    again = _run("train_classifier", "--if-missing", "--sample", str(sample))
    assert "trained already" in again
    assert current.path().stat().st_mtime_ns == before
    next((sample / "train").glob("a*.yaml")).unlink()
    assert "Cross-validation" in _run("train_classifier", "--if-missing", "--sample", str(sample))


@pytest.mark.parametrize("lacking", ["answers", "judgement"])
def test_a_classifier_from_before_it_was_judged_or_learnt_what_answered_is_made_anew(
    sample, lacking
):
    _run("train_classifier", "--sample", str(sample))
    header, payload = envelope.read(current.path())
    del header[lacking]
    envelope.write(current.path(), header, payload)
    assert "Cross-validation" in _run("train_classifier", "--if-missing", "--sample", str(sample))
    made = load(current.path())
    assert "" in made.answers.names
    assert "product" in made.judgement


def test_the_same_texts_give_the_same_classifier(sample):
    _run("train_classifier", "--sample", str(sample))
    one = load(current.path())
    _run("train_classifier", "--sample", str(sample))
    two = load(current.path())
    assert one.scores == two.scores
    for first, second in zip(one.committee.members, two.committee.members, strict=True):
        assert (first.network.inside_ == second.network.inside_).all()
        assert (first.lines.weights_ == second.lines.weights_).all()


def test_texts_that_cannot_be_used_are_named_and_the_old_classifier_stays(sample, stored):
    (sample / "train" / "zz.yaml").write_text("- family: x\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"zz\.yaml"):
        call_command("train_classifier", "--sample", str(sample))
    assert load(current.path()).version == "test-1"


def test_without_held_out_families_there_are_only_own_scores(sample):
    shutil.rmtree(sample / "heldout")
    _run("train_classifier", "--sample", str(sample))
    made = load(current.path())
    assert "heldout" not in made.scores
    assert made.judgement is None


def test_measuring_without_a_classifier_says_what_to_do():
    with pytest.raises(CommandError, match="train_classifier"):
        call_command("evaluate_classifier")


def test_measuring_prints_guesses_and_suggestions(sample, stored):
    rebuild()
    printed = _run("evaluate_classifier", "--sample", str(sample))
    assert "product: texts" in printed
    assert "not_a_case: texts" in printed
    assert "Suggested articles" in printed
