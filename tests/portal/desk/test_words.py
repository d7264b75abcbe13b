"""Times, quotations and the log in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from portal.desk import clock_words, history, words
from portal.desk.quoting import split_quoted
from tests.triage.tickets.desk import MINUTE, NOW, in_status, opened
from triage.oversight.models import Assessment
from triage.tickets import services
from triage.tickets.states import EVENTS, OPENING_EVENT, Status
from triage.tickets.sweeping import sweep

H = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(seconds=5), "1 min"),
        (45 * MINUTE, "45 min"),
        (80 * MINUTE, "1 h 20 min"),
        (2 * H, "2 h"),
        (24 * H, "1 day"),
        (51 * H + 10 * MINUTE, "2 days 3 h"),
        (-(80 * MINUTE), "1 h 20 min"),
    ],
)
def test_lengths_of_time_are_said_in_their_two_largest_units(length, expected):
    assert words.span(length) == expected


def test_lengths_of_time_in_norwegian():
    with translation.override("nb"):
        assert words.span(80 * MINUTE) == "1 t 20 min"
        assert words.span(51 * H) == "2 døgn 3 t"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 24, 11, 5, tzinfo=UTC), "i dag 12.05"),
        (datetime(2026, 11, 25, 11, 5, tzinfo=UTC), "i morgen 12.05"),
        (datetime(2026, 11, 23, 11, 5, tzinfo=UTC), "i går 12.05"),
        (datetime(2026, 11, 24, 23, 30, tzinfo=UTC), "i morgen 00.30"),
        (datetime(2026, 12, 1, 11, 5, tzinfo=UTC), "1. des 12.05"),
        (datetime(2027, 1, 4, 11, 5, tzinfo=UTC), "2027 12.05"),
    ],
)
def test_moments_are_near_words_or_dates_with_the_year_when_it_is_another(moment, expected):
    with translation.override("nb"):
        assert expected in words.short_moment(moment, NOW)


@pytest.mark.parametrize(
    ("offset", "tone", "said"),
    [
        (-MINUTE, words.DANGER, "1 min overdue"),
        (2 * H, words.WARNING, "in 2 h"),
        (2 * H + MINUTE, words.NEUTRAL, "in 2 h 1 min"),
    ],
)
def test_overdue_is_danger_and_within_two_hours_a_warning(offset, tone, said):
    due = words.due_in_words(NOW + offset, "resolution", waits=False, now=NOW)
    assert (due.tone, due.words) == (tone, said)
    assert due.icon and due.detail.startswith("Solution, ")


def test_what_waits_stands_still_and_is_neutral():
    due = words.due_in_words(None, "", waits=True, now=NOW)
    assert (due.tone, due.words, due.at) == (words.NEUTRAL, "Stands still", None)


@pytest.mark.parametrize(
    ("text", "own", "quoted"),
    [
        ("Hei\nTakk", "Hei\nTakk", ""),
        ("Svar\n\n> a\n> b\n> c", "Svar", "> a\n> b\n> c"),
        ("Svar\n> a\nMer svar", "Svar\n> a\nMer svar", ""),
        ("> a\n> b\n> c", "> a\n> b\n> c", ""),
        (
            "Svar\n\nFra: Kari\nSendt: i dag\nTil: oss\nHei",
            "Svar",
            "Fra: Kari\nSendt: i dag\nTil: oss\nHei",
        ),
        ("Fra: 1. januar gjelder dette\nog mer\nog mer", None, ""),
        (
            "Svar\n\nDen 1. november 2026 skrev Kari Vik:\nHei\nigjen",
            "Svar",
            "Den 1. november 2026 skrev Kari Vik:\nHei\nigjen",
        ),
        (
            "Ja\n-----Opprinnelig melding-----\nFra: x\nHei",
            "Ja",
            "-----Opprinnelig melding-----\nFra: x\nHei",
        ),
        ("", "", ""),
    ],
)
def test_what_is_quoted_is_told_from_what_is_written(text, own, quoted):
    assert split_quoted(text) == (text if own is None else own, quoted)


def test_every_kind_of_event_has_its_sentence():
    by_itself = {"breached", "warned", "escalated", "clocks_corrected", "rules_changed"}
    by_itself |= {"continued"}
    assert set(history.SENTENCES) == {*EVENTS.values(), OPENING_EVENT, *by_itself}


@pytest.mark.django_db
def test_the_log_names_people_teams_products_and_reasons(desk):
    ticket = opened(desk)
    agent = desk.people.agent
    by = {"ticket": ticket, "by": agent, "now": NOW + MINUTE}
    services.assign_ticket(to=desk.people.colleague, **by)
    services.correct_product(product=desk.product, topic=desk.topic, **by)
    services.correct_priority(
        impact=1, urgency=2, severity="", security=False, reason="Mange rammet", **by
    )
    services.consult(team=desk.third, question="?", **by)
    services.hand_over(to=desk.second, reason="needs_logs", tried="Alt", **by)
    sweep(NOW + 30 * 24 * H)
    lines = history.history(ticket, ticket.events.select_related("actor"))
    said = [f"{line.actor}: {line.text} {line.detail}".strip() for line in lines]
    assert "Ada Lund: Gave the case to Bo Nes" in said
    assert "Ada Lund: Set the product to Maskinporten – Scope" in said
    assert "Ada Lund: Changed the priority from P4 to P2 Mange rammet" in said
    assert "Ada Lund: Asked Plattform for advice" in said
    assert "Ada Lund: Handed the case over to Autorisasjon Needs logs or code" in said
    assert any(line.startswith("Automatic: The answer deadline ran out") for line in said)
    assert lines[-1].text == "Opened the case"


@pytest.mark.django_db
def test_the_log_tells_how_a_case_was_graded_and_whether_it_is_about_security(desk):
    ticket = opened(desk)
    facts = {
        "ticket": ticket,
        "by": desk.people.agent,
        "impact": 3,
        "urgency": 3,
        "reason": "Fordi",
    }
    for severity, security in (("A", False), ("A", True), ("", False), ("", False)):
        services.correct_priority(severity=severity, security=security, now=NOW + MINUTE, **facts)
    lines = history.history(ticket, ticket.events.select_related("actor"))
    assert [line.text for line in lines[:-1]] == [
        "Looked at the priority again: P4",
        "Changed the priority from P1 to P4, no longer graded, no longer a security case",
        "Looked at the priority again: P1, now a security case",
        "Changed the priority from P4 to P1, severity A – critical",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.NEW, ["Answer deadline in", "Solution deadline in"]),
        (Status.IN_PROGRESS, ["Answered in time", "Solution deadline in"]),
        (Status.WAITING_CUSTOMER, ["Answered in time", "The solution deadline stands still since"]),
        (Status.RESOLVED, ["Answered in time", "Solved in time"]),
        (Status.CLOSED, ["Ended without an answer", "Ended without a solution"]),
    ],
)
def test_each_clock_is_one_sentence(desk, status, expected):
    ticket = in_status(desk, status)
    lines = clock_words.clock_lines(list(ticket.clocks.all()), now=NOW + 2 * MINUTE)
    assert len(lines) == len(expected)
    for line, begins in zip(lines, expected, strict=True):
        assert line.text.startswith(begins)


@pytest.mark.django_db
def test_an_overdue_clock_says_for_how_long(desk):
    ticket = opened(desk)
    due = ticket.clocks.get(kind="first_response").due_at
    line = clock_words.clock_lines(list(ticket.clocks.all()), now=due + 80 * MINUTE)[0]
    assert line.tone == words.DANGER
    assert line.text.startswith("The answer deadline ran out 1 h 20 min ago – Wednesday 25 Novem")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("assessed", "now", "tone", "begins"),
    [
        (None, 70 * H - MINUTE, words.NEUTRAL, "Must be assessed in 2 h 1 min, within the 72"),
        (None, 71 * H, words.WARNING, "Must be assessed in 1 h, within the 72 hours – "),
        (None, 73 * H, words.DANGER, "Should have been assessed 1 h ago, within the 72 hours – "),
        (71 * H, 90 * H, words.NEUTRAL, "Assessed within the 72 hours – "),
        (73 * H, 90 * H, words.NEUTRAL, "Assessed after the 72 hours – "),
    ],
)
def test_the_72_hours_of_a_security_case_run_by_the_clock(desk, assessed, now, tone, begins):
    friday = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
    ticket = opened(desk, at=friday, security=True)
    if assessed:
        Assessment.objects.create(
            ticket=ticket,
            decision=Assessment.Decision.values[0],
            reason="Ingen opplysninger var synlige.",
            by=desk.people.guard,
            at=friday + assessed,
        )
    line = clock_words.report_line(ticket, now=friday + now)
    assert line.text.startswith(begins)
    assert line.tone == tone


@pytest.mark.django_db
def test_a_case_that_is_no_security_case_has_no_72_hours(desk):
    assert clock_words.report_line(opened(desk), now=NOW) is None
