"""Which language a case is answered in: told from the text, corrected, kept in what is put in."""

import re
from html import unescape

import pytest
from django.utils import timezone

from search.indexing import rebuild
from tests.factories import make_article, make_user
from tests.portal.desk.pages import address, answer_fields, signed_in, text_of
from tests.triage.tickets.desk import MINUTE, in_status, opened
from triage.suggestions.models import Effect, TicketSuggestion
from triage.tickets.models import TicketEvent
from triage.tickets.states import Status

pytestmark = pytest.mark.django_db

NYNORSK = "Eg får ikkje logga inn, og veit ikkje kva eg skal gjere."


def _asked(desk, **fields):
    return opened(desk, at=timezone.now() - 30 * MINUTE, **fields)


def _put_in(page) -> list[str]:
    found = re.findall(r'name="insert" value="([^"]*)"', page.content.decode())
    return [unescape(each) for each in found]


def _suggest(ticket, article) -> None:
    TicketSuggestion.objects.create(
        ticket=ticket, document=f"article:{article.pk}", score=3, at=timezone.now()
    )


def test_another_language_than_the_answers_is_suggested_and_set_with_one_press(desk):
    ticket = _asked(desk, subject="Innlogging", body=NYNORSK, language="nb")
    client = signed_in(desk.people.agent)
    page = text_of(client.get(address(ticket)))
    assert "Answered in bokmål" in page
    assert re.search(r"Written standard: Nynorsk very likely, \d\d", page)
    client.post(address(ticket, "sprak"), {"language": "nn"})
    ticket.refresh_from_db()
    assert ticket.language == "nn"
    page = text_of(client.get(address(ticket)))
    assert "Answered in nynorsk" in page and "Suggested from the text" not in page
    assert "Changed the written standard from Bokmål to Nynorsk" in page
    event = TicketEvent.objects.get(kind="language_changed")
    assert (event.actor, event.data) == (
        desk.people.agent,
        {"language": "nn", "before": "nb"},
    )


def test_the_language_a_colleague_said_meanwhile_is_not_undone_by_one_press(desk):
    ticket = _asked(desk, subject="Innlogging", body=NYNORSK, language="nb")
    client = signed_in(desk.people.agent)
    shown = client.get(address(ticket)).content.decode()
    form = next(each for each in shown.split("<form") if 'type="hidden" name="language"' in each)
    form = form.split("</form")[0]
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    signed_in(desk.people.colleague).post(address(ticket, "sprak"), {"language": "en"})
    assert client.post(address(ticket, "sprak"), sent).status_code == 409
    ticket.refresh_from_db()
    assert ticket.language == "en"


def test_what_a_person_has_said_is_not_asked_about_again(desk):
    ticket = _asked(desk, subject="Innlogging", body=NYNORSK, language="nn")
    client = signed_in(desk.people.agent)
    client.post(address(ticket, "sprak"), {"language": "nb"})
    assert "Suggested from the text" not in text_of(client.get(address(ticket)))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "the text does not tell which"),
        ("nb", "teksten sier ikke hvilken målform"),
        ("nn", "teksten seier ikkje kva målform"),
    ],
)
def test_a_text_that_does_not_tell_is_said_not_to(desk, language, words):
    ticket = _asked(desk, subject="AUTH-00003", body="urn:altinn:x 404")
    page = text_of(signed_in(desk.people.agent, language).get(address(ticket)))
    assert words in page


@pytest.mark.parametrize("language", ["", "xx", "nb\x00"])
def test_another_language_is_refused(desk, language):
    ticket = _asked(desk)
    response = signed_in(desk.people.agent).post(address(ticket, "sprak"), {"language": language})
    assert response.status_code == 422
    ticket.refresh_from_db()
    assert ticket.language == "nb"


def test_a_closed_case_keeps_its_language(desk):
    ticket = in_status(desk, Status.CLOSED, at=timezone.now() - 30 * MINUTE)
    signed_in(desk.people.agent).post(address(ticket, "sprak"), {"language": "nn"})
    ticket.refresh_from_db()
    assert ticket.language == "nb"


@pytest.mark.parametrize("role", ["asker", "manager", "outsider"])
def test_only_those_who_answer_the_case_set_it(desk, role):
    ticket = _asked(desk)
    person = getattr(desk.people, role, None) or make_user()
    response = signed_in(person).post(address(ticket, "sprak"), {"language": "nn"})
    assert response.status_code in (403, 404)
    ticket.refresh_from_db()
    assert ticket.language == "nb"


def test_an_article_in_the_askers_language_is_put_in_with_its_short_answer(desk, settings):
    ticket = _asked(desk, language="nn")
    article = make_article(title="Nøkkel", answer="Byt nøkkelen.", language="nn")
    rebuild()
    _suggest(ticket, article)
    excerpt, link = _put_in(signed_in(desk.people.agent).get(address(ticket)))
    assert link == f"Nøkkel\n{settings.PUBLIC_URL}{article.get_url()}"
    assert excerpt == f"Byt nøkkelen.\n\n{link}"


def test_of_an_article_in_another_language_only_the_link_is_put_in_and_says_so(desk, settings):
    ticket = _asked(desk, language="nn")
    article = make_article(title="Nøkkel", answer="Bytt nøkkelen.", language="nb")
    rebuild()
    _suggest(ticket, article)
    page = signed_in(desk.people.agent).get(address(ticket))
    link = f"Nøkkel\n{settings.PUBLIC_URL}{article.get_url()}"
    assert _put_in(page) == [f"Denne teksten er på bokmål:\n{link}"]
    assert "Guidance · in bokmål" in text_of(page)


def test_the_version_in_the_askers_language_stands_in_its_place_and_counts_as_it(desk, settings):
    ticket = _asked(desk, language="en")
    article = make_article(title="Nøkkel", answer="Bytt nøkkelen.", language="nb")
    other = make_article(
        title="Key", answer="Change the key.", language="en", translation_of=article
    )
    rebuild()
    _suggest(ticket, article)
    client = signed_in(desk.people.agent)
    page = client.get(address(ticket))
    link = f"Key\n{settings.PUBLIC_URL}{other.get_url()}"
    assert _put_in(page) == [f"Change the key.\n\n{link}", link]
    client.post(address(ticket, "svar"), answer_fields(page, body=f"Hi\n\n{link}"))
    assert list(Effect.objects.values_list("what", "document")) == [
        ("inserted", f"article:{article.pk}")
    ]
    assert TicketSuggestion.objects.get().used_at is not None


def test_a_version_that_is_not_published_is_not_put_in(desk):
    ticket = _asked(desk, language="en")
    article = make_article(title="Nøkkel", answer="Bytt nøkkelen.", language="nb")
    other = make_article(title="Key", language="en", translation_of=article)
    other.unpublish()
    rebuild()
    _suggest(ticket, article)
    page = signed_in(desk.people.agent).get(address(ticket))
    [put] = _put_in(page)
    assert put.startswith("This text is in bokmål:\nNøkkel\n")


@pytest.mark.parametrize(
    ("interface", "said"),
    [
        ("nb", ["Skal ha svar på engelsk", "(engelsk)"]),
        ("nn", ["Skal ha svar på engelsk", "(engelsk)"]),
        ("en", ["Answered in English", "(English)"]),
    ],
)
def test_the_language_of_the_answer_stands_in_sentences_as_it_is_written_there(
    desk, interface, said
):
    ticket = _asked(desk, subject="Help", body="We cannot sign in.", language="en")
    page = text_of(signed_in(desk.people.agent, interface).get(address(ticket)))
    assert [words for words in said if words not in page] == []
