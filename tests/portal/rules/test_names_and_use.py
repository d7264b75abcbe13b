"""A manager names a calendar otherwise, takes one out of use that nothing counts by, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.selfservice.calendar_names import calendar_name
from portal.selfservice.models import CalendarName
from tests.portal.desk.pages import address, signed_in, text_of
from tests.portal.rules.forms import fields
from tests.triage.tickets.sweeps import all_differences, incident
from triage.sla.calendar import week
from triage.sla.models import CalendarVersion
from triage.sla.service_model import current_service_model, service_model, store_version
from triage.tickets.models import RuleChange

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RULES = "/tjenestemodell/"
NEW = "/tjenestemodell/kalender/ny/"
DUTY = {"name": "NAV-vakt", "base": "service_hours", "reason": "Flere ringer om kvelden"}
WHY = {"reason": "Avtalen er slutt"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def duty(manager, _now) -> str:
    """A calendar the manager has added, by its own name; a minute passes."""
    assert manager.post(NEW, DUTY).status_code == 302
    _now.shift(timedelta(minutes=1))
    return "nav-vakt"


def page(slug: str, part: str = "") -> str:
    return f"/tjenestemodell/kalender/{slug}/{part}"


def renamed(client: Client, slug: str, name: str, **more: str):
    return client.post(page(slug, "navn/"), {"name": name, "reason": "Lettere å finne", **more})


# --- names ----------------------------------------------------------------------------------------


def test_a_new_calendar_is_called_what_was_written_to_the_letter(manager, duty):
    assert calendar_name(duty) == "NAV-vakt"
    history = text_of(manager.get(RULES))
    assert "heter nå" not in history  # its first name is no change


def test_another_name_is_shown_everywhere_at_once_and_makes_no_version(manager, desk, duty):
    changes, versions = RuleChange.objects.count(), CalendarVersion.objects.count()
    assert renamed(manager, "service_hours", "Kontortid").status_code == 302
    assert (RuleChange.objects.count(), CalendarVersion.objects.count()) == (changes, versions)
    for each in (RULES, page("service_hours"), f"{RULES}lofter/", NEW):
        assert "Åpningstid for hjelp" not in text_of(manager.get(each)).partition("Endringer")[0]
        assert "Kontortid" in text_of(manager.get(each))
    ticket = incident(desk)
    said = text_of(signed_in(desk.people.agent, "nn").get(address(ticket)))
    assert "kalenderen «Kontortid»" in said


def test_the_history_tells_who_named_it_when_and_why(manager, desk):
    renamed(manager, "service_hours", "Kontortid")
    history = text_of(manager.get(RULES)).partition("Endringer")[2]
    assert "tirsdag 24. november kl. 10.00" in history
    assert desk.people.manager.display_name in history
    assert "Lettere å finne" in history
    assert "Kalenderen «Åpningstid for hjelp» heter nå «Kontortid»." in history


def test_its_former_name_is_its_own_again_in_each_language(manager):
    renamed(manager, "service_hours", "Kontortid")
    renamed(manager, "service_hours", "Åpningstid for hjelp")
    manager.cookies["language"] = "en"
    assert "Service hours" in text_of(manager.get(page("service_hours")))


def test_calendars_keep_apart_whatever_they_have_been_called(manager, duty):
    renamed(manager, duty, "Kveldsvakt")
    assert manager.post(NEW, {**DUTY, "name": "Nav Vakt"}).status_code == 302
    assert (calendar_name(duty), calendar_name("nav-vakt-2")) == ("Kveldsvakt", "Nav Vakt")
    assert "Nav Vakt" in text_of(manager.get(page("nav-vakt-2")))


def test_a_calendar_called_as_the_page_of_new_ones_has_an_address_of_its_own(manager):
    assert manager.post(NEW, {**DUTY, "name": "Ny"}).url == page("ny-2", "endre/")
    assert "Ny" in text_of(manager.get(page("ny-2")))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Skriv hva kalenderen heter."),
        ({"name": "–"}, "Bruk bokstaver eller tall i navnet."),
        ({"name": "x" * 61}, "60"),
        ({"name": "NAV-vakt"}, "Det heter den nå."),
        ({"name": "always open"}, "Det finnes allerede en kalender med det navnet."),
        ({"name": "Åpningstid for hjelp"}, "Det finnes allerede en kalender med det navnet."),
        ({"reason": " "}, "Skriv hvorfor navnet endres."),
        ({"seen": "Nattevakt"}, "Noen andre har gitt den navnet «NAV-vakt» i mellomtiden."),
    ],
)
def test_a_name_that_cannot_be_given_is_refused_with_what_to_do(manager, duty, wrong, said):
    answer = renamed(manager, duty, **{"name": "Kveldsvakt", **wrong})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert calendar_name(duty) == "NAV-vakt"


def test_of_two_who_name_it_at_once_the_second_is_told(manager, duty):
    first, second = (fields(manager, page(duty, "navn/"), reason="Fordi") for _ in range(2))
    assert manager.post(page(duty, "navn/"), {**first, "name": "Kveld"}).status_code == 302
    assert manager.post(page(duty, "navn/"), {**second, "name": "Natt"}).status_code == 422
    assert calendar_name(duty) == "Kveld"


def test_script_in_a_name_is_shown_as_text(manager, duty):
    renamed(manager, duty, "<script>alert(1)</script>")
    for each in (RULES, page(duty), page(duty, "navn/"), page(duty, "ut-av-bruk/")):
        assert "<script>alert(1)" not in manager.get(each).content.decode()


def test_however_many_calendars_names_are_read_once_for_a_page(
    manager, desk, django_assert_max_num_queries
):
    def statements() -> int:
        with django_assert_max_num_queries(60) as captured:
            assert manager.get(RULES).status_code == 200
        assert sum("selfservice_calendarname" in each["sql"] for each in captured) == 2
        return len(captured)

    model = current_service_model(NOW)
    one = statements()
    many = {f"vakt-{n}": replace(model.calendars["always"], name=f"vakt-{n}") for n in range(25)}
    store_version(
        replace(model, calendars={**model.calendars, **many}), valid_from=NOW, note="Mange"
    )
    for name in many:
        CalendarName.objects.create(calendar=name, name=name, reason="Ny", by=desk.people.manager)
    service_model.cache_clear()
    statements()  # reads the new version of the rules, once for each process
    assert statements() == one


# --- in use and out of it -------------------------------------------------------------------------


def test_one_that_nothing_counts_by_is_taken_out_of_use_and_back_with_its_hours(
    manager, duty, _now
):
    renamed(manager, duty, "Kveldsvakt")
    assert manager.post(page(duty, "ut-av-bruk/"), WHY).status_code == 302
    assert duty not in current_service_model(timezone.now()).calendars
    assert manager.get(page(duty)).status_code == 404
    assert "Kveldsvakt" not in text_of(manager.get(f"{RULES}lofter/"))
    overview = text_of(manager.get(RULES))
    assert "Én kalender er ute av bruk" in overview and "Ta «Kveldsvakt» i bruk igjen" in overview
    assert "«Kveldsvakt» ble tatt ut av bruk." in overview
    history = text_of(manager.get(f"{RULES}endringer/{RuleChange.objects.first().pk}/"))
    assert "Kveldsvakt Tatt ut av bruk" in history and "Avtalen er slutt" in history

    _now.shift(timedelta(minutes=1))
    versions = CalendarVersion.objects.count()
    assert manager.post(page(duty, "i-bruk/"), {"reason": "Ny avtale"}).status_code == 302
    model = current_service_model(timezone.now())
    assert model.calendars[duty].weekly == model.calendars["service_hours"].weekly
    assert CalendarVersion.objects.count() == versions
    overview = text_of(manager.get(RULES))
    assert "er ute av bruk" not in overview
    assert "«Kveldsvakt» ble tatt i bruk igjen." in overview
    assert overview.count("«Kveldsvakt» er en ny kalender.") == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "La disse regnes etter en annen først: 9 løfter"),
        ("nn", "La desse bli rekna etter ein annan først: 9 lovnader"),
        ("en", "Let these count by another one first: 9 promises"),
    ],
)
def test_one_that_is_in_use_is_kept_and_says_what_counts_by_it(manager, language, words):
    used = sum(rule.calendar == "service_hours" for rule in current_service_model(NOW).policy.rules)
    manager.cookies["language"] = language
    shown = text_of(manager.get(page("service_hours", "ut-av-bruk/")))
    assert words.replace("9", str(used)) in shown
    assert manager.post(page("service_hours", "ut-av-bruk/"), WHY).status_code == 409
    assert not RuleChange.objects.exists()


def test_the_hours_people_are_told_within_are_a_use_too(manager, duty, _now):
    model = current_service_model(timezone.now())
    told = replace(model, policy=replace(model.policy, notice_hours=duty))
    store_version(told, valid_from=timezone.now(), note="Varsler")
    assert "tiden folk får varsler i" in text_of(manager.get(page(duty, "ut-av-bruk/")))


def test_cases_counted_by_it_go_on_as_they_were(manager, desk, duty, _now):
    model = current_service_model(timezone.now())
    evening = replace(model.calendars[duty], weekly=week({"mon": [("16:00", "21:00")]}))
    by_duty = replace(
        model,
        policy=replace(
            model.policy, rules=tuple(replace(each, calendar=duty) for each in model.policy.rules)
        ),
        calendars={**model.calendars, duty: evening},
    )
    store_version(by_duty, valid_from=timezone.now(), note="Kveld")
    ticket = incident(desk, at=timezone.now())
    due = ticket.next_due_at
    _now.shift(timedelta(minutes=1))
    store_version(replace(by_duty, policy=model.policy), valid_from=timezone.now(), note="Dag")
    _now.shift(timedelta(minutes=1))
    assert manager.post(page(duty, "ut-av-bruk/"), WHY).status_code == 302

    service_model.cache_clear()
    ticket.refresh_from_db()
    assert ticket.next_due_at == due
    assert all_differences(timezone.now()) == []
    said = text_of(signed_in(desk.people.agent, "nb").get(address(ticket)))
    assert "kalenderen «NAV-vakt»" in said and "mandag 30. november kl. 20.00" in said


@pytest.mark.parametrize("part", ["ut-av-bruk/", "navn/"])
def test_it_is_done_once_and_not_without_a_reason(manager, duty, part):
    sent = {"name": "Kveldsvakt"}
    assert manager.post(page(duty, part), {**sent, "reason": " "}).status_code == 422
    assert manager.post(page(duty, part), {**sent, **WHY}).status_code == 302
    again = manager.post(page(duty, part), {**sent, **WHY})
    assert again.status_code == (404 if part == "ut-av-bruk/" else 422)
    assert RuleChange.objects.filter(reason=WHY["reason"]).count() <= 1


def test_an_unknown_calendar_has_no_pages(manager, duty):
    for part in ("navn/", "ut-av-bruk/", "i-bruk/"):
        assert manager.post(page("finnes-ikke", part), WHY).status_code == 404
        assert manager.post(page("x\x00y", part), WHY).status_code == 404
    assert manager.get(page(duty, "i-bruk/")).status_code == 404  # it is in use


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_pages_are_in_the_readers_language(manager, duty, language):
    manager.cookies["language"] = language
    title = {"nb": "Endre navnet på", "nn": "Endre namnet på", "en": "Change the name of"}
    assert title[language] in text_of(manager.get(page(duty, "navn/")))
    manager.post(page(duty, "ut-av-bruk/"), WHY)
    title = {
        "nb": "Den kommer tilbake slik den var sist.",
        "nn": "Han kjem tilbake slik han var sist.",
        "en": "It comes back as it was last.",
    }
    assert title[language] in text_of(manager.get(page(duty, "i-bruk/")))


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(desk, duty):
    client = Client()
    renamed(client, duty, "Kveldsvakt")
    client.force_login(desk.people.manager)
    assert fields(client, page(duty, "navn/"))["name"] == "Kveldsvakt"
    assert CalendarName.objects.filter(name="Kveldsvakt").count() == 0
