"""What suggestions and guesses came to at the desk: used in answers, and followed to a team.

Definitions: a case counts in the month it came in when an article or a solved question was
suggested for it and it has been answered; it used one when one of them stood in an answer. A case
that was handed over counts in the months a second-line team first got it; it went wrong when
another team had it within `WRONG_WITHIN` after that, the first line among them. Whether a team was
suggested is told by the guess as it is now. Source: issue "Triage that knows what it knows",
measured effect.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from accounts.roles import Line
from triage.classifier.models import Prediction
from triage.reporting.figures import Share
from triage.reporting.scope import Scope
from triage.sla.months import Month
from triage.suggestions.models import TicketSuggestion
from triage.tickets.models import Involvement, Ticket

WRONG_WITHIN = timedelta(days=14)
AS_SUGGESTED, OTHERWISE, UNSUGGESTED = "as_suggested", "otherwise", "unsuggested"
KINDS = Q(document__startswith="article:") | Q(document__startswith="question:")


def _suggested() -> QuerySet[TicketSuggestion]:
    return TicketSuggestion.objects.filter(KINDS, ticket=OuterRef("pk"))


def answered_with_suggestions(scope: Scope) -> QuerySet[Ticket]:
    """The answered cases of the period something was suggested for, the newest number first."""
    return (
        scope.tickets()
        .filter(
            Exists(_suggested()),
            first_responded_at__lte=scope.now,
            opened_at__gte=scope.period.start,
            opened_at__lt=min(scope.period.end, scope.now),
        )
        .order_by("-pk")
    )


def answered_by_suggestions(scope: Scope) -> QuerySet[Ticket]:
    """Those of them in whose answers one of the suggestions stood."""
    in_answer = _suggested().filter(used_at__lte=scope.now)
    return answered_with_suggestions(scope).filter(Exists(in_answer))


def used(scope: Scope) -> dict[Month, Share]:
    """Cases in whose answers a suggestion stood, of those that had suggestions, by month."""
    months = tuple(scope.period)
    in_answer = _suggested().filter(used_at__lte=scope.now)
    rows = (
        answered_with_suggestions(scope)
        .order_by()
        .annotate(month=scope.month_number("opened_at"), is_used=Exists(in_answer))
        .values_list("month")
        .annotate(whole=Count("pk"), part=Count(Case(When(is_used=True, then=1))))
    )
    found = {months[month]: Share(part, whole) for month, whole, part in rows}
    return {month: found.get(month, Share()) for month in months}


def routed(scope: Scope) -> dict[str, Share]:
    """The cases second-line teams first got in the period, by whether a team was suggested and
    followed: those that went wrong, of all of each. In one statement."""
    parts = Involvement.objects.filter(ticket=OuterRef("ticket"), kind="owner")
    second = parts.filter(team__line=Line.SECOND)
    earlier = Q(started_at__lt=OuterRef("started_at")) | Q(
        started_at=OuterRef("started_at"), pk__lt=OuterRef("pk")
    )
    later = Q(started_at__gt=OuterRef("started_at")) | Q(
        started_at=OuterRef("started_at"), pk__gt=OuterRef("pk")
    )
    moved = parts.filter(later, started_at__lte=OuterRef("started_at") + WRONG_WITHIN).exclude(
        team=OuterRef("team")
    )
    guess = Prediction.objects.filter(ticket=OuterRef("ticket"), target="team", speaks=True)
    rows = (
        Involvement.objects.filter(
            scope.holds_ticket(),
            ~Exists(second.filter(earlier)),
            kind="owner",
            team__line=Line.SECOND,
            started_at__gte=scope.period.start,
            started_at__lt=min(scope.period.end, scope.now),
        )
        .order_by()
        .annotate(guess=Subquery(guess.values("label")[:1]), is_wrong=Exists(moved))
        .annotate(
            how=Case(
                When(guess__isnull=True, then=Value(UNSUGGESTED)),
                When(guess=F("team__slug"), then=Value(AS_SUGGESTED)),
                default=Value(OTHERWISE),
            )
        )
        .values_list("how")
        .annotate(whole=Count("pk"), part=Count(Case(When(is_wrong=True, then=1))))
    )
    found = {how: Share(part, whole) for how, whole, part in rows}
    return {how: found.get(how, Share()) for how in (AS_SUGGESTED, OTHERWISE, UNSUGGESTED)}
