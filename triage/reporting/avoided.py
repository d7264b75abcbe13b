"""Cases that were not sent because a suggestion answered: between how few and how many.

Definition: a form for cases counts once, in the month something was first suggested in it, when
seven days have passed since. Surely avoided: the writer said that a suggestion solved it, and sent
nothing from the form within the seven days. At most avoided: these, and those who opened a
suggestion and sent nothing from the form within them. Forms are told apart by a random key and lead
to nobody, so whoever opened a suggestion and went away may have found the answer, given up, called,
or written again in another form: the truth lies between. Source: issue "Triage that knows what it
knows", measured effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q

from triage.reporting.figures import Share
from triage.reporting.scope import Scope
from triage.sla.months import Month
from triage.suggestions.models import Effect

WITHIN = timedelta(days=7)
PLACE = "ask"
What = Effect.What


@dataclass(frozen=True, kw_only=True)
class Avoided:
    """Settled forms of a month: all, those with a suggestion opened, those sent, and the cases
    avoided, at least and at most. `unsettled` are the forms that are not seven days old."""

    forms: int = 0
    opened: int = 0
    sent: int = 0
    at_least: int = 0
    at_most: int = 0
    unsettled: int = 0

    @property
    def low(self) -> Share:
        """Surely avoided, of the settled forms."""
        return Share(self.at_least, self.forms)

    @property
    def high(self) -> Share:
        """At most avoided, of the settled forms."""
        return Share(self.at_most, self.forms)


def avoided(scope: Scope) -> dict[Month, Avoided]:
    """By the months of the period, in one statement.

    Not narrowed by product, team or person: a form does not say whose it is.
    """
    months, end = tuple(scope.period), min(scope.period.end, scope.now)
    shown = Effect.objects.filter(place=PLACE, what=What.SHOWN)
    earlier = shown.filter(once=OuterRef("once"), pk__lt=OuterRef("pk"))
    firsts = shown.filter(~Exists(earlier), at__gte=scope.period.start, at__lt=end).order_by()
    settled = Q(at__lte=scope.now - WITHIN)
    went = Q(is_sent=False)
    rows = (
        firsts.annotate(
            month=scope.month_number("at"),
            is_opened=_happened(What.OPENED),
            is_solved=_happened(What.SOLVED),
            is_sent=_happened(What.SENT),
        )
        .values_list("month")
        .annotate(
            forms=Count("pk", filter=settled),
            opened=Count("pk", filter=settled & Q(is_opened=True)),
            sent=Count("pk", filter=settled & Q(is_sent=True)),
            at_least=Count("pk", filter=settled & went & Q(is_solved=True)),
            at_most=Count("pk", filter=settled & went & (Q(is_solved=True) | Q(is_opened=True))),
            unsettled=Count("pk", filter=~settled),
        )
    )
    names = ("forms", "opened", "sent", "at_least", "at_most", "unsettled")
    found = {months[row[0]]: Avoided(**dict(zip(names, row[1:], strict=True))) for row in rows}
    return {month: found.get(month, Avoided()) for month in months}


def _happened(what: str) -> Exists:
    """Whether it happened with the form within the seven days."""
    return Exists(
        Effect.objects.filter(
            once=OuterRef("once"),
            place=OuterRef("place"),
            what=what,
            at__lt=OuterRef("at") + WITHIN,
        )
    )
