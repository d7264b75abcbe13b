"""One step for several cases of the queue: each by itself, and what could not be done is told."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.desk import several
from portal.desk.steps import FOR_SEVERAL
from tests.factories import make_product, make_user
from tests.portal.desk.pages import hidden, signed_in, text_of
from tests.triage.tickets.desk import MINUTE, in_status, opened
from triage.classifier.models import Decision
from triage.tickets import services
from triage.tickets.models import Ticket
from triage.tickets.states import Status

pytestmark = pytest.mark.django_db

SEVERAL = "/desk/flere/"


@pytest.fixture
def now():
    return timezone.now() - 30 * MINUTE


@pytest.fixture
def client(desk):
    return signed_in(desk.people.agent)


def send(client, slug: str, tickets, **fields):
    """What the browser sends from the page of a step."""
    cases = [ticket.pk for ticket in tickets]
    return client.post(SEVERAL, {"step": slug, "sure": "1", "case": cases, **fields})


def told(client, response) -> str:
    """The words of the page one is led to."""
    assert response.status_code == 302
    return text_of(client.get(response["Location"]))


def test_chosen_cases_are_taken_at_once(desk, now, client):
    chosen = [opened(desk, at=now) for _ in range(3)]
    other = opened(desk, at=now)
    cases = [ticket.pk for ticket in chosen]
    response = client.post(SEVERAL + "?view=mine", {"step": "ta", "case": cases})
    assert response["Location"] == "/desk/?view=mine"
    assert "Take the case: done with 3 cases." in told(client, response)
    taken = Ticket.objects.filter(assignee=desk.people.agent)
    assert set(taken) == set(chosen)
    assert Ticket.objects.get(pk=other.pk).assignee is None


def test_what_a_step_asks_is_asked_once_and_nothing_is_done_before(desk, now, client):
    chosen = [opened(desk, at=now) for _ in range(2)]
    cases = [ticket.pk for ticket in chosen]
    page = client.post(SEVERAL, {"step": "send-videre", "case": cases})
    assert page.status_code == 200
    assert "For 2 cases:" in text_of(page)
    assert all(ticket.reference in text_of(page) for ticket in chosen)
    assert hidden(page, "sure") == "1"
    assert re.findall(r'name="case" value="(\d+)"', page.content.decode()) == [
        str(number) for number in cases
    ]
    assert {each.team for each in Ticket.objects.all()} == {desk.first}
    fields = {"team": desk.second.pk, "reason": "unsure", "tried": "Prøvd i test"}
    assert "Hand over: done with 2 cases." in told(
        client, send(client, "send-videre", chosen, **fields)
    )
    assert {each.team for each in Ticket.objects.all()} == {desk.second}
    assert all(each.messages.filter(body="Prøvd i test").exists() for each in chosen)


def test_what_was_written_is_kept_when_something_is_missing(desk, now, client):
    chosen = [opened(desk, at=now) for _ in range(2)]
    page = send(client, "send-videre", chosen, team=desk.second.pk, reason="", tried="Prøvd alt")
    assert page.status_code == 422
    assert "Choose a reason." in text_of(page)
    assert "Prøvd alt" in page.content.decode()
    assert page.content.decode().count('name="case"') == 2
    assert {each.team for each in Ticket.objects.all()} == {desk.first}


def test_a_case_that_cannot_is_left_and_told_and_the_others_are_done(desk, now, client):
    fine = opened(desk, at=now)
    solved = in_status(desk, Status.CLOSED, at=now)
    there = opened(desk, at=now)
    services.hand_over(
        ticket=there, by=desk.people.agent, to=desk.second, reason="unsure", tried="x",
        now=now + MINUTE,
    )  # fmt: skip
    fields = {"team": desk.second.pk, "reason": "unsure", "tried": "Prøvd i test"}
    words = told(client, send(client, "send-videre", [fine, solved, there], **fields))
    assert "Hand over: done with 1 case." in words
    assert f"{solved.reference} is as it was. This is not possible as the case stands now." in words
    assert f"{there.reference} is as it was." in words
    assert Ticket.objects.get(pk=fine.pk).team == desk.second
    assert Ticket.objects.get(pk=solved.pk).team == desk.first


def test_of_many_that_cannot_some_are_told_one_by_one(desk, now, client):
    mine = [opened(desk, at=now) for _ in range(several.MOST_REASONS + 2)]
    for ticket in mine:
        services.take_ticket(ticket=ticket, by=desk.people.agent, now=now + MINUTE)
    words = told(client, send(client, "ta", mine))
    assert words.count("is as it was. This is not possible") == several.MOST_REASONS
    assert "2 more cases are as they were." in words
    assert "Take the case: done with" not in words


def test_a_burst_is_merged_into_one_of_the_chosen_once_that_one_has_been_shown(desk, now, client):
    kept, *others = burst = [opened(desk, at=now) for _ in range(4)]
    page = client.post(SEVERAL, {"step": "duplikat", "case": [each.pk for each in burst]})
    assert page.content.decode().count('name="number" value=') == 4
    page = send(client, "duplikat", burst, number=kept.reference)
    assert "This is the case that is kept." in text_of(page)
    assert not Ticket.objects.filter(close_reason="duplicate").exists()
    seen = hidden(page, "seen")
    response = send(client, "duplikat", burst, number=kept.reference, seen=seen)
    assert "Mark as duplicate: done with 3 cases." in told(client, response)
    assert set(Ticket.objects.filter(duplicate_of=kept)) == set(others)
    assert Ticket.objects.get(pk=kept.pk).is_open


def test_what_a_person_says_of_several_becomes_the_label_of_each(desk, now, client):
    chosen = [opened(desk, at=now) for _ in range(2)]
    page = client.post(SEVERAL, {"step": "ikke-en-sak", "case": [each.pk for each in chosen]})
    assert "The cases are closed, and nobody is told." in text_of(page)
    assert "Not a case: done with 2 cases." in told(client, send(client, "ikke-en-sak", chosen))
    said = Decision.objects.filter(label="not_a_case").values_list("ticket", flat=True)
    assert set(said) == {each.pk for each in chosen}


def test_sent_twice_is_done_once(desk, now, client):
    chosen = [opened(desk, at=now) for _ in range(2)]
    send(client, "ta", chosen)
    versions = list(Ticket.objects.order_by("pk").values_list("version", flat=True))
    words = told(client, send(client, "ta", chosen))
    assert words.count("is as it was.") == 2
    assert list(Ticket.objects.order_by("pk").values_list("version", flat=True)) == versions


def test_what_happened_in_a_case_since_it_was_chosen_is_read_first(desk, now, client):
    chosen = [opened(desk, at=now) for _ in range(2)]
    shown = hidden(client.get("/desk/"), "shown_at")
    page = client.post(SEVERAL, {"step": "ta", "shown_at": shown, "case": chosen[0].pk})
    assert "done with 1 case" in told(client, page)
    services.customer_reply(
        ticket=chosen[1], by=desk.people.asker, body="Det virker nå", now=timezone.now()
    )
    page = client.post(SEVERAL, {"step": "ikke-en-sak", "shown_at": shown, "case": chosen[1].pk})
    assert hidden(page, "shown_at") == shown
    words = told(client, send(client, "ikke-en-sak", chosen[1:], shown_at=shown))
    assert f"{chosen[1].reference} is as it was. It has changed since you chose it." in words
    assert Ticket.objects.get(pk=chosen[1].pk).is_open


@pytest.mark.parametrize("shown", ["", "x", "\x00", "9999-12-31T23:59:59+14:00"])
def test_a_moment_that_means_nothing_is_not_used(desk, now, client, shown):
    ticket = opened(desk, at=now)
    words = told(client, client.post(SEVERAL, {"step": "ta", "shown_at": shown, "case": ticket.pk}))
    assert "done with 1 case" in words


@pytest.mark.parametrize("cases", [[], ["x"], ["-1"], ["9" * 40], ["999999"], ["\x00"]])
def test_without_a_case_that_is_there_one_is_told_to_choose(desk, client, cases):
    response = client.post(SEVERAL, {"step": "ta", "case": cases})
    assert "Choose one or more cases first." in told(client, response)


@pytest.mark.parametrize("slug", ["", "svar", "gjenapne", "vent", "../ta"])
def test_what_is_no_step_for_several_is_not_there(desk, now, client, slug):
    ticket = opened(desk, at=now)
    assert client.post(SEVERAL, {"step": slug, "case": [ticket.pk]}).status_code == 404


def test_nobody_acts_on_cases_they_cannot_see_or_do_not_have(desk, now):
    ticket = opened(desk, at=now)
    hidden_one = opened(desk, at=now)
    Ticket.objects.filter(pk=hidden_one.pk).update(security=True, team=desk.guards)
    hidden_one.involvements.update(team=desk.guards)
    client = signed_in(desk.people.agent)
    words = told(client, send(client, "ta", [ticket, hidden_one]))
    assert "done with 1 case" in words
    assert hidden_one.reference not in words
    assert Ticket.objects.get(pk=hidden_one.pk).assignee is None


@pytest.mark.parametrize("role", ["asker", "manager"])
def test_who_does_not_answer_cases_can_do_nothing(desk, now, role):
    ticket = opened(desk, at=now)
    client = signed_in(getattr(desk.people, role))
    send(client, "ta", [ticket])
    send(client, "ikke-en-sak", [ticket])
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.assignee, stored.is_open) == (None, True)
    html = client.get("/desk/?view=other_teams").content.decode()
    assert 'name="case"' not in html


def test_reading_the_address_is_not_possible(desk, client):
    assert client.get(SEVERAL).status_code == 405


def test_signed_out_while_choosing_leads_to_signing_in(desk, now):
    ticket = opened(desk, at=now)
    client = signed_in(desk.people.agent)
    client.logout()
    assert send(client, "ta", [ticket]).status_code == 403
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_the_queue_has_a_box_for_each_case_and_a_button_for_each_step(desk, now, client):
    tickets = [opened(desk, at=now) for _ in range(2)]
    html = client.get("/desk/").content.decode()
    for ticket in tickets:
        assert f'name="case" value="{ticket.pk}" aria-label="Choose {ticket.reference}"' in html
    form = re.search(r'<form class="desk-several".*?</form>', html, re.S)[0]
    assert re.findall(r'name="step" value="([\w-]+)"', form) == [each.slug for each in FOR_SEVERAL]


@pytest.mark.parametrize("step", ["send-videre", "produkt", "tildel", "duplikat", "ikke-en-sak"])
def test_the_page_asks_as_many_statements_for_one_case_as_for_many(desk, now, client, step):
    def asked(count: int) -> int:
        cases = [opened(desk, at=now).pk for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:
            page = client.post(SEVERAL, {"step": step, "case": cases})
        assert page.status_code == 200
        return len(queries)

    asked(1)
    assert asked(1) == asked(25)


def test_the_case_that_is_kept_is_looked_up_once_for_all(desk, now, client):
    kept, *others = [opened(desk, at=now) for _ in range(25)]

    def asked(cases) -> int:
        with CaptureQueriesContext(connection) as queries:
            page = send(client, "duplikat", cases, number=kept.reference)
        assert "This is the case that is kept." in text_of(page)
        return len(queries)

    asked(others[:1])
    assert asked(others[:1]) == asked(others)


def test_nothing_is_chosen_for_several_beforehand(desk, now, client):
    product = make_product()
    tickets = [opened(desk, at=now, product=product) for _ in range(2)]

    page = client.post(SEVERAL, {"step": "produkt", "case": [each.pk for each in tickets]})
    choices = page.content.decode().split('name="place"')[1].split("</select>")[0]
    assert re.findall(r'value="([^"]*)" selected', choices) == [""]
    refused = send(client, "produkt", tickets, place="")

    assert refused.status_code == 422
    assert "Choose a product, or that there is none." in text_of(refused)
    assert {each.product for each in Ticket.objects.all()} == {product}
    send(client, "produkt", tickets, place="/")
    assert {each.product for each in Ticket.objects.all()} == {None}


@pytest.mark.parametrize(
    ("step", "wrong"), [("produkt", {"place": "finnes/ikke"}), ("duplikat", {"number": "V-99999"})]
)
def test_a_wrong_answer_for_many_asks_as_many_statements_as_for_one(desk, now, client, step, wrong):
    def asked(count: int) -> int:
        cases = [opened(desk, at=now) for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:
            assert send(client, step, cases, **wrong).status_code == 422
        return len(queries)

    asked(1)
    assert asked(1) == asked(10)


def test_more_than_a_page_of_the_queue_is_not_taken_at_once(desk, now, client, monkeypatch):
    monkeypatch.setattr(several, "PAGE_SIZE", 3)
    chosen = [opened(desk, at=now) for _ in range(5)]
    send(client, "ta", chosen)
    assert Ticket.objects.filter(assignee=desk.people.agent).count() == 3


def test_another_person_of_another_organisation_does_not_get_the_merged_case(desk, now, client):
    kept = opened(desk, at=now)
    stranger = make_user(name="Vilde Fossum")
    Ticket.objects.filter(pk=(other := opened(desk, at=now)).pk).update(
        requester=stranger, organisation=None
    )
    words = told(
        client,
        send(client, "duplikat", [kept, other], number=kept.reference, seen=str(kept.pk)),
    )
    assert f"{other.reference} is as it was." in words
    assert Ticket.objects.get(pk=other.pk).is_open
