"""The list for labelling sessions: the least sure first, one key accepts, then the next."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Team
from tests.factories import make_product
from tests.portal.desk.pages import address, signed_in, text_of
from tests.triage.classifier.decided import many
from tests.triage.tickets.desk import MINUTE, in_status, opened
from triage.classifier.decisions import labelling
from triage.classifier.decisions.labelling import Place, read_place
from triage.classifier.decisions.services import decide
from triage.classifier.models import Decision, Prediction, Reading
from triage.classifier.monitoring import readings
from triage.experiments.models import Experiment
from triage.tickets.models import Ticket
from triage.tickets.services import hand_back, hand_over

pytestmark = pytest.mark.django_db
LIST = "/desk/merking/"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def client(desk):
    return signed_in(desk.people.agent)


def predict(ticket, label="maskinporten", *, confidence=0.4, target="product", **fields):
    values = {"speaks": False, "because": ["<b>token"], "model_version": "v1", **fields}
    return Prediction.objects.create(
        ticket=ticket,
        target=target,
        label=label,
        confidence=confidence,
        at=timezone.now(),
        **values,
    )


def page_of(prediction, page="produkt") -> str:
    return f"{LIST}{page}/{prediction.pk}/"


def decisions() -> list[tuple]:
    rows = Decision.objects.order_by("pk")
    return [(row.ticket_id, row.target, row.label, row.outcome, row.source) for row in rows]


def test_the_least_sure_comes_first_and_open_and_ended_cases_are_in_it(desk, client, now):
    sure = predict(opened(desk, at=now, subject="Sikker"), confidence=0.8)
    ended = predict(in_status(desk, "resolved", at=now - MINUTE, subject="Løst"), confidence=0.2)
    response = client.get(LIST)
    assert [row.subject for row in response.context["rows"]] == ["Løst", "Sikker"]
    page = text_of(response)
    assert "Løst V-" in page and "Ended" in page and "Maskinporten 20 % sure" in page
    assert f'href="{page_of(ended)}"' in response.content.decode()
    assert response.content.decode().index(page_of(ended)) < response.content.decode().index(
        page_of(sure)
    )


def test_the_queue_leads_to_the_list(client):
    assert f'href="{LIST}"' in client.get("/desk/").content.decode()


def test_a_case_stands_with_its_words_the_guess_and_what_it_has(desk, client, now):
    guess = predict(opened(desk, at=now, subject="<i>Emne", body="Vi får <script>invalid."))
    response = client.get(page_of(guess))
    page = text_of(response)
    for words in ("<i>Emne", "Vi får <script>invalid.", "Product: Maskinporten", "40 %"):
        assert words in page
    html = response.content.decode()
    assert "<script>invalid" not in html and "<b>token" not in html
    assert 'data-accept="1"' in html and "autofocus" in html


def test_accepting_stores_who_and_goes_to_the_next_and_the_case_is_as_it_was(desk, client, now):
    first = predict(opened(desk, at=now), confidence=0.2)
    second = predict(opened(desk, at=now), confidence=0.3)
    before = Ticket.objects.filter(pk=first.ticket_id).values().get()
    response = client.post(page_of(first), {"label": "maskinporten", "by_key": "1"})
    assert response.url == page_of(second)
    row = Decision.objects.get()
    assert (row.by, row.outcome, row.source) == (desk.people.agent, "confirmed", "session")
    assert Ticket.objects.filter(pk=first.ticket_id).values().get() == before
    page = text_of(client.get(response.url))
    assert f"{first.ticket.reference}: Maskinporten." in page
    assert "You have labelled 1 case today." in page


def test_another_label_is_stored_as_a_correction(desk, client, now):
    make_product(slug="melding", name_nb="Melding")
    guess = predict(opened(desk, at=now))
    response = client.post(page_of(guess), {"label": "melding"}, follow=True)
    assert decisions() == [(guess.ticket_id, "product", "melding", "corrected", "session")]
    assert "There is nothing to label here now." in text_of(response)


@pytest.mark.parametrize("page", ["produkt", "sakstype"])
def test_what_is_no_case_is_said_once_and_asked_about_no_more(desk, client, now, page):
    ticket = opened(desk, at=now, subject="Rank first on every search")
    guess = predict(ticket)
    kind = predict(ticket, "question", target="case_type")
    team = predict(ticket, "servicedesk", target="team")
    asked = guess if page == "produkt" else kind
    response = client.post(
        page_of(asked, page), {"label": "not_a_case", "by_key": "1"}, follow=True
    )
    assert f"{ticket.reference}: Not a case." in text_of(response)
    assert decisions() == [(ticket.pk, "case_type", "not_a_case", "corrected", "session")]
    for each in (guess, kind, team):
        each.refresh_from_db()
        assert each.labelled_at


@pytest.mark.parametrize("label", ["", "finnes-ikke", "security_incident", "x\x00", "a" * 9000])
def test_what_cannot_be_chosen_is_refused_and_said(desk, client, now, label):
    guess = predict(opened(desk, at=now))
    response = client.post(page_of(guess), {"label": label})
    assert response.status_code == 422
    assert "Choose what it is." in text_of(response)
    assert decisions() == []


def test_the_first_line_is_accepted_by_one_key_whatever_its_short_name_is(desk, client, now):
    """Whoever pressed the key was told to choose, as no team had the short name of the sample's."""
    Team.objects.filter(pk=desk.first.pk).update(slug="forstelinja", name="Førstelinja")
    guess = predict(opened(desk, at=now), "servicedesk", target="team")
    page = page_of(guess, "team")
    assert "Yes, Førstelinja" in text_of(client.get(page))
    client.post(page, {"label": "servicedesk", "by_key": "1"})
    assert decisions() == [(guess.ticket_id, "team", "servicedesk", "confirmed", "session")]


