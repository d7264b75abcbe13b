"""Guesses and suggested articles on the pages of the desk."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dispatch.models import OutboxRow
from dispatch.outbox import drain
from portal.desk.forms import place_of
from search.indexing import rebuild
from tests.factories import make_article, make_product
from tests.portal.desk.pages import address, answer_fields, signed_in, text_of
from tests.triage.tickets.desk import MINUTE, in_status, opened
from triage.classifier.decisions.labelling import label
from triage.classifier.models import Prediction
from triage.suggestions import stored
from triage.suggestions.models import Effect, KeptLesson, TicketSuggestion
from triage.tickets.models import Message, Ticket
from triage.tickets.states import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ticket(desk, now):
    return opened(desk, at=now - 30 * MINUTE)


def _predict(ticket, target, label, *, confidence=0.9, speaks=True):
    return Prediction.objects.create(
        ticket=ticket,
        target=target,
        label=label,
        confidence=confidence,
        speaks=speaks,
        because=["token", "<b>scope"],
        model_version="1",
        at=timezone.now(),
    )


def test_a_guess_stands_as_a_chip_with_its_certainty_and_words(desk, ticket):
    _predict(ticket, "product", "maskinporten", confidence=0.86)
    response = signed_in(desk.people.agent).get(address(ticket))
    page = text_of(response)
    assert "Product: Maskinporten very likely, 86 %" in page
    assert "These words of the case spoke most for it: token , <b>scope" in page
    assert "<b>scope" not in response.content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "svært sannsynlig, 90 %"), ("nn", "svært sannsynleg, 90 %")],
)
def test_certainty_is_said_in_norwegian(desk, ticket, language, words):
    _predict(ticket, "product", "maskinporten")
    assert words in text_of(signed_in(desk.people.agent, language).get(address(ticket)))


def test_a_product_is_accepted_with_one_press_and_kept_as_a_label(desk, ticket):
    guess = _predict(ticket, "product", "maskinporten")
    client = signed_in(desk.people.agent)
    response = client.post(address(ticket, "produkt"), {"place": "maskinporten"})
    assert response.status_code == 302
    ticket.refresh_from_db()
    guess.refresh_from_db()
    assert ticket.product == desk.product
    assert (guess.decided, guess.decided_by) == ("maskinporten", desk.people.agent)
    assert "Suggested from the text" not in text_of(client.get(address(ticket)))


def _accept(client, ticket, shown, name):
    """Press the first button of a page of the case, as it was shown."""
    form = next(f for f in shown.split("<form")[1:] if f'name="{name}"' in f and "kbd" in f)
    fields = dict(
        re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.split("</form")[0])
    )
    step = {"place": "produkt", "case_type": "type"}[name]
    return client.post(address(ticket, step), fields)


@pytest.mark.parametrize("theirs", ["melding", "maskinporten/scope"])
def test_what_a_colleague_decided_meanwhile_is_not_undone_by_one_press(desk, ticket, theirs):
    """The colleague's product, or the topic beside the same product, was gone without a word."""
    _predict(ticket, "product", "maskinporten")
    make_product(slug="melding", name_nb="Melding")
    client = signed_in(desk.people.agent)
    shown = client.get(address(ticket)).content.decode()
    signed_in(desk.people.colleague).post(address(ticket, "produkt"), {"place": theirs})
    refused = _accept(client, ticket, shown, "place")
    assert refused.status_code == 409
    assert "Somebody has decided this meanwhile." in text_of(refused)
    ticket.refresh_from_db()
    assert place_of(ticket) == theirs


def test_something_else_decided_meanwhile_is_no_hindrance(desk, ticket):
    _predict(ticket, "product", "maskinporten")
    _predict(ticket, "case_type", "incident")
    client = signed_in(desk.people.agent)
    shown = client.get(address(ticket)).content.decode()
    assert _accept(client, ticket, shown, "case_type").status_code == 302
    assert _accept(client, ticket, shown, "place").status_code == 302
    ticket.refresh_from_db()
    assert (ticket.case_type, place_of(ticket)) == ("incident", "maskinporten")


def test_when_the_product_is_said_suggestions_are_found_for_it(desk, now):
    """What was found for the wrong product stood beside the case for good."""
    said = {"subject": "Nøkkelen er borte", "body": "Klienten i testmiljøet svarer ikke."}
    ticket = opened(desk, at=now - MINUTE, **said)
    fits, _other = (
        in_status(desk, Status.RESOLVED, product=product, **said)
        for product in (desk.product, make_product(slug="melding", name_nb="Melding"))
    )
    rebuild()
    drain(timezone.now(), topics=["classify"])
    assert ticket.suggestions.count() == 2
    signed_in(desk.people.agent).post(address(ticket, "produkt"), {"place": "maskinporten"})
    drain(timezone.now(), topics=["suggest"])
    kept = stored.kept_for(ticket, desk.people.agent)
    assert [each.document.id for each in kept] == [f"ticket:{fits.pk}"]


