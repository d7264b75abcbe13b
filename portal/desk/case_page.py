"""What the page of one case shows, ready for its template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import MembershipContactRole, Organisation, User
from accounts.terms_models import TermsVersion
from portal.bridges.at_desk import Bridges, bridges_of
from portal.desk import (
    clock_words,
    forms,
    history,
    predictions,
    presenters,
    proposals,
    steps,
    suggested,
    time_spent,
    words,
)
from portal.desk.access import reads_as_staff
from portal.desk.composing import templates_for
from portal.desk.quoting import split_quoted
from triage.classifier.corpus.cases import text_of
from triage.experiments.withholding import withheld
from triage.oversight.assessments import may_assess
from triage.oversight.readings import readings_of
from triage.tickets import queries
from triage.tickets.clocks import replay_all
from triage.tickets.models import Attachment, Message, Ticket
from triage.tickets.policies import actions_for
from triage.tickets.states import WAITING_STATUSES, Action, Status
from triage.tickets.written import written_in

EARLIER = 5
SHOWN_READINGS = 5
STATUS_TONES = {
    Status.NEW: (words.INFO, "Inbox"),
    Status.IN_PROGRESS: (words.INFO, "PersonPencil"),
    Status.WAITING_CUSTOMER: (words.NEUTRAL, words.WAITING_ICON),
    Status.WAITING_THIRD_PARTY: (words.NEUTRAL, words.WAITING_ICON),
    Status.RESOLVED: (words.NEUTRAL, "Checkmark"),
    Status.CLOSED: (words.NEUTRAL, "Minus"),
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message: whose, what kind in a word, what was written and what it quotes."""

    id: int
    kind: str
    word: str
    icon: str
    author: str
    at: datetime
    body: str
    quoted: str
    masked: int
    attachments: list[Attachment]


def conversation(ticket: Ticket, *, internal: bool) -> list[Said]:
    """The messages, oldest first."""
    return [_said(message, ticket) for message in queries.conversation(ticket, internal=internal)]


def _said(message: Message, ticket: Ticket) -> Said:
    kind, word, icon = _kind(message)
    body, quoted = split_quoted(message.body)
    if message.author:
        author = message.author.display_name
    else:
        author = ticket.requester_name if message.from_requester else _("Automatic")
    return Said(
        id=message.pk,
        kind=kind,
        word=word,
        icon=icon,
        author=author,
        at=message.created_at,
        body=body,
        quoted=quoted,
        masked=message.masked_numbers,
        attachments=list(message.attachments.all()),
    )


def _kind(message: Message) -> tuple[str, str, str]:
    if message.visibility == Message.Visibility.INTERNAL:
        return "note", _("Internal note, not shown to the requester"), "PadlockLocked"
    if message.automatic:
        return "automatic", _("Automatic reply"), "Robot"
    if message.from_requester:
        return "asker", _("From the requester"), "Person"
    return "answer", _("Our answer, seen by the requester"), "PersonHeadset"


def earlier_cases(user: User, ticket: Ticket) -> list[Ticket]:
    """The last cases of the organisation that this person may see, besides this one."""
    if ticket.organisation_id is None:
        return []
    found = (
        Ticket.objects.visible_to(user)
        .filter(organisation=ticket.organisation_id)
        .exclude(pk=ticket.pk)
        .order_by("-changed_at", "-pk")
    )
    return list(found[:EARLIER])


def contact_roles(ticket: Ticket) -> list[str]:
    """The contact roles the requester holds in the organisation."""
    if ticket.requester_id is None or ticket.organisation_id is None:
        return []
    found = MembershipContactRole.objects.filter(
        membership__user=ticket.requester_id,
        membership__organisation=ticket.organisation_id,
        membership__status="active",
    )
    return [role.get_role_display() for role in found]


def _clock_lines(ticket: Ticket, *, now: datetime) -> list[clock_words.ClockLine]:
    """The case's clocks, and the one that law sets for a security case."""
    lines = clock_words.clock_lines(list(ticket.clocks.all()), now=now)
    report = clock_words.report_line(ticket, now=now)
    return [*lines, report] if report else lines


