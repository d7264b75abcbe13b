"""The list for labelling sessions: cases whose guesses are the least sure, one after another.

What is labelled teaches the next classifier and changes nothing on the case. Security cases are not
in the list: nothing is learnt from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Team, User
from accounts.roles import Line
from taxonomy.models import Topic
from triage.classifier.decisions.services import note
from triage.classifier.labels import (
    CASE_TYPE,
    LABELS,
    NOT_A_CASE,
    TEAM,
    TOPIC,
    team_label,
    topic_label,
)
from triage.classifier.models import Decision, Prediction
from triage.experiments.withholding import apart_from_trial
from triage.tickets.kinds import CaseType, Severity
from triage.tickets.models import Involvement, Ticket

LONGEST_NUMBER = 18  # digits


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the list something stands: how sure the guess is, and its number."""

    confidence: float
    pk: int

    def __str__(self) -> str:
        return f"{self.confidence!r}_{self.pk}"


def read_place(text: str) -> Place | None:
    """The place a text such as 0.4312_17 tells; None for anything else."""
    sure, _sep, number = text.rpartition("_")
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        return None
    try:
        confidence = float(sure)
    except ValueError:
        return None
    return Place(confidence=confidence, pk=int(number)) if 0 <= confidence <= 1 else None


def place_of(prediction: Prediction) -> Place:
    """Where a prediction stands."""
    return Place(confidence=prediction.confidence, pk=prediction.pk)


def waiting(user: User, target: str, *, after: Place | None = None) -> QuerySet[Prediction]:
    """What nobody has labelled of the cases the person works with, the least sure first."""
    found = Prediction.objects.filter(
        target=target, labelled_at__isnull=True, ticket__in=_cases(user).values("pk")
    )
    if after is not None:
        found = found.filter(
            Q(confidence__gt=after.confidence) | Q(confidence=after.confidence, pk__gt=after.pk),
            confidence__gte=after.confidence,
        )
    return found.select_related(
        "ticket__product", "ticket__team", "ticket__topic__product"
    ).order_by("confidence", "pk")


def _cases(user: User) -> QuerySet[Ticket]:
    """Ordinary cases the person reads as one of the staff, open or not.

    Those of a second-line team are what it has or had a part in, which it may see; asked for by
    that alone, the list is as quick for a team with few cases as for one with many.
    """
    if user.is_first_line or user.is_manager:
        cases = Ticket.objects.visible_to(user)
    else:
        parts = Involvement.objects.filter(team__in=list(user.team_lines))
        cases = Ticket.objects.filter(pk__in=parts.values("ticket"))
    return apart_from_trial(cases.filter(security=False).order_by())


def may_label(user: User, ticket: Ticket) -> bool:
    """Whether the case may be in the person's list: not one that takes part in a trial now."""
    return _cases(user).filter(pk=ticket.pk).exists()


def choices(target: str) -> list[str]:
    """The labels a case can be given; not a security incident, which is set on the case itself."""
    if target == TEAM:
        teams = Team.objects.filter(line__in=(Line.FIRST, Line.SECOND))
        found = teams.order_by("line", "name").values_list("slug", "line")
        return list(dict.fromkeys(team_label(slug, line == Line.FIRST) for slug, line in found))
    if target == TOPIC:
        topics = Topic.objects.order_by("product__name_nb", "name_nb")
        return [topic_label(*slugs) for slugs in topics.values_list("product__slug", "slug")]
    return [label for label in LABELS[target] if label != CaseType.SECURITY_INCIDENT]


def by_one_key(prediction: Prediction) -> bool:
    """Whether the guess may be accepted without choosing it: never security, never severity A."""
    return (
        prediction.label != CaseType.SECURITY_INCIDENT
        and prediction.ticket.case_type != CaseType.SECURITY_INCIDENT
        and prediction.ticket.severity != Severity.A
        and not prediction.ticket.security
    )


@transaction.atomic
def label(*, prediction_id: int, label: str, by: User, now: datetime) -> bool:
    """Store what a person says the case is; False when somebody has labelled it meanwhile.

    "Not a case" may be said whatever was asked: it is a type, and leaves nothing else to ask. The
    caller has checked that the person works with the case. Raises ValueError for a label that
    cannot be chosen.
    """
    prediction = _with_case_locked(prediction_id)
    if label != NOT_A_CASE and label not in choices(prediction.target):
        raise ValueError(label)
    if prediction.labelled_at is not None:
        return False
    asked = prediction
    if label == NOT_A_CASE:
        own = Prediction.objects.filter(ticket=prediction.ticket_id)
        asked = own.filter(target=CASE_TYPE).first()
        own.filter(labelled_at__isnull=True).update(labelled_at=now)
    note(
        ticket=prediction.ticket,
        target=CASE_TYPE if label == NOT_A_CASE else prediction.target,
        label=label,
        prediction=asked,
        by=by,
        now=now,
        source=Decision.Source.SESSION,
    )
    return True


@transaction.atomic
def take_back(*, decision_id: int, by: User, now: datetime) -> Decision | None:
    """Let what the person said in the list count no more: the case waits there again.

    What was decided before it stands anew. None when it is not the person's own, or when somebody
    has decided since.
    """
    own = Decision.objects.filter(source=Decision.Source.SESSION, by=by).exclude(label="")
    said = own.filter(pk=decision_id).first()
    if said is None:
        return None
    ticket = Ticket.objects.select_for_update().get(pk=said.ticket_id)
    decided = Decision.objects.filter(ticket=ticket, target=said.target).order_by("at", "pk")
    if decided.last() != said:
        return None
    before = decided.exclude(pk=said.pk).last()
    guesses = Prediction.objects.filter(ticket=ticket)
    guesses.filter(labelled_at=said.at).update(labelled_at=None)
    note(
        ticket=ticket,
        target=said.target,
        label=before.label if before else "",
        prediction=guesses.filter(target=said.target).first(),
        by=by,
        now=now,
        source=Decision.Source.SESSION,
    )
    return said


def labelled_since(user: User, moment: datetime) -> QuerySet[Decision]:
    """What the person has labelled in the list since a moment and not taken back, last first."""
    own = Decision.objects.filter(source=Decision.Source.SESSION, at__gte=moment, by=user)
    return own.newest_of_each().exclude(label="").order_by("-at", "-pk")


def _with_case_locked(prediction_id: int) -> Prediction:
    """The guess, once its case is ours: whoever changes a case locks it before what is beside it.

    The other way round, two would wait for each other.
    """
    ticket = Prediction.objects.values_list("ticket", flat=True).get(pk=prediction_id)
    Ticket.objects.select_for_update().get(pk=ticket)
    return Prediction.objects.get(pk=prediction_id)
