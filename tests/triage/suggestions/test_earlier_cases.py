"""Earlier cases decide which articles are suggested, and when it is better to be still."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from search.indexing import rebuild
from search.types import Hit, Page, Reason
from tests.factories import make_article
from triage.classifier.artifacts import current
from triage.classifier.artifacts.artifact import save
from triage.classifier.learner.articles import learn_articles
from triage.classifier.predictions import leanings
from triage.classifier.predictions.leanings import Earlier
from triage.suggestions import suggest
from triage.suggestions.judging import Judged, by_language, figures_of


def _hit(number, *, score=1.0, kind="article", how="exact", words=("ordet", "annet"), products=()):
    return Hit(
        id=f"{kind}:{number}",
        kind=kind,
        score=score,
        title="t",
        title_html="t",
        snippet_html="s",
        products=products,
        reasons=tuple(Reason(word=word, how=how) for word in words),
    )


def _good(*hits, articles, first_line=0.9, answerable=0.5):
    page = Page(hits=hits, answerable=answerable)
    signs = suggest.Signs(page, {}, Earlier(articles=articles, first_line=first_line))
    found = suggest.good_enough(page, signs, answers={hit.id for hit in hits})
    return [hit.id for hit in found]


def test_the_article_that_answered_cases_like_it_comes_first_though_another_has_more_words():
    found = _good(_hit(1, score=1.0), _hit(2, score=0.6), articles={"article:2": 0.9})
    assert found[0] == "article:2"


def test_nothing_is_suggested_where_cases_like_it_had_no_article():
    assert _good(_hit(1), articles={"article:1": 0.01}) == []


def test_nothing_is_suggested_where_cases_like_it_needed_a_team_behind_the_first_line():
    articles, answerable = {"article:1": 0.5}, 0.5
    assert _good(_hit(1), articles=articles, first_line=0.9, answerable=answerable)
    assert not _good(_hit(1), articles=articles, first_line=0.01, answerable=answerable)


def test_a_hit_far_ahead_of_the_others_needs_less_of_earlier_cases():
    articles = {"article:1": 0.2}
    assert _good(_hit(1, score=1.0), _hit(2, score=0.5), articles=articles) == ["article:1"]
    assert _good(_hit(1, score=1.0), _hit(2, score=0.95), articles=articles) == []


def test_what_words_and_earlier_cases_agree_on_needs_less_of_each():
    hits = [_hit(1, score=1.0), _hit(2, score=0.9), _hit(3, score=0.2)]
    assert "article:2" in _good(*hits, articles={"article:2": 0.35})
    assert _good(*hits, articles={"article:3": 0.35}) == []


def test_an_error_code_in_common_is_enough_whatever_earlier_cases_say():
    assert _good(_hit(1, how="code"), articles={"article:1": 0.0}) == ["article:1"]


def test_an_article_with_no_words_in_common_is_suggested_only_when_it_is_likely():
    nearest = _hit(1, how="meaning", words=("alt",))
    assert _good(nearest, articles={"article:1": 0.9}) == ["article:1"]
    assert _good(nearest, articles={"article:1": 0.1, "article:9": 0.8}) == []


def test_solved_questions_are_judged_by_their_words_as_before():
    assert _good(_hit(1, kind="question"), articles={"article:1": 0.0}) == ["question:1"]


def _by_words(*hits, leanings, answerable=0.5):
    page = Page(hits=hits, answerable=answerable)
    found = suggest.good_enough(
        page, suggest.Signs(page, leanings), answers={hit.id for hit in hits if hit.kind != "open"}
    )
    return [hit.id for hit in found]


@pytest.mark.parametrize("kind", ["question", "ticket"])
@pytest.mark.parametrize(
    ("leanings", "shown"),
    [
        ({"melding": 0.9, "samtykke": 0.1}, True),
        ({"melding": 0.1, "samtykke": 0.9}, False),
        ({}, True),  # no classifier: nothing is known of products
    ],
)
def test_solved_questions_and_cases_about_another_product_are_not_suggested(kind, leanings, shown):
    """Two words in common brought a question about signatures beside a bill nobody understood."""
    hit = _hit(1, kind=kind, products=("melding",))
    assert _by_words(hit, leanings=leanings) == [hit.id] * shown
    without_product = _hit(1, kind=kind)
    assert _by_words(without_product, leanings=leanings) == [without_product.id]
    with_code = _hit(1, kind=kind, products=("melding",), how="code")
    assert _by_words(with_code, leanings=leanings) == [with_code.id]


def test_small_products_are_one_to_the_classifier_and_so_to_suggestions():
    hit = _hit(1, kind="question", products=("datakatalog",))
    assert _by_words(hit, leanings={"annet": 0.9, "melding": 0.1}) == [hit.id]


@pytest.mark.parametrize(("kind", "near"), [("question", 0.75), ("ticket", 0.45)])
def test_a_solved_question_or_case_must_itself_be_among_the_best_hits(kind, near):
    """What covered the text was an article, or an open case, and this stood far behind it."""
    leanings = {"melding": 0.9}
    for score, shown in ((near + 0.01, True), (near - 0.01, False)):
        hit = _hit(1, kind=kind, score=score, products=("melding",))
        found = _by_words(_hit(2, kind="open", score=1.0), hit, leanings=leanings)
        assert found == [hit.id] * shown


@pytest.mark.parametrize("belief", [0.0, 1.0])
def test_beliefs_that_leave_no_doubt_can_be_counted_with(belief):
    assert len(_good(_hit(1), articles={"article:1": belief}, first_line=belief)) == int(belief)


# --- by the name of the article -------------------------------------------------------------------


@pytest.mark.django_db
def test_a_case_asked_in_the_words_of_earlier_ones_gets_the_article_that_answered_them(
    artifact, settings
):
    make_article(title="Kart og symboler i skjema", answer="Kart vises med en lenke i skjema.")
    wanted = make_article(title="Symboler og kart", answer="Kart vises i skjema med symboler.")
    rows = artifact.committee.vectoriser.transform(
        ["kartet vises ikke i skjema", "hei", "faktura"] * 3
    )
    learnt = learn_articles(rows, [wanted.slug, "", "another"] * 3)
    save(replace(artifact, articles=learnt), current.path())
    rebuild()
    asked = "Kartet vises ikke i skjema, og symboler mangler"
    found = suggest.suggest(asked, user=AnonymousUser(), language="nb", now=timezone.now())
    assert found[0].id == f"article:{wanted.pk}"


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_is_said_of_a_text_without_words(text):
    assert leanings.leanings(text) == leanings.Leanings()


def test_without_a_classifier_earlier_cases_say_nothing():
    assert leanings.leanings("Kartet vises ikke") == leanings.Leanings()


# --- counted --------------------------------------------------------------------------------------

JUDGED = [
    Judged(language="nb", article="a", suggested=("b", "c", "a")),
    Judged(language="nb", article="a", suggested=("b", "c", "d", "a")),
    Judged(language="nn", article="a", suggested=()),
    Judged(language="nn", article="", suggested=("a",)),
    Judged(language="nn", article="", suggested=()),
]


def test_right_ones_among_three_silence_and_false_ones_are_counted():
    found = figures_of(JUDGED)
    assert (found.with_article, found.found, found.silent) == (3, 1, 1)
    assert (found.without, found.false) == (2, 1)
    assert found.found_share == pytest.approx(1 / 3)
    assert found.reached == {"found": False, "false": False}


def test_each_language_is_counted_by_itself_and_none_of_a_sort_is_no_share():
    found = by_language(JUDGED)
    assert (found["nb"].with_article, found["nn"].with_article) == (2, 1)
    assert found["nb"].false_share == 0.0
    assert figures_of([]).found_share == 0.0
