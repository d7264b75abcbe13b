"""What the mails about a case say."""

from __future__ import annotations

import re

import pytest

from dispatch.models import Mail
from tests.triage.tickets.desk import NOW, opened
from triage.tickets import services

pytestmark = pytest.mark.django_db

MAILS = {
    "nb": ("Hei, Kari Vik", r"Du får svar innen \w+dag \d+\. \w+ 20\d\d kl\. \d\d\.\d\d\."),
    "nn": ("Hei, Kari Vik", r"Du får svar innan \w+dag \d+\. \w+ 20\d\d kl\. \d\d\.\d\d\."),
    "en": ("Hello, Kari Vik", r"You will have an answer by \w+day \d+ \w+ 20\d\d, \d\d:\d\d\."),
}
NO_REPLY = {
    "nb": "Du kan ikke svare på denne e-posten.",
    "nn": "Du kan ikkje svare på denne e-posten.",
    "en": "You cannot reply to this mail.",
}


@pytest.mark.parametrize("language", list(MAILS))
def test_the_receipt_greets_promises_a_day_by_name_and_says_not_to_reply(desk, language):
    opened(desk, language=language)

    text = Mail.objects.get(kind="receipt").text

    greeting, promise = MAILS[language]
    assert text.startswith(greeting)
    assert re.search(promise, text), text
    assert text.rstrip().endswith(NO_REPLY[language])
    assert "invalid_grant" not in text


def test_a_team_is_told_whether_it_has_the_case_or_is_asked_for_advice(desk):
    ticket = opened(desk)
    by = {"ticket": ticket, "by": desk.people.agent, "now": NOW}
    services.consult(team=desk.third, question="?", **by)
    services.hand_over(to=desk.second, reason="needs_logs", tried="Alt", **by)

    asked, given = Mail.objects.filter(kind="handed_over").order_by("pk")

    assert asked.subject == f"Teamet ditt blir spurt om råd i sak {ticket.reference}"
    assert "Saken blir der den er." in asked.text and "har fått sak" not in asked.text
    assert given.subject == f"Teamet ditt har fått sak {ticket.reference}"
    assert "spurt om" not in given.text


def test_somebody_without_an_account_is_greeted_by_the_name_that_was_given(desk):
    opened(desk, requester=None, contact_name="Siv Nes", contact_email="siv@nordlyng.example")
    text = Mail.objects.get(kind="receipt").text
    assert text.startswith("Hei, Siv Nes")
    assert "/saker/" not in text
