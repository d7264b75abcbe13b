"""What people do with tickets. Forms, mail, commands and the API all call these.

Every function is keyword-only, makes one change in one transaction (see work.py) with the notices
that belong to it, and raises PermissionDenied or a TicketError with a sentence for the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Team, User
from accounts.roles import Line
from taxonomy.models import Product, Topic
from triage.sla.service_model import service_model
from triage.tickets import notices
from triage.tickets.exceptions import ActionNotPossible, MissingReason, TicketError
from triage.tickets.files import StoredFile
from triage.tickets.kinds import CaseType, Severity
from triage.tickets.messages import already_sent, write_message
from triage.tickets.models import Involvement, Message, Participant, Ticket
from triage.tickets.policies import check_can
from triage.tickets.priority import priority_for
from triage.tickets.redact import redacted
from triage.tickets.reopening import reopens_in_time
from triage.tickets.states import Action, Status
from triage.tickets.work import changing, move_to_team

PUBLIC = Message.Visibility.PUBLIC
INTERNAL = Message.Visibility.INTERNAL
Files = Sequence[StoredFile]


def _needed(text: str) -> str:
    """A reason that must be given. Raises MissingReason when it is empty."""
    clean = redacted(text).text.strip()
    if not clean:
        raise MissingReason
    return clean


# --- the desk: who has it ---------------------------------------------------------------------


def take_ticket(*, ticket: Ticket, by: User, now: datetime) -> None:
    """The person makes the ticket their own; not when it came to somebody since it was read."""
    with changing(ticket, Action.TAKE, by=by, now=now) as work:
        if work.ticket.assignee_id not in (ticket.assignee_id, by.pk):
            raise ActionNotPossible
        work.ticket.assignee = by


@transaction.atomic
def assign_ticket(*, ticket: Ticket, by: User, to: User | None, now: datetime) -> None:
    """Give the ticket to somebody in its team, or to nobody. Raises TicketError for outsiders."""
    with changing(ticket, Action.ASSIGN, by=by, now=now, to=to.pk if to else None) as work:
        if to is not None and not to.teams.filter(pk=work.ticket.team_id).exists():
            raise TicketError.not_in_team(to)
        work.ticket.assignee = to
    if to is not None and to != by:
        notices.to_person(ticket, "assigned", to, key=f"{ticket.pk}.{ticket.version}")


# --- the desk: what is said ---------------------------------------------------------------------


@transaction.atomic
def reply(
    *,
    ticket: Ticket,
    by: User,
    body: str,
    now: datetime,
    files: Files = (),
    seen_version: int | None = None,
    submission_key: UUID | None = None,
    counts_as_answer: bool = True,
) -> None:
    """A public answer. One that only says "we are looking into it" does not answer the clock.

    It does when the rules of the case say that it counts.
    """
    if already_sent(submission_key):
        return
    with changing(
        ticket,
        Action.REPLY,
        by=by,
        now=now,
        seen_version=seen_version,
        **({} if counts_as_answer else {"holding": True}),
    ) as work:
        message = _public_message(work.ticket, by, body, now, files, submission_key)
        work.data["message"] = message.pk
        if not counts_as_answer:
            work.data["automatic"] = True
        if counts_as_answer or service_model(work.ticket.policy_id).policy.counts_holding:
            _responded(work.ticket, now)
    notices.to_requester(ticket, "answer", key=str(message.pk))


@transaction.atomic
def ask_back(
    *,
    ticket: Ticket,
    by: User,
    body: str,
    now: datetime,
    files: Files = (),
    seen_version: int | None = None,
    submission_key: UUID | None = None,
) -> None:
    """Ask the requester for more; the case waits for them and the solution clock stands still."""
    if already_sent(submission_key):
        return
    with changing(
        ticket, Action.ASK_BACK, by=by, now=now, seen_version=seen_version, reason="question"
    ) as work:
        message = _public_message(work.ticket, by, body, now, files, submission_key)
        work.data["message"] = message.pk
        _responded(work.ticket, now)
    notices.to_requester(ticket, "question_back", key=str(message.pk))


def _public_message(ticket, by, body, now, files, submission_key) -> Message:
    ticket.has_new_reply = False
    return write_message(
        ticket=ticket,
        author=by,
        body=body,
        visibility=PUBLIC,
        now=now,
        files=files,
        submission_key=submission_key,
    )


def _responded(ticket: Ticket, now: datetime) -> None:
    if ticket.first_responded_at is None:
        ticket.first_responded_at = now


def add_note(
    *,
    ticket: Ticket,
    by: User,
    body: str,
    now: datetime,
    files: Files = (),
    submission_key: UUID | None = None,
) -> None:
    """An internal note; the requester's side never sees it."""
    if already_sent(submission_key):
        return
    with changing(ticket, Action.ADD_NOTE, by=by, now=now) as work:
        message = write_message(
            ticket=work.ticket,
            author=by,
            body=body,
            visibility=INTERNAL,
            now=now,
            files=files,
            submission_key=submission_key,
        )
        work.data["message"] = message.pk
        _end_consult(work.ticket, by, now)


