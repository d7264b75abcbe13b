"""What people do with tickets, through the services."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from dispatch.models import Mail, OutboxRow
from tests.factories import make_membership, make_organisation, make_user
from tests.triage.tickets.desk import MINUTE, NOW, Desk, in_status, opened
from tests.triage.tickets.sweeps import all_differences, with_rules
from triage.sla.policy import DEFAULT_POLICY
from triage.tickets import merging, services
from triage.tickets.exceptions import (
    ActionNotPossible,
    ChangedSince,
    MissingReason,
    TicketError,
)
from triage.tickets.models import Involvement, Message, Participant, Ticket
from triage.tickets.states import CLOSE_REASONS, EVENTS, TRANSITIONS, Action, Status

LATER = NOW + 10 * MINUTE


def performs(desk: Desk) -> dict[Action, Callable[[Ticket], None]]:
    """Each action of the desk and the requester as a call."""
    people = desk.people
    by_agent = {"by": people.agent, "now": LATER}

    def absorb(ticket):
        other = opened(desk, subject="Samme sak")
        merging.mark_duplicate(ticket=other, of=ticket, **by_agent)

    def duplicate(ticket):
        merging.mark_duplicate(ticket=ticket, of=opened(desk, subject="Den første"), **by_agent)

    return {
        Action.TAKE: lambda t: services.take_ticket(ticket=t, **by_agent),
        Action.ASSIGN: lambda t: services.assign_ticket(ticket=t, to=people.colleague, **by_agent),
        Action.REPLY: lambda t: services.reply(ticket=t, body="Svar", **by_agent),
        Action.ASK_BACK: lambda t: services.ask_back(ticket=t, body="Hva?", **by_agent),
        Action.WAIT_THIRD_PARTY: lambda t: services.wait_for_third_party(
            ticket=t, reason="Drift", **by_agent
        ),
        Action.RESUME: lambda t: services.resume(ticket=t, **by_agent),
        Action.CUSTOMER_REPLY: lambda t: services.customer_reply(
            ticket=t, by=people.asker, body="Her er det", now=LATER
        ),
        Action.CORRECT_TYPE: lambda t: services.correct_type(
            ticket=t, case_type="incident", **by_agent
        ),
        Action.CORRECT_PRODUCT: lambda t: services.correct_product(
            ticket=t, product=desk.product, topic=desk.topic, **by_agent
        ),
        Action.CORRECT_PRIORITY: lambda t: services.correct_priority(
            ticket=t, impact=1, urgency=1, severity="", security=False, reason="Alle", **by_agent
        ),
        Action.HAND_OVER: lambda t: services.hand_over(
            ticket=t, to=desk.second, reason="unsure", tried="Alt", **by_agent
        ),
        Action.CONSULT: lambda t: services.consult(
            ticket=t, team=desk.second, question="Kjent?", **by_agent
        ),
        Action.ADD_NOTE: lambda t: services.add_note(ticket=t, body="Notat", **by_agent),
        Action.ABSORB_DUPLICATE: absorb,
        Action.MARK_DUPLICATE: duplicate,
        Action.MARK_NOT_A_CASE: lambda t: services.mark_not_a_case(ticket=t, **by_agent),
        Action.RESOLVE: lambda t: services.resolve(
            ticket=t, solution_code="answer", body="Slik", **by_agent
        ),
        Action.REOPEN: lambda t: services.reopen(ticket=t, reason="Ikke løst", **by_agent),
    }


# What needs more than the state: a first response before the case can wait for a third party.
NEEDS_MORE = {(Status.NEW, Action.WAIT_THIRD_PARTY)}


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status)
def test_every_action_does_what_the_table_says_in_every_status(desk, status):
    for action, perform in performs(desk).items():
        ticket = in_status(desk, status)
        after = TRANSITIONS[status].get(action)
        if after is None or (status, action) in NEEDS_MORE:
            version = ticket.version
            with pytest.raises(ActionNotPossible):
                perform(ticket)
            ticket.refresh_from_db()
            assert (ticket.status, ticket.version) == (status, version), action
        else:
            perform(ticket)
            ticket.refresh_from_db()
            assert ticket.status == after, action
            assert ticket.events.last().kind == EVENTS[action]
            assert ticket.close_reason == CLOSE_REASONS.get(
                action, ticket.close_reason if after == Status.CLOSED else ""
            )


def test_the_ticket_in_hand_shows_what_was_stored(desk):
    ticket = opened(desk)
    services.take_ticket(ticket=ticket, by=desk.people.agent, now=LATER)
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.status, ticket.assignee, ticket.version) == (
        stored.status,
        desk.people.agent,
        stored.version,
    )


def test_a_case_is_given_only_to_somebody_in_its_team(desk):
    ticket = opened(desk)
    with pytest.raises(TicketError, match="not in the team"):
        services.assign_ticket(ticket=ticket, by=desk.people.agent, to=desk.people.expert, now=NOW)
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_a_case_can_be_given_to_nobody_again(desk):
    ticket = opened(desk)
    services.take_ticket(ticket=ticket, by=desk.people.agent, now=NOW)
    services.assign_ticket(ticket=ticket, by=desk.people.agent, to=None, now=LATER)
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_the_one_who_is_given_a_case_is_told_but_not_the_one_who_takes_it(desk):
    ticket = opened(desk)
    Mail.objects.all().delete()
    services.take_ticket(ticket=ticket, by=desk.people.agent, now=NOW)
    assert not Mail.objects.exists()
    services.assign_ticket(ticket=ticket, by=desk.people.agent, to=desk.people.colleague, now=LATER)
    assert [(mail.to, mail.kind) for mail in Mail.objects.all()] == [
        (desk.people.colleague.email, "assigned")
    ]


def test_the_same_submission_is_sent_once(desk):
    ticket, key = opened(desk), uuid4()
    for _press in range(2):
        services.reply(
            ticket=ticket, by=desk.people.agent, body="Svar", now=LATER, submission_key=key
        )
    assert Message.objects.filter(ticket=ticket, from_requester=False).count() == 1
    assert ticket.events.filter(kind="public_reply").count() == 1


def test_an_answer_written_against_an_older_page_is_refused(desk):
    ticket = opened(desk)
    seen = ticket.version
    services.add_note(ticket=ticket, by=desk.people.colleague, body="Jeg ser på den", now=NOW)
    with pytest.raises(ChangedSince):
        services.reply(
            ticket=ticket, by=desk.people.agent, body="Svar", now=LATER, seen_version=seen
        )
    assert not ticket.events.filter(kind="public_reply").exists()


def test_a_holding_reply_is_no_first_response(desk):
    ticket = opened(desk)
    services.reply(
        ticket=ticket, by=desk.people.agent, body="Vi ser på det", now=LATER, counts_as_answer=False
    )
    ticket.refresh_from_db()
    assert ticket.first_responded_at is None
    assert ticket.clocks.get(kind="first_response").met_at is None


def test_a_holding_reply_is_a_first_response_when_the_rules_of_the_case_say_so(desk):
    with_rules(first_response_on=(*DEFAULT_POLICY.first_response_on, "holding_reply"))
    ticket = opened(desk)
    services.reply(
        ticket=ticket, by=desk.people.agent, body="Vi ser på det", now=LATER, counts_as_answer=False
    )
    ticket.refresh_from_db()
    assert ticket.first_responded_at == LATER
    assert ticket.clocks.get(kind="first_response").met_at == LATER
    assert all_differences(LATER) == []


def test_waiting_for_a_third_party_needs_a_reason(desk):
    ticket = in_status(desk, Status.IN_PROGRESS)
    with pytest.raises(MissingReason):
        services.wait_for_third_party(ticket=ticket, by=desk.people.agent, reason="  ", now=LATER)


def test_a_topic_of_another_product_is_refused(desk):
    ticket = opened(desk)
    with pytest.raises(TicketError, match="another product"):
        services.correct_product(
            ticket=ticket, by=desk.people.agent, product=None, topic=desk.topic, now=NOW
        )


def test_priority_follows_impact_urgency_severity_and_security(desk):
    ticket = opened(desk)
    assert ticket.priority == "P4"
    services.correct_priority(
        ticket=ticket,
        by=desk.people.agent,
        impact=3,
        urgency=3,
        severity="",
        security=True,
        reason="Lekkasje",
        now=LATER,
    )
    assert ticket.priority == "P2"
    assert ticket.events.last().data == {
        "reason": "Lekkasje",
        "security": True,
        "before": "P4",
        "priority": "P2",
    }


def test_a_security_incident_is_marked_as_security(desk):
    ticket = opened(desk)
    services.correct_type(
        ticket=ticket, by=desk.people.agent, case_type="security_incident", now=LATER
    )
    assert ticket.security
    assert ticket.priority == "P2"


def test_handing_over_frees_the_case_and_keeps_what_was_tried(desk):
    ticket = opened(desk)
    services.take_ticket(ticket=ticket, by=desk.people.agent, now=NOW)
    services.hand_over(
        ticket=ticket,
        by=desk.people.agent,
        to=desk.second,
        reason="needs_logs",
        tried="Prøvd i TT02",
        now=LATER,
    )
    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (desk.second, None)
    note = ticket.messages.get(visibility="internal")
    assert note.body == "Prøvd i TT02"
    owners = Involvement.objects.filter(ticket=ticket, kind="owner").order_by("started_at", "pk")
    assert [(part.team, part.ended_at) for part in owners] == [
        (desk.first, LATER),
        (desk.second, None),
    ]


def test_a_case_is_not_handed_to_the_team_that_has_it(desk):
    with pytest.raises(TicketError, match="already"):
        services.hand_over(
            ticket=opened(desk),
            by=desk.people.agent,
            to=desk.first,
            reason="unsure",
            tried="Alt",
            now=NOW,
        )


def test_the_second_line_hands_back_to_the_first(desk):
    ticket = opened(desk)
    services.hand_over(
        ticket=ticket, by=desk.people.agent, to=desk.second, reason="unsure", tried="Alt", now=NOW
    )
    services.hand_back(ticket=ticket, by=desk.people.expert, reason="Se artikkelen", now=LATER)
    ticket.refresh_from_db()
    assert ticket.team == desk.first
    assert ticket.events.last().data["from"] == "autorisasjon"


def test_the_first_line_has_nobody_to_hand_back_to(desk):
    ticket = in_status(desk, Status.IN_PROGRESS)
    with pytest.raises(ActionNotPossible):
        services.hand_back(ticket=ticket, by=desk.people.agent, reason="Hm", now=LATER)


def test_a_team_that_is_asked_reads_and_notes_until_it_has_answered(desk):
    ticket = opened(desk)
    assert not Ticket.objects.visible_to(desk.people.expert).exists()
    services.consult(
        ticket=ticket, by=desk.people.agent, team=desk.second, question="Kjent feil?", now=NOW
    )
    assert Ticket.objects.visible_to(desk.people.expert).get() == ticket
    services.add_note(ticket=ticket, by=desk.people.expert, body="Ja", now=LATER)
    part = Involvement.objects.get(ticket=ticket, team=desk.second)
    assert part.ended_at == LATER
    with pytest.raises(PermissionDenied):
        services.reply(ticket=ticket, by=desk.people.expert, body="Svar", now=LATER)


def test_a_case_without_an_answer_is_not_solved_in_silence(desk):
    with pytest.raises(TicketError, match="Write an answer"):
        services.resolve(
            ticket=opened(desk), by=desk.people.agent, solution_code="answer", body=" ", now=NOW
        )


def test_a_duplicate_is_closed_and_its_requester_follows_the_other(desk):
    kept = opened(desk, at=NOW)
    other = opened(desk, at=NOW - 60 * MINUTE, requester=desk.people.member)
    merging.mark_duplicate(ticket=other, by=desk.people.agent, of=kept, now=LATER)
    other.refresh_from_db()
    kept.refresh_from_db()
    assert (other.status, other.close_reason, other.duplicate_of) == ("closed", "duplicate", kept)
    assert Participant.objects.get(ticket=kept).user == desk.people.member
    assert kept.clocks.get(kind="first_response").started_at == NOW - 60 * MINUTE


def test_a_case_that_took_others_in_brings_their_start_and_followers_to_the_one_it_goes_into(desk):
    first = opened(desk, at=NOW - 60 * MINUTE, requester=desk.people.member)
    second, kept = opened(desk, at=NOW - 30 * MINUTE), opened(desk, at=NOW)
    gone = make_user()
    Participant.objects.create(ticket=second, user=gone, added_by=None)
    merging.mark_duplicate(ticket=first, by=desk.people.agent, of=second, now=LATER)
    merging.mark_duplicate(ticket=second, by=desk.people.agent, of=kept, now=LATER)
    started = set(kept.clocks.values_list("started_at", flat=True))
    assert started == {NOW - 60 * MINUTE}
    assert [part.user for part in Participant.objects.filter(ticket=kept)] == [desk.people.member]
    assert all_differences(LATER) == []


def test_cases_of_different_organisations_are_not_merged(desk):
    """Whoever asked in one would read everything the other organisation has written."""
    stranger, theirs = make_user(), make_organisation()
    make_membership(stranger, theirs)
    kept = opened(desk, at=NOW)
    for organisation in (theirs, None):
        other = opened(desk, at=NOW, requester=stranger, organisation=organisation)
        with pytest.raises(TicketError, match="different organisations"):
            merging.mark_duplicate(ticket=other, by=desk.people.agent, of=kept, now=LATER)
        other.refresh_from_db()
        assert (other.status, other.duplicate_of) == (Status.NEW, None)
    assert not Participant.objects.exists()
    assert not Ticket.objects.visible_to(stranger).filter(pk=kept.pk).exists()


def test_a_duplicate_lets_nobody_into_a_security_case(desk):
    kept = opened(desk, at=NOW, security=True)
    other = opened(desk, at=NOW, requester=desk.people.member)
    guard = make_user(teams=(desk.first, desk.guards))
    with pytest.raises(TicketError, match="different organisations"):
        merging.mark_duplicate(ticket=other, by=guard, of=kept, now=LATER)


def test_the_case_of_somebody_without_an_account_can_be_merged(desk):
    kept = opened(desk, at=NOW)
    other = opened(
        desk, at=NOW, requester=None, contact_name="Ola", contact_email="ola@tindvik.example"
    )
    merging.mark_duplicate(ticket=other, by=desk.people.agent, of=kept, now=LATER)
    assert other.duplicate_of == kept
    assert not Participant.objects.exists()


def test_a_case_is_not_a_duplicate_of_itself_or_of_a_duplicate(desk):
    kept, other, third = opened(desk), opened(desk), opened(desk)
    merging.mark_duplicate(ticket=other, by=desk.people.agent, of=kept, now=LATER)
    for ticket, of in ((kept, kept), (third, other)):
        with pytest.raises(TicketError, match="Choose another case"):
            merging.mark_duplicate(ticket=ticket, by=desk.people.agent, of=of, now=LATER)


def test_a_duplicate_of_a_closed_case_closes_neither(desk):
    closed, ticket = in_status(desk, Status.CLOSED), opened(desk)
    with pytest.raises(ActionNotPossible):
        merging.mark_duplicate(ticket=ticket, by=desk.people.agent, of=closed, now=LATER)
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.status, stored.duplicate_of) == (Status.NEW, None)


def test_reopening_clears_the_end_and_says_what_is_missing(desk):
    ticket = in_status(desk, Status.RESOLVED)
    services.reopen(ticket=ticket, by=desk.people.asker, reason="Det feiler igjen", now=LATER)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolved_at, ticket.solution_code) == ("in_progress", None, "")
    assert ticket.has_new_reply
    message = ticket.messages.last()
    assert (message.body, message.from_requester) == ("Det feiler igjen", True)


def test_reopening_a_duplicate_unties_it(desk):
    kept, other = opened(desk), opened(desk)
    merging.mark_duplicate(ticket=other, by=desk.people.agent, of=kept, now=LATER)
    services.reopen(ticket=other, by=desk.people.agent, reason="En annen sak", now=LATER)
    other.refresh_from_db()
    assert (other.duplicate_of, other.closed_at, other.close_reason) == (None, None, "")


def test_closing_by_the_requester_is_solved_when_answered_else_withdrawn(desk):
    unanswered, answered = opened(desk), in_status(desk, Status.IN_PROGRESS)
    for ticket in (unanswered, answered):
        services.close_by_requester(ticket=ticket, by=desk.people.asker, now=LATER)
        ticket.refresh_from_db()
    assert (unanswered.status, unanswered.close_reason) == ("closed", "withdrawn")
    assert (answered.status, answered.solution_code) == ("resolved", "self_solved")


def test_only_a_colleague_in_the_organisation_can_be_let_in(desk):
    ticket = opened(desk)
    with pytest.raises(TicketError, match="member of the organisation"):
        services.add_participant(
            ticket=ticket, by=desk.people.asker, person=desk.people.stranger, now=NOW
        )
    services.add_participant(
        ticket=ticket, by=desk.people.asker, person=desk.people.member, now=NOW
    )
    assert Ticket.objects.visible_to(desk.people.member).get() == ticket


def test_no_text_of_a_case_shows_something_else_than_what_stands_there(desk):
    ticket = opened(desk, subject="Faktura \u202efdp.exe\x1b", body="a\u2066b\x00c\td\ne")
    assert ticket.subject == "Faktura fdp.exe"
    assert ticket.messages.get().body == "abc\td\ne"
    with pytest.raises(MissingReason):
        services.wait_for_third_party(
            ticket=ticket, by=desk.people.agent, reason=" \u202e", now=LATER
        )


def test_nobody_takes_what_somebody_else_took_since_they_read_it(desk):
    ticket = opened(desk)
    read_before = Ticket.objects.get(pk=ticket.pk)
    services.take_ticket(ticket=ticket, by=desk.people.colleague, now=LATER)
    with pytest.raises(ActionNotPossible):
        services.take_ticket(ticket=read_before, by=desk.people.agent, now=LATER)
    ticket.refresh_from_db()
    assert ticket.assignee == desk.people.colleague
    services.take_ticket(ticket=ticket, by=desk.people.agent, now=LATER)
    assert ticket.assignee == desk.people.agent


def test_the_next_case_is_the_one_due_first_that_nobody_has(desk):
    later = opened(desk, at=NOW)
    first = opened(desk, at=NOW - 120 * MINUTE)
    taken = opened(desk, at=NOW - 240 * MINUTE)
    services.take_ticket(ticket=taken, by=desk.people.colleague, now=NOW)
    found = [services.next_unassigned(by=desk.people.agent, now=LATER) for _ in range(3)]
    assert found == [first, later, None]
    assert {ticket.assignee for ticket in found[:2]} == {desk.people.agent}


def test_an_answer_and_its_notice_are_kept_or_lost_together(desk, monkeypatch):
    ticket = opened(desk)

    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("triage.tickets.notices.queue_mail", killed)
    with pytest.raises(KeyboardInterrupt):
        services.reply(ticket=ticket, by=desk.people.agent, body="Svar", now=LATER)
    assert not Message.objects.filter(ticket=ticket, from_requester=False).exists()


def test_identity_numbers_are_masked_in_subject_text_and_reason(desk):
    number = _synthetic_number()
    ticket = opened(desk, subject=f"Gjelder {number}", body=f"Bruker {number} får feil")
    message = ticket.messages.get()
    assert number not in ticket.subject
    assert number not in message.body
    assert message.masked_numbers == 2  # one of them in the subject
    services.hand_over(
        ticket=ticket,
        by=desk.people.agent,
        to=desk.second,
        reason="unsure",
        tried=f"Slo opp {number}",
        now=LATER,
    )
    assert number not in ticket.messages.last().body


def _synthetic_number() -> str:
    """A synthetic number with right control digits."""
    for serial in range(100, 999):
        base = f"219045{serial:03d}"
        digits = [int(letter) for letter in base]
        first = -sum(a * b for a, b in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), digits, strict=True)) % 11
        digits.append(first)
        second = (
            -sum(a * b for a, b in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), digits, strict=True)) % 11
        )
        if 10 not in (first, second):
            return base + str(first) + str(second)
    raise AssertionError("no number with right control digits")


def test_a_change_that_is_killed_halfway_leaves_nothing(desk, monkeypatch):
    ticket = opened(desk)
    before = (ticket.version, ticket.events.count(), OutboxRow.objects.count())

    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    for step in ("log", "finish"):
        with monkeypatch.context() as patch:
            patch.setattr(f"triage.tickets.work.{step}", killed)
            with pytest.raises(KeyboardInterrupt):
                services.reply(ticket=ticket, by=desk.people.agent, body="Svar", now=LATER)
        stored = Ticket.objects.get(pk=ticket.pk)
        assert stored.status == Status.NEW
        assert (stored.version, stored.events.count(), OutboxRow.objects.count()) == before
        assert stored.messages.count() == 1


def test_every_change_leaves_a_row_for_the_index_and_the_crm(desk):
    ticket = opened(desk)
    topics = set(OutboxRow.objects.values_list("topic", "key"))
    assert {("search", f"ticket:{ticket.pk}"), ("crm", str(ticket.pk))} <= topics


def test_no_mail_carries_what_was_written(desk):
    ticket = opened(desk, body="Hemmelig detalj")
    services.reply(ticket=ticket, by=desk.people.agent, body="Svarets kjerne", now=LATER)
    services.ask_back(ticket=ticket, by=desk.people.agent, body="Svarets kjerne", now=LATER)
    services.customer_reply(ticket=ticket, by=desk.people.asker, body="Hemmelig detalj", now=LATER)
    kinds = {mail.kind for mail in Mail.objects.all()}
    assert {"receipt", "answer", "question_back", "new_reply"} <= kinds
    for mail in Mail.objects.all():
        assert "Hemmelig" not in mail.text
        assert "kjerne" not in mail.text
        assert ticket.subject not in mail.text + mail.subject
        assert ticket.reference in mail.text
