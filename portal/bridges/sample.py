"""What the bridges show in the trial site: answers to look at again, and a proposal that waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db.models import Count, Q
from django.utils import timezone

from cms.community.models import Answer
from portal.bridges import proposing, sources
from portal.bridges.masking import counts
from portal.bridges.models import Proposal
from portal.bridges.proposing import Words
from triage.tickets.codes import SolutionCode
from triage.tickets.kinds import CaseType
from triage.tickets.models import Message, Ticket
from triage.tickets.states import Status

LATE = 3  # official answers whose day has come


def load_bridges(*, as_of: datetime) -> int:
    """Let some official answers be late, and propose a question from a solved case; once.

    Returns how many things are new.
    """
    return _late_answers(as_of) + _proposal(as_of)


def _late_answers(as_of: datetime) -> int:
    """The ones confirmed longest ago. Their teams find them at the desk."""
    today = timezone.localdate(as_of)
    official = Answer.objects.public().filter(official_team__isnull=False)
    if official.filter(confirm_by__lte=today).exists():
        return 0
    oldest = list(official.order_by("confirmed_at", "pk")[:LATE])
    for number, answer in enumerate(oldest):
        answer.confirm_by = today - timedelta(days=2 + 5 * number)
        answer.save(update_fields=["confirm_by"])
    return len(oldest)


def _proposal(as_of: datetime) -> int:
    """An ordinary question of the last weeks, masked as the page would and left to be approved."""
    key = uuid5(NAMESPACE_URL, "veiviser:sample-proposal")
    if Proposal.objects.filter(form_key=key).exists():
        return 0
    solved = Ticket.objects.filter(
        status=Status.RESOLVED,
        security=False,
        case_type=CaseType.QUESTION,
        solution_code__in=[SolutionCode.ANSWER, SolutionCode.ARTICLE],
        product__isnull=False,
        requester__isnull=False,
        language="nb",
        team__members__isnull=False,
        resolved_at__lte=as_of,
    )
    answers = Q(messages__from_requester=False, messages__visibility=Message.Visibility.PUBLIC)
    at_once = solved.alias(answers=Count("messages", filter=answers, distinct=True)).filter(
        answers=1
    )
    ticket = at_once.select_related("team").order_by("-resolved_at", "-pk").first()
    if ticket is None:
        return 0
    source = sources.from_ticket(ticket)
    texts = source.proposed()
    words = Words(
        **texts | {"title": texts["title"][:150]},
        language=ticket.language,
        product=ticket.product,
        team=ticket.team,
    )
    proposing.propose(
        kind=Proposal.Kind.QUESTION,
        words=words,
        by=ticket.team.members.order_by("pk").first(),
        now=as_of,
        form_key=key,
        ticket=ticket,
        found=counts(source.found()),
    )
    return 1
