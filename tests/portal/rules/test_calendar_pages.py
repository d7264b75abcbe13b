"""A manager looks at a calendar, tries a date on it, and changes it with open eyes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from dispatch import outbox
from tests.portal.desk.pages import text_of
from tests.portal.rules.forms import fields, filled
from tests.triage.tickets.sweeps import all_differences, incident
from triage.sla.calendar import calendar_to_json
from triage.sla.models import CalendarVersion
from triage.sla.policy import DEFAULT_CALENDARS
from triage.sla.service_model import current_service_model, service_model, store_example
from triage.tickets.models import RuleChange

# The pages alone; what they change is tested on both databases in triage/tickets.
pytestmark = pytest.mark.sqlite

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PAGE = "/tjenestemodell/kalender/service_hours/"
EDIT = f"{PAGE}endre/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def next_row(sent: dict[str, str]) -> int:
    """The number of the first blank row of single days."""
    return int(sent["days-INITIAL_FORMS"])


def fields_of_question(page) -> dict[str, str]:
    """What the form that tries a date holds."""
    return {
        name: found[1]
        for name in ("day", "clock")
        if (found := re.search(rf'name="{name}" value="([^"]*)"', page.content.decode()))
    }


def with_day(client: Client, day: str, hours: str = "", name: str = "Flytting") -> dict[str, str]:
    """The form with one more single day."""
    sent = fields(client, EDIT)
    row = next_row(sent)
    return {**sent, f"days-{row}-day": day, f"days-{row}-hours": hours, f"days-{row}-name": name}


def looked_at(client: Client, sent: dict[str, str]) -> dict[str, str]:
    """What the page holds after a look at what changes."""
    answer = client.post(EDIT, {**sent, "step": "look"})
    assert answer.status_code == 200, answer.content.decode()
    return filled(answer.content.decode())


def test_the_page_shows_the_year_and_the_days_that_differ(manager):
    html = manager.get(PAGE, {"year": "2026"}).content.decode()
    assert "torsdag 14. mai: stengt (Kristi himmelfartsdag)" in html
    assert "torsdag 24. desember: 08.00–12.00" in html
    assert html.count('class="rules-month"') == 12


def test_a_date_is_tried_on_the_calendar_with_the_way_there(manager):
    asked = {"day": "2026-12-23", "clock": "14:00", "amount": "8", "unit": "hours"}
    html = manager.get(PAGE, asked).content.decode()
    assert "onsdag 23. desember kl. 14.00" in html
    assert "mandag 28. desember kl. 12.15" in html  # 1 h 45, 4 h on 24 December, then from 10.00
    assert "1. juledag" in html


@pytest.mark.parametrize(
    "asked",
    [
        {"day": "i morgen", "clock": "14:00", "amount": "8", "unit": "hours"},
        {"day": "2026-12-23", "clock": "25:00", "amount": "8", "unit": "hours"},
        {"day": "2026-12-23", "clock": "14:00", "amount": "-1", "unit": "hours"},
        {"day": "2026-12-23", "clock": "14:00", "amount": "8", "unit": "years"},
        {"day": "0001-01-01", "clock": "14:00", "amount": "8", "unit": "days"},
    ],
)
def test_a_question_that_cannot_be_read_is_answered_with_what_to_write(manager, asked):
    html = manager.get(PAGE, asked).content.decode()
    assert "ds-error-summary" in html


@pytest.mark.parametrize("year", ["", "abcd", "99999", "1", "²⁰²⁶", "2026"])
def test_any_year_in_the_address_gives_a_page(manager, year):
    assert manager.get(PAGE, {"year": year}).status_code == 200


def test_the_form_as_it_stands_is_the_calendar_in_force(manager):
    answer = manager.post(EDIT, {**fields(manager, EDIT), "step": "look"})
    assert answer.status_code == 422
    assert "Ingenting er annerledes" in answer.content.decode()


def test_a_look_says_what_changes_and_changes_nothing(manager, desk):
    incident(desk, at=NOW)
    html = manager.post(EDIT, {**with_day(manager, "2026-11-24"), "step": "look"}).content.decode()
    assert "Frister flyttes i 1 av 1 åpen sak." in html
    assert "tirsdag 24. november: stengt (Flytting) – <b>endret</b>" in html
    assert not RuleChange.objects.exists()


def test_the_change_is_made_with_a_reason_and_open_cases_follow(manager, desk):
    ticket = incident(desk, at=NOW)
    before = ticket.next_due_at
    sent = looked_at(manager, with_day(manager, "2026-11-24"))
    answer = manager.post(EDIT, {**sent, "step": "change", "reason": "Vi flytter", "cases": "open"})
    change = RuleChange.objects.get()
    assert answer.headers["Location"] == reverse("rules_change", args=[change.pk])
    assert "flere følger" in manager.get(answer.headers["Location"]).content.decode()
    outbox.drain(NOW, topics=["rules_changed"])
    ticket.refresh_from_db()
    assert ticket.next_due_at > before
    html = manager.get(answer.headers["Location"]).content.decode()
    assert "1 åpen sak fikk de nye reglene." in html
    assert "Vi flytter" in html
    assert all_differences(NOW) == []


def test_new_cases_alone_can_get_the_new_rules(manager, desk):
    ticket = incident(desk, at=NOW)
    sent = looked_at(manager, with_day(manager, "2026-11-24"))
    manager.post(EDIT, {**sent, "step": "change", "reason": "Vi flytter", "cases": "new"})
    assert outbox.drain(NOW, topics=["rules_changed"]) == 0
    assert current_service_model(NOW).version_id != ticket.policy_id


def test_what_was_not_looked_at_is_not_changed(manager):
    sent = looked_at(manager, with_day(manager, "2026-11-24"))
    sent["week-fri"] = "08.00–12.00"
    answer = manager.post(EDIT, {**sent, "step": "change", "reason": "Fordi", "cases": "new"})
    assert answer.status_code == 409
    assert not RuleChange.objects.exists()
    assert 'value="08.00–12.00"' in answer.content.decode()


def test_of_two_managers_the_second_sees_what_the_first_did_before_changing_anything(manager, desk):
    sent = looked_at(manager, with_day(manager, "2026-12-01"))
    others = looked_at(manager, with_day(manager, "2026-12-02"))
    manager.post(EDIT, {**sent, "step": "change", "reason": "Først", "cases": "new"})
    answer = manager.post(EDIT, {**others, "step": "change", "reason": "Så", "cases": "new"})
    assert answer.status_code == 409
    assert RuleChange.objects.count() == 1


def test_without_a_reason_nothing_is_changed_and_what_was_typed_stays(manager):
    sent = looked_at(manager, with_day(manager, "2026-11-24"))
    answer = manager.post(EDIT, {**sent, "step": "change", "reason": " ", "cases": "open"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Skriv hvorfor reglene endres." in html
    assert 'value="2026-11-24"' in html
    assert not RuleChange.objects.exists()


def test_a_calendar_that_never_opens_is_refused(manager):
    sent = fields(manager, EDIT)
    blank = {name: "" for name in sent if name.startswith("week-") and "country" not in name}
    seasons = {name: "" for name in sent if name.startswith("seasons-") and name.endswith("hours")}
    answer = manager.post(EDIT, {**sent, **blank, **seasons, "step": "look"})
    assert answer.status_code == 422
    assert "aldri vært åpen" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("week-mon", "åtte", "kan ikke leses som åpningstid"),
        ("seasons-0-first", "32.05", "ikke en dag i året"),
        ("seasons-0-hours", "hverdager 8–15", "kan ikke leses"),
        ("seasons-0-name", "", "Gi sesongen et navn"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_in_the_summary(manager, field, value, said):
    answer = manager.post(EDIT, {**fields(manager, EDIT), field: value, "step": "look"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count(said) == 2
    assert f'href="#id_{field}"' in html


@pytest.mark.parametrize(
    ("day", "hours", "name", "said"),
    [
        ("", "8–12", "Avslutning", "Velg datoen."),
        ("2026-12-31", "8–12", "", "Si hvorfor"),
        ("1850-01-01", "", "Før", "mellom 2000 og 2099"),
        ("31.13.2026", "", "Feil", "Skriv en dato"),
    ],
)
def test_a_single_day_needs_a_date_and_a_reason(manager, day, hours, name, said):
    answer = manager.post(EDIT, {**with_day(manager, day, hours, name), "step": "look"})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_date_twice_is_refused(manager):
    sent = with_day(manager, "2026-12-31")
    row = next_row(sent) + 1
    sent |= {f"days-{row}-day": "2026-12-31", f"days-{row}-name": "Igjen"}
    answer = manager.post(EDIT, {**sent, "step": "look"})
    assert answer.status_code == 422
    assert "to ganger" in answer.content.decode()


def test_names_the_catalogues_know_are_shown_translated_and_kept_as_they_were(manager):
    sent = with_day(manager, "2026-12-31")
    assert sent["seasons-0-name"] == "Sommer"
    sent = looked_at(manager, sent | {"seasons-1-name": "Kveld før jul"})
    manager.post(EDIT, {**sent, "step": "change", "reason": "Nytt navn", "cases": "new"})
    found = service_model(RuleChange.objects.get().after_id).calendars["service_hours"]
    assert [season.name for season in found.seasons][:2] == ["Summer hours", "Kveld før jul"]


def test_a_season_is_removed_and_a_special_day_added(manager):
    sent = with_day(manager, "2026-12-31", "08.00–10.00", "Kort dag")
    sent["seasons-0-DELETE"] = "on"
    sent = looked_at(manager, sent)
    manager.post(EDIT, {**sent, "step": "change", "reason": "Ny plan", "cases": "new"})
    found = service_model(RuleChange.objects.get().after_id).calendars["service_hours"]
    assert "Summer hours" not in [season.name for season in found.seasons]
    assert found.day(date(2026, 12, 31)).name == "Kort dag"


def test_the_time_zone_is_chosen_among_known_ones_and_told_as_a_change(manager):
    sent = fields(manager, EDIT)
    assert sent["week-timezone"] == "Europe/Oslo"
    sent["week-timezone"] = "Mars/Olympus"
    assert manager.post(EDIT, {**sent, "step": "look"}).status_code == 422
    sent = looked_at(manager, {**sent, "week-timezone": "Asia/Kathmandu"})
    manager.post(EDIT, {**sent, "step": "change", "reason": "Flyttet", "cases": "new"})
    change = RuleChange.objects.get()
    assert service_model(change.after_id).calendars["service_hours"].timezone == "Asia/Kathmandu"
    page = manager.get(f"/tjenestemodell/endringer/{change.pk}/").content.decode()
    assert "Tidssone" in page and "Europe/Oslo" in page and "Asia/Kathmandu" in page


@pytest.fixture
def in_tokyo(desk):
    """The calendar of help goes by the clock in Tokyo, eight hours ahead of the portal's."""
    store_example(NOW)
    hours = replace(DEFAULT_CALENDARS["service_hours"], timezone="Asia/Tokyo")
    CalendarVersion.objects.filter(name="service_hours").update(data=calendar_to_json(hours))
    service_model.cache_clear()


