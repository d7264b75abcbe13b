"""From a public question to a private case of the one who asked it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from cms.community import log, moderation
from cms.community.editing import has_others_answers, withdraw_question
from cms.community.models import CommunityEvent, Question
from cms.community.policies import Action, can
from portal.bridges.forms import ToCaseForm
from portal.bridges.models import CaseOfQuestion
from portal.bridges.tools import may_copy
from triage.intake.services import NewCase, open_ticket
from triage.tickets.codes import Channel
from triage.tickets.models import Ticket


def choices_for(question: Question, user: User) -> list[tuple[str, str]]:
    """What this person may let become of the public question."""
    choices = [(ToCaseForm.LEAVE, _("It stays as it is, and others can still answer"))]
    if question.asker_id == user.pk and can(user, Action.WITHDRAW, question):
        if not has_others_answers(question, user):
            choices.append((ToCaseForm.WITHDRAW, _("It is withdrawn, and nobody else sees it")))
    elif can(user, Action.CLOSE, question):
        choices.append((ToCaseForm.CLOSE, _("It is closed: what stands can be read, no more")))
    return choices


@transaction.atomic
def copy_to_case(
    *,
    question: Question,
    by: User,
    subject: str,
    body: str,
    organisation: Organisation | None,
    then: str,
    now: datetime,
    key: UUID,
) -> Ticket:
    """Open a private case for the asker with the words given, and do to the question as chosen.

    The same key gives the same case, however often it is sent. Raises PermissionDenied, NoFirstLine
    and, where something has happened to the question since, CommunityError; then nothing is done.
    """
    earlier = CaseOfQuestion.objects.filter(ticket__submission_key=key, question=question).first()
    if earlier is not None:
        return earlier.ticket
    question = Question.objects.select_for_update().get(pk=question.pk)
    if not may_copy(question, by):
        raise PermissionDenied(_("Only the one who asked, or a moderator, can do this."))
    ticket = open_ticket(
        NewCase(
            subject=subject,
            body=body,
            requester=question.asker,
            organisation=organisation,
            product=question.product,
            topic=question.topics.filter(product=question.product).order_by("pk").first(),
            language=question.language,
            channel=Channel.COMMUNITY,
            registered_by=by if by.pk != question.asker_id else None,
            submission_key=key,
        ),
        now=now,
    )
    CaseOfQuestion.objects.create(question=question, ticket=ticket, by=by, at=now)
    log.note(CommunityEvent.Kind.COPIED_TO_CASE, question, by=by, now=now)
    if then == ToCaseForm.WITHDRAW:
        withdraw_question(question=question, by=by, now=now)
    elif then == ToCaseForm.CLOSE:
        reason = _("The one who asked gets an answer in private.")
        moderation.close(question=question, by=by, reason=reason, now=now)
    return ticket
