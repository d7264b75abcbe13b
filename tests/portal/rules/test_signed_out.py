"""Whoever is signed out while writing rules finds them as written after signing in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.portal.rules.forms import fields, filled
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


@pytest.mark.parametrize(
    ("page", "written"),
    [
        ("rules_promises", {"options-warning_percent": "61"}),
        ("rules_escalations", {"rules-0-at_percent": "62"}),
        ("rules_calendar_edit", {"week-mon": "09.30–14.30"}),
    ],
)
def test_whoever_was_at_the_last_step_is_there_again_with_reason_day_and_cases(
    desk, manager, page, written
):
    confirmed = {"reason": "Vi trenger mer tid", "begins": "2026-12-07", "cases": "new"}
    seen = filled(
        manager.post(
            address(page), {**fields(manager, address(page)), **written, "step": "look"}
        ).content.decode()
    )
    client = Client()

    client.post(address(page), {**seen, **confirmed, "step": "change"})
    client.force_login(desk.people.manager)

    back = fields(client, address(page))
    assert {**written, **confirmed}.items() <= back.items()
    changed = client.post(address(page), {**back, "step": "change"})
    assert changed.status_code == 302 and PolicyVersion.objects.count() == 2


def test_a_last_step_kept_with_nothing_new_or_with_errors_is_shown_as_it_was_written(desk, manager):
    page = reverse("rules_escalations")
    as_it_is = fields(manager, page)
    for written in ({}, {"rules-0-at_percent": "mye"}):
        client = Client()
        client.post(page, {**as_it_is, **written, "reason": "Fordi", "step": "change"})
        client.force_login(desk.people.manager)
        shown = client.get(page)
        assert shown.status_code == 200 and "confirm" not in shown.context
        assert written.items() <= filled(shown.content.decode()).items()