def test_saying_the_product_has_nothing_guessed_anew(desk, ticket):
    OutboxRow.objects.all().delete()
    signed_in(desk.people.agent).post(address(ticket, "produkt"), {"place": "maskinporten"})
    waiting = set(OutboxRow.objects.values_list("topic", flat=True))
    assert "suggest" in waiting and "classify" not in waiting


def test_nothing_is_looked_for_again_when_only_the_topic_changes_or_nothing(desk, ticket):
    client = signed_in(desk.people.agent)
    client.post(address(ticket, "produkt"), {"place": "maskinporten"})
    OutboxRow.objects.all().delete()
    for place in ("maskinporten", "maskinporten/scope"):
        assert client.post(address(ticket, "produkt"), {"place": place}).status_code == 302
    assert not OutboxRow.objects.filter(topic__in=("classify", "suggest")).exists()


def test_a_colleague_who_decides_while_the_page_is_read_is_not_undone(desk, ticket):
    """The guess was from before their decision, and what had been decided from after it."""
    _predict(ticket, "product", "maskinporten")
    make_product(slug="melding", name_nb="Melding")
    client, colleague = signed_in(desk.people.agent), signed_in(desk.people.colleague)
    statements = []

    def meanwhile(execute, sql, *rest):
        statements.append(sql)
        guesses = [at for at, each in enumerate(statements, 1) if 'FROM "classifier_pred' in each]
        if guesses and len(statements) == guesses[0] + 1:
            colleague.post(address(ticket, "produkt"), {"place": "melding"})
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        shown = client.get(address(ticket)).content.decode()
    ticket.refresh_from_db()
    assert place_of(ticket) == "melding"
    assert _accept(client, ticket, shown, "place").status_code == 409
    ticket.refresh_from_db()
    assert place_of(ticket) == "melding"


def test_what_a_colleague_labels_in_the_list_does_not_hinder_a_press(desk, ticket):
    guess = _predict(ticket, "product", "maskinporten")
    client = signed_in(desk.people.agent)
    shown = client.get(address(ticket)).content.decode()
    label(
        prediction_id=guess.pk, label="maskinporten", by=desk.people.colleague, now=timezone.now()
    )
    assert _accept(client, ticket, shown, "place").status_code == 302
    ticket.refresh_from_db()
    assert place_of(ticket) == "maskinporten"


def test_a_correction_is_kept_as_a_label(desk, ticket):
    guess = _predict(ticket, "product", "maskinporten")
    make_product(slug="melding", name_nb="Melding")
    signed_in(desk.people.agent).post(address(ticket, "produkt"), {"place": "melding"})
    guess.refresh_from_db()
    assert (guess.label, guess.decided) == ("maskinporten", "melding")


def test_a_type_is_accepted_and_not_a_case_is_asked_about_first(desk, ticket):
    guess = _predict(ticket, "case_type", "incident")
    client = signed_in(desk.people.agent)
    client.post(address(ticket, "type"), {"case_type": "incident"})
    ticket.refresh_from_db()
    assert ticket.case_type == "incident"
    guess.delete()
    _predict(ticket, "case_type", "not_a_case")
    html = client.get(address(ticket)).content.decode()
    assert f'href="{address(ticket, "ikke-en-sak")}" data-accept="1"' in html


def test_security_is_never_one_press_away(desk, ticket):
    _predict(ticket, "case_type", "security_incident")
    html = signed_in(desk.people.agent).get(address(ticket)).content.decode()
    assert 'data-accept="1"' in html
    assert 'name="case_type" value="security_incident"' not in html
    page = signed_in(desk.people.agent).get(address(ticket, "type", "case_type=security_incident"))
    assert '<option value="security_incident" selected' in page.content.decode()
    ticket.refresh_from_db()
    assert not ticket.security


@pytest.mark.parametrize(
    "fields", [{"severity": "A"}, {"security": True}, {"case_type": "security_incident"}]
)
def test_the_type_of_a_security_case_or_one_of_severity_a_is_never_one_press_away(
    desk, ticket, fields
):
    guard = desk.people.guard
    Ticket.objects.filter(pk=ticket.pk).update(**{"team": desk.guards, **fields})
    _predict(ticket, "case_type", "incident")
    html = signed_in(guard).get(address(ticket)).content.decode()
    assert f'href="{address(ticket, "type", "case_type=incident")}" data-accept="1"' in html
    assert 'name="case_type" value="incident"' not in html


