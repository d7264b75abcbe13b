"""A calendar's pages: its year, a date tried on it, and changing it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from hashlib import sha256

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.desk.clock_words import PartLine, open_time, part_line
from portal.rules.access import for_rule_makers
from portal.rules.calendar_forms import CalendarForms, ConfirmForm, QuestionForm
from portal.rules.effect import effect, move_rows
from portal.rules.names import calendar_name
from portal.rules.year import legend, year_of
from portal.selfservice.opening_hours import opening_hours
from portal.templatetags.design import moment_in_words
from triage.sla.calendar import Calendar, calendar_to_json
from triage.sla.clock import target_time
from triage.sla.explain import explain
from triage.sla.opening import CalendarError
from triage.sla.policy import Target
from triage.sla.service_model import ServiceModel, service_model, version_in_force
from triage.tickets.foreseeing import DRAFT, Foreseen, foresee
from triage.tickets.rule_changes import change_rules

FIRST_YEAR, LAST_YEAR = 2000, 2099
LOOK, CHANGE = "look", "change"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """When something would be due, and the parts of the way there."""

    sentence: str
    parts: list[PartLine]
    total: str


def _calendar(name: str, now: datetime) -> tuple[ServiceModel, Calendar]:
    """The rules in force and a calendar of theirs. Raises Http404 for an unknown one."""
    model = service_model(version_in_force(now))
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
    asked = "amount" in request.GET
    question = QuestionForm(request.GET if asked else None, initial=_first_question(now))
    year = _year(request.GET.get("year", ""), timezone.localdate(now))
    context = {
        "slug": name,
        "name": calendar_name(name),
        "note": _(found.note) if found.note else "",
        "zone": found.timezone,
        "hours": opening_hours(found, now=now),
        "year": year_of(found, year),
        "legend": legend(),
        "earlier": year - 1 if year > FIRST_YEAR else None,
        "later": year + 1 if year < LAST_YEAR else None,
        "question": question,
        "answer": _answer(question, found, now) if asked and question.is_valid() else None,
    }
    return render(request, "rules/calendar.html", context)


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
        parts=[part_line(part, now) for part in found.parts],
        total=open_time(found.counted),
    )


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
    if request.method != "POST":
        return _show(request, name, model, CalendarForms(base))
    forms = CalendarForms(base, request.POST)
    if not forms.is_valid():
        return _show(request, name, model, forms, status=422)
    written = forms.calendar()
    if written == base:
        forms.week.add_error(None, _("Nothing is different from the calendar in force."))
        return _show(request, name, model, forms, status=422)
    draft = replace(model, version_id=DRAFT, calendars={**model.calendars, name: written})
    seen = foresee(draft, now=now)
    if request.POST.get("step") != CHANGE:
        return _show(request, name, model, forms, seen=seen)
    return _change(request, name, model, forms, draft, seen, now)


def _change(
    request: HttpRequest,
    name: str,
    model: ServiceModel,
    forms: CalendarForms,
    draft: ServiceModel,
    seen: Foreseen,
    now: datetime,
) -> HttpResponse:
    """Do it, when what is sent is what was looked at and a reason is given."""
    confirm = ConfirmForm(request.POST)
    if request.POST.get("seen") != _fingerprint(model, draft.calendars[name]):
        messages.warning(request, _("Look at what changes first: something is different now."))
        return _show(request, name, model, forms, seen=seen, status=409)
    if not confirm.is_valid():
        return _show(request, name, model, forms, seen=seen, confirm=confirm, status=422)
    try:
        change = change_rules(
            draft,
            before=model.version_id,
            reason=confirm.cleaned_data["reason"],
            by=request.user,
            now=now,
            for_open_cases=confirm.cleaned_data["cases"] == ConfirmForm.OPEN,
            foreseen=seen,
        )
    except ValidationError as error:
        confirm.add_error(None, error)
        return _show(request, name, model, forms, seen=seen, confirm=confirm, status=409)
    messages.success(request, _("The rules are changed."))
    return redirect("rules_change", change_id=change.pk)


def _fingerprint(model: ServiceModel, calendar: Calendar) -> str:
    """Tells whether a draft, and what it is compared with, are what the person has looked at."""
    text = json.dumps([model.version_id, calendar_to_json(calendar)], sort_keys=True)
    return sha256(text.encode()).hexdigest()


def _show(
    request: HttpRequest,
    name: str,
    model: ServiceModel,
    forms: CalendarForms,
    *,
    seen: Foreseen | None = None,
    confirm: ConfirmForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    base = model.calendars[name]
    context = {
        "slug": name,
        "name": calendar_name(name),
        "forms": forms,
        "errors": _errors(forms, confirm),
    }
    if seen is not None:
        written = forms.calendar()
        context |= {
            "effect": effect(seen.as_data()),
            "moves": move_rows(seen.largest, request.user, now),
            "years": _changed_years(written, base, timezone.localdate(now)),
            "legend": legend(),
            "confirm": confirm or ConfirmForm(),
            "seen": _fingerprint(model, written),
        }
    return render(request, "rules/calendar_edit.html", context, status=status)


def _changed_years(written: Calendar, base: Calendar, today: date) -> list:
    """The years in which days change, among this and the next two; this one when none does."""
    years = [year_of(written, today.year + n, before=base) for n in range(3)]
    changed = [year for year in years if any(day.changed for day in year.other_days)]
    return changed[:2] or years[:1]


def _errors(forms: CalendarForms, confirm: ConfirmForm | None) -> list[tuple[str, str]]:
    """What is wrong and where, for the summary that takes focus."""
    found: list[tuple[str, str]] = []
    rows = [*forms.seasons.forms, *forms.days.forms]
    for form in [forms.week, *rows, *([confirm] if confirm else [])]:
        if not form.is_bound:
            continue
        for field, errors in form.errors.items():
            address = "" if field == "__all__" else form[field].id_for_label or ""
            found += [(address, str(error)) for error in errors]
    for group in (forms.seasons, forms.days):
        found += [("", str(error)) for error in group.non_form_errors()] if group.is_bound else []
    return found
