"""Proposals: made from a case or a question, looked at by a person, and only then published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page

from accounts.models import Team, User
from cms.community import log, services
from cms.community.linking import link_article
from cms.community.models import LONGEST_REASON, CommunityEvent, Question
from cms.community.texts import many_lines, one_line
from portal.bridges.articles import may_write_in, write_draft
from portal.bridges.models import Proposal
from taxonomy.models import Product
from triage.tickets.models import Ticket
from triage.tickets.states import Status

State, Kind = Proposal.State, Proposal.Kind


class ProposalError(Exception):
    """Something asked of a proposal cannot be done; the message says why."""

    @classmethod
    def decided(cls) -> ProposalError:
        """Somebody was quicker."""
        return cls(_("Somebody has decided on this already."))

    @classmethod
    def no_reason(cls) -> ProposalError:
        """Whoever proposed it is to learn why."""
        return cls(_("Say why, in a few words."))

    @classmethod
    def not_ended(cls) -> ProposalError:
        """The case is not resolved, or is about security."""
        return cls(_("Only solved cases that are not about security can be made public."))


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is proposed, as somebody has left it in the form."""

    title: str
    body: str
    answer: str
    language: str
    product: Product
    team: Team
    section: Page | None = None


def visible_proposals(user) -> QuerySet[Proposal]:
    """Proposals this person may read: one's own, those one decides on, those of cases one sees."""
    if not user.is_authenticated or not user.is_active:
        return Proposal.objects.none()
    rule = Q(by=user)
    if user.is_moderator:
        rule |= Q(kind=Kind.QUESTION)
    if user.is_editor or user.is_administrator:
        rule |= Q(kind=Kind.ARTICLE)
    if user.is_support:
        rule |= Q(ticket__in=Ticket.objects.visible_to(user).values("pk"))
    return Proposal.objects.filter(rule)


def may_decide(user, kind: str) -> bool:
    """Whether the person may approve or decline: moderators questions, editors articles."""
    if kind == Kind.QUESTION:
        return user.is_moderator
    return user.is_editor or user.is_administrator


@transaction.atomic
def propose(
    *,
    kind: str,
    words: Words,
    by: User,
    now: datetime,
    form_key: UUID,
    ticket: Ticket | None = None,
    question: Question | None = None,
    found: dict[str, int] | None = None,
) -> Proposal:
    """Leave a text to be approved. The same form gives the same proposal, however often sent.

    Raises ProposalError for a case that may not be made public, PermissionDenied.
    """
    earlier = Proposal.objects.filter(form_key=form_key, by=by).first()
    if earlier is not None:
        return earlier
    if not (by.is_support or by.is_editor or by.is_administrator):
        raise PermissionDenied(_("Only those who work here can propose this."))
    if ticket is not None:
        ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if ticket.status != Status.RESOLVED or ticket.security:
            raise ProposalError.not_ended()
    proposal = Proposal.objects.create(
        kind=kind,
        ticket=ticket,
        question=question,
        found=found or {},
        by=by,
        at=now,
        form_key=form_key,
        **_clean(words),
    )
    if kind == Kind.ARTICLE and may_decide(by, kind):
        # A draft is not published: the editors' own approval comes after it.
        approve(proposal=proposal, words=words, by=by, now=now)
        proposal.refresh_from_db()
    return proposal


def _clean(words: Words) -> dict:
    language = words.language
    return {
        "title": one_line(words.title, language)[:300],
        "body": many_lines(words.body, language),
        "answer": many_lines(words.answer, language),
        "language": language,
        "product": words.product,
        "team": words.team,
        "section": words.section,
    }


@transaction.atomic
def approve(*, proposal: Proposal, words: Words, by: User, now: datetime) -> Proposal:
    """Publish a question with its answer, or make the article's draft, as the text stands now.

    Raises PermissionDenied, ProposalError when somebody has decided, CommunityError.
    """
    proposal = _undecided(proposal)
    if not may_decide(by, proposal.kind):
        raise PermissionDenied(_("Moderators approve questions, and editors articles."))
    for name, value in _clean(words).items():
        setattr(proposal, name, value)
    if proposal.kind == Kind.QUESTION:
        proposal.published = _publish(proposal, now)
    else:
        proposal.page = _draft(proposal, by, now)
    _decide(proposal, State.APPROVED, by, now)
    return proposal


@transaction.atomic
def decline(*, proposal: Proposal, by: User, reason: str, now: datetime) -> Proposal:
    """Say that it is not published, and why. Who proposed it may take it back this way."""
    proposal = _undecided(proposal)
    if not may_decide(by, proposal.kind) and proposal.by_id != by.pk:
        raise PermissionDenied(_("Moderators approve questions, and editors articles."))
    proposal.reason = one_line(reason, by.language)[:LONGEST_REASON]
    if not proposal.reason:
        raise ProposalError.no_reason()
    _decide(proposal, State.DECLINED, by, now)
    return proposal


def _undecided(proposal: Proposal) -> Proposal:
    """The proposal, locked. Raises ProposalError when it is decided."""
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.state != State.PENDING:
        raise ProposalError.decided()
    return locked


def _decide(proposal: Proposal, state: str, by: User, now: datetime) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, now
    proposal.save()


def _publish(proposal: Proposal, now: datetime) -> Question:
    """The question by the one who wrote it, with the official answer of the team."""
    key = f"proposal:{proposal.form_key}"
    question = services.ask_question(
        by=proposal.by,
        title=proposal.title,
        body=proposal.body,
        language=proposal.language,
        product=proposal.product,
        now=now,
        form_key=key,
    )
    services.give_official_answer(
        question=question,
        by=proposal.by,
        team=proposal.team,
        body=proposal.answer,
        now=now,
        form_key=key,
    )
    return question


def _draft(proposal: Proposal, by: User, now: datetime) -> Page:
    """The article's draft; the question it was made from leads to it once it is published."""
    if proposal.section is None or not may_write_in(by, proposal.section):
        raise PermissionDenied(_("You cannot write in this section. Choose another."))
    page = write_draft(proposal, by=by, now=now)
    if proposal.question is not None:
        log.note(
            CommunityEvent.Kind.DRAFTED_AS_ARTICLE, proposal.question, by=by, now=now, page=page.pk
        )
        if proposal.question.article_id is None:
            link_article(question=proposal.question, article=page, by=by, now=now)
    return page
