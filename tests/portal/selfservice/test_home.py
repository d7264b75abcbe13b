"""The front page."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from cms.community import services as community
from cms.community.moderation import hide
from cms.guidance.models import PageFeedback, RelatedArticle
from tests.factories import make_article, make_product, make_section, make_team, make_user
from tests.portal.desk.pages import text_of
from tests.triage.tickets.desk import MINUTE, NOW, opened
from triage.tickets import services
from triage.tickets.models import Participant


def cards(response) -> dict[str, list[str]]:
    """Top tasks by product, in the order of the page."""
    html = response.content.decode()
    found = {}
    for card in re.findall(r'<li class="ds-card">(.*?)</ul>', html, flags=re.S):
        links = re.findall(r"<a[^>]*>(.*?)</a>", card, flags=re.S)
        found[links[0]] = links[1:]
    return found


def ask(desk, title="Hvem gir fullmakt?", **fields):
    values = {"by": make_user(), "body": "Vi lurer på dette.", "language": "nb"}
    values |= {"title": title, "product": desk.product, "now": NOW, **fields}
    return community.ask_question(**values)


@pytest.mark.parametrize(
    ("language", "heading", "waiting"),
    [
        ("nb", "Finn svaret eller be om hjelp", "Veiledningen skrives nå"),
        ("nn", "Finn svaret eller be om hjelp", "Rettleiinga blir skriven no"),
        ("en", "Find the answer or ask for help", "The guidance is being written"),
    ],
)
def test_a_new_site_says_what_will_be_here_and_where_to_ask(
    db, browser, language, heading, waiting
):
    response = browser(language=language).get("/")
    page = text_of(response)
    assert heading in page
    assert waiting in page
    assert reverse("ask") in response.content.decode()
    for absent in ("Hva gjelder det?", "Kva gjeld det?", "What is it about?", "community_"):
        assert absent not in page


def test_an_editor_of_a_new_site_is_led_to_the_first_article(db, browser):
    editor = make_user(groups=("editor",))
    assert "Write the first article" in text_of(browser(editor).get("/"))
    assert "Write the first article" not in text_of(browser(make_user()).get("/"))


def test_products_with_articles_are_cards_and_the_ended_come_last(db, browser):
    section = make_section()
    old = make_product(name_nb="Gammel", position=1, status="ended", ends_on="2026-06-19")
    new = make_product(name_nb="Ny", position=9)
    make_product(name_nb="Uten artikler")
    make_article(section, title="Om den gamle", products=[old])
    make_article(section, title="Om den nye", products=[new])
    response = browser().get("/")
    assert cards(response) == {"Ny": ["Om den nye"], "Gammel": ["Om den gamle"]}
    assert "Ended" in text_of(response)
    assert "Uten artikler" not in text_of(response)


def test_the_tasks_of_a_product_are_those_others_lead_to_most(db, browser):
    section, product, team = make_section(), make_product(name_nb="Studio"), make_team()
    articles = [
        make_article(section, title=f"Artikkel {letter}", products=[product], owner_team=team)
        for letter in "abcde"
    ]
    articles[0].related_articles.add(RelatedArticle(article=articles[4]))
    articles[1].related_articles.add(RelatedArticle(article=articles[4]))
    articles[0].save()
    articles[1].save()
    PageFeedback.objects.create(article=articles[2], useful=True)
    PageFeedback.objects.create(article=articles[3], useful=False)
    assert cards(browser().get("/"))["Studio"] == ["Artikkel e", "Artikkel c", "Artikkel a"]


def test_a_text_is_shown_once_in_the_readers_language(db, browser):
    section, product = make_section(), make_product(name_nb="Studio")
    original = make_article(section, title="Kom i gang", products=[product])
    make_article(
        section, title="Get started", language="en", products=[product], translation_of=original
    )
    assert cards(browser(language="nb").get("/"))["Studio"] == ["Kom i gang"]
    assert cards(browser(language="en").get("/"))["Studio"] == ["Get started"]


def test_what_is_in_another_language_says_so_on_cards_and_among_questions(desk, browser):
    product = make_product(name_nb="Studio")
    make_article(title="Kven kan gi tilgang?", language="nn", products=[product])
    ask(desk, "Kva gjer vi no?", language="nn")
    here, there = browser(language="nn").get("/"), browser(language="nb").get("/")
    assert "(Nynorsk)" not in text_of(here) and "· Nynorsk ·" not in text_of(here)
    assert "Kven kan gi tilgang? (Nynorsk)" in text_of(there)
    assert "· Nynorsk ·" in text_of(there)
    html = there.content.decode()
    for title in ("Kven kan gi tilgang?", "Kva gjer vi no?"):
        assert f'lang="nn">{title}</a>' in html


def test_an_article_about_two_products_gives_way_to_others_on_the_second_card(db, browser):
    section, team = make_section(), make_team()
    one, two = make_product(name_nb="En", position=1), make_product(name_nb="To", position=2)
    make_article(section, title="Om begge", products=[one, two], owner_team=team)
    for number in (1, 2, 3):
        make_article(section, title=f"Om to, {number}", products=[two], owner_team=team)
    found = cards(browser().get("/"))
    assert found["En"] == ["Om begge"]
    assert found["To"] == ["Om to, 1", "Om to, 2", "Om to, 3"]


def test_drafts_are_on_no_card(db, browser):
    article = make_article(title="Ikke klar", products=[make_product(name_nb="Studio")])
    article.unpublish()
    assert cards(browser().get("/")) == {}


def test_examples_are_searches_that_find_something(db, indexed, browser):
    make_article(title="Nøkkelen er utløpt", products=[make_product()])
    indexed()
    html = browser(language="nb").get("/").content.decode()
    assert "nøkkelen er utløpt</a>" in html
    assert "velge tilgangspakke" not in html
    address = re.search(r'href="(/sok/\?q=n[^"]*)"', html)[1]
    assert "Nøkkelen er utløpt" in text_of(browser(language="nb").get(address))


def test_the_front_page_stands_while_the_engine_is_away(db, no_engine, browser):
    make_article(title="Nøkkelen er utløpt", products=[make_product(name_nb="Studio")])
    response = browser().get("/")
    assert response.status_code == 200
    assert "For example" not in text_of(response)
    assert cards(response) == {"Studio": ["Nøkkelen er utløpt"]}


def test_questions_answered_and_not_answered_are_shown_apart(desk, browser):
    answered = ask(desk, "Hvordan bytter vi nøkkel?")
    community.answer_question(
        question=answered, by=desk.people.member, body="Slik gjør du.", now=NOW + MINUTE
    )
    ask(desk, "Hvem har prøvd dette?")
    hidden = ask(desk, "Skjult spørsmål?")
    moderator = make_user(groups=("moderator",))
    hide(post=hidden, by=moderator, reason="Feil sted", now=NOW)
    page = text_of(browser().get("/"))
    assert re.search(r"Newly answered.*Hvordan bytter vi nøkkel\?.*1 answer", page)
    assert re.search(r"Can you answer these\?.*Hvem har prøvd dette\?", page)
    assert "Skjult spørsmål" not in page


def test_only_cases_that_wait_for_the_person_are_on_their_front_page(desk, browser):
    waits = opened(desk, subject="Denne venter")
    opened(desk, subject="Denne venter ikke")
    services.take_ticket(ticket=waits, by=desk.people.agent, now=NOW)
    services.ask_back(ticket=waits, by=desk.people.agent, body="Hvilket miljø?", now=NOW + MINUTE)
    response = browser(desk.people.asker).get("/")
    page = text_of(response)
    assert "1 case waits for an answer from you" in page
    assert "Denne venter" in page and "Denne venter ikke" not in page
    assert reverse("my_case", args=[waits.pk]) in response.content.decode()
    assert "1 sak ventar på svar frå deg" in text_of(
        browser(desk.people.asker, language="nn").get("/")
    )
    others = ("contact", "stranger", "member", "agent")
    for other in (None, *(getattr(desk.people, role) for role in others)):
        assert "Denne venter" not in text_of(browser(other).get("/"))


def test_a_colleagues_case_that_one_follows_waits_for_one_too_and_says_whose_it_is(desk, browser):
    waits = opened(desk, subject="Denne venter")
    Participant.objects.create(ticket=waits, user=desk.people.member)
    services.take_ticket(ticket=waits, by=desk.people.agent, now=NOW)
    services.ask_back(ticket=waits, by=desk.people.agent, body="Hvilket miljø?", now=NOW + MINUTE)
    assert "asked by Kari Vik" in text_of(browser(desk.people.member).get("/"))


def test_many_rows_take_no_more_statements_than_one(
    desk, browser, indexed, django_assert_max_num_queries
):
    section, team = make_section(), make_team()

    def write(number):
        product = make_product()
        make_article(section, products=[product], owner_team=team)
        question = ask(desk, f"Spørsmål {number}?")
        community.answer_question(question=question, by=make_user(), body="Slik gjør du.", now=NOW)
        ask(desk, f"Ubesvart {number}?")
        ticket = opened(desk, subject=f"Sak {number}")
        services.take_ticket(ticket=ticket, by=desk.people.agent, now=NOW)
        services.ask_back(ticket=ticket, by=desk.people.agent, body="Hva?", now=NOW)

    def statements():
        client = browser(desk.people.asker)
        client.get("/")
        with django_assert_max_num_queries(40) as captured:
            client.get("/")
        return len(captured)

    write(0)
    indexed()
    few = statements()
    for number in range(1, 26):
        write(number)
    many = statements()
    assert many <= few + 1  # how many cases wait is counted only when not all are shown


def test_the_front_page_takes_no_posts(db, browser):
    assert browser().post("/").status_code == 405