def test_a_guess_that_is_in_use_no_more_has_no_key_and_says_why(desk, client, now):
    guess = predict(opened(desk, at=now), "nedlagt-team", target="team")
    page = client.get(page_of(guess, "team"))
    assert "Yes, nedlagt-team" not in text_of(page)
    assert "What was guessed is no longer in use." in text_of(page)
    assert 'data-accept="1"' not in page.content.decode()


def test_a_second_press_and_a_second_person_store_nothing_more(desk, client, now):
    guess = predict(opened(desk, at=now))
    client.post(page_of(guess), {"label": "maskinporten"})
    colleague = signed_in(desk.people.colleague)
    for again in (client, colleague):
        response = again.post(page_of(guess), {"label": "melding"}, follow=True)
        assert "Somebody has labelled that case already." in text_of(response)
    assert "Somebody has labelled" in text_of(colleague.get(page_of(guess), follow=True))
    assert len(decisions()) == 1


def test_skipping_leads_through_the_list_and_round_again(desk, client, now):
    guesses = [predict(opened(desk, at=now), confidence=sure) for sure in (0.2, 0.2, 0.5)]
    addresses = [page_of(each) for each in guesses]
    for here, there in zip(addresses, [*addresses[1:], addresses[0]], strict=True):
        assert client.get(here).context["next"] == there


@pytest.mark.parametrize("page", ["produkt", "sakstype", "team", "prioritet"])
def test_every_target_has_its_list_and_its_choices(desk, client, now, page):
    labels = {"produkt": "annet", "sakstype": "incident", "team": "plattform", "prioritet": "2x3"}
    targets = {
        "produkt": "product", "sakstype": "case_type", "team": "team", "prioritet": "priority",
    }  # fmt: skip
    guess = predict(opened(desk, at=now), labels[page], target=targets[page])
    assert len(client.get(f"{LIST}{page}/").context["rows"]) == 1
    shown = client.get(page_of(guess, page))
    assert labels[page] in [each.label for each in shown.context["choices"]]
    client.post(page_of(guess, page), {"label": labels[page], "by_key": "1"})
    assert decisions()[0][1:4] == (targets[page], labels[page], "confirmed")


@pytest.mark.parametrize(
    "address", ["x/", "produkt/0/", "produkt/999999/", "team/{pk}/", "x/{pk}/"]
)
def test_what_is_not_there_is_a_missing_page(desk, client, now, address):
    guess = predict(opened(desk, at=now))
    assert client.get(LIST + address.format(pk=guess.pk)).status_code == 404


# --- taking back ----------------------------------------------------------------------------------

BACK = f"{LIST}angre/"


def take_back(client, page="produkt"):
    """Press the button of the page that says what was labelled last."""
    last = client.get(f"{LIST}{page}/").context["last"]
    return client.post(BACK, {"page": page, "decision": last.pk}, follow=True)


def test_a_slip_of_the_finger_is_taken_back_and_the_case_is_asked_about_again(desk, client, now):
    guess = predict(opened(desk, at=now))
    client.post(page_of(guess), {"label": "maskinporten", "by_key": "1"})
    shown = text_of(client.get(LIST))
    assert f"The last one: {guess.ticket.reference}, Maskinporten." in shown
    response = take_back(client)
    assert response.redirect_chain[-1][0] == page_of(guess)
    page = text_of(response)
    assert f"{guess.ticket.reference} waits again." in page
    assert "You have labelled" not in page
    assert [each[2:4] for each in decisions()] == [("maskinporten", "confirmed"), ("", "withdrawn")]
    assert [row.address for row in client.get(LIST).context["rows"]] == [page_of(guess)]


