"""What the page of a question shows of its bridges, and to whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import IntegerField, Value
from django.urls import reverse

from cms.community.linking import may_link
from cms.community.models import Question
from portal.bridges.models import CaseOfQuestion, Proposal, QuestionTask
from portal.desk.presenters import case_address
from triage.tickets.models import Ticket

# How a case has to do with a question, as a column.
_COPY, _SOURCE = (Value(kind, output_field=IntegerField()) for kind in (1, 2))


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


@dataclass(frozen=True, kw_only=True)
class Around:
    """The cases of a question: its task, those made from it, and the one it was written from."""

    task: CaseLink | None = None
    cases: tuple[CaseLink, ...] = ()
    made_from: CaseLink | None = None


def tools_for(question: Question, user) -> Tools:
    """What this person, who has been let in to the question, sees of its bridges.

    One statement for visitors while the question waits, none when it is answered; one more for
    staff, moderators and the asker, and another for them when there are cases.
    """
    live = _live_task(question)
    if not user.is_authenticated:
        return _tools(looked_at=live is not None)
    staff = user.is_support or user.is_moderator
    asks = question.asker_id == user.pk
    shown = question.merged_into_id is None and not question.withdrawn_at
    around = _around(question, live, user) if staff or asks else Around()
    return _tools(
        looked_at=live is not None,
        task=around.task if user.is_support else None,
        cases=around.cases,
        made_from=around.made_from if staff else None,
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


def _around(question: Question, live: QuestionTask | None, user) -> Around:
    """The cases of the question this person may see; who may see them is asked when any exist."""
    rows = CaseOfQuestion.objects.filter(question=question).values_list("ticket", _COPY)
    proposals = Proposal.objects.filter(published=question, ticket__isnull=False)
    found = list(rows.union(proposals.values_list("ticket", _SOURCE)))
    task = live.ticket_id if live else None
    wanted = {ticket for ticket, _kind in found} | ({task} - {None})
    if not wanted:
        return Around()
    tickets = Ticket.objects.visible_to(user).filter(pk__in=wanted).only("pk").order_by("pk")
    links = {ticket.pk: _as_link(ticket, user) for ticket in tickets}
    copies = sorted(ticket for ticket, kind in found if kind == 1 and ticket in links)
    sources = sorted(ticket for ticket, kind in found if kind == 2 and ticket in links)
    return Around(
        task=links.get(task),
        cases=tuple(links[ticket] for ticket in copies),
        made_from=links[sources[0]] if sources else None,
    )


def _as_link(ticket: Ticket, user) -> CaseLink:
    """To the desk for those who work there, else to the page of the one who asked."""
    if user.is_support:
        return CaseLink(reference=ticket.reference, address=case_address(ticket))
    return CaseLink(reference=ticket.reference, address=reverse("my_case", args=[ticket.pk]))