def test_a_calendar_elsewhere_is_shown_by_its_own_clock_which_is_named(manager, in_tokyo):
    page = text_of(manager.get(PAGE))  # it is 18.00 there
    assert "Klokkeslettene på denne siden er i Tokyo-tid (Asia/Tokyo)." in page
    assert "Nå er den 8 t foran Oslo-tid." in page
    assert "Vi åpner onsdag 25. november kl. 08.00." in page
    first = fields_of_question(manager.get(PAGE))
    assert (first["day"], first["clock"]) == ("2026-11-24", "18:00")


def test_what_is_tried_on_a_calendar_elsewhere_is_said_by_both_clocks(manager, in_tokyo):
    asked = {"day": "2026-11-24", "clock": "14:00", "amount": "4", "unit": "hours"}
    page = text_of(manager.get(PAGE, asked))
    assert "inn tirsdag 24. november kl. 14.00" in page
    assert "onsdag 25. november kl. 10.15" in page
    home = "I Oslo-tid kommer det inn tirsdag 24. november kl. 06.00, og fristen er onsdag 25."
    assert f"{home} november kl. 02.15." in page
    assert "i dag 14.00–15.45" in page  # 06.00–07.45 here
    asked["day"] = "i morgen"
    assert manager.get(PAGE, asked).status_code == 200
    assert "I Oslo-tid" not in text_of(manager.get(PAGE.replace("service_hours", "always"), asked))


