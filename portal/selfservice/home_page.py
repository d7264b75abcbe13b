"""What the front page shows beside the products: examples, questions, and cases that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.visibility import PUBLIC
from cms.community import queries as community
from cms.community.models import Question
from portal.selfservice.search_words import other_language
from search.asking import understand
from search.contract import EngineUnavailable
from search.current_words import current
from search.indexing import engine
from triage.tickets.models import Participant, Ticket
from triage.tickets.queries import own_cases
from triage.tickets.states import Status

QUESTIONS = 4
WAITING_SHOWN = 3
EXAMPLES_SHOWN = 3
EXAMPLES_KEPT = 15 * 60  # seconds
# Searches of the kind people make. Only those that find something now are shown.
EXAMPLES = (
    gettext_lazy("the key has expired"),
    gettext_lazy("choose an access package"),
    gettext_lazy("send a message with an attachment"),
    gettext_lazy("test a system user"),
    gettext_lazy("who has signed the terms of use"),
    "invalid_grant",
)


@dataclass(frozen=True, kw_only=True)
class Example:
    """A search to try."""

    words: str
    address: str


@dataclass(frozen=True, kw_only=True)
class QuestionRow:
    """A question of the community on the front page."""

    title: str
    address: str
    language: str
    facts: list[str]
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class WaitingCase:
    """A case that waits for an answer from the reader or their organisation."""

    reference: str
    subject: str
    address: str
    since: datetime
    asked_by: str


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """The cases shown, and how many there are in all."""

    cases: list[WaitingCase]
    count: int


def examples() -> list[Example]:
    """Searches that find something now; [] when the engine is away. Remembered for a while."""
    language = translation.get_language()
    words = cache.get(f"home-examples-{language}")
    if words is None:
        words = _that_find(language)
        cache.set(f"home-examples-{language}", words, EXAMPLES_KEPT if words else 30)
    search = reverse("search")
    return [Example(words=each, address=f"{search}?{urlencode({'q': each})}") for each in words]


def _that_find(language: str) -> list[str]:
    found = []
    for example in map(str, EXAMPLES):
        try:
            page = engine().search(
                understand(example),
                visibility={PUBLIC},
                size=1,
                language=language,
                now=timezone.now(),
                facets=False,
                editors=current(),
            )
        except EngineUnavailable:
            return []
        if page.has_good_answer:
            found.append(example)
    return found[:EXAMPLES_SHOWN]


def answered_questions(user) -> list[QuestionRow]:
    """The questions answered last; one statement."""
    return [_row(question) for question in community.newest_answered(user, QUESTIONS)]


def unanswered_questions(user) -> list[QuestionRow]:
    """The newest questions that wait for an answer; one statement."""
    return [_row(question) for question in community.unanswered(user, QUESTIONS)]


def _row(question: Question) -> QuestionRow:
    facts = [question.product.name]
    if question.state == Question.State.SOLVED:
        facts.append(str(question.get_state_display()))
    if question.official_team:
        facts.append(_("answered by %(team)s") % {"team": question.official_team.name})
    elif question.answer_count:
        count = question.answer_count
        facts.append(ngettext("%(count)s answer", "%(count)s answers", count) % {"count": count})
    if other := other_language(question.language):
        facts.append(other)
    return QuestionRow(
        title=question.title,
        address=reverse("community_question", args=[question.pk, question.slug or "-"]),
        language=question.language,
        facts=facts,
        asked_at=question.asked_at,
    )


def waiting_cases(user) -> Waiting | None:
    """Cases that wait for this person, longest first; None when there are none.

    A colleague's case that a contact may read waits for the colleague, as the list of cases says.
    """
    if not user.is_authenticated:
        return None
    follows = Participant.objects.filter(user=user).values("ticket")
    rows = own_cases(user).filter(
        Q(requester=user) | Q(pk__in=follows), status=Status.WAITING_CUSTOMER
    )
    found = list(rows.select_related("requester").order_by("changed_at", "pk")[: WAITING_SHOWN + 1])
    if not found:
        return None
    count = rows.count() if len(found) > WAITING_SHOWN else len(found)
    return Waiting(cases=[_waiting(each, user) for each in found[:WAITING_SHOWN]], count=count)


def _waiting(ticket: Ticket, user) -> WaitingCase:
    return WaitingCase(
        reference=ticket.reference,
        subject=ticket.subject,
        address=reverse("my_case", args=[ticket.pk]),
        since=ticket.changed_at,
        asked_by="" if ticket.requester_id == user.pk else ticket.requester_name,
    )
