"""Every action of the desk through its page: done, refused in the wrong state, text kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.desk.steps import BY_SLUG, STEPS
from tests.portal.desk.pages import address, hidden, signed_in, text_of
from tests.triage.tickets.desk import MINUTE, in_status, opened
from triage.tickets import services
from triage.tickets.models import Ticket
from triage.tickets.states import Status, allowed_actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now() - 30 * MINUTE


def filled_in(desk, slug: str, other: Ticket) -> dict:
    """What somebody would fill in on the page of an action."""
    return {
        "tildel": {"to": desk.people.colleague.pk},
        "produkt": {"place": "maskinporten/scope"},
        "type": {"case_type": "incident"},
        "sprak": {"language": "nn"},
        "prioritet": {"impact": 2, "urgency": 1, "severity": "B", "reason": "Flere rammet"},
        "send-videre": {"team": desk.second.pk, "reason": "unsure", "tried": "Prøvd i test"},
        "send-tilbake": {"reason": "Fant svaret"},
        "spor-om-rad": {"team": desk.second.pk, "question": "Kjent feil?"},
        "vent": {"reason": "Leverandøren"},
        "duplikat": {"number": other.reference, "seen": other.pk},
        "gjenapne": {"reason": "Ikke løst likevel"},
    }.get(slug, {})


CHANGES = {
    "ta": lambda ticket, desk: ticket.assignee == desk.people.agent,
    "fortsett": lambda ticket, desk: ticket.status == Status.IN_PROGRESS,
    "tildel": lambda ticket, desk: ticket.assignee == desk.people.colleague,
    "produkt": lambda ticket, desk: (ticket.product, ticket.topic) == (desk.product, desk.topic),
    "type": lambda ticket, desk: ticket.case_type == "incident",
    "sprak": lambda ticket, desk: ticket.language == "nn",
    "prioritet": lambda ticket, desk: (ticket.priority, ticket.severity) == ("P2", "B"),
    "send-videre": lambda ticket, desk: ticket.team == desk.second,
    "send-tilbake": lambda ticket, desk: ticket.team == desk.first,
    "spor-om-rad": lambda ticket, desk: ticket.involvements.filter(team=desk.second).exists(),
    "vent": lambda ticket, desk: ticket.status == Status.WAITING_THIRD_PARTY,
    "duplikat": lambda ticket, desk: ticket.close_reason == "duplicate",
    "ikke-en-sak": lambda ticket, desk: ticket.close_reason == "not_a_case",
    "gjenapne": lambda ticket, desk: ticket.status == Status.IN_PROGRESS,
}
BEGINS_IN = {
    "fortsett": Status.WAITING_CUSTOMER,
    "vent": Status.IN_PROGRESS,
    "gjenapne": Status.RESOLVED,
    "send-tilbake": Status.IN_PROGRESS,
}


def test_every_action_has_its_check_here():
    assert set(CHANGES) == set(BY_SLUG)


@pytest.mark.parametrize("slug", CHANGES)
def test_each_action_is_done_from_its_page(desk, now, slug):
    ticket = in_status(desk, BEGINS_IN.get(slug, Status.NEW), at=now)
    if slug == "send-tilbake":
        services.hand_over(
            ticket=ticket, by=desk.people.agent, to=desk.second, reason="unsure", tried="x",
            now=now + 2 * MINUTE,
        )  # fmt: skip
    other = opened(desk, at=now)
    client = signed_in(desk.people.agent)
    page = client.get(address(ticket, slug))
    assert page.status_code == 200
    assert 'method="post"' in page.content.decode()
    response = client.post(address(ticket, slug), filled_in(desk, slug, other))
    assert response.status_code == 302
    assert CHANGES[slug](Ticket.objects.get(pk=ticket.pk), desk)
    done = text_of(client.get(response["Location"]))
    assert f"{ticket.reference}: {BY_SLUG[slug].done}" in done


@pytest.mark.parametrize("status", Status)
def test_an_action_in_the_wrong_state_is_refused_and_what_was_written_is_kept(desk, now, status):
    client = signed_in(desk.people.agent)
    other = opened(desk, at=now)
    for step in STEPS:
        if step.action in allowed_actions(status):
            continue
        ticket = in_status(desk, status, at=now)
        fields = filled_in(desk, step.slug, other)
        response = client.post(address(ticket, step.slug), fields)
        stored = Ticket.objects.get(pk=ticket.pk)
        assert (stored.status, stored.version) == (status, ticket.version), step.slug
        if step.asks is None:
            response = client.get(response["Location"])
        else:
            assert response.status_code == 409
            for words in ("tried", "question", "reason"):
                if words in fields:
                    assert str(fields[words]) in response.content.decode()
        assert "not possible as the case stands now" in text_of(response), step.slug


@pytest.mark.parametrize("status", Status)
def test_the_page_offers_only_what_the_state_allows(desk, now, status):
    ticket = in_status(desk, status, at=now)
    html = signed_in(desk.people.agent).get(address(ticket)).content.decode()
    offered = set(re.findall(rf"/desk/saker/{ticket.reference}/([a-z-]+)/", html))
    allowed = {step.slug for step in STEPS if step.action in allowed_actions(status)}
    assert offered - {"svar", "notat", "foresla"} <= allowed


def test_what_needs_words_is_a_link_to_its_page_and_the_rest_a_button(desk, now):
    ticket = opened(desk, at=now)
    html = signed_in(desk.people.agent).get(address(ticket)).content.decode()
    row = re.search(r'<div class="desk-buttons".*?</div>', html, re.S)[0]
    links = set(re.findall(r'<a [^>]*href="[^"]*/([\w-]+)/"', row))
    buttons = set(re.findall(r'<form [^>]*action="[^"]*/([\w-]+)/"', row))
    assert links == {"send-videre", "spor-om-rad", "duplikat", "ikke-en-sak"}
    assert buttons == {"ta"}


def test_a_case_that_ended_long_ago_goes_on_in_a_new_one_and_each_page_leads_to_the_other(
    desk, now
):
    ended = in_status(desk, Status.RESOLVED, at=now - timedelta(days=15))
    client = signed_in(desk.people.agent)
    assert "A new case is opened, linked with it" in text_of(client.get(address(ended, "gjenapne")))
    response = client.post(address(ended, "gjenapne"), {"reason": "Det feiler igjen"})
    new = Ticket.objects.get(continues=ended)
    assert response["Location"] == address(new)
    page = text_of(client.get(address(new)))
    assert f"It goes on in {new.reference}, a new case." in page
    assert f"Goes on from {ended.reference}" in page
    assert f"Opened the case, which goes on from {ended.reference}" in page
    html = client.get(address(ended)).content.decode()
    assert f'href="{address(new)}"' in html
    assert "gjenapne" not in html
    again = client.post(address(ended, "gjenapne"), {"reason": "Enda en gang"})
    assert again.status_code == 409
    assert f"The case goes on in {new.reference} already." in text_of(again)


def test_whoever_raises_a_priority_reads_first_that_a_deadline_may_have_run_out(desk, now):
    ticket = opened(desk, at=now)
    client = signed_in(desk.people.agent)
    for part in ("", "prioritet"):
        page = text_of(client.get(address(ticket, part)))
        assert page.count("The deadlines count from when the case came in") == 1, part
    assert "count from when" not in text_of(client.get(address(ticket, "type")))


def test_an_action_that_is_not_possible_leads_back_to_the_case(desk, now):
    ticket = in_status(desk, Status.CLOSED, at=now)
    response = signed_in(desk.people.agent).get(address(ticket, "send-videre"), follow=True)
    assert response.redirect_chain[-1][0] == address(ticket)
    assert "not possible" in text_of(response)


@pytest.mark.parametrize("slug", CHANGES)
def test_nobody_outside_the_team_does_anything(desk, now, slug):
    ticket = opened(desk, at=now)
    services.consult(ticket=ticket, by=desk.people.agent, team=desk.third, question="?", now=now)
    version = ticket.version
    fields = filled_in(desk, slug, opened(desk, at=now))
    for person in (desk.people.manager, desk.people.outsider):
        response = signed_in(person).post(address(ticket, slug), fields)
        assert response.status_code in (302, 403, 409, 422)
    assert Ticket.objects.get(pk=ticket.pk).version == version


@pytest.mark.parametrize(
    ("slug", "fields", "words"),
    [
        ("send-videre", {"reason": "unsure", "tried": "Lang forklaring"}, "Lang forklaring"),
        ("send-videre", {"team": "99999", "reason": "unsure", "tried": "x1y2"}, "x1y2"),
        ("send-videre", {"team": "x", "reason": "xx", "tried": "x1y2"}, "x1y2"),
        ("prioritet", {"impact": "9", "urgency": "1", "reason": "Fordi det"}, "Fordi det"),
        ("prioritet", {"impact": "1", "urgency": "1", "reason": " "}, ""),
        ("produkt", {"place": "finnes/ikke"}, ""),
        ("type", {"case_type": "<script>"}, ""),
        ("tildel", {"to": "99999"}, ""),
        ("duplikat", {"number": "V-99999"}, "V-99999"),
        ("duplikat", {"number": "<script>alert(1)</script>"}, "&lt;script&gt;"),
    ],
)
def test_wrong_fields_change_nothing_and_are_shown_again(desk, now, slug, fields, words):
    ticket = opened(desk, at=now)
    response = signed_in(desk.people.agent).post(address(ticket, slug), fields)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "<script>alert" not in response.content.decode()
    assert Ticket.objects.get(pk=ticket.pk).version == ticket.version


@pytest.mark.parametrize(
    ("slug", "label"),
    [
        ("send-tilbake", "What you found, and what the first line should do"),
        ("vent", "Whom the case waits for, and for what"),
        ("gjenapne", "What is missing"),
    ],
)
def test_an_empty_field_of_a_step_is_told_by_its_own_label_with_a_sentence_that_fits_it(
    desk, now, slug, label
):
    begins = Status.RESOLVED if slug == "gjenapne" else Status.IN_PROGRESS
    ticket = in_status(desk, begins, at=now)
    if slug == "send-tilbake":
        services.hand_over(
            ticket=ticket, by=desk.people.agent, to=desk.second, reason="unsure", tried="x", now=now
        )
    response = signed_in(desk.people.agent).post(address(ticket, slug), {"reason": " "})
    assert response.status_code == 422
    page, html = text_of(response), response.content.decode()
    assert f"{label}: Write a few words about this." in page and "Say why" not in page
    field = re.search(r'<textarea name="reason"[^>]*>', html)[0]
    assert f'aria-describedby="{slug}-reason_error"' in field and 'aria-invalid="true"' in field
    assert f'id="{slug}-reason_error"' in html and "data-takes-focus" in html


def test_a_case_of_another_cannot_be_named_as_the_one_to_keep(desk, now):
    ticket = opened(desk, at=now)
    services.hand_over(
        ticket=ticket, by=desk.people.agent, to=desk.second, reason="unsure", tried="x", now=now
    )
    hidden_from_expert = opened(desk, at=now, subject="Hemmelig")
    response = signed_in(desk.people.expert).post(
        address(ticket, "duplikat"), {"number": hidden_from_expert.reference}
    )
    assert response.status_code == 422
    assert "There is no such case" in text_of(response)
    assert "Hemmelig" not in text_of(response)


def test_the_case_that_is_kept_is_shown_before_another_is_merged_into_it(desk, now):
    ticket = opened(desk, at=now)
    kept = opened(desk, at=now, subject="Feil <b>kode</b>")
    wrong = opened(desk, at=now, subject="En annen sak")
    client = signed_in(desk.people.agent)
    there = address(ticket, "duplikat")
    first = client.post(there, {"number": kept.reference})
    assert first.status_code == 200
    assert f"{kept.reference} · Feil <b>kode</b>" in text_of(first)
    assert "<b>kode</b>" not in first.content.decode()
    seen = hidden(first, "seen")
    assert seen == str(kept.pk)

    other = client.post(there, {"number": wrong.reference, "seen": seen})
    assert f"{wrong.reference} · En annen sak" in text_of(other)
    ticket.refresh_from_db()
    assert ticket.duplicate_of is None

    client.post(there, {"number": kept.reference, "seen": seen})
    ticket.refresh_from_db()
    assert ticket.duplicate_of == kept


def test_cases_it_may_be_the_same_as_are_offered_and_one_is_shown_by_a_press(desk, now):
    ticket = opened(desk, at=now)
    kept = opened(desk, at=now, subject="Samme feil")
    solved = opened(desk, at=now, subject="Løst for lenge siden")
    services.take_ticket(ticket=solved, by=desk.people.agent, now=now)
    services.mark_not_a_case(ticket=solved, by=desk.people.agent, now=now)
    client = signed_in(desk.people.agent)
    page = client.get(address(ticket, "duplikat"))
    assert f"{kept.reference} · Samme feil" in text_of(page)
    assert "Løst for lenge siden" not in text_of(page)
    assert f"{ticket.reference} · " not in text_of(page).split("may be the same as")[1]
    # The press sends the empty field and the button, in that order.
    pressed = client.post(address(ticket, "duplikat"), {"number": ["", kept.reference]})
    assert pressed.status_code == 200
    assert "Press once more" in text_of(pressed)
    assert "may be the same as" not in text_of(pressed)
    assert hidden(pressed, "seen") == str(kept.pk)


def test_handing_over_shows_the_load_of_each_team_first(desk, now):
    ticket, other = opened(desk, at=now), opened(desk, at=now)
    services.hand_over(
        ticket=other, by=desk.people.agent, to=desk.second, reason="unsure", tried="x", now=now
    )
    page = text_of(signed_in(desk.people.agent).get(address(ticket, "send-videre")))
    assert re.search(r"Autorisasjon 1 \d+ \w+ \d{4}", page)
    assert re.search(r"Plattform 0 –", page)


def test_a_case_that_leaves_the_desk_leads_to_the_next_one(desk, now):
    first, second = opened(desk, at=now - 9 * MINUTE), opened(desk, at=now)
    response = signed_in(desk.people.agent).post(address(first, "ikke-en-sak", "view=unassigned"))
    assert response["Location"] == address(second, query="view=unassigned")


def test_the_second_line_hands_back_and_is_led_on(desk, now):
    ticket = opened(desk, at=now)
    services.hand_over(
        ticket=ticket, by=desk.people.agent, to=desk.second, reason="unsure", tried="x", now=now
    )
    client = signed_in(desk.people.expert)
    response = client.post(address(ticket, "send-tilbake"), {"reason": "Se artikkelen"})
    assert client.get(response["Location"]).status_code == 200
    assert Ticket.objects.get(pk=ticket.pk).team == desk.first