def terms_line(ticket: Ticket, *, now: datetime) -> str:
    """Whether the organisation has signed the terms in force; "" when there are none for it."""
    organisation = ticket.organisation
    if organisation is None or organisation.type == Organisation.Type.INTERNAL:
        return ""
    terms = TermsVersion.objects.in_force(timezone.localdate(now))
    if terms is None:
        return ""
    signed = terms.signatures.filter(organisation=organisation).exists()
    said = _("Has signed %(terms)s") if signed else _("Has not signed %(terms)s")
    return said % {"terms": terms.title}


def context(user: User, ticket: Ticket, *, now: datetime) -> dict:
    """Everything on the page but the composer."""
    actions = actions_for(user, ticket)
    offered = steps.possible(ticket, actions, user)
    events = list(ticket.events.select_related("actor").order_by("at", "pk"))
    log = history.history(ticket, events)
    bridges = bridges_of(ticket, user)
    without = withheld(ticket)
    beside = [] if without else suggested.beside(ticket, user)
    is_said = any(event.kind == "language_changed" for event in events)
    written = None if is_said else written_in(text_of(ticket))
    read = readings_of(ticket) if ticket.security or ticket.was_read else []
    tone, icon = STATUS_TONES[Status(ticket.status)]
    return {
        "ticket": ticket,
        "actions": actions,
        "buttons": [step for step in offered if step.slug not in steps.FACTS],
        "fact_forms": {
            step.slug: steps.form_for(step, ticket, user)
            for step in offered
            if step.slug in steps.FACTS
        },
        "status_tone": tone,
        "status_icon": icon,
        "waits": ticket.status in WAITING_STATUSES,
        "marks": presenters.signals(ticket),
        "clock_lines": _clock_lines(ticket, now=now),
        "terms_line": terms_line(ticket, now=now),
        "no_deadline": clock_words.no_deadline(ticket, events),
        "proposals": proposals.proposals(ticket, events, actions),
        "whys": clock_words.whys(ticket, replay_all(ticket, events, now=now), events, now=now),
        "time_spent": time_spent.time_spent(ticket, events, now=now),
        "conversation": _shown(ticket, user, bridges),
        "earlier": earlier_cases(user, ticket),
        "contact_roles": contact_roles(ticket),
        "history": log[: history.SHOWN],
        "older_history": log[history.SHOWN :],
        "readings": read[:SHOWN_READINGS],
        "older_readings": read[SHOWN_READINGS:],
        "predictions": [] if without else predictions.chips(ticket, actions, written=written),
        "language_is_unsure": written is not None and not written.language,
        "suggestions": [each for each in beside if each.fits],
        "unfit_suggestions": [each for each in beside if not each.fits],
        "without_suggestions": without,
        "bridges": bridges,
        "may_assess": may_assess(user, ticket),
    }


def _shown(ticket: Ticket, user: User, bridges: Bridges) -> list[Said]:
    """The conversation; without the line that opened a task, whose question stands above it."""
    said = conversation(ticket, internal=reads_as_staff(user, ticket))
    return [each for each in said if each.kind != "asker"] if bridges.is_task else said


def composer(ticket: Ticket, actions: Iterable[Action], *, tab: str, go_next: bool) -> dict:
    """Empty forms for an answer and a note, as far as the person may write them."""
    actions = frozenset(actions)
    answers = bool(actions & {Action.REPLY, Action.ASK_BACK, Action.RESOLVE})
    notes = Action.ADD_NOTE in actions
    if tab == "note" and not notes or tab != "note" and not answers:
        tab = "answer" if answers else "note"
    initial = {"submission_key": forms.new_key()}
    answer_initial = {
        "seen_version": ticket.version,
        "then": forms.AnswerForm.STAY,
        "go_next": go_next,
        **initial,
    }
    return {
        "tab": tab,
        "may_answer": answers,
        "may_note": notes,
        "answer_form": forms.AnswerForm(initial=answer_initial, ticket=ticket, actions=actions)
        if answers
        else None,
        "note_form": forms.NoteForm(initial=initial) if notes else None,
        "reply_templates": templates_for(ticket) if answers else [],
    }
