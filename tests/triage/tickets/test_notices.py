"""What the mails about a case say."""

from __future__ import annotations

import re

import pytest

from accounts.notices import stop_mail
from dispatch.models import Mail
from tests.factories import make_user
from tests.triage.tickets.desk import NOW, opened
from triage.tickets import services
from triage.tickets.models import Ticket

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


def test_a_team_is_told_whether_it_has_the_case_or_is_asked_for_advice(desk):
    ticket = opened(desk)
    by = {"ticket": ticket, "by": desk.people.agent, "now": NOW}
    services.consult(team=desk.third, question="?", **by)
    services.hand_over(to=desk.second, reason="needs_logs", tried="Alt", **by)

    asked, given = Mail.objects.filter(kind="handed_over").order_by("pk")

    assert asked.subject == f"Teamet ditt blir spurt om råd i sak {ticket.reference}"
    assert "Saken blir der den er." in asked.text and "har fått sak" not in asked.text
    assert given.subject == f"Teamet ditt har fått sak {ticket.reference}"
    assert "spurt om" not in given.text


def _graded(desk, ticket, severity: str, **fields) -> set[str]:
    """Who has been told of severity A once somebody has graded the case."""
    services.correct_priority(
        ticket=ticket, by=desk.people.agent, impact=1, urgency=1, severity=severity,
        reason="Ingen kommer inn", now=NOW, **{"security": False, **fields},
    )  # fmt: skip
    return set(Mail.objects.filter(kind="severe").values_list("to", flat=True))


def test_severity_a_is_told_once_to_the_team_and_the_managers_but_not_to_whoever_graded_it(desk):
    ticket, people = opened(desk), desk.people
    told = {people.colleague.email, people.manager.email}

    assert _graded(desk, ticket, "B") == set()
    assert _graded(desk, ticket, "A") == told
    assert _graded(desk, ticket, "A") == told
    assert Mail.objects.filter(kind="severe").count() == 2
    mail = Mail.objects.get(kind="severe", to=people.manager.email)
    assert mail.subject == f"Sak {ticket.reference} har fått alvorlighetsgrad A"
    assert f"/desk/saker/{ticket.reference}/" in mail.text and "invalid_grant" not in mail.text


def test_severity_a_of_a_security_case_is_told_to_those_who_handle_security_instead_of_managers(
    desk,
):
    told = {desk.people.colleague.email, desk.people.guard.email}
    assert _graded(desk, opened(desk), "A", security=True) == told


def _marked_by_priority(desk, ticket, by) -> None:
    services.correct_priority(
        ticket=ticket, by=by, impact=1, urgency=1, severity="A", security=True,
        reason="Nøkler på avveie", now=NOW,
    )  # fmt: skip


def _marked_by_type(desk, ticket, by) -> None:
    services.correct_type(ticket=ticket, by=by, case_type="security_incident", now=NOW)


@pytest.mark.parametrize("mark", [_marked_by_priority, _marked_by_type])
def test_severity_a_that_turns_out_to_be_of_security_is_told_to_those_who_handle_it_and_once(
    desk, mark
):
    ticket, people = opened(desk), desk.people
    before = _graded(desk, ticket, "A")

    mark(desk, ticket, people.colleague)
    mark(desk, ticket, people.colleague)
    assert _graded(desk, ticket, "A") == before | {people.guard.email}
    mark(desk, ticket, people.colleague)

    assert Mail.objects.filter(kind="severe").count() == len(before) + 1


@pytest.mark.parametrize("mark", [_marked_by_priority, _marked_by_type])
def test_of_each_case_graded_before_gradings_were_in_the_log_those_who_handle_security_are_told(
    desk, mark
):
    people = desk.people
    for ticket in (opened(desk), opened(desk)):
        Ticket.objects.filter(pk=ticket.pk).update(severity="A")
        ticket.refresh_from_db()
        mark(desk, ticket, people.colleague)
    told = Mail.objects.filter(kind="severe").values_list("to", flat=True)
    assert sorted(told) == sorted([people.agent.email, people.guard.email] * 2)


@pytest.mark.parametrize("mark", [_marked_by_priority, _marked_by_type])
def test_who_marks_severity_a_as_security_is_not_told_of_it(desk, mark):
    ticket, people = opened(desk), desk.people
    _graded(desk, ticket, "A")
    second = make_user(name="Per Vakt", teams=(desk.first, desk.guards))

    mark(desk, ticket, second)

    told = set(Mail.objects.filter(kind="severe").values_list("to", flat=True))
    assert people.guard.email in told and not told & {second.email, people.agent.email}


def test_a_security_case_below_severity_a_is_told_to_nobody(desk):
    _marked_by_type(desk, opened(desk), desk.people.agent)
    assert not Mail.objects.filter(kind="severe").exists()


def test_who_wants_no_mail_of_severity_a_gets_none(desk):
    stop_mail(user=desk.people.manager, kind="severe")
    assert _graded(desk, opened(desk), "A") == {desk.people.colleague.email}


def test_somebody_without_an_account_is_greeted_by_the_name_that_was_given(desk):
    opened(desk, requester=None, contact_name="Siv Nes", contact_email="siv@nordlyng.example")
    text = Mail.objects.get(kind="receipt").text
    assert text.startswith("Hei, Siv Nes")
    assert "/saker/" not in text
