"""A manager adds a calendar, writes its hours and lets a promise count by it."""

from __future__ import annotations

import pytest

from tests.portal.desk.pages import text_of
from tests.portal.rules.forms import fields, filled
from triage.sla.calendar import frames
from triage.sla.service_model import current_service_model, service_model
from triage.tickets.models import RuleChange

NEW = "/tjenestemodell/kalender/ny/"
WRITTEN = {"name": "Vakt på kvelden", "base": "always", "reason": "Flere ringer om kvelden"}


def test_a_calendar_begins_as_a_copy_and_its_hours_are_written_next(manager):
    answer = manager.post(NEW, WRITTEN)
    change = RuleChange.objects.get()
    assert (change.reason, change.for_open_cases) == ("Flere ringer om kvelden", False)
    model = current_service_model(change.at)
    made = model.calendars["vakt-på-kvelden"]
    assert made.weekly == model.calendars["always"].weekly
    assert made.name == "vakt-på-kvelden"

    page = manager.get(answer.url)
    assert page.status_code == 200 and "Endre «Vakt på kvelden»" in text_of(page)
    sent = fields(manager, answer.url) | {f"week-{day}": "16–21" for day in ("mon", "tue")}
    sent = filled(manager.post(answer.url, {**sent, "step": "look"}).content.decode())
    manager.post(answer.url, {**sent, "step": "change", "reason": "Til 21", "cases": "new"})
    week = service_model(RuleChange.objects.first().after_id).calendars[made.name].weekly
    assert week[0] == week[1] == frames(("16:00", "21:00"))
    assert "Vakt på kvelden" in text_of(manager.get("/tjenestemodell/"))
    assert "Vakt på kvelden" in text_of(manager.get("/tjenestemodell/lofter/"))
    history = text_of(manager.get(f"/tjenestemodell/endringer/{change.pk}/"))
    assert "Ny kalender" in history and "man–søn 00.00–24.00" in history


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Skriv hva kalenderen heter."),
        ({"name": "«!»"}, "Bruk bokstaver eller tall i navnet."),
        ({"name": "Service hours"}, "Det finnes allerede en kalender med det navnet."),
        ({"name": "Åpningstid for hjelp"}, "Det finnes allerede en kalender med det navnet."),
        ({"name": "service_hours"}, "Det finnes allerede en kalender med det navnet."),
        ({"name": "alltid åpent"}, "Det finnes allerede en kalender med det navnet."),
        ({"name": "x" * 61}, "60"),
        ({"base": "<script>"}, "script"),
        ({"reason": " "}, "Skriv hvorfor kalenderen trengs."),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_is_changed(manager, wrong, said):
    answer = manager.post(NEW, WRITTEN | wrong)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "<script>" not in answer.content.decode().partition("<form method")[2][:4000]
    assert not RuleChange.objects.exists()


def test_sent_twice_it_is_there_once(manager):
    manager.post(NEW, WRITTEN)
    assert manager.post(NEW, WRITTEN).status_code == 422
    assert RuleChange.objects.count() == 1


@pytest.mark.parametrize("language", ["nn", "en"])
def test_the_page_is_in_the_readers_language(manager, language):
    manager.cookies["language"] = language
    said = {"nn": "Legg til ein kalender", "en": "Add a calendar"}[language]
    assert said in text_of(manager.get(NEW))
