"""The delivery report: what one organisation got in a month, and what is agreed next.

Everything is counted from the organisation's own cases that the reader may open, so no figure is
of anybody else. Managers may read every organisation's, and so may those who hold its contact role
for service management; nobody else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Count, Q, QuerySet, Value, When

from accounts.models import Membership, Organisation, User
from accounts.roles import ContactRole
from triage.reporting import breaches, cooperation, deadlines
from triage.reporting.deadlines import NO_CAUSE, Attainment
from triage.reporting.figures import Share
from triage.reporting.models import Agreement, BreachCause
from triage.reporting.scope import Scope
from triage.sla.months import Month, Period
from triage.sla.policy import GUARANTEE
from triage.tickets.models import Ticket, TicketClock
from triage.tickets.redact import redacted

MONTHS_BACK = 6
MOST_LISTED = 50


@dataclass(frozen=True)
class ByType:
    """Cases of one type: how many came in and were solved in the month, and are open now."""

    came_in: int = 0
    solved: int = 0
    open: int = 0


@dataclass(frozen=True)
class Delivery:
    """One month for one organisation, as of `scope.now`.

    `missed` are the missed deadlines, guarantees first and the last due first, `MOST_LISTED` of
    them; `oldest` the open cases that came in first, as many.
    """

    organisation: Organisation
    scope: Scope
    attainment: Attainment
    missed: tuple[TicketClock, ...]
    causes: dict[breaches.Deadline, BreachCause]
    types: dict[str, ByType]
    oldest: tuple[Ticket, ...]
    overdue: Share
    agreements: tuple[Agreement, ...]


def visible_to(user: User) -> QuerySet[Organisation]:
    """The organisations whose delivery reports a person may read."""
    if not user.is_authenticated or not user.is_active:
        return Organisation.objects.none()
    if user.is_manager:
        return Organisation.objects.all()
    managed = Membership.objects.active().filter(
        user=user, contact_roles__role=ContactRole.SERVICE_MANAGEMENT
    )
    return Organisation.objects.filter(pk__in=managed.values("organisation"))


def scope_for(
    user: User, organisation: Organisation, month: Month, *, now: datetime, zone: ZoneInfo
) -> Scope:
    """The organisation's cases in a month, as the reader may see them."""
    return Scope(
        user=user,
        period=Period(month, month, zone),
        now=now,
        demands=(Q(organisation=organisation),),
        narrow=True,
    )


def delivery(organisation: Organisation, scope: Scope) -> Delivery:
    """Everything in the report of the scope's month; the promises of months before it too."""
    month = scope.period.last
    missed = _missed(scope)
    oldest = scope.tickets().open().order_by("opened_at", "pk")
    return Delivery(
        organisation=organisation,
        scope=scope,
        attainment=deadlines.attainment(scope.during(month.plus(1 - MONTHS_BACK), month)),
        missed=missed,
        causes=breaches.current_causes(list(missed)),
        types=_types(scope),
        oldest=tuple(oldest.select_related("product")[:MOST_LISTED]),
        overdue=_overdue(scope),
        agreements=tuple(agreements(organisation, month)),
    )


def _missed(scope: Scope) -> tuple[TicketClock, ...]:
    binding = Case(When(commitment=GUARANTEE, then=Value(0)), default=Value(1))
    found = deadlines.missed(scope).order_by(binding, "-due_at", "-pk").select_related("ticket")
    return tuple(found[:MOST_LISTED])


def _overdue(scope: Scope) -> Share:
    """The overdue of the open cases."""
    found = scope.tickets().open().order_by()
    counted = found.aggregate(
        whole=Count("pk"), part=Count(Case(When(queue_at__lt=scope.now, then=Value(1))))
    )
    return Share(counted["part"], counted["whole"])


def _types(scope: Scope) -> dict[str, ByType]:
    opened = _by_type(cooperation.opened_cases(scope))
    solved = _by_type(cooperation.solved_cases(scope))
    still = _by_type(scope.tickets().open())
    return {
        kind: ByType(opened[kind], solved[kind], still[kind])
        for kind in opened.keys() | solved.keys() | still.keys()
    }


def _by_type(found: QuerySet[Ticket]) -> Counter[str]:
    rows = found.order_by().values_list("case_type").annotate(Count("pk"))
    return Counter(dict(rows))


def agreements(organisation: Organisation, month: Month) -> QuerySet[Agreement]:
    """What was written for a month, the newest first: the first of them stands."""
    found = Agreement.objects.filter(organisation=organisation, month=str(month))
    return found.select_related("written_by").order_by("-pk")


@dataclass(frozen=True)
class Standing:
    """How an organisation's month went, for the list of reports."""

    deadlines: Share = Share()
    unexplained: int = 0


def standings(scope: Scope, organisations: Iterable[Organisation]) -> dict[int, Standing]:
    """How the scope's months went for each of the organisations, in two statements."""
    scope = replace(scope, demands=(Q(organisation__in=list(organisations)),), narrow=True)
    kept = Case(When(deadlines.is_kept(), then=Value(1)))
    rows = deadlines.targets(scope).order_by().values_list("ticket__organisation")
    counted = rows.annotate(whole=Count("pk"), part=Count(kept))
    shares = {pk: Share(part, whole) for pk, whole, part in counted}
    without = replace(scope, cause=NO_CAUSE)
    missed = deadlines.missed(without).filter(commitment=GUARANTEE).order_by()
    unexplained = dict(missed.values_list("ticket__organisation").annotate(Count("pk")))
    found: dict[int, Standing] = defaultdict(Standing)
    for pk in shares.keys() | unexplained.keys():
        found[pk] = Standing(shares.get(pk, Share()), unexplained.get(pk, 0))
    return found


@transaction.atomic
def write_agreement(
    *,
    organisation: Organisation,
    month: Month,
    text: str,
    by: User,
    now: datetime,
    seen: int = 0,
) -> Agreement | None:
    """Say what is agreed after a month; an empty text takes back what stood, in a new entry.

    `seen` is the id of the entry that stood when the form was shown, 0 for none; the same text sent
    twice is one entry. Identity numbers are masked. Raises PermissionDenied for others than
    managers, WrittenMeanwhile when another entry stands.
    """
    if not by.is_manager:
        raise PermissionDenied
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    masked = redacted(text.strip()).text
    standing = agreements(organisation, month).first()
    if (standing.text if standing else "") == masked:
        return standing
    if (standing.pk if standing else 0) != seen:
        raise breaches.WrittenMeanwhile(standing)
    return Agreement.objects.create(
        organisation=organisation, month=str(month), text=masked, written_by=by, written_at=now
    )
