"""A person's search: filters by name, a line in the query log, and a full page of allowed hits."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.visibility import tokens_for
from dispatch.models import OutboxRow
from search import indexing
from search.asking import search, understand
from search.contract import EngineUnavailable
from search.models import LoggedQuery
from tests.factories import make_article, make_product, make_section, make_team
from tests.triage.tickets.desk import opened

pytestmark = pytest.mark.django_db


def asked(text: str, user=None, **arguments):
    """What the person is shown; a visitor unless told."""
    user = user or AnonymousUser()
    values = {
        "user": user,
        "visibility": tokens_for(user),
        "language": "nb",
        "now": timezone.now(),
        "place": "search",
    }
    return search(text, **(values | arguments))


@pytest.fixture
def shelf(desk):
    """Articles about two products and a case."""
    studio = make_product(slug="altinn-studio", name_nb="Altinn Studio", name_en="The Studio")
    section, team = make_section(), make_team()
    for product in (studio, desk.product):
        make_article(section, title=f"Nøkkel {product}", products=[product], owner_team=team)
    opened(desk, subject="Nøkkel virker ikke")
    indexing.rebuild()
    return desk


@pytest.mark.parametrize(
    ("written", "titles"),
    [
        ("nøkkel produkt:maskinporten", {"Nøkkel Maskinporten"}),
        ('nøkkel produkt:"Altinn Studio"', {"Nøkkel Altinn Studio"}),
        ('nøkkel produkt:"the studio"', {"Nøkkel Altinn Studio"}),
        ("nøkkel type:artikkel", {"Nøkkel Maskinporten", "Nøkkel Altinn Studio"}),
        ("nøkkel type:spørsmål", set()),
        ("type:sak", {"Nøkkel virker ikke"}),
        ("type:case", {"Nøkkel virker ikke"}),
    ],
)
def test_filters_are_written_with_the_names_people_use(shelf, written, titles):
    page = asked(written, shelf.people.agent)
    assert {hit.title for hit in page.hits} == titles


def test_names_are_only_looked_up_for_a_query_with_a_colon(shelf, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert understand("nøkkel").text == "nøkkel"
    with django_assert_num_queries(2):
        assert understand("produkt:maskinporten").filters.products == {"maskinporten"}


def test_a_search_takes_as_many_statements_with_many_hits_as_with_one(
    desk, django_assert_max_num_queries
):
    product, section, team = make_product(), make_section(), make_team()
    for number in range(26):
        make_article(
            section,
            title="Nøkkel" if number else "Nøkkel hengsel",
            products=[product],
            owner_team=team,
        )
    indexing.rebuild()
    OutboxRow.objects.all().delete()
    for text, hits in (("hengsel", 1), ("nøkkel", 25)):
        with django_assert_max_num_queries(7):
            assert len(asked(text, size=25).hits) == hits


def test_a_search_is_logged_unless_told_otherwise(shelf):
    asked("bytte nøkkel")
    asked("mens jeg skriver", log=False)
    assert [(row.text, row.total) for row in LoggedQuery.objects.all()] == [("bytte nøkkel", 2)]


def test_a_page_is_filled_up_when_the_database_turns_hits_away(desk):
    product, section, team = make_product(), make_section(), make_team()
    articles = [
        make_article(section, title=f"Nøkkel {n}", products=[product], owner_team=team)
        for n in range(6)
    ]
    indexing.rebuild()
    # Equally good hits stand in the order of their ids as texts: 10 before 8.
    in_order = sorted(articles, key=lambda each: str(each.pk))
    for article in in_order[:3]:
        type(article).objects.filter(pk=article.pk).update(live=False)
    OutboxRow.objects.all().delete()
    page = asked("nøkkel", size=3)
    assert [hit.title for hit in page.hits] == [each.title for each in in_order[3:]]
    assert page.total == 3


def test_when_the_index_is_away_the_caller_is_told_and_nothing_is_logged():
    with pytest.raises(EngineUnavailable):
        asked("nøkkel")
    assert not LoggedQuery.objects.exists()


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "type:", 'produkt:"', "a" * 9000])
def test_no_text_is_an_error(shelf, text):
    asked(text)