def test_a_priority_is_prepared_and_still_needs_a_reason(desk, ticket):
    _predict(ticket, "priority", "1x1")
    client = signed_in(desk.people.agent)
    assert "Priority: P1 Critical" in text_of(client.get(address(ticket)))
    page = client.get(address(ticket, "prioritet", "impact=1&urgency=1")).content.decode()
    assert '<option value="1" selected' in page
    refused = client.post(
        address(ticket, "prioritet"), {"impact": 1, "urgency": 1, "reason": "", "severity": ""}
    )
    assert refused.status_code == 422


def test_another_team_is_prepared_in_the_form_for_handing_over(desk, ticket):
    _predict(ticket, "team", "autorisasjon")
    client = signed_in(desk.people.agent)
    assert "Team: Autorisasjon" in text_of(client.get(address(ticket)))
    page = client.get(address(ticket, "send-videre", f"team={desk.second.pk}")).content.decode()
    assert f'value="{desk.second.pk}" required checked' in page


@pytest.mark.parametrize(
    ("target", "label"),
    [
        ("product", "finnes-ikke"),
        ("case_type", "question"),
        ("team", "servicedesk"),
        ("team", "finnes-ikke"),
        ("priority", "3x3"),
    ],
)
def test_what_would_change_nothing_is_not_suggested(desk, ticket, target, label):
    _predict(ticket, target, label)
    assert "Suggested from" not in text_of(signed_in(desk.people.agent).get(address(ticket)))


def test_a_guess_that_is_not_sure_is_not_shown_but_marks_the_queue(desk, ticket):
    _predict(ticket, "product", "maskinporten", speaks=False)
    client = signed_in(desk.people.agent)
    assert "Suggested from" not in text_of(client.get(address(ticket)))
    assert "Unsure category" in text_of(client.get("/desk/"))
    client.post(address(ticket, "produkt"), {"place": "maskinporten"})
    assert "Unsure category" not in text_of(client.get("/desk/"))


@pytest.mark.parametrize("role", ["asker", "contact", "member"])
def test_those_who_ask_never_see_a_guess(desk, ticket, role):
    _predict(ticket, "product", "maskinporten")
    client = signed_in(getattr(desk.people, role))
    for page in (address(ticket), f"/saker/{ticket.reference}/"):
        assert "Suggested from the text" not in text_of(client.get(page))


def test_somebody_who_only_reads_sees_no_chips(desk, ticket):
    _predict(ticket, "product", "maskinporten")
    page = text_of(signed_in(desk.people.manager).get(address(ticket)))
    assert "Suggested from the text" not in page


def test_the_queue_takes_as_many_statements_with_guesses_on_every_row(desk, now):
    client, counted = signed_in(desk.people.agent), []
    for more in (1, 26):
        for _ in range(more):
            _predict(opened(desk, at=now), "product", "maskinporten", speaks=False)
        client.get("/desk/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/desk/").status_code == 200
        counted.append(len(captured))
    assert counted[0] == counted[1] <= 20


# --- what may answer the case ---------------------------------------------------------------------


@pytest.fixture
def article(ticket):
    made = make_article(title="Feilen <i>invalid_grant", answer="Grant er ugyldig. Se klokka.")
    rebuild()
    TicketSuggestion.objects.create(
        ticket=ticket,
        document=f"article:{made.pk}",
        score=3,
        words=["invalid_grant"],
        at=timezone.now(),
    )
    return made


def test_a_suggested_article_stands_beside_the_case_with_its_reason(desk, ticket, article):
    response = signed_in(desk.people.agent).get(address(ticket))
    page = text_of(response)
    assert "May answer the case" in page
    assert "It mentions “invalid_grant”, as the text does." in page
    assert "<i>invalid" not in response.content.decode()


def test_the_whole_short_answer_is_put_in_with_the_link(desk, ticket, article, settings):
    long = "Be om scopet på nytt, og vent til det er godkjent. " * 7
    article.answer = long.strip()
    article.save()
    html = signed_in(desk.people.agent).get(address(ticket)).content.decode()
    put = [unescape(each) for each in re.findall(r'name="insert" value="([^"]*)"', html)]
    link = f"{article.title}\n{settings.PUBLIC_URL}{article.get_url()}"
    assert put == [f"{long.strip()}\n\n{link}", link]


def test_putting_it_in_without_script_keeps_what_is_written(desk, ticket, article):
    client = signed_in(desk.people.agent)
    page = client.get(address(ticket))
    text = f"Grant er ugyldig.\n\n{article.title}: http://x{article.url}"
    fields = answer_fields(page, body="Hei Kari", insert=text)
    again = client.post(address(ticket, "svar"), fields).content.decode()
    assert "Hei Kari\n\nGrant er ugyldig." in again
    assert not Message.objects.filter(ticket=ticket, from_requester=False).exists()


