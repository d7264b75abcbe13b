"""A manager tries rules on months that have passed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.portal.rules.forms import fields, filled
from tests.triage.tickets.desk import opened
from triage.reporting.models import WhatIf
from triage.reporting.trying_rules import count_batch
from triage.tickets import services
from triage.tickets.models import RuleChange, Ticket

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAGE = "/tjenestemodell/hva-om/"
PROMISES = "/tjenestemodell/lofter/"
CALENDAR = "/tjenestemodell/kalender/service_hours/endre/"
SHORTER = {"rules-3-first_response": "2", "rules-3-first_response_unit": "hours"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def october(desk) -> list[Ticket]:
    """Questions that came in during October and were answered after 1, 3 and 30 hours."""
    found = []
    for hours in (1, 3, 30):
        ticket = opened(desk, at=MONDAY, case_type="question")
        services.reply(ticket=ticket, by=desk.people.agent, body="Svar", now=MONDAY + hours * HOUR)
        found.append(ticket)
    return found


def counted() -> WhatIf:
    """The only trial, once the worker is through."""
    asked = WhatIf.objects.get()
    while count_batch(asked.pk, now=timezone.now(), batch=200):
        pass
    asked.refresh_from_db()
    return asked


def words(html: str) -> str:
    """The page's text on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def tried_from_promises(client: Client, **changed: str):
    """What answers when a draft of the promises is tried on past months from its look."""
    sent = fields(client, PROMISES, **changed)
    looked = filled(client.post(PROMISES, {**sent, "step": "look"}).content.decode())
    return client.post(PROMISES, {**looked, "months": "1", "step": "try_on_months"})


def test_a_draft_is_tried_from_where_it_is_written_and_nothing_is_changed(manager, october):
    answer = tried_from_promises(manager, **SHORTER)
    asked = counted()
    assert answer.url == reverse("rules_what_if", args=[asked.pk])
    assert not RuleChange.objects.exists()
    html = words(manager.get(answer.url).content.decode())
    assert "3 saker ble regnet på nytt, og fristene er annerledes i 3." in html
    assert "Av svarfristene ville 33 % vært holdt" in html
    assert "Oktober 2026" in html
    assert "2 timer" in html  # what was written otherwise


def test_a_draft_of_a_calendar_is_tried_too(manager, october):
    sent = fields(manager, CALENDAR, **{"week-mon": "08.00–08.30"})
    looked = filled(manager.post(CALENDAR, {**sent, "step": "look"}).content.decode())
    answer = manager.post(CALENDAR, {**looked, "months": "1", "step": "try_on_months"})
    assert answer.status_code == 302
    assert counted().changed == 3


def test_rules_of_telling_decide_no_deadline_and_are_not_tried(manager):
    address = "/tjenestemodell/varsling/"
    sent = {**fields(manager, address), "step": "look"}
    assert "try_on_months" not in manager.post(address, sent).content.decode()


def test_stored_rules_are_tried_from_the_list_and_found_again(manager, october):
    answer = manager.post(PAGE, fields(manager, PAGE, months="1"))
    asked = counted()
    assert answer.url == reverse("rules_what_if", args=[asked.pk])
    assert "fristene er annerledes i 0" in words(manager.get(answer.url).content.decode())
    listed = words(manager.get(PAGE).content.decode())
    assert "Oktober 2026" in listed
    assert "Lise Leder" in listed


@pytest.mark.parametrize("sent", [{}, {"months": "5"}, {"months": "1", "version": "999999"}])
def test_what_cannot_be_tried_is_said(manager, sent):
    answer = manager.post(PAGE, sent)
    assert answer.status_code == 422
    assert "ds-error-summary" in answer.content.decode()
    assert not WhatIf.objects.exists()


def test_half_the_figures_are_not_shown(manager, october):
    answer = manager.post(PAGE, fields(manager, PAGE, months="1"))
    count_batch(WhatIf.objects.get().pk, now=NOW, batch=2)
    html = words(manager.get(answer.url).content.decode())
    assert "2 av 3 saker er talt så langt." in html
    assert "Svarfrist, slik det var" not in html
    assert manager.get(f"{answer.url}kind.csv").status_code == 404
    assert manager.get(f"{answer.url}alle.xlsx").status_code == 404


def test_months_without_cases_are_said_to_be_empty(manager):
    answer = manager.post(PAGE, fields(manager, PAGE, months="1"))
    counted()
    assert "Ingen saker kom inn i disse månedene." in words(
        manager.get(answer.url).content.decode()
    )


def test_cases_that_move_most_are_links_for_those_who_may_read_them(manager, desk, october):
    answer = tried_from_promises(manager, **SHORTER)
    counted()
    html = manager.get(answer.url).content.decode()
    assert reverse("desk_case", args=[october[0].pk]) in html
    Ticket.objects.filter(pk=october[0].pk).update(security=True)
    html = manager.get(answer.url).content.decode()
    assert reverse("desk_case", args=[october[0].pk]) not in html


def test_tables_are_downloaded(manager, october):
    manager.post(PAGE, fields(manager, PAGE, months="1"))
    asked = counted()
    address = reverse("rules_what_if", args=[asked.pk])
    csv = manager.get(f"{address}kind.csv")
    assert csv["Content-Type"].startswith("text/csv")
    assert "Svarfrist;3;" in csv.content.decode()
    assert manager.get(f"{address}alle.xlsx").content.startswith(b"PK")
    assert manager.get(f"{address}case-type.xlsx").status_code == 200
    assert manager.get(f"{address}weather.csv").status_code == 404


def test_a_trial_takes_as_many_statements_with_many_cases(manager, desk, october):
    manager.post(PAGE, fields(manager, PAGE, months="1"))
    address = reverse("rules_what_if", args=[counted().pk])

    def statements() -> int:
        manager.get(address)
        with CaptureQueriesContext(connection) as captured:
            manager.get(address)
        return len(captured)

    few = statements()
    for number in range(25):
        opened(desk, at=MONDAY + number * HOUR, case_type="incident")
    WhatIf.objects.all().delete()
    manager.post(PAGE, fields(manager, PAGE, months="1"))
    address = reverse("rules_what_if", args=[counted().pk])
    assert statements() == few


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_pages_are_in_the_readers_language(manager, october, language):
    manager.cookies["language"] = language
    manager.post(PAGE, fields(manager, PAGE, months="1"))
    html = manager.get(reverse("rules_what_if", args=[counted().pk])).content.decode()
    said = {
        "nb": "Regler prøvd på tidligere måneder",
        "nn": "Reglar prøvde på tidlegare månader",
        "en": "Rules tried on past months",
    }
    assert said[language] in html