def _end_consult(ticket: Ticket, by: User, now: datetime) -> None:
    """A note from a team that was asked answers the question."""
    Involvement.objects.filter(
        ticket=ticket, kind="consulted", ended_at=None, team__in=list(by.team_lines)
    ).exclude(team=ticket.team_id).update(ended_at=now)


def wait_for_third_party(*, ticket: Ticket, by: User, reason: str, now: datetime) -> None:
    """The case waits for somebody outside both parties; `reason` says for whom and what."""
    why = _needed(reason)
    if ticket.first_responded_at is None:
        raise ActionNotPossible
    with changing(ticket, Action.WAIT_THIRD_PARTY, by=by, now=now, reason=why):
        pass


def resume(*, ticket: Ticket, by: User, now: datetime) -> None:
    """Stop waiting and go on."""
    with changing(ticket, Action.RESUME, by=by, now=now):
        pass


# --- the desk: what it is -----------------------------------------------------------------------


@transaction.atomic
def correct_type(*, ticket: Ticket, by: User, case_type: str, now: datetime) -> None:
    """Set what kind of case it is; the promise follows the kind."""
    kind = CaseType(case_type)
    marked = False
    with changing(
        ticket, Action.CORRECT_TYPE, by=by, now=now, case_type=kind, before=ticket.case_type
    ) as work:
        work.ticket.case_type = kind
        if kind == CaseType.SECURITY_INCIDENT:
            marked = not work.ticket.security
            work.ticket.security = True
        _prioritise(work)
    if marked and ticket.severity == Severity.A:
        notices.of_severity_a(ticket, by=by)


def correct_product(
    *, ticket: Ticket, by: User, product: Product | None, topic: Topic | None, now: datetime
) -> None:
    """Set product and topic; a topic of another product is refused."""
    if topic is not None and (product is None or topic.product_id != product.pk):
        raise TicketError.topic_of_other_product()
    with changing(
        ticket,
        Action.CORRECT_PRODUCT,
        by=by,
        now=now,
        product=product.slug if product else "",
        topic=topic.slug if topic else "",
    ) as work:
        work.ticket.product, work.ticket.topic = product, topic


@transaction.atomic
def correct_priority(
    *,
    ticket: Ticket,
    by: User,
    impact: int,
    urgency: int,
    severity: str,
    security: bool,
    reason: str,
    now: datetime,
) -> None:
    """Set what the priority is made from, with a reason; the due times follow.

    Severity A is told at once: people decide what it needs. So is severity A that turns out to
    be of security, to those who handle that.
    """
    why = _needed(reason)
    with changing(ticket, Action.CORRECT_PRIORITY, by=by, now=now, reason=why) as work:
        regraded = severity != work.ticket.severity
        if regraded:
            work.data["severity"] = severity
        marked = security and not work.ticket.security
        if security != work.ticket.security:
            work.data["security"] = security
        work.ticket.impact, work.ticket.urgency = impact, urgency
        work.ticket.severity, work.ticket.security = severity, security
        work.data["before"] = work.ticket.priority
        _prioritise(work)
    if severity == Severity.A and (regraded or marked):
        notices.of_severity_a(ticket, by=by)


