"""What suggestions came to with the solved sample cases: used, not used, or not fitting.

Each act is a lesson as one at the desk is, so that what is suggested for the sample's open cases
has been learnt from use. The same ones every time: chance goes by moments. What is there stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils.crypto import salted_hmac

from cms.guidance.models import ArticlePage
from portal.demo.models import SampleCase
from portal.demo.timetable import chance_for
from triage.classifier.corpus.cases import text_of
from triage.oversight.models import UsedArticle
from triage.suggestions.learning import learn_from_case, learn_from_solved
from triage.suggestions.models import Effect, KeptLesson, TicketSuggestion
from triage.tickets.kinds import CaseType
from triage.tickets.models import Message, Ticket
from triage.tickets.states import ENDED_STATUSES

FOUND = 0.75  # of the articles in answers, how many had been suggested before
BESIDE = 0.35  # of the cases, how many had another article of the product beside
UNFIT = 0.2  # of those others, how many somebody said do not fit
LOOKED_FOR = timedelta(minutes=1)  # until what is suggested for a new case is there
LESSONS_OF_DOCUMENT = 4  # the newest acts of a kind; more would only take time
SOLVED_FORMS = 24  # texts nobody sent, since a suggestion answered
SCORE, LOWER_SCORE = 1.0, 0.6


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody made of one suggestion for one case; `at` is None while nothing was done."""

    ticket: Ticket
    document: str
    helped: bool
    at: datetime | None
    by: int | None


def load_suggested(*, as_of: datetime) -> int:
    """Add what is missing up to `as_of`; returns how many lessons about suggestions there are."""
    acts = [act for ticket in _cases() for act in ticket]
    TicketSuggestion.objects.bulk_create(map(_row, acts), ignore_conflicts=True)
    unfit = [act for act in acts if act.at and not act.helped]
    Effect.objects.bulk_create(map(_effect, unfit), ignore_conflicts=True)
    done = sorted((act for act in acts if act.at and act.by), key=lambda act: act.at)
    for act in _newest(done):
        learn_from_case(act.ticket, act.document, helped=act.helped, by=act.by, now=act.at)
    _learn_from_forms([act for act in done if act.helped][-SOLVED_FORMS:], as_of)
    return KeptLesson.objects.count()


def _cases() -> Iterable[list[Act]]:
    """The acts of each solved sample case that has none yet."""
    cases = Ticket.objects.filter(
        pk__in=SampleCase.objects.values("ticket"),
        status__in=ENDED_STATUSES,
        first_responded_at__isnull=False,
        security=False,
        suggestions__isnull=True,
    ).exclude(case_type=CaseType.NOT_A_CASE)
    cases = list(cases.order_by("pk"))
    used, authors, of_product = _used(cases), _authors(cases), _by_product()
    for ticket in cases:
        chance = chance_for(f"suggested {ticket.opened_at.isoformat()}")
        yield _acts(
            ticket,
            used.get(ticket.pk, {}),
            of_product.get(ticket.product_id, []),
            authors.get(ticket.pk),
            chance,
        )


def _acts(
    ticket: Ticket,
    used: Mapping[str, datetime],
    others: list[str],
    by: int | None,
    chance: Random,
) -> list[Act]:
    acts = [
        Act(ticket=ticket, document=document, helped=True, at=at, by=by)
        for document, at in used.items()
        if chance.random() < FOUND
    ]
    beside = sorted({*others} - {*used})
    if beside and chance.random() < BESIDE:
        document = chance.choice(beside)
        at = ticket.first_responded_at if chance.random() < UNFIT else None
        acts.append(Act(ticket=ticket, document=document, helped=False, at=at, by=by))
    return acts


def _used(cases: list[Ticket]) -> Mapping[int, dict[str, datetime]]:
    """By case the articles in its answers, and when each stood there first."""
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    rows = UsedArticle.objects.filter(ticket__in=cases).order_by("used_at", "pk")
    for ticket, document, at in rows.values_list("ticket_id", "document", "used_at"):
        found[ticket].setdefault(document, at)
    return found


def _authors(cases: list[Ticket]) -> Mapping[int, int]:
    """By case who answered it last."""
    answers = Message.objects.filter(
        ticket__in=cases,
        from_requester=False,
        visibility=Message.Visibility.PUBLIC,
        author__isnull=False,
    )
    return dict(answers.order_by("created_at", "pk").values_list("ticket_id", "author_id"))


def _by_product() -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = ArticlePage.objects.live().exclude(products__isnull=True).order_by("pk")
    for pk, product in rows.values_list("pk", "products"):
        found[product].append(f"article:{pk}")
    return found


def _row(act: Act) -> TicketSuggestion:
    return TicketSuggestion(
        ticket=act.ticket,
        document=act.document,
        score=SCORE if act.helped else LOWER_SCORE,
        at=act.ticket.opened_at + LOOKED_FOR,
        used_at=act.at if act.helped else None,
        dismissed_at=None if act.helped else act.at,
    )


def _effect(act: Act) -> Effect:
    once = salted_hmac("sample suggestion", f"{act.ticket.pk}", algorithm="sha256").hexdigest()
    return Effect(
        what=Effect.What.DISMISSED, document=act.document, place="desk", once=once, at=act.at
    )


def _newest(acts: list[Act]) -> Iterable[Act]:
    """Of each document the newest acts of each kind, in their order."""
    left: dict[tuple[str, bool], int] = defaultdict(lambda: LESSONS_OF_DOCUMENT)
    chosen = []
    for act in reversed(acts):
        kind = (act.document, act.helped)
        if left[kind]:
            left[kind] -= 1
            chosen.append(act)
    return reversed(chosen)


def _learn_from_forms(acts: list[Act], as_of: datetime) -> None:
    """Today others began to write what these cases say, and found the article that answered."""
    for act in acts:
        learn_from_solved(
            text_of(act.ticket),
            act.document,
            language=act.ticket.language,
            visitor=f"sample {act.ticket.opened_at.isoformat()}",
            now=as_of,
        )