def test_one_after_another_is_taken_back(desk, client, now):
    guesses = [predict(opened(desk, at=now), confidence=sure) for sure in (0.2, 0.3)]
    for guess in guesses:
        client.post(page_of(guess), {"label": "maskinporten"})
    for guess in reversed(guesses):
        assert take_back(client).redirect_chain[-1][0] == page_of(guess)
    assert client.get(LIST).context["last"] is None


def test_not_a_case_is_taken_back_for_all_that_was_asked(desk, client, now):
    ticket = opened(desk, at=now)
    product = predict(ticket)
    kind = predict(ticket, "question", target="case_type")
    client.post(page_of(product), {"label": "not_a_case", "by_key": "1"})
    assert "Not a case." in text_of(client.get(LIST))
    assert take_back(client).redirect_chain[-1][0] == page_of(product)
    waiting = Prediction.objects.filter(labelled_at__isnull=True)
    assert set(waiting) == {product, kind}


def test_what_stood_before_not_a_case_stands_again(desk, client, now):
    ticket = opened(desk, at=now)
    product = predict(ticket)
    predict(ticket, "question", target="case_type")
    decide(ticket=ticket, target="case_type", label="question", by=desk.people.colleague, now=now)
    client.post(page_of(product), {"label": "not_a_case", "by_key": "1"})
    take_back(client)
    assert [row[2] for row in decisions()] == ["question", "not_a_case", "question"]
    assert list(Prediction.objects.filter(labelled_at__isnull=True)) == [product]


def test_what_is_not_ones_own_or_was_decided_again_stands(desk, client, now):
    guess = predict(opened(desk, at=now))
    client.post(page_of(guess), {"label": "maskinporten"})
    own = Decision.objects.get()
    colleague = signed_in(desk.people.colleague)
    later = timezone.now()
    for who, what in ((colleague, own.pk), (client, ""), (client, "x"), (client, own.pk + 1)):
        response = who.post(BACK, {"page": "produkt", "decision": what}, follow=True)
        assert "That cannot be taken back" in text_of(response)
    decide(ticket=guess.ticket, target="product", label="", by=desk.people.colleague, now=later)
    response = client.post(BACK, {"page": "produkt", "decision": own.pk}, follow=True)
    assert "That cannot be taken back" in text_of(response)
    assert [each[2] for each in decisions()] == ["maskinporten", ""]
    assert client.post(BACK, {"page": "x", "decision": own.pk}).status_code == 404


# --- security and severity A ----------------------------------------------------------------------


def test_security_cases_are_not_in_the_list_and_cannot_be_labelled(desk, now):
    guess = predict(opened(desk, at=now))
    Ticket.objects.filter(pk=guess.ticket_id).update(security=True, team=desk.guards)
    guard = signed_in(desk.people.guard)
    assert guard.get(LIST).context["rows"] == []
    assert guard.get(page_of(guess)).status_code == 404
    assert guard.post(page_of(guess), {"label": "maskinporten"}).status_code == 404
    assert decisions() == []


def test_what_a_trial_keeps_from_the_case_is_not_told_by_its_label_either(desk, client, now):
    guess = predict(opened(desk, at=now))
    Experiment.objects.create(
        started_at=now - MINUTE, effect=10, in_each=100, history=300, inflow=20
    )
    assert client.get(LIST).context["rows"] == []
    assert client.get(page_of(guess)).status_code == 404
    assert client.post(page_of(guess), {"label": "maskinporten"}).status_code == 404
    assert decisions() == []


@pytest.mark.parametrize("fields", [{"severity": "A"}, {"case_type": "security_incident"}])
def test_severity_a_and_security_are_never_one_key_away(desk, client, now, fields):
    guess = predict(opened(desk, at=now))
    Ticket.objects.filter(pk=guess.ticket_id).update(**fields)
    assert 'data-accept="1"' not in client.get(page_of(guess)).content.decode()
    refused = client.post(page_of(guess), {"label": "maskinporten", "by_key": "1"})
    assert (refused.status_code, decisions()) == (422, [])
    client.post(page_of(guess), {"label": "maskinporten"})
    assert len(decisions()) == 1


def test_a_guess_of_a_security_incident_sends_the_person_to_the_case(desk, client, now):
    guess = predict(opened(desk, at=now), "security_incident", target="case_type")
    response = client.get(page_of(guess, "sakstype"))
    html = response.content.decode()
    assert 'data-accept="1"' not in html and f'href="{address(guess.ticket)}"' in html
    assert "security_incident" not in [each.label for each in response.context["choices"]]