def _prioritise(work) -> None:
    ticket = work.ticket
    ticket.priority = priority_for(
        ticket.impact, ticket.urgency, severity=ticket.severity, security=ticket.security
    )
    work.data["priority"] = ticket.priority


# --- the desk: other teams ----------------------------------------------------------------------


@transaction.atomic
def hand_over(
    *, ticket: Ticket, by: User, to: Team, reason: str, tried: str, now: datetime
) -> None:
    """Give the case to another team, with a reason code and what has been tried."""
    what = _needed(tried)
    with changing(
        ticket, Action.HAND_OVER, by=by, now=now, reason=reason, **{"from": ticket.team.slug}
    ) as work:
        if to.pk == work.ticket.team_id:
            raise TicketError.already_there(to)
        _note(work, by, what, now)
        move_to_team(work.ticket, to, now)
        work.data["to"] = to.slug
    notices.to_team(ticket, "handed_over", key=f"{ticket.pk}.{ticket.version}", besides=by)


@transaction.atomic
def hand_back(*, ticket: Ticket, by: User, reason: str, now: datetime) -> None:
    """Give the case back to the first line with a word on what was found."""
    what = _needed(reason)
    first_line = Team.objects.filter(line=Line.FIRST).order_by("pk").first()
    with changing(ticket, Action.HAND_BACK, by=by, now=now, **{"from": ticket.team.slug}) as work:
        if first_line is None or first_line.pk == work.ticket.team_id:
            raise ActionNotPossible
        _note(work, by, what, now)
        move_to_team(work.ticket, first_line, now)
        work.data["to"] = first_line.slug
    notices.to_team(ticket, "handed_over", key=f"{ticket.pk}.{ticket.version}", besides=by)


def _note(work, by: User, body: str, now: datetime) -> None:
    message = write_message(ticket=work.ticket, author=by, body=body, visibility=INTERNAL, now=now)
    work.data["message"] = message.pk


@transaction.atomic
def consult(*, ticket: Ticket, by: User, team: Team, question: str, now: datetime) -> None:
    """Ask a team for advice without giving the case away; its members can read it and note."""
    what = _needed(question)
    with changing(ticket, Action.CONSULT, by=by, now=now, team=team.slug) as work:
        if team.pk == work.ticket.team_id:
            raise TicketError.already_there(team)
        _note(work, by, what, now)
        Involvement.objects.get_or_create(
            ticket=work.ticket,
            team=team,
            kind="consulted",
            ended_at=None,
            defaults={"started_at": now},
        )
    for person in team.members.filter(is_active=True):
        notices.to_person(ticket, "consulted", person, key=f"{ticket.pk}.{ticket.version}")


# --- the end of it --------------------------------------------------------------------------------


@transaction.atomic
def resolve(
    *,
    ticket: Ticket,
    by: User,
    solution_code: str,
    body: str,
    now: datetime,
    files: Files = (),
    seen_version: int | None = None,
    submission_key: UUID | None = None,
) -> None:
    """Solve the case, with a code and the answer the requester gets."""
    if already_sent(submission_key):
        return
    if not body.strip() and ticket.first_responded_at is None:
        raise TicketError.no_answer_yet()
    with changing(
        ticket, Action.RESOLVE, by=by, now=now, seen_version=seen_version, code=solution_code
    ) as work:
        work.ticket.solution_code = solution_code
        if body.strip():
            message = _public_message(work.ticket, by, body, now, files, submission_key)
            work.data["message"] = message.pk
            _responded(work.ticket, now)
        else:
            work.data["silent"] = True
    notices.to_requester(ticket, "resolved", key=f"{ticket.pk}.{ticket.version}")


