"""Whoever is signed out while writing rules finds them as written after signing in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.portal.rules.forms import fields
from triage.sla.models import PolicyVersion
from triage.sla.service_model import current_service_model

# The pages alone; what they change is tested on both databases in triage/tickets.
pytestmark = pytest.mark.sqlite

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def address(page: str) -> str:
    """The page's address; a calendar of the example for the one that edits calendars."""
    if page != "rules_calendar_edit":
        return reverse(page)
    return reverse(page, args=[sorted(current_service_model(NOW).calendars)[0]])


@pytest.mark.parametrize(
    ("page", "written"),
    [
        ("rules_promises", {"options-warning_percent": "61", "rules-0-case_types": ["question"]}),
        ("rules_escalations", {"rules-0-at_percent": "62"}),
        ("rules_agreements", {"agreements-count": "1", "agreements-0-length": "7"}),
        ("rules_calendar_edit", {"week-mon": "09.30–14.30"}),
    ],
)
def test_rules_written_when_the_session_ended_are_there_after_signing_in(
    desk, manager, page, written
):
    sent = {**fields(manager, address(page)), **written}
    versions = PolicyVersion.objects.count()
    client = Client()

    client.post(address(page), {**sent, "step": "look"})
    client.force_login(desk.people.manager)

    assert written.items() <= fields(client, address(page)).items()
    assert not written.items() <= fields(client, address(page)).items(), "given out once"
    assert PolicyVersion.objects.count() == versions
