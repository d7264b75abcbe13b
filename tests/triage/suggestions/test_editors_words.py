"""What editors have written applies to suggestions too."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation

from cms.community.models import Question
from search.editors_words import save_best_bet, save_synonym
from search.indexing import rebuild
from tests.factories import make_article
from triage.suggestions.suggest import Suggested, suggest

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    """An article about delegation, and others that are not."""
    for number in range(3):
        make_article(title=f"Tilgang {number}", answer="Om tilgang til tjenester og nøkler.")
    article = make_article(title="Delegering", answer="Slik delegerer du.")
    rebuild()
    return article


def found(text: str, **options) -> list[Suggested]:
    """What a visitor is suggested."""
    values = {"user": AnonymousUser(), "language": "nb", "now": timezone.now()}
    return suggest(text, **(values | options))


def put_first(document: str, phrases: str = "får ikke tilgang til tjenester") -> None:
    """Make a best bet of a document."""
    save_best_bet(phrases=phrases, document=document, within=True, position=1)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Redaksjonen anbefaler den for «får ikke tilgang til tjenester»."),
        ("nn", "Redaksjonen tilrår ho for «får ikke tilgang til tjenester»."),
        ("en", "Our editors recommend it for “får ikke tilgang til tjenester”."),
    ],
)
def test_a_best_bet_comes_first_and_says_who_recommends_it(article, language, words):
    put_first(f"article:{article.pk}")
    with translation.override(language):
        first = found("Eg får ikkje tilgang til tenestene", language=language)[0]
    assert (first.id, first.reason) == (f"article:{article.pk}", words)


def test_a_best_bet_is_suggested_though_nothing_else_is_good_enough(article):
    put_first(f"article:{article.pk}", "kvasskjerming")
    assert [each.title for each in found("kvasskjerming")] == ["Delegering"]


def test_a_best_bet_that_is_unpublished_or_answers_nothing_is_not_suggested(article):
    put_first(f"article:{article.pk}", "kvasskjerming")
    article.unpublish()
    put_first("question:999", "kvasskjerming")
    assert found("kvasskjerming") == []
    assert not Question.objects.exists()


def test_a_synonym_counts_as_a_word_in_common(article):
    text = "Dingsen delegerer vi"
    assert [each.title for each in found(text)] != ["Delegering"]
    save_synonym(words="dings", others="delegering", two_way=True)
    assert "Delegering" in [each.title for each in found(text)]
