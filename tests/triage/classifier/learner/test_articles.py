"""Which articles answered earlier cases: learnt, believed, stored, and refused when broken."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from triage.classifier.artifacts import envelope
from triage.classifier.artifacts.artifact import load, save
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.learner.articles import MOST_ARTICLES, NO_ARTICLE, learn_articles

ROWS = csr_matrix(np.eye(4, dtype=np.float32)[[0, 0, 1, 1, 2, 2]])
ARTICLES = ["login", "login", "invoice", "invoice", NO_ARTICLE, NO_ARTICLE]


@pytest.fixture(scope="module")
def answers():
    return learn_articles(ROWS, ARTICLES)


@pytest.mark.parametrize(("row", "name"), [(0, "login"), (2, "invoice"), (4, NO_ARTICLE)])
def test_a_text_like_earlier_ones_is_believed_to_have_their_answer(answers, row, name):
    beliefs = answers.beliefs(ROWS[row])
    assert sum(beliefs.values()) == pytest.approx(1)
    assert max(beliefs, key=beliefs.get) == name


def test_a_text_without_known_words_still_gets_beliefs(answers):
    beliefs = answers.beliefs(csr_matrix((1, 4), dtype=np.float32))
    assert sum(beliefs.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    "articles",
    [["login"] * 3 + [NO_ARTICLE] * 3, ["login", "invoice"] * 3, [NO_ARTICLE] * 6],
)
def test_nothing_is_learnt_of_one_article_or_without_cases_that_have_none(articles):
    assert learn_articles(ROWS, articles) is None


def test_only_the_articles_that_answered_most_are_learnt():
    names = [f"article-{number}" for number in range(MOST_ARTICLES + 5)]
    articles = [*names, *names[5:] * 2, *[NO_ARTICLE] * 9]
    rows = csr_matrix(np.random.default_rng(1).random((len(articles), 6), dtype=np.float32))
    learnt = learn_articles(rows, articles)
    assert set(learnt.names) == {NO_ARTICLE, *names[5:]}


def test_cases_without_an_article_count_by_the_share_that_is_known():
    nothing = csr_matrix((1, 4), dtype=np.float32)
    rows, articles = ROWS[[0, 1, 2, 3, 4]], ARTICLES[:5]
    few, many = (
        learn_articles(rows, articles, share_without=share).beliefs(nothing)[NO_ARTICLE]
        for share in (0.1, 0.8)
    )
    as_they_are = learn_articles(rows, articles).beliefs(nothing)[NO_ARTICLE]
    assert few < as_they_are < many
    assert learn_articles(rows, articles, share_without=0.2).beliefs(nothing)[
        NO_ARTICLE
    ] == pytest.approx(as_they_are, abs=1e-3)


@pytest.mark.parametrize("share", [0, 1])
def test_a_share_that_leaves_one_side_out_is_not_gone_by(share):
    learnt = learn_articles(ROWS, ARTICLES, share_without=share)
    assert (learnt.weights == learn_articles(ROWS, ARTICLES).weights).all()


# --- in the file ----------------------------------------------------------------------------------


@pytest.fixture
def file(artifact, tmp_path):
    rows = artifact.committee.vectoriser.transform(["log in", "invoice", "weather"] * 2)
    learnt = learn_articles(rows, ["login", "invoice", NO_ARTICLE] * 2)
    path = tmp_path / "classifier.veiviser"
    save(replace(artifact, articles=learnt), path)
    return path


def test_what_was_learnt_comes_back_from_the_file(file):
    stored = load(file)
    beliefs = stored.articles.beliefs(stored.committee.vectoriser.transform(["invoice"]))
    assert set(beliefs) == {"login", "invoice", NO_ARTICLE}


def test_a_file_from_before_answers_were_learnt_is_used_without(artifact, tmp_path):
    path = tmp_path / "classifier.veiviser"
    save(artifact, path)
    header, payload = envelope.read(path)
    del header["answers"]
    envelope.write(path, header, payload)
    assert load(path).articles is None


@pytest.mark.parametrize("names", [["login", ""], ["login", "login", ""]])
def test_a_file_whose_articles_do_not_fit_its_numbers_is_refused(file, names):
    header, payload = envelope.read(file)
    envelope.write(file, json.loads(json.dumps(header)) | {"answers": names}, payload)
    with pytest.raises(ArtifactRefused, match="do not fit together"):
        load(file)
