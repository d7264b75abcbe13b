"""Under each due time: its parts, who is waited for and why, clock changes, and by which rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.desk.clock_words import part_lines, whys
from tests.portal.desk.pages import address, signed_in, text_of
from tests.triage.tickets.desk import NOW, opened
from tests.triage.tickets.sweeps import all_differences, incident
from triage.sla.calendar import always_open, calendar_to_json
from triage.sla.explain import explain
from triage.sla.models import CalendarVersion
from triage.sla.policy import DEFAULT_CALENDARS
from triage.sla.service_model import service_model
from triage.tickets import services
from triage.tickets.clocks import log_rows, replay_all

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def explained(ticket, now, language="en"):
    log = log_rows(ticket)
    with translation.override(language):
        return whys(ticket, replay_all(ticket, log, now=now), log, now=now)


def test_every_running_deadline_is_explained_the_later_ones_folded(desk):
    first, later = explained(incident(desk), NOW)
    assert (first.kind, first.is_folded) == ("first_response", False)
    assert (later.kind, later.is_folded) == ("resolution", True)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Etter reglene fra 25. november 2023 og kalenderen «Åpningstid for hjelp» fra"),
        ("nn", "Etter reglane frå 25. november 2023 og kalenderen «Opningstid for hjelp» frå"),
        ("en", "By the rules since 25 November 2023 and the calendar “Service hours” since"),
    ],
)
def test_it_says_by_which_version_of_rules_and_calendar(desk, rules_read_anew, language, words):
    [first, _later] = explained(incident(desk), NOW, language)
    assert first.rules.startswith(words)


def test_a_wait_for_somebody_else_is_told_with_its_reason_and_who_set_it(desk):
    ticket = incident(desk)
    agent = desk.people.agent
    services.reply(ticket=ticket, by=agent, body="Svar", now=NOW)
    services.wait_for_third_party(ticket=ticket, by=agent, reason="Leverandøren", now=NOW + HOUR)
    services.resume(ticket=ticket, by=agent, now=NOW + 2 * HOUR)
    said = [part.what for why in explained(ticket, NOW + 3 * HOUR) for part in why.parts]
    assert f"waits for a third party: Leverandøren (set by {agent.display_name})" in said


@pytest.mark.parametrize(
    ("language", "heading", "total"),
    [
        ("nb", "Hvorfor står løsningsfristen stille?", "1 t av 23 t 15 min brukt: 22 t 15 min er"),
        ("nn", "Kvifor står løysingsfristen stille?", "1 t av 23 t 15 min brukt: 22 t 15 min er"),
        ("en", "Why does the solution deadline stand still?", "1 h of 23 h 15 min used up: 22 h"),
    ],
)
def test_a_deadline_that_stands_still_says_since_when_by_whom_and_what_is_left(
    desk, language, heading, total
):
    ticket = incident(desk)
    agent = desk.people.agent
    services.reply(ticket=ticket, by=agent, body="Svar", now=NOW)
    asked = NOW + HOUR + timedelta(seconds=20)  # said as 11.00, and so is what is used and left
    services.ask_back(ticket=ticket, by=agent, body="Hvilket miljø?", now=asked)
    [still] = explained(ticket, NOW + 48 * HOUR, language)
    assert (still.kind, still.heading, still.is_folded) == ("resolution", heading, False)
    assert still.total.startswith(total)
    counted, waits = still.parts
    assert counted.counts in ("1 t", "1 h")
    assert agent.display_name in waits.what and waits.counts == ""


def test_saying_that_we_look_into_it_is_told_as_no_answer_and_then_as_news(desk):
    ticket = incident(desk)
    agent = desk.people.agent
    holding = {"ticket": ticket, "by": agent, "body": "Vi ser på det", "counts_as_answer": False}
    services.reply(**holding, now=NOW)
    [first, _later] = explained(ticket, NOW + HOUR / 4)
    assert first.sentence.endswith("that we are looking into it, but that is no answer.")

    services.reply(ticket=ticket, by=agent, body="Svar", now=NOW + HOUR / 3)
    services.reply(**holding, now=NOW + HOUR / 2)
    [news] = [why for why in explained(ticket, NOW + HOUR) if why.kind == "update"]
    assert "between messages to whoever asked (declared goal for Fault, P3)" in news.sentence
    assert news.sentence.endswith("looking into it, and it counts as news.")
    assert ticket.clocks.get(kind="update", number=1).met_at == NOW + HOUR / 2
    assert ticket.clocks.get(kind="update", number=2).is_running
    assert all_differences(NOW + HOUR) == []

    services.reply(ticket=ticket, by=agent, body="Mer", now=NOW + HOUR)
    [news] = [why for why in explained(ticket, NOW + HOUR) if why.kind == "update"]
    assert "looking into it" not in news.sentence


@pytest.mark.parametrize(
    ("day", "language", "words"),
    [
        (datetime(2026, 3, 28, 23, tzinfo=UTC), "nb", "(klokka stilles 1 t fram)"),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), "nn", "(klokka blir stilt 1 t tilbake)"),
        (datetime(2026, 3, 28, 23, tzinfo=UTC), "en", "(the clocks go forward 1 h)"),
    ],
)
def test_a_stretch_in_which_the_clocks_are_changed_says_so(day, language, words):
    found = explain(always_open(), day, 12 * HOUR)
    with translation.override(language):
        [part] = part_lines(found, NOW)
    assert words in part.what


def test_the_way_is_by_the_portals_clock_whatever_the_calendar_goes_by(desk, rules_read_anew):
    ticket = incident(desk)  # at 10.00 here, when it is 18.00 in Tokyo and closed
    hours = replace(DEFAULT_CALENDARS["service_hours"], timezone="Asia/Tokyo")
    CalendarVersion.objects.filter(name="service_hours").update(data=calendar_to_json(hours))
    service_model.cache_clear()
    first, later = explained(ticket, NOW)
    assert [part.when for part in first.parts][-1].endswith("00:00–04:00")
    assert first.zone == (
        "Times are in Oslo time. "
        "The calendar “Service hours” goes by Tokyo time, 8 h ahead of Oslo time."
    )
    assert later.zone == first.zone
    page = text_of(signed_in(desk.people.agent).get(address(ticket)))
    assert page.count(first.zone) == 2


def test_clocks_that_are_changed_are_those_of_the_times_said():
    hours = replace(always_open(), timezone="America/New_York")
    found = explain(hours, datetime(2026, 3, 28, 23, tzinfo=UTC), 12 * HOUR)
    with translation.override("en"):
        [here] = part_lines(found, NOW)
        with timezone.override(hours.zone):
            [there] = part_lines(found, NOW)
    assert (here.when, here.counts) == ("Sun 29 Mar 00:00–13:00", "12 h")
    assert here.what.endswith("(the clocks go forward 1 h)")
    assert (there.when, there.what) == ("Sat 28 Mar 19:00 – Sun 29 Mar 07:00", "open")


@given(
    start=st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 10), timezones=st.just(UTC)),
    target=st.integers(1, 40 * 60),
    pauses=st.lists(st.tuples(st.integers(0, 200_000), st.integers(1, 20_000)), max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_what_the_stretches_count_adds_up_to_the_target_as_it_is_said(start, target, pauses):
    start = start.replace(microsecond=0)
    spans = [(start + timedelta(seconds=a), start + timedelta(seconds=a + b)) for a, b in pauses]
    hours = DEFAULT_CALENDARS["service_hours"]
    found = explain(hours, start, timedelta(minutes=target), spans)
    with translation.override("en"):
        said = [part.counts for part in part_lines(found, start)]
        assert sum(map(_said_minutes, said)) == target
        if not spans and found.parts[0].kind == "open":  # as much as lies between the times said
            first = found.parts[0]
            clock = [moment.hour * 60 + moment.minute for moment in (first.start, first.end)]
            assert _said_minutes(said[0]) == clock[1] - clock[0]


def _said_minutes(text):
    """Minutes of "6 h 19 min"; of "" none."""
    unit = {"h": 60, "min": 1}
    words = text.split()
    return sum(int(n) * unit[name] for n, name in zip(words[::2], words[1::2], strict=True))


def test_the_page_of_the_case_shows_it(desk):
    ticket = opened(desk, at=datetime.now(UTC) - HOUR)
    page = signed_in(desk.people.agent).get(address(ticket)).content.decode()
    assert "By the rules since" in page
    assert "<summary>Why this solution deadline?</summary>" in page