def mark_not_a_case(*, ticket: Ticket, by: User, now: datetime) -> None:
    """Close what needs no answer (an automatic reply, spam); nobody is told."""
    with changing(ticket, Action.MARK_NOT_A_CASE, by=by, now=now):
        pass


@transaction.atomic
def reopen(*, ticket: Ticket, by: User, reason: str, now: datetime) -> None:
    """Open a solved or closed case again, within the days of its rules: `take_up` does after them.

    `reason` is a word on what is missing.
    """
    what = _needed(reason)
    from_requester = not by.is_support or ticket.requester_id == by.pk
    with changing(ticket, Action.REOPEN, by=by, now=now) as work:
        if not reopens_in_time(work.ticket, now=now):
            raise TicketError.ended_long_ago()
        message = write_message(
            ticket=work.ticket,
            author=by,
            body=what,
            visibility=PUBLIC if from_requester else INTERNAL,
            now=now,
            from_requester=from_requester,
        )
        work.data["message"] = message.pk
        work.ticket.has_new_reply = from_requester
    _tell_desk(ticket, by=by)


# --- the requester's side ---------------------------------------------------------------------


@transaction.atomic
def customer_reply(
    *,
    ticket: Ticket,
    by: User,
    body: str,
    now: datetime,
    files: Files = (),
    submission_key: UUID | None = None,
    masked_before: int = 0,
) -> None:
    """A reply from the requester's side; ends the wait for them at once, at any hour."""
    if already_sent(submission_key):
        return
    with changing(ticket, Action.CUSTOMER_REPLY, by=by, now=now) as work:
        message = write_message(
            ticket=work.ticket,
            author=by,
            body=body,
            visibility=PUBLIC,
            now=now,
            from_requester=True,
            files=files,
            submission_key=submission_key,
            masked_before=masked_before,
        )
        work.data["message"] = message.pk
        work.ticket.has_new_reply = True
    _tell_desk(ticket, by=by)


def _tell_desk(ticket: Ticket, *, by: User) -> None:
    """Tell the assignee, or the team when nobody has it."""
    key = f"{ticket.pk}.{ticket.version}"
    if ticket.assignee is not None:
        if ticket.assignee != by:
            notices.to_person(ticket, "new_reply", ticket.assignee, key=key)
        return
    notices.to_team(ticket, "new_reply", key=key, besides=by)


@transaction.atomic
def close_by_requester(*, ticket: Ticket, by: User, now: datetime) -> None:
    """The requester says it is solved: solved when it was answered, else withdrawn."""
    check_can(by, ticket, Action.WITHDRAW)
    if ticket.first_responded_at is None:
        with changing(ticket, Action.WITHDRAW, by=by, now=now):
            return
    with changing(
        ticket, Action.RESOLVE, by=by, now=now, automatic=True, code="self_solved"
    ) as work:
        work.ticket.solution_code = "self_solved"


def add_participant(*, ticket: Ticket, by: User, person: User, now: datetime) -> None:
    """Let a colleague in the same organisation follow the case."""
    check_can(by, ticket, Action.CUSTOMER_REPLY)
    if ticket.organisation_id not in person.organisation_ids:
        raise TicketError.not_a_colleague()
    Participant.objects.get_or_create(
        ticket=ticket, user=person, defaults={"added_by": by, "added_at": now}
    )


@transaction.atomic
def next_unassigned(*, by: User, now: datetime) -> Ticket | None:
    """Take what is due first of what nobody has, or takes just now, in the person's teams."""
    candidates = (
        Ticket.objects.visible_to(by)
        .open()
        .filter(team__in=list(by.team_lines), assignee=None)
        .exclude(status__in=[Status.WAITING_CUSTOMER, Status.WAITING_THIRD_PARTY])
        .order_by("queue_at", "pk")
    )
    ticket = candidates.select_for_update(skip_locked=True).first()
    if ticket is not None:
        take_ticket(ticket=ticket, by=by, now=now)
    return ticket
