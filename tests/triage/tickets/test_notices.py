"""What the mails about a case say."""

from __future__ import annotations

import re

import pytest

from dispatch.models import Mail
from tests.triage.tickets.desk import opened

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


def test_somebody_without_an_account_is_greeted_by_the_name_that_was_given(desk):
    opened(desk, requester=None, contact_name="Siv Nes", contact_email="siv@nordlyng.example")
    text = Mail.objects.get(kind="receipt").text
    assert text.startswith("Hei, Siv Nes")
    assert "/saker/" not in text
