"""First-line help on the sample holds what it has reached, and its command tells the figures."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal.demo.judged import judge
from search.engines.embedded import EmbeddedEngine
from tests.triage.classifier.trained import SAMPLE, make_artifact
from triage.classifier.artifacts import current
from triage.classifier.artifacts.artifact import save
from triage.classifier.corpus import samples
from triage.classifier.learner.articles import learn_articles
from triage.suggestions.judging import figures_of

pytestmark = [
    pytest.mark.sqlite,  # whether the right article is suggested is no matter of the database
    pytest.mark.xdist_group("first line help"),  # trained once
]

EVERY = 4  # family of the held-out ones; all take half a minute


@pytest.fixture(scope="module")
def learnt():
    """The small classifier, which has met half of the families, with the articles of all."""
    artifact = make_artifact()
    cases = samples.read_families(SAMPLE / "train")
    rows = artifact.committee.vectoriser.transform([case.read for case in cases])
    return replace(artifact, articles=learn_articles(rows, [case.article for case in cases]))


@pytest.fixture
def in_force(learnt, _plain_settings):
    save(learnt, current.path())


def _some(cases):
    families = sorted({case.group for case in cases})[::EVERY]
    return [case for case in cases if case.group in families]


def test_the_right_article_is_suggested_and_seldom_a_false_one(in_force, tmp_path):
    """On a part of the cases, by a classifier that knows half of the families: 79 % and 11 %.

    The whole, by `evaluate_suggestions`, takes a minute of training and reaches 78 % and 8.6 %.
    """
    cases = _some(samples.read_families(SAMPLE / "heldout"))
    found = figures_of(judge(EmbeddedEngine(tmp_path / "index"), cases))
    assert min(found.with_article, found.without) >= 40
    assert found.found_share >= 0.75
    assert found.false_share <= 0.14


FAMILY = """
- {family: token, product: maskinporten, case_type: question, team: servicedesk, impact: 3,
   urgency: 3, article: maskinporten-invalid-grant, tickets: [
     {language: nb, subject: Vi får MP-110 fra Maskinporten, body: "Hva er galt med aud?"}]}
- {family: tog, product: null, case_type: not_a_case, team: null, impact: 3, urgency: 3,
   article: none, tickets: [{language: en, subject: Train, body: "When does the train leave?"}]}
"""


def test_the_command_tells_counts_by_language_and_the_bars(in_force, tmp_path):
    (tmp_path / "cases.yaml").write_text(FAMILY)
    out = StringIO()
    call_command("evaluate_suggestions", cases=tmp_path, json=tmp_path / "out.json", stdout=out)
    written = json.loads((tmp_path / "out.json").read_text())
    assert written["all"] == {"with_article": 1, "found": 1, "silent": 0, "without": 1, "false": 0}
    assert set(written) == {"all", "nb", "en"}
    assert "1 of 1 (100.0%)" in out.getvalue()
    assert out.getvalue().count("reached") == 2


def test_the_command_says_what_is_missing(tmp_path):
    with pytest.raises(CommandError, match="train_classifier"):
        call_command("evaluate_suggestions", stdout=StringIO())


def test_a_folder_without_cases_is_refused(in_force, tmp_path):
    with pytest.raises(CommandError, match="no sample cases"):
        call_command("evaluate_suggestions", cases=tmp_path, stdout=StringIO())
