"""Training and measuring from the command line."""

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from search.indexing import rebuild
from tests.triage.classifier.trained import TINY
from triage.classifier.artifacts import archive, current, envelope
from triage.classifier.artifacts.artifact import load, save
from triage.classifier.corpus import samples
from triage.classifier.evaluation.judgement import from_json
from triage.classifier.models import Release
from triage.classifier.predictions.guessing import guess
from triage.classifier.training import fitting
from triage.classifier.training.making import learn, version_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite,  # training takes long, and reads no more than a few rows
]


@pytest.fixture
def sample(small_sample, tmp_path, monkeypatch):
    """A small part of the sample, trained in a moment by a small committee."""
    monkeypatch.setattr(fitting, "plan_for_the_desk", lambda _texts: TINY)
    return shutil.copytree(small_sample, tmp_path / "sample")


@pytest.fixture(scope="module")
def made(small_sample):
    """What the command makes of the sample."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(fitting, "plan_for_the_desk", lambda _texts: TINY)
        data = samples.checksum(small_sample / "train", samples.DATA)
        return learn(small_sample, data, now=timezone.now(), progress=lambda _words: None)


@pytest.fixture
def trained(sample, made):
    """As if the command had run on the sample before."""
    save(made, current.path())


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


def test_training_judges_what_it_made_on_held_out_families(trained):
    stored = load(current.path())
    found, measured = from_json(stored.judgement)["product"], stored.scores["heldout"]["product"]
    assert (found.cases, found.families) == (measured["texts"], measured["families"])
    assert found.coverage == pytest.approx(measured["coverage"], abs=0.001)
    assert found.precision == pytest.approx(measured["precision"], abs=0.001)


def test_texts_without_topics_are_learnt_without_them_and_that_is_said(sample):
    for path in (*sample.glob("train/*.yaml"), *sample.glob("heldout/*.yaml")):
        text = re.sub(r"^  topic: .*\n", "", path.read_text(), flags=re.MULTILINE)
        path.write_text(text)
    assert "no topic is learnt" in _run("train_classifier", "--sample", str(sample))
    stored = load(current.path())
    assert "topic" not in {*stored.thresholds, *stored.scores, *from_json(stored.judgement)}
    found = guess(stored, "Vi får ikke token fra Maskinporten")
    assert "product" in found and "topic" not in found


def test_a_trained_classifier_is_left_alone_until_its_texts_change(sample, trained):
    before = current.path().stat().st_mtime_ns
    again = _run("train_classifier", "--if-missing", "--sample", str(sample))
    assert "trained already" in again
    assert current.path().stat().st_mtime_ns == before
    next((sample / "train").glob("a*.yaml")).unlink()
    assert "Cross-validation" in _run("train_classifier", "--if-missing", "--sample", str(sample))


@pytest.mark.parametrize("lacking", ["answers", "judgement"])
def test_a_classifier_from_before_it_was_judged_or_learnt_what_answered_is_made_anew(
    sample, trained, lacking
):
    header, payload = envelope.read(current.path())
    del header[lacking]
    envelope.write(current.path(), header, payload)
    assert "Cross-validation" in _run("train_classifier", "--if-missing", "--sample", str(sample))
    made = load(current.path())
    assert "" in made.articles.names
    assert "product" in made.judgement


def test_two_made_of_the_same_texts_on_one_day_have_names_of_their_own():
    """The one before had the same name and was written over, so nobody could go back to it."""
    morning, noon = (datetime(2026, 11, 27, hour, 5, tzinfo=UTC) for hour in (8, 12))
    assert version_of(morning, "34f2da2c99") == "2026-11-27-0805-34f2da2c"
    assert version_of(noon, "34f2da2c99") != version_of(morning, "34f2da2c99")
    assert archive.file_of(version_of(noon, "34f2da2c99"))


def test_the_same_texts_give_the_same_classifier(sample, trained):
    one = load(current.path())
    _run("train_classifier", "--sample", str(sample))
    two = load(current.path())
    assert one.scores == two.scores
    for first, second in zip(one.committee.members, two.committee.members, strict=True):
        assert (first.network.inside_ == second.network.inside_).all()
        assert (first.linear.weights_ == second.linear.weights_).all()


def test_one_that_learnt_from_the_sites_own_cases_is_not_replaced_by_one_that_has_not(
    sample, stored
):
    own = replace(stored, window={**stored.window, "own": 300}, judgement=None)
    save(own, current.path())
    header, payload = envelope.read(current.path())
    envelope.write(current.path(), {**header, "judgement": {}}, payload)
    assert "trained already" in _run("train_classifier", "--if-missing", "--sample", str(sample))
    assert load(current.path()).version == "test-1"


def test_the_one_that_was_in_use_is_put_aside_and_the_change_noted(sample, stored):
    _run("train_classifier", "--sample", str(sample))
    assert archive.versions() == ["test-1"]
    row = Release.objects.get()
    assert (row.version, row.replaced, row.why) == (archive.live_version(), "test-1", "trained")
    _run("classifier_rollback")
    assert archive.live_version() == "test-1"


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
