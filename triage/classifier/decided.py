"""How guesses went with what people decided about real cases."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from triage.classifier.judgement import Judged, Target, judge
from triage.classifier.models import Prediction
from triage.tickets.models import Ticket

SINCE = timedelta(days=90)
MOST_READ = 20_000  # decisions, the newest
MOST_WRONG = 12


def decided(target: str, *, now: datetime) -> Target | None:
    """The decisions of the last 90 days on one question, judged; None when there are none.

    Without security cases: few may read them, and many this. Every case is a family of its own.
    """
    rows = _decided(target, now).values_list(
        "decided", "label", "confidence", "speaks", "ticket_id"
    )
    answers = [
        Judged(truth=truth, label=label, confidence=sure, said=said, family=str(ticket))
        for truth, label, sure, said, ticket in rows.order_by("-decided_at", "-pk")[:MOST_READ]
    ]
    return judge(answers, {}) if answers else None


def wrong(target: str, *, user, now: datetime) -> list[Prediction]:
    """What was said and people decided otherwise, the surest first, of cases the user may open."""
    may_open = Ticket.objects.visible_to(user).order_by().values("pk")
    found = _decided(target, now).filter(speaks=True, ticket__in=may_open)
    return list(
        found.exclude(decided=F("label"))
        .select_related("ticket")
        .order_by("-confidence", "-pk")[:MOST_WRONG]
    )


def _decided(target: str, now: datetime) -> QuerySet[Prediction]:
    return Prediction.objects.filter(
        target=target,
        ticket__security=False,
        decided_at__gte=now - SINCE,
        decided_at__lte=now,
    )
