"""The lists of questions and the feed."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from cms.community import services
from cms.community.models import Question
from portal.community.presenters import age_in_words
from tests.cms.community.posts import answered, asked, in_state, known
from tests.factories import make_product
from tests.portal.community.pages import browser, html_of, main_of, text_of

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_row_says_what_it_is_about_where_it_stands_and_who_answered(people):
    question = asked(people.asker, product=make_product(name_nb="Maskinporten"), language="nn")
    answered(question, people.staff, team=people.team)
    answered(question, people.answerer)
    services.me_too(question=question, by=people.member, now=timezone.now())
    response = browser().get("/community/")
    text = main_of(response)
    for words in (
        question.title,
        "Maskinporten",
        "Answered",
        "2 answers",
        "1 wonders about the same",
        "Official answer from Team Innlogging",
    ):
        assert words in text
    assert f'lang="nn">{question.title}' in html_of(response)
    assert people.asker.email not in html_of(response)


def test_tabs_are_addresses_and_keep_the_filters(people):
    product = make_product(slug="melding")
    asked(people.asker, product=product, title="Hva er et åpent spørsmål?")
    solved, _answer = in_state("solved", people)
    page = browser().get("/community/?product=melding")
    assert 'href="/community/?tab=unanswered&amp;product=melding"' in html_of(page)
    unanswered = main_of(browser().get("/community/?tab=unanswered"))
    assert "Hva er et åpent" in unanswered and solved.title not in unanswered
    done = main_of(browser().get("/community/?tab=solved"))
    assert solved.title in done and "Hva er et åpent" not in done
    response = browser().get("/community/?tab=solved")
    assert '<a href="/community/?tab=solved" aria-current="page">' in html_of(response)


def test_filters_by_product_and_language_are_chosen_again_on_the_page(people):
    product = make_product(slug="melding", name_nb="Melding")
    asked(people.asker, product=product, title="Ei melding på nynorsk", language="nn")
    asked(people.asker, product=product, title="En melding på bokmål")
    response = browser().get("/community/?product=melding&language=nn")
    text = main_of(response)
    assert "Ei melding" in text and "En melding" not in text
    assert '<option value="melding" selected>' in html_of(response)
    assert '<option value="nn" selected>' in html_of(response)


@pytest.mark.parametrize(
    "query",
    [
        "tab=followed",
        "product=finnes-ikke",
        "language=xx",
        "older=abc",
        "older=999",
        "older=-1",
        "older=" + "9" * 30,
        "older=9223372036854775808",
        "older=²",
        "product=%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_an_address_without_sense_gives_the_list_and_says_so(people, query):
    question = asked(people.asker)
    response = browser().get(f"/community/?{query}")
    assert response.status_code == 200
    assert question.title in main_of(response)
    assert "We left this out" in main_of(response)
    assert "<script>alert(1)" not in html_of(response)


def test_hidden_questions_are_listed_for_author_and_moderator_and_marked(people):
    question, _none = in_state("hidden_question", people)
    for user in (None, people.member, people.staff):
        assert question.title not in main_of(browser(user).get("/community/"))
    for user in (people.asker, people.moderator):
        text = main_of(browser(user).get("/community/"))
        assert question.title in text and "Hidden" in text


def test_pages_go_to_the_end_and_back(people):
    product, at = make_product(), timezone.now() - timedelta(days=1)
    known(people.asker)
    for number in range(45):
        asked(
            people.asker,
            product=product,
            title=f"Spørsmål nummer {number:02d}",
            at=at - timedelta(minutes=number),
        )
    client, address, seen = browser(), "/community/", []
    for _page in range(3):
        response = client.get(address)
        seen += [n for n in range(45) if f"Spørsmål nummer {n:02d}" in main_of(response)]
        links = html_of(response).split('data-variant="secondary" href="')
        address = links[1].split('"')[0].replace("&amp;", "&") if len(links) > 1 else ""
    assert seen == list(range(45))
    assert address == ""
    assert "To the newest" in main_of(response)


@pytest.mark.parametrize("role", ["visitor", "member", "moderator"])
def test_the_list_costs_as_many_statements_with_1_as_with_50(people, role):
    product, client = make_product(), browser(getattr(people, role))
    known(people.asker)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/community/").status_code == 200
        return len(captured)

    def add(number: int) -> None:
        question = asked(people.asker, product=product, language="nb")
        if number % 2:
            answered(question, people.staff, team=people.team)

    add(1)
    cost()
    with_one = cost()
    for number in range(49):
        add(number)
    assert Question.objects.count() == 50
    assert cost() == with_one <= 12


def test_empty_lists_say_what_would_be_here(people):
    client = browser()
    assert "Nobody has asked anything yet" in main_of(client.get("/community/"))
    assert "Every question has an answer" in main_of(client.get("/community/?tab=unanswered"))
    assert "No question is solved yet" in main_of(client.get("/community/?tab=solved"))
    assert "No questions fit" in main_of(client.get("/community/?language=en"))
    last = asked(people.asker)
    assert "no older questions" in main_of(client.get(f"/community/?older={last.pk}"))


def test_the_private_way_and_the_house_rules_are_always_offered():
    response = browser().get("/community/")
    assert "Ask for help" in main_of(response) and "House rules" in main_of(response)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ["Still et spørsmål", "Ubesvarte", "Alle produkter", "Ingen svar ennå", "i dag"]),
        ("nn", ["Still eit spørsmål", "Utan svar", "Alle produkt", "Ingen svar enno", "i dag"]),
    ],
)
def test_the_list_is_written_in_both_standards(people, language, words):
    asked(people.asker, at=timezone.now())
    text = main_of(browser(language=language).get("/community/"))
    assert all(each in text for each in words)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "i dag"),
        (0, "i dag"),
        (1, "i går"),
        (2, "for 2 dager siden"),
        (30, "for 30 dager siden"),
        (31, "for 1 måned siden"),
        (364, "for 12 måneder siden"),
        (365, "for 1 år siden"),
        (800, "for 2 år siden"),
    ],
)
def test_age_is_told_in_whole_units_of_the_calendar(days, words):
    now = timezone.now()
    with translation.override("nb"):
        assert age_in_words(now - timedelta(days=days), now) == words


def test_a_question_from_just_before_midnight_is_from_yesterday():
    now = timezone.make_aware(timezone.datetime(2026, 11, 3, 0, 10))
    with translation.override("nn"):
        assert age_in_words(now - timedelta(minutes=20), now) == "i går"


# --- the feed -------------------------------------------------------------------------------------


def test_the_feed_holds_new_public_questions_only(people, settings):
    settings.PUBLIC_URL = "https://veiviser.example"
    older = asked(people.asker, title="Den eldste av dem", body="Vi får **feil** & mer")
    newer = asked(people.member, title="Den nyeste <av> dem", at=timezone.now())
    hidden, _none = in_state("hidden_question", people)
    response = browser(people.moderator, "nb").get("/community/nye.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)  # noqa: S314  our own
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [newer.title, older.title]
    assert entries[1].find(f"{ATOM}link").get("href") == (
        f"https://veiviser.example/community/{older.pk}/den-eldste-av-dem/"
    )
    assert "<strong>feil</strong>" in entries[1].findtext(f"{ATOM}summary")
    assert entries[1].findtext(f"{ATOM}author/{ATOM}name") == "Ask Spør"
    assert "@" not in text_of(response)
    assert feed.findtext(f"{ATOM}title") == "Nye spørsmål – Veiviser"
    assert hidden.body not in html_of(response)


def test_no_text_spoils_the_feed_for_everybody(people):
    question = asked(people.asker, title="Et linjeskift mellom sider", body="Her: &#12; og der")
    ill = "\x0c\x01\ufffe"
    Question.objects.filter(pk=question.pk).update(title=f"Gammel{ill} tekst", html=f"<p>{ill}</p>")
    people.asker.name = f"Ask{ill} Spør"
    people.asker.save()
    response = browser().get("/community/nye.atom")
    assert response.status_code == 200
    feed = ElementTree.fromstring(response.content)  # noqa: S314  our own
    entry = feed.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Gammel tekst"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Ask Spør"


def test_the_feed_is_short_and_costs_the_same_whatever_there_is(people):
    product = make_product()
    known(people.asker)
    for _number in range(60):
        asked(people.asker, product=product)
    with CaptureQueriesContext(connection) as captured:
        response = browser().get("/community/nye.atom")
    assert html_of(response).count("<entry>") == 50
    assert len(captured) <= 3


def test_an_empty_feed_is_a_feed():
    response = browser().get("/community/nye.atom")
    assert ElementTree.fromstring(response.content).tag == f"{ATOM}feed"  # noqa: S314


def test_lists_are_read_only(people):
    assert browser(people.member).post("/community/").status_code == 405
    assert browser(people.member).post("/community/nye.atom").status_code == 405