def test_deadlines_that_move_by_hours_elsewhere_are_said_to_be_the_portals(manager, in_tokyo):
    sent = {**with_day(manager, "2026-11-25"), "step": "look"}
    assert "Frister i saker er i Oslo-tid." in text_of(manager.post(EDIT, sent))
    assert "Tokyo-tid" in text_of(manager.get("/tjenestemodell/"))


def test_a_case_tried_on_promises_by_hours_elsewhere_names_both_clocks(manager, in_tokyo):
    address = "/tjenestemodell/lofter/"
    sent = fields(manager, address) | {"try-case_type": "question", "try-priority": "P4"}
    page = text_of(manager.post(address, {**sent, "step": "try"}))
    assert "som kommer inn tirsdag 24. november kl. 10.00" in page
    said = "Kalenderen «Åpningstid for hjelp» følger Tokyo-tid, 8 t foran Oslo-tid."
    assert page.count(said) == 1


def test_text_typed_into_a_name_is_shown_as_text(manager):
    sent = with_day(manager, "2026-12-31", "", "<script>alert(1)</script>")
    html = manager.post(EDIT, {**sent, "step": "look"}).content.decode()
    assert "<script>alert(1)" not in html


def test_security_cases_are_not_named_to_managers_who_may_not_read_them(manager, desk):
    hidden = incident(desk, at=NOW)
    type(hidden).objects.filter(pk=hidden.pk).update(security=True)
    html = manager.post(EDIT, {**with_day(manager, "2026-11-24"), "step": "look"}).content.decode()
    assert "Frister flyttes i 1 av 1" in html
    assert hidden.reference not in html


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_pages_are_whole_in_each_language(manager, language):
    manager.cookies["language"] = language
    for address in ("/tjenestemodell/", PAGE, EDIT):
        assert manager.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/tjenestemodell/", PAGE, EDIT])
