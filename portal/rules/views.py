"""The rules in force, their calendars, and what has been changed by whom and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Team
from accounts.terms import versions
from accounts.terms_models import TermsVersion
from portal.desk.rule_words import rule_sentence
from portal.rules.access import for_rule_makers
from portal.rules.agreement_words import teams_agreed_alike
from portal.rules.differences import differences
from portal.rules.effect import effect
from portal.rules.renaming import Renaming, renamings
from portal.rules.retiring import retired_calendars, uses
from portal.rules.terms_words import VersionRow, version_row
from portal.selfservice.calendar_names import calendar_name
from portal.selfservice.opening_hours import Hours, week_lines
from portal.selfservice.promises import binding_words, promise_rows
from portal.selfservice.zones import is_elsewhere, zone_words
from triage.sla.models import CalendarVersion
from triage.sla.service_model import ServiceModel, current_service_model, service_model
from triage.tickets.models import RuleChange
from triage.tickets.rule_changes import later_change, take_back

MOST_CHANGES = 50


@dataclass(frozen=True, kw_only=True)
class CalendarRow:
    """A calendar in the list: its week, by which clock, and what is counted by it.

    `zone` is "" for the portal's own clock.
    """

    name: str
    address: str
    week: list[Hours]
    zone: str
    used: str


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """A change in the history; `is_done` once every open case has been moved.

    A name given to a calendar has no page of its own: its `address` is "". Rules that are to be
    in force later than now `waits`; `since` is when they begin, or began.
    """

    address: str
    at: datetime
    by: str
    reason: str
    is_done: bool
    progress: str
    since: datetime
    waits: bool = False


@for_rule_makers
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """What is in force now, and the changes that led there."""
    now = timezone.now()
    model = current_service_model(now)
    teams = dict(Team.objects.values_list("slug", "name"))
    context = {
        "note": _(model.policy.note) if model.policy.note else "",
        "calendars": [calendar_row(name, model) for name in model.calendars],
        "promises": promise_rows(model, now=now),
        "binding": binding_words(model.policy),
        "signed": _signed_now(),
        "agreements": teams_agreed_alike(model.policy, teams),
        "telling": [rule_sentence(rule, teams) for rule in model.policy.escalations],
        "retired": retired_calendars(model),
        "changes": history(now),
        "waiting": waiting_row(now),
    }
    return render(request, "rules/rules.html", context)


def _signed_now() -> VersionRow | None:
    """The terms in force with how many have signed them."""
    today = timezone.localdate()
    in_force = TermsVersion.objects.in_force(today)
    found = (each for each in versions() if each.terms == in_force)
    return next((version_row(each, in_force, today) for each in found), None)


def calendar_row(name: str, model: ServiceModel) -> CalendarRow:
    """One calendar of the rules."""
    calendar = model.calendars[name]
    used = ", ".join(each.words for each in uses(name, model))
    return CalendarRow(
        name=calendar_name(name),
        address=reverse("rules_calendar", args=[name]),
        week=week_lines(calendar.weekly),
        zone=zone_words(calendar.timezone) if is_elsewhere(calendar) else "",
        used=_("In use for: %(used)s") % {"used": used} if used else _("Nothing counts by it"),
    )


def waiting_row(now: datetime) -> ChangeRow | None:
    """The change whose rules begin later."""
    change = later_change(now)
    return change_row(change, now) if change else None


def history(now: datetime) -> list[ChangeRow]:
    """The latest changes, of rules and of what calendars are called, newest first."""
    names = CalendarVersion.objects.only("name", "valid_from")
    changes = RuleChange.objects.select_related("by", "after").prefetch_related(
        Prefetch("before__calendars", names), Prefetch("after__calendars", names)
    )[:MOST_CHANGES]
    rows = [*(change_row(each, now) for each in changes), *map(naming_row, renamings(MOST_CHANGES))]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:MOST_CHANGES]


def naming_row(named: Renaming) -> ChangeRow:
    """A new name of a calendar as a line of the history."""
    return ChangeRow(
        address="",
        at=named.at,
        by=named.by,
        reason=named.reason,
        is_done=True,
        since=named.at,
        progress=_("The calendar “%(before)s” is called “%(after)s” now.")
        % {"before": named.before, "after": named.after},
    )


def change_row(change: RuleChange, now: datetime) -> ChangeRow:
    """One change of the history."""
    waits = change.after.valid_from > now
    return ChangeRow(
        address=reverse("rules_change", args=[change.pk]),
        at=change.at,
        by=change.by.display_name,
        reason=change.reason,
        is_done=change.finished_at is not None,
        progress=_waiting_words(change) if waits else progress(change),
        since=change.after.valid_from,
        waits=waits,
    )


def _waiting_words(change: RuleChange) -> str:
    """What happens when rules that wait begin."""
    if change.for_open_cases:
        return _("Cases that are open then get the new rules.")
    return _("Only cases that come in afterwards get the new rules.")


def progress(change: RuleChange) -> str:
    """How far the open cases have come, in a sentence."""
    if not change.for_open_cases:
        moved = " ".join(_calendars_moved(change))
        return moved or _("Only cases that came in afterwards got the new rules.")
    count = {"count": change.moved}
    if change.finished_at is None:
        return (
            ngettext(
                "%(count)s open case has been moved so far, and more follow.",
                "%(count)s open cases have been moved so far, and more follow.",
                change.moved,
            )
            % count
        )
    moved = ngettext(
        "%(count)s open case got the new rules.",
        "%(count)s open cases got the new rules.",
        change.moved,
    )
    left = ngettext(
        "%(count)s could not be computed anew and kept its deadlines.",
        "%(count)s could not be computed anew and kept their deadlines.",
        change.left,
    )
    return moved % count + (" " + left % {"count": change.left} if change.left else "")


def _calendars_moved(change: RuleChange) -> Iterator[str]:
    """Which calendars a change brought into use or took out of it."""
    before, after = (
        {each.name: each.valid_from for each in version.calendars.all()}
        for version in (change.before, change.after)
    )
    for name in sorted(before.keys() - after.keys()):
        yield _("“%(calendar)s” was taken out of use.") % {"calendar": calendar_name(name)}
    for name in sorted(after.keys() - before.keys()):
        said = (
            _("“%(calendar)s” was taken into use again.")
            if after[name] < change.after.valid_from
            else _("“%(calendar)s” is a new calendar.")
        )
        yield said % {"calendar": calendar_name(name)}


@for_rule_makers
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """One change: why, what was foreseen, and how far it has come. Sent, it is taken back."""
    now = timezone.now()
    found = get_object_or_404(RuleChange.objects.select_related("by", "after"), pk=change_id)
    if request.method == "POST":
        try:
            take_back(found, by=request.user, now=now)
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect("rules_change", change_id=change_id)
        messages.success(request, _("The rules that were to begin later are taken back."))
        return redirect("rules")
    before, after = service_model(found.before_id), service_model(found.after_id)
    context = {
        "change": change_row(found, now),
        "effect": effect(found.foreseen),
        "differences": differences(before, after),
    }
    return render(request, "rules/change.html", context)