# --- who ------------------------------------------------------------------------------------------


def test_a_second_line_team_labels_what_it_has_and_has_had_and_nothing_else(desk, now):
    own, had, other = (predict(opened(desk, at=now)) for _ in range(3))
    for guess in (own, had):
        hand_over(
            ticket=guess.ticket,
            by=desk.people.agent,
            to=desk.second,
            reason="no_access",
            tried="Sett i loggen.",
            now=now,
        )
    hand_back(ticket=had.ticket, by=desk.people.expert, reason="Funnet.", now=now)
    expert = signed_in(desk.people.expert)
    rows = expert.get(LIST).context["rows"]
    assert {row.address for row in rows} == {page_of(own), page_of(had)}
    assert expert.get(page_of(other)).status_code == 404
    assert expert.post(page_of(other), {"label": "maskinporten"}).status_code == 404


def test_a_case_of_ones_own_asking_is_not_labelled_by_who_asked(desk, now):
    asked = predict(opened(desk, at=now, requester=desk.people.expert))
    expert = signed_in(desk.people.expert)
    assert expert.get(LIST).context["rows"] == []
    assert expert.get(page_of(asked)).status_code == 403


@pytest.mark.parametrize("role", ["asker", "contact", "stranger"])
def test_those_who_ask_do_not_label(desk, now, role):
    guess = predict(opened(desk, at=now))
    outside = signed_in(getattr(desk.people, role))
    assert outside.get(LIST).status_code == 403
    assert outside.post(page_of(guess), {"label": "maskinporten"}).status_code == 403


def test_somebody_whose_session_has_ended_labels_nothing(desk, client, now):
    guess = predict(opened(desk, at=now))
    client.logout()
    assert client.post(page_of(guess), {"label": "maskinporten"}).status_code == 403
    assert client.get(LIST).status_code == 302
    assert decisions() == []


# --- many -----------------------------------------------------------------------------------------


def test_going_through_the_pages_shows_every_case_once(desk, client, now):
    tickets = many(desk, 60, at=now)
    made = [predict(ticket, confidence=0.1 + n // 7 / 100) for n, ticket in enumerate(tickets)]
    seen, query = [], ""
    while query is not None:
        context = client.get(LIST + query).context
        seen += [row.address for row in context["rows"]]
        query = f"?etter={context['later']}" if context["later"] else None
    assert seen == [page_of(each) for each in made]


def test_as_many_statements_for_many_cases(desk, client, now):
    counts = []
    for more in (1, 40):
        for ticket in many(desk, more, at=now):
            guess = predict(ticket)
        taken = []
        for place in (LIST, page_of(guess)):
            with CaptureQueriesContext(connection) as queries:
                client.get(place)
            taken.append(len(queries))
        counts.append(taken)
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "text", ["", "_", "x_1", "0.4_x", "2_1", "-1_1", "nan_1", "inf_3", "0.4_" + "9" * 40, "0.4"]
)
def test_a_place_that_means_nothing_is_the_beginning(client, text):
    assert read_place(text) is None
    assert client.get(LIST, {"etter": text}).status_code == 200


def test_a_place_is_read_as_it_was_written():
    assert read_place(str(Place(confidence=0.1 + 0.2, pk=7))) == Place(confidence=0.1 + 0.2, pk=7)


@pytest.mark.sqlite
def test_the_list_is_read_by_its_index(desk, now):
    for ticket in many(desk, 30, at=now):
        predict(ticket)
    found = labelling.waiting(desk.people.agent, "product", after=Place(confidence=0.2, pk=1))
    assert "prediction_to_label" in found[:26].explain()


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "Si hva sakene er"), ("nn", "Sei kva sakene er")]
)
def test_the_list_in_both_written_standards(desk, language, words):
    assert words in text_of(signed_in(desk.people.agent, language).get(LIST))


# --- on the page of a case ------------------------------------------------------------------------


def test_a_suggestion_tells_how_often_such_ones_were_right(desk, client, now):
    guess = predict(opened(desk, at=now), confidence=0.9, speaks=True)
    week = readings.week_of(now)
    row = Reading.objects.create(
        week=week, target="product", label="maskinporten", decided=9, right=8
    )
    shown = text_of(client.get(address(guess.ticket)))
    assert "very likely, 90 %" in shown and "lately right" not in shown
    Reading.objects.filter(pk=row.pk).update(decided=50, right=45)
    page = text_of(client.get(address(guess.ticket)))
    assert re.search(r"90 % · lately right 45 of 50 times", page)