@pytest.mark.parametrize("who", ["agent", "expert", "asker", "stranger"])
def test_others_are_refused(desk, who, address):
    client = Client()
    client.force_login(getattr(desk.people, who))
    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403


def test_an_unknown_calendar_is_not_found(manager):
    assert manager.get("/tjenestemodell/kalender/ukjent/").status_code == 404
    assert manager.get("/tjenestemodell/kalender/ukjent/endre/").status_code == 404
    assert manager.get("/tjenestemodell/endringer/99/").status_code == 404


def test_the_history_says_what_was_changed_in_the_calendar(manager):
    sent = with_day(manager, "2026-12-31", "08.00–10.00", "Kort dag")
    sent |= {"week-fri": "08.00–12.00", "seasons-0-DELETE": "on"}
    sent = looked_at(manager, sent)
    manager.post(EDIT, {**sent, "step": "change", "reason": "Ny plan", "cases": "new"})
    html = manager.get(reverse("rules_change", args=[RuleChange.objects.get().pk])).content.decode()
    rows = re.sub(r"(\s*<[^>]+>\s*)+", "|", html[html.index("Reglene før og etter") :])
    assert "|31. desember 2026|som vanlig|08.00–10.00 (Kort dag)|" in rows
    assert "|Fredag|08.00–15.45|08.00–12.00|" in rows
    assert "|Sommer|15.05 til 14.09: man–fre 08.00–15.00|–|" in rows
