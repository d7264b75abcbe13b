""" "Slik betjener vi deg": who helps whom, when, through what, and what is promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Team
from accounts.roles import Line
from cms.guidance.models import ArticlePage
from portal.selfservice import promises, track_record
from portal.selfservice.carrying import ask_about
from portal.selfservice.opening_hours import OpeningHours, opening_hours
from taxonomy.models import Audience, Product
from triage.sla.service_model import ServiceModel, current_service_model, service_model
from triage.tickets.kinds import CaseType, Priority


@dataclass(frozen=True, kw_only=True)
class TeamRow:
    """A team, what it answers for, and the products whose guidance it keeps."""

    name: str
    responsibility: str
    products: list[str]


def parts(user, *, now: datetime, version: str = "") -> dict:
    """Everything the template shows; the same number of statements however many teams.

    Agreements with organisations are shown to their own people, and to those who work here. The
    promises are those in force, or those of another version that is asked for by its number.
    """
    model = current_service_model(now)
    other = track_record.other_version(version, now=now)
    shown, at = (service_model(other[0]), other[1]) if other else (model, now)
    versions = track_record.version_rows(shown.version_id, now=now)
    teams, known = _teams(), _known_agreements(user)
    rows = promises.promise_rows(shown, now=at, known=known)
    return {
        "served": [each.name for each in Audience.objects.order_by("pk")],
        "first_line": teams[Line.FIRST],
        "second_line": teams[Line.SECOND],
        "other_desks": teams[Line.OTHER_DESK],
        "hours": office_hours(model, now=now),
        "email": settings.DESK_EMAIL,
        "phone": settings.DESK_PHONE,
        "note": _(model.policy.note) if model.policy.note else "",
        "promises": [row for row in rows if not row.is_over],
        "over": [row for row in rows if row.is_over],
        "holding_counts": shown.policy.counts_holding,
        "binding": promises.binding_words(shown.policy),
        "versions": versions,
        "earlier": next((row for row in versions if row.is_shown and row.until), None),
        "coming": _coming(versions, model, now=now, known=known),
        "quarter": track_record.last_quarter(now, shown.policy),
        "matrix": promises.matrix_rows(),
        "urgencies": promises.urgency_names(),
        "floors": promises.floors(),
        "reopen_days": shown.policy.reopen_days,
        "complaint": ask_about(CaseType.FEEDBACK, _("Complaint")),
    }


def _coming(
    versions: Sequence[track_record.VersionRow],
    model: ServiceModel,
    *,
    now: datetime,
    known: frozenset[int] | None,
) -> track_record.VersionRow | None:
    """The version to come, when readers are promised otherwise by it or have asked for it."""
    coming = next((row for row in versions if row.is_to_come), None)
    if coming is None or coming.is_shown:
        return coming
    old, new = (
        promises.promise_rows(each, now=now, known=known)
        for each in (model, service_model(coming.number))
    )
    return coming if old != new else None


def _known_agreements(user) -> frozenset[int] | None:
    """The organisations whose agreements the reader may see; None for all of them."""
    if not user.is_authenticated:
        return frozenset()
    return None if user.is_manager or user.is_support else user.organisation_ids


def office_hours(model: ServiceModel, *, now: datetime) -> OpeningHours | None:
    """The hours of the calendar an ordinary question is counted by; None when there is none."""
    rule = model.policy.rule_for(CaseType.QUESTION, Priority.P4)
    return opening_hours(model.calendars[rule.calendar], now=now) if rule else None


def _teams() -> dict[str, list[TeamRow]]:
    """The teams of each line, by name."""
    language = translation.get_language()
    products = _products_by_team()
    rows: dict[str, list[TeamRow]] = {line: [] for line in Line}
    for team in Team.objects.order_by("name"):
        said = getattr(team, f"responsibility_{language}", "") or team.responsibility_nb
        rows[team.line].append(
            TeamRow(name=team.name, responsibility=said, products=products.get(team.pk, []))
        )
    return rows


def _products_by_team() -> dict[int, list[str]]:
    """Names of the products whose published articles each team owns."""
    names = {product.pk: product.name for product in Product.objects.all()}
    owned = (
        ArticlePage.objects.live()
        .order_by("owner_team", "products__position")
        .values_list("owner_team", "products")
        .distinct()
    )
    found: dict[int, list[str]] = {}
    for team, product in owned:
        if product in names:
            found.setdefault(team, []).append(names[product])
    return found
