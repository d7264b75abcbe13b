"""Whoever is signed out while writing rules finds them as written after signing in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.rules.changing import DIFFERENT
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


def looked_at(client: Client, page: str, written: dict) -> dict:
    """What the page sends at its last step, after a look at what is written."""
    sent = {**fields(client, page), **written, "step": "look"}
    return filled(client.post(page, sent).content.decode())


def is_warned(shown: HttpResponse) -> bool:
    """Whether a page says that something is different from what was looked at."""
    return DIFFERENT in [each.message for each in shown.context["messages"]]


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
    seen = looked_at(manager, address(page), written)
    client = Client()

    client.post(address(page), {**seen, **confirmed, "step": "change"})
    client.force_login(desk.people.manager)

    back = fields(client, address(page))
    assert {**written, **confirmed}.items() <= back.items()
    changed = client.post(address(page), {**back, "step": "change"})
    assert changed.status_code == 302 and PolicyVersion.objects.count() == 2


def test_what_a_colleague_changed_meanwhile_is_warned_about_at_the_last_step(desk, manager):
    page = reverse("rules_promises")
    mine, theirs = (
        looked_at(manager, page, {"options-warning_percent": percent}) for percent in ("61", "62")
    )
    undisturbed, client = Client(), Client()
    for each in (undisturbed, client):
        each.post(page, {**mine, "reason": "Vi trenger mer tid", "step": "change"})
        each.force_login(desk.people.manager)

    assert not is_warned(undisturbed.get(page))
    manager.post(page, {**theirs, "reason": "Først", "cases": "new", "step": "change"})
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        back = client.get(page)

    assert PolicyVersion.objects.count() == 2
    assert is_warned(back)
    assert filled(back.content.decode())["reason"] == "Vi trenger mer tid"


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
