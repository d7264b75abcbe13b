"""How guesses went with what people decided about real cases."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from triage.classifier.evaluation.judgement import Judged, Target, judge
from triage.classifier.models import Decision
from triage.tickets.models import Ticket

SINCE = timedelta(days=90)
MOST_READ = 20_000  # decisions, the newest
MOST_WRONG = 12


def judged(target: str, *, now: datetime) -> Target | None:
    """The decisions of the last 90 days on one question, judged; None when there are none.

    The newest of each case counts. Without those of labelling sessions, whose cases were chosen
    because the guess was unsure, and without security cases: few may read them, and many this.
    Every case is a family of its own.
    """
    rows = _decided(target, now).values_list("label", "guessed", "confidence", "spoke", "ticket_id")
    answers = [
        Judged(truth=truth, label=guess, confidence=sure or 0.0, said=said, family=str(ticket))
        for truth, guess, sure, said, ticket in rows.order_by("-at", "-pk")[:MOST_READ]
    ]
    return judge(answers, {}) if answers else None


def wrong(target: str, *, user, now: datetime) -> list[Decision]:
    """What was said and people decided otherwise, the surest first, of cases the user may open."""
    may_open = Ticket.objects.visible_to(user).order_by().values("pk")
    found = _decided(target, now).filter(spoke=True, ticket__in=may_open)
    return list(
        found.exclude(label=F("guessed"))
        .select_related("ticket")
        .order_by("-confidence", "-pk")[:MOST_WRONG]
    )


def _decided(target: str, now: datetime) -> QuerySet[Decision]:
    """The newest decision of each case, those in time that were not taken back.

    Of cases nothing was guessed of, as those from before there was a classifier, they tell nothing.
    """
    of_cases = Decision.objects.exclude(source=Decision.Source.SESSION).filter(
        target=target, at__lte=now
    )
    return (
        of_cases.newest_of_each()
        .filter(at__gte=now - SINCE, ticket__security=False)
        .exclude(label="")
        .exclude(guessed="")
        .order_by()
    )
