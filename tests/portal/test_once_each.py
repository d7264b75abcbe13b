"""An article that exists in several languages is offered once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.once_each import once_each
from tests.factories import make_article, make_section
from triage.suggestions.suggest import Suggested

pytestmark = pytest.mark.django_db


def found(article, kind="article", language=None) -> Suggested:
    return Suggested(
        id=f"{kind}:{article.pk}",
        kind=kind,
        title=article.title,
        excerpt_html="",
        reason="",
        language=language or article.language,
        score=1.0,
    )


@pytest.fixture
def pair():
    """One text in bokmål, in nynorsk and in English; and another article."""
    section = make_section()
    original = make_article(section, title="Bytt nøkkel")
    nynorsk = make_article(section, title="Byt nøkkel", language="nn", translation_of=original)
    english = make_article(section, title="Change keys", language="en", translation_of=original)
    return original, nynorsk, english, make_article(section, title="Bestill scope")


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("nb", ["Bytt nøkkel", "Bestill scope"]),
        ("nn", ["Byt nøkkel", "Bestill scope"]),
        ("en", ["Change keys", "Bestill scope"]),
    ],
)
def test_of_the_versions_found_the_one_in_the_readers_language_has_the_first_ones_place(
    pair, language, titles
):
    original, nynorsk, english, other = pair
    for order in ((english, other, original, nynorsk), (nynorsk, english, original, other)):
        kept = once_each([found(each) for each in order], language)

        assert [each.title for each in kept] == titles


def test_the_best_version_stays_when_none_is_in_the_readers_language(pair):
    original, _nynorsk, english, _other = pair

    assert once_each([found(english), found(original)], "nn") == [found(english)]


def test_translations_of_a_text_that_was_not_found_are_one_too(pair):
    _original, nynorsk, english, _other = pair

    assert once_each([found(english), found(nynorsk)], "nb") == [found(english)]


def test_questions_and_articles_that_share_a_number_are_two(pair):
    article = pair[0]
    both = [found(article), found(article, kind="question"), found(pair[3])]

    assert once_each(both, "nb") == both


def test_it_takes_one_statement_and_none_for_one_article(pair):
    with CaptureQueriesContext(connection) as asked:
        once_each([found(each) for each in pair], "nb")
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        once_each([found(pair[0]), found(pair[0], kind="question")], "nb")
    assert len(asked) == 0
