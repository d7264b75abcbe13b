"""What the page of a question shows of its bridges, and to whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from cms.community.linking import may_link
from cms.community.models import Question
from portal.bridges.models import CaseOfQuestion, Proposal, QuestionTask
from portal.desk.presenters import case_address
from triage.tickets.models import Ticket


@dataclass(frozen=True, kw_only=True)
class CaseLink:
    """A case one may see: its number and its page."""

    reference: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Tools:
    """The bridges of a question. `looked_at` is shown to everybody, the rest to whom it is for."""

    looked_at: bool
    task: CaseLink | None
    cases: tuple[CaseLink, ...]
    made_from: CaseLink | None
    to_case: str
    to_article: str
    to_draft: str

    @property
    def has_ways(self) -> bool:
        """Whether there is anything but the line for everybody."""
        return bool(self.task or self.cases or self.made_from or self.to_case or self.to_article)


def tools_for(question: Question, user) -> Tools:
    """What this person, who has been let in to the question, sees of its bridges.

    One statement for visitors while the question waits, none when it is answered; at most three
    more for staff, moderators and the asker.
    """
    live = _live_task(question)
    if not user.is_authenticated:
        return _tools(looked_at=live is not None)
    staff = user.is_support or user.is_moderator
    asks = question.asker_id == user.pk
    shown = question.merged_into_id is None and not question.withdrawn_at
    return _tools(
        looked_at=live is not None,
        task=_link(live.ticket_id, user) if live and user.is_support else None,
        cases=_cases(question, user) if staff or asks else (),
        made_from=_made_from(question, user) if staff else None,
        to_case=_address("bridge_to_case", question, may_copy(question, user)),
        to_article=_address("bridge_article", question, may_link(user) and shown),
        to_draft=_address("bridge_draft", question, may_link(user) and bool(question.answer_count)),
    )


def may_copy(question: Question, user) -> bool:
    """Whether the person may make a private case of the question: the asker's or a moderator's."""
    if not user.is_authenticated or question.asker_id is None or question.withdrawn_at:
        return False
    return question.asker_id == user.pk or user.is_moderator


def _tools(*, looked_at: bool, **values) -> Tools:
    nothing = {"task": None, "cases": (), "made_from": None}
    addresses = {"to_case": "", "to_article": "", "to_draft": ""}
    return Tools(looked_at=looked_at, **{**nothing, **addresses, **values})


def _address(name: str, question: Question, allowed: bool) -> str:
    return reverse(name, args=[question.pk]) if allowed else ""


def _live_task(question: Question) -> QuestionTask | None:
    """The task while somebody at the desk is to answer."""
    if question.state != Question.State.UNANSWERED or question.is_closed:
        return None
    found = QuestionTask.objects.filter(question=question, ended_at__isnull=True)
    return found.first()


def _link(ticket_id: int, user) -> CaseLink | None:
    ticket = Ticket.objects.visible_to(user).filter(pk=ticket_id).only("pk").first()
    return _as_link(ticket, user) if ticket else None


def _cases(question: Question, user) -> tuple[CaseLink, ...]:
    """The private cases made from the question, as far as this person may see them."""
    tickets = Ticket.objects.visible_to(user).filter(
        pk__in=CaseOfQuestion.objects.filter(question=question).values("ticket")
    )
    return tuple(_as_link(ticket, user) for ticket in tickets.only("pk").order_by("pk"))


def _made_from(question: Question, user) -> CaseLink | None:
    """The case the question was written from, for those who may see it."""
    source = Proposal.objects.filter(published=question, ticket__isnull=False).values("ticket")
    ticket = Ticket.objects.visible_to(user).filter(pk__in=source).only("pk").first()
    return _as_link(ticket, user) if ticket else None


def _as_link(ticket: Ticket, user) -> CaseLink:
    """To the desk for those who work there, else to the page of the one who asked."""
    if user.is_support:
        return CaseLink(reference=ticket.reference, address=case_address(ticket))
    return CaseLink(reference=ticket.reference, address=reverse("my_case", args=[ticket.pk]))
