"""What can be done with a case from its page: one row for each action, its form and its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Line
from portal.desk import forms, predictions
from triage.intake.taking_up import take_up
from triage.tickets import merging, services
from triage.tickets.exceptions import ActionNotPossible
from triage.tickets.models import Ticket
from triage.tickets.reopening import reopens_in_time
from triage.tickets.standard import correct_language
from triage.tickets.states import Action
from triage.tickets.tasks import is_task

Perform = Callable[[Ticket, User, dict, datetime], Ticket | None]


@dataclass(frozen=True, kw_only=True)
class Step:
    """An action of the desk: its place in addresses, its form, its words and what it calls.

    `asks` is the form it needs, with `reason` as the label of its words when they are a reason; a
    step without a form is a button, with a question first when `question` is set. `ends` says that
    the case leaves the desk of the one who does it. `perform` may give the case it then goes on in.
    `key` is the letter on the keyboard that presses it. `for_several` says that it may be done for
    several cases at once, with `question_of_several` first where one has a question.
    """

    slug: str
    action: Action
    label: str | Promise
    done: str | Promise
    perform: Perform
    asks: type[forms.StepForm] | None = None
    question: str | Promise = ""
    reason: str | Promise = ""
    ends: bool = False
    key: str = ""
    for_several: bool = False
    question_of_several: str | Promise = ""

    @property
    def has_page(self) -> bool:
        """Whether something is asked on a page of its own before the step is done."""
        return self.asks is not None or bool(self.question)


def _assign(ticket: Ticket, by: User, data: dict, now: datetime) -> None:
    services.assign_ticket(ticket=ticket, by=by, to=data["to"], now=now)


def _product(ticket: Ticket, by: User, data: dict, now: datetime) -> None:
    product, topic = data["product"], data["topic"]
    services.correct_product(ticket=ticket, by=by, product=product, topic=topic, now=now)


def _priority(ticket: Ticket, by: User, data: dict, now: datetime) -> None:
    names = ("impact", "urgency", "severity", "security", "reason")
    services.correct_priority(ticket=ticket, by=by, now=now, **{name: data[name] for name in names})


def _hand_over(ticket: Ticket, by: User, data: dict, now: datetime) -> None:
    reason, tried = data["reason"], data["tried"]
    services.hand_over(ticket=ticket, by=by, to=data["team"], reason=reason, tried=tried, now=now)


def _consult(ticket: Ticket, by: User, data: dict, now: datetime) -> None:
    services.consult(ticket=ticket, by=by, team=data["team"], question=data["question"], now=now)


STEPS = (
    Step(
        slug="ta",
        action=Action.TAKE,
        label=_("Take the case"),
        done=_("The case is yours."),
        perform=lambda ticket, by, data, now: services.take_ticket(ticket=ticket, by=by, now=now),
        key="t",
        for_several=True,
    ),
    Step(
        slug="fortsett",
        action=Action.RESUME,
        label=_("Go on with the case"),
        done=_("The case no longer waits."),
        perform=lambda ticket, by, data, now: services.resume(ticket=ticket, by=by, now=now),
    ),
    Step(
        slug="tildel",
        action=Action.ASSIGN,
        label=_("Give to somebody"),
        done=_("The case has been given on."),
        perform=_assign,
        asks=forms.AssignForm,
        for_several=True,
    ),
    Step(
        slug="produkt",
        action=Action.CORRECT_PRODUCT,
        label=_("Change product and topic"),
        done=_("Product and topic are changed."),
        perform=_product,
        asks=forms.ProductForm,
        for_several=True,
    ),
    Step(
        slug="type",
        action=Action.CORRECT_TYPE,
        label=_("Change type"),
        done=_("The type is changed. The deadlines follow it."),
        perform=lambda ticket, by, data, now: services.correct_type(
            ticket=ticket, by=by, case_type=data["case_type"], now=now
        ),
        asks=forms.TypeForm,
    ),
    Step(
        slug="sprak",
        action=Action.CORRECT_LANGUAGE,
        label=_("Change written standard"),
        done=_("The written standard of the answers is changed."),
        perform=lambda ticket, by, data, now: correct_language(
            ticket=ticket, by=by, language=data["language"], now=now
        ),
        asks=forms.LanguageForm,
    ),
    Step(
        slug="prioritet",
        action=Action.CORRECT_PRIORITY,
        label=_("Change priority"),
        done=_("The priority is changed. The deadlines follow it."),
        perform=_priority,
        asks=forms.PriorityForm,
    ),
    Step(
        slug="send-videre",
        action=Action.HAND_OVER,
        label=_("Hand over"),
        done=_("The case is handed over."),
        perform=_hand_over,
        asks=forms.HandOverForm,
        ends=True,
        key="v",
        for_several=True,
    ),
    Step(
        slug="send-tilbake",
        action=Action.HAND_BACK,
        label=_("Hand back"),
        done=_("The case is handed back to the first line."),
        perform=lambda ticket, by, data, now: services.hand_back(
            ticket=ticket, by=by, reason=data["reason"], now=now
        ),
        asks=forms.ReasonForm,
        reason=_("What you found, and what the first line should do"),
        ends=True,
    ),
    Step(
        slug="spor-om-rad",
        action=Action.CONSULT,
        label=_("Ask a team for advice"),
        done=_("The team has been asked."),
        perform=_consult,
        asks=forms.ConsultForm,
    ),
    Step(
        slug="vent",
        action=Action.WAIT_THIRD_PARTY,
        label=_("Wait for a third party"),
        done=_("The case waits. The solution deadline stands still."),
        perform=lambda ticket, by, data, now: services.wait_for_third_party(
            ticket=ticket, by=by, reason=data["reason"], now=now
        ),
        asks=forms.ReasonForm,
        reason=_("Whom the case waits for, and for what"),
    ),
    Step(
        slug="duplikat",
        action=Action.MARK_DUPLICATE,
        label=_("Mark as duplicate"),
        done=_("The cases are merged."),
        perform=lambda ticket, by, data, now: merging.mark_duplicate(
            ticket=ticket, by=by, of=data["of"], now=now
        ),
        asks=forms.DuplicateForm,
        ends=True,
        for_several=True,
    ),
    Step(
        slug="ikke-en-sak",
        action=Action.MARK_NOT_A_CASE,
        label=_("Not a case"),
        done=_("The case is closed as not a case."),
        perform=lambda ticket, by, data, now: services.mark_not_a_case(
            ticket=ticket, by=by, now=now
        ),
        question=_("The case is closed, and nobody is told. You can reopen it later."),
        ends=True,
        for_several=True,
        question_of_several=_(
            "The cases are closed, and nobody is told. You can reopen them later."
        ),
    ),
    Step(
        slug="gjenapne",
        action=Action.REOPEN,
        label=_("Reopen"),
        done=_("The case is open again."),
        perform=lambda ticket, by, data, now: take_up(
            ticket=ticket, by=by, reason=data["reason"], now=now
        ),
        asks=forms.ReasonForm,
        reason=_("What is missing"),
    ),
)
BY_SLUG = {step.slug: step for step in STEPS}
NOT_NOW = _("This is not possible as the case stands now.")
FOR_SEVERAL = tuple(step for step in STEPS if step.for_several)
# Set beside the fact they change, not in the row of buttons.
FACTS = ("tildel", "produkt", "type", "sprak", "prioritet")
# A question of the community ends by being answered, or by what moderators do to it.
ENDS_WITHOUT_ANSWER = frozenset({Action.MARK_NOT_A_CASE, Action.MARK_DUPLICATE})
CHOSEN_BEFOREHAND = frozenset({"team", "case_type", "impact", "urgency"})


def form_for(
    step: Step,
    ticket: Ticket,
    user: User,
    data=None,
    *,
    asked: Mapping[str, str] | None = None,
    **several: Any,
) -> forms.StepForm | None:
    """The form of a step, filled in with what was sent; None for a step that needs no words.

    `asked` are values chosen beforehand by the address of the page, where a suggestion led;
    `several` is what a form of several cases is told of the others (`StepForm`).
    """
    if step.asks is None:
        return None
    form = step.asks(data, ticket=ticket, user=user, auto_id=f"{step.slug}-%s", **several)
    if step.reason:
        form.fields["reason"].label = step.reason
    for name in CHOSEN_BEFOREHAND & set(form.fields) & set(asked or {}):
        form.fields[name].initial = asked[name]
    return form


def do(
    step: Step, ticket: Ticket, *, by: User, data: dict, now: datetime, seen: int | None = None
) -> Ticket:
    """Do a step, and keep what the person chose as labels; returns the case it goes on in.

    `seen` is the newest decision when a suggestion was shown that the person accepts; None when
    they chose by themselves. Raises TicketError or PermissionDenied, and then nothing has changed.
    """
    if step.action in ENDS_WITHOUT_ANSWER and is_task(ticket):
        raise ActionNotPossible
    with transaction.atomic():
        if seen is not None:
            predictions.check_still_open(ticket, step.slug, seen=seen)
        product = ticket.product_id
        goes_on = step.perform(ticket, by, data, now) or ticket
        predictions.settle(ticket, step.slug, product_before=product, by=by, now=now)
    return goes_on


def question_of(step: Step, ticket: Ticket, *, now: datetime) -> str | Promise:
    """What is said before a step is done: what ended long ago goes on in a new case."""
    if step.action == Action.REOPEN and not reopens_in_time(ticket, now=now):
        return _(
            "The case ended too long ago to be opened again. A new case is opened, linked with it, "
            "and the requester gets its number."
        )
    return step.question


def possible(ticket: Ticket, actions: frozenset[Action], user: User) -> list[Step]:
    """The steps that make sense now for the person, in the order of the table."""
    return [
        step for step in STEPS if step.action in actions and _makes_sense(step.action, ticket, user)
    ]


def _makes_sense(action: Action, ticket: Ticket, user: User) -> bool:
    """What the services would refuse although the state allows it is not offered."""
    if action in ENDS_WITHOUT_ANSWER and is_task(ticket):
        return False
    if action == Action.WAIT_THIRD_PARTY:
        return ticket.first_responded_at is not None
    if action == Action.HAND_BACK:
        return ticket.team.line != Line.FIRST
    if action == Action.TAKE:
        return ticket.assignee_id != user.pk
    if action == Action.REOPEN:
        return not hasattr(ticket, "continued_by")
    return True
