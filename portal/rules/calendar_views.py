"""A calendar's pages: its year, a date tried on it, and changing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.account.expired import kept_form
from portal.desk.clock_words import PartLine, open_time, part_lines
from portal.rules.access import for_rule_makers
from portal.rules.calendar_forms import CalendarForms, QuestionForm
from portal.rules.changing import Editor, answer, opened
from portal.rules.differences import calendar_differences
from portal.rules.year import legend, year_of
from portal.selfservice.calendar_names import calendar_name
from portal.selfservice.opening_hours import opening_hours
from portal.selfservice.zones import apart_words, here, is_elsewhere, zone_words
from portal.templatetags.design import moment_in_words
from triage.sla.calendar import Calendar
from triage.sla.clock import target_time
from triage.sla.explain import explain
from triage.sla.opening import CalendarError
from triage.sla.policy import Target
from triage.sla.service_model import ServiceModel, current_service_model

FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True, kw_only=True)
class Answer:
    """When something would be due, and the parts of the way there, by the calendar's clock.

    `at_home` says the same two moments by the portal's clock; "" where it is the same clock.
    """

    sentence: str
    at_home: str
    parts: list[PartLine]
    total: str


def _calendar(name: str, now: datetime) -> tuple[ServiceModel, Calendar]:
    """The rules in force and a calendar of theirs. Raises Http404 for an unknown one."""
    model = current_service_model(now)
    if name not in model.calendars:
        raise Http404
    return model, model.calendars[name]


# --- looking --------------------------------------------------------------------------------------


@for_rule_makers
@require_GET
def calendar(request: HttpRequest, name: str) -> HttpResponse:
    """The year as a picture and in words, and a date tried on the calendar."""
    now = timezone.now()
    _model, found = _calendar(name, now)
    with timezone.override(found.zone):
        context = _looked_at(request, name, found, now)
    return render(request, "rules/calendar.html", context)


def _looked_at(request: HttpRequest, name: str, found: Calendar, now: datetime) -> dict[str, Any]:
    """What the page shows, all of it by the calendar's clock."""
    asked = "amount" in request.GET
    question = QuestionForm(request.GET if asked else None, initial=_first_question(now))
    year = _year(request.GET.get("year", ""), timezone.localdate(now))
    return {
        "slug": name,
        "name": calendar_name(name),
        "note": _(found.note) if found.note else "",
        "zone": _zone(found, now),
        "hours": opening_hours(found, now=now),
        "year": year_of(found, year),
        "legend": legend(),
        "earlier": year - 1 if year > FIRST_YEAR else None,
        "later": year + 1 if year < LAST_YEAR else None,
        "question": question,
        "answer": _answer(question, found, now) if asked and question.is_valid() else None,
    }


def _zone(calendar: Calendar, now: datetime) -> str:
    """By which clock the page is; of another than the portal's, how far apart they are."""
    said = _("Times on this page are in %(zone)s (%(name)s).") % {
        "zone": zone_words(calendar.timezone),
        "name": calendar.timezone,
    }
    apart = apart_words(calendar, now)
    return f"{said} {apart}" if apart else said


def _year(text: str, today: date) -> int:
    """The year asked for, else this one."""
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else today.year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def _first_question(now: datetime) -> dict:
    local = timezone.localtime(now)
    return {"day": local.date(), "clock": local.time(), "amount": 4, "unit": QuestionForm.HOURS}


def _answer(question: QuestionForm, calendar: Calendar, now: datetime) -> Answer | None:
    asked = question.cleaned_data
    start = datetime.combine(asked["day"], asked["clock"] or time(), calendar.zone)
    try:
        length = target_time(calendar, start, _target(asked["amount"], asked["unit"]))
        found = explain(calendar, start, length)
    except CalendarError:
        question.add_error(None, _("The calendar has not that many open hours. Ask for less time."))
        return None
    return Answer(
        sentence=_("What comes in %(start)s is due %(due)s.")
        % {"start": moment_in_words(start, now), "due": moment_in_words(found.due_at, now)},
        at_home=_at_home(calendar, start, found.due_at, now),
        parts=part_lines(found, now),
        total=open_time(found.counted),
    )


def _at_home(calendar: Calendar, start: datetime, due_at: datetime, now: datetime) -> str:
    if not is_elsewhere(calendar):
        return ""
    with timezone.override(None):
        moments = {"start": moment_in_words(start, now), "due": moment_in_words(due_at, now)}
    return _("In %(zone)s it comes in %(start)s and is due %(due)s.") % {"zone": here(), **moments}


def _target(amount: int, unit: str) -> Target:
    if unit == QuestionForm.DAYS:
        return Target(working_days=amount)
    return Target(minutes=amount * (60 if unit == QuestionForm.HOURS else 1))


# --- changing -------------------------------------------------------------------------------------


@for_rule_makers
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Write the calendar anew, look at what that changes, and then change it."""
    now = timezone.now()
    model, base = _calendar(name, now)
    is_sent = request.method == "POST"
    written = request.POST if is_sent else kept_form(request)
    forms = CalendarForms(name, model, written)

    def looked_at(draft: ServiceModel) -> dict[str, Any]:
        drafted = draft.calendars[name]
        years = _changed_years(drafted, base, timezone.localdate(now))
        elsewhere = is_elsewhere(base) or is_elsewhere(drafted)
        zone = _("Deadlines of cases are in %(zone)s.") % {"zone": here()} if elsewhere else ""
        return {
            "years": years,
            "legend": legend(),
            "zone": zone,
            "differences": calendar_differences(base, drafted),
        }

    editor = Editor(
        template="rules/calendar_edit.html",
        model=model,
        forms=forms,
        unchanged=_("Nothing is different from the calendar in force."),
        looked_at=looked_at,
        context={"slug": name, "name": calendar_name(name)},
    )
    return answer(request, editor, now) if is_sent else opened(request, editor, written, now)


def _changed_years(written: Calendar, base: Calendar, today: date) -> list:
    """The years in which days change, among this and the next two; this one when none does."""
    years = [year_of(written, today.year + n, before=base) for n in range(3)]
    changed = [year for year in years if any(day.changed for day in year.other_days)]
    return changed[:2] or years[:1]