def test_an_answer_with_the_link_counts_as_used_once(desk, ticket, article, settings):
    client = signed_in(desk.people.agent)
    fields = answer_fields(
        client.get(address(ticket)), body=f"Se {settings.PUBLIC_URL}{article.get_url()}"
    )
    for _ in range(2):
        client.post(address(ticket, "svar"), fields)
    assert list(Effect.objects.values_list("what", "document", "place")) == [
        ("inserted", f"article:{article.pk}", "desk")
    ]
    assert "used in an answer" in text_of(client.get(address(ticket)))


def test_an_answer_without_the_link_counts_nothing(desk, ticket, article):
    client = signed_in(desk.people.agent)
    client.post(address(ticket, "svar"), answer_fields(client.get(address(ticket))))
    assert not Effect.objects.exists()


def test_a_solved_case_is_shown_but_its_words_are_not_passed_on(desk, ticket, now):
    solved = in_status(desk, Status.RESOLVED, at=now - 60 * MINUTE, subject="Samme feil")
    TicketSuggestion.objects.create(
        ticket=ticket, document=f"ticket:{solved.pk}", score=1, words=["feil"], at=now
    )
    html = signed_in(desk.people.agent).get(address(ticket)).content.decode()
    assert "Samme feil" in html
    assert 'name="insert"' not in html


# --- what does not fit ----------------------------------------------------------------------------


def _press(client, ticket, **button):
    return client.post(
        address(ticket, "svar"),
        answer_fields(client.get(address(ticket)), body="Hei Kari", **button),
    )


def _lessons():
    return list(KeptLesson.objects.values_list("document", "helped"))


def test_what_does_not_fit_is_put_away_and_what_is_written_stays(desk, ticket, article):
    client = signed_in(desk.people.agent)
    again = _press(client, ticket, unfit=f"article:{article.pk}")
    html = again.content.decode()
    assert "is no longer suggested for this case" in text_of(again)
    assert "Hei Kari" in html and 'name="insert"' not in html and 'name="fits"' in html
    assert "<i>invalid" not in html
    assert Effect.objects.get().what == "dismissed"
    assert _lessons() == [(f"article:{article.pk}", False)]
    assert not Message.objects.filter(ticket=ticket, from_requester=False).exists()


def test_it_can_be_taken_back_and_leaves_nothing(desk, ticket, article):
    client = signed_in(desk.people.agent)
    for _time in range(2):
        _press(client, ticket, unfit=f"article:{article.pk}")
    assert Effect.objects.count() == len(_lessons()) == 1
    again = _press(client, ticket, fits=f"article:{article.pk}")
    assert 'name="insert"' in again.content.decode()
    assert not Effect.objects.exists() and not _lessons()


def test_what_was_put_away_is_not_found_anew_for_the_case(desk, ticket, article):
    client = signed_in(desk.people.agent)
    _press(client, ticket, unfit=f"article:{article.pk}")
    stored.store_suggestions(ticket, "Vi får invalid_grant", product="", now=timezone.now())
    assert 'name="insert"' not in client.get(address(ticket)).content.decode()


@pytest.mark.parametrize(
    "document", ["article:999", "", "question:1", "<script>", "article:1\x00", "x" * 5000]
)
def test_only_what_stands_beside_the_case_can_be_put_away(desk, ticket, article, document):
    client = signed_in(desk.people.agent)
    for button in ("unfit", "fits"):
        assert _press(client, ticket, **{button: document}).status_code == 404
    assert not Effect.objects.exists() and not _lessons()


def test_who_does_not_answer_cases_does_not_say_what_fits(desk, ticket, article):
    fields = {"unfit": f"article:{article.pk}"}
    for person in (desk.people.manager, desk.people.asker, desk.people.stranger):
        assert signed_in(person).post(address(ticket, "svar"), fields).status_code == 403
    assert signed_in(desk.people.outsider).post(address(ticket, "svar"), fields).status_code == 404
    assert not Effect.objects.exists() and not _lessons()


def test_an_answer_with_the_link_teaches_once_that_it_helped(desk, ticket, article, settings):
    client = signed_in(desk.people.agent)
    _press(client, ticket, unfit=f"article:{article.pk}")
    fields = answer_fields(
        client.get(address(ticket)), body=f"Se {settings.PUBLIC_URL}{article.get_url()}"
    )
    for _time in range(2):
        client.post(address(ticket, "svar"), fields)
    assert _lessons() == [(f"article:{article.pk}", True)]


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "Passer ikke"), ("nn", "Passar ikkje"), ("en", "Does not fit")]
)
def test_what_does_not_fit_is_said_in_the_language_of_the_page(
    desk, ticket, article, language, words
):
    client = signed_in(desk.people.agent, language)
    assert words in text_of(client.get(address(ticket)))
