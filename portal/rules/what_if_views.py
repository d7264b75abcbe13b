"""Trying rules on past months: asking, what it came to, and earlier trials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portal.desk.words import short_moment
from portal.insight import spreadsheet
from portal.insight.shapes import PlacedSection, Section
from portal.rules.access import for_rule_makers
from portal.rules.changing import errors_of
from portal.rules.differences import differences
from portal.rules.effect import move_rows
from portal.rules.past_months import MonthsForm, begin, period_words
from portal.rules.what_if_report import progress, sections
from triage.reporting.closing import zone
from triage.reporting.models import WhatIf
from triage.reporting.trying_rules import tried_rules
from triage.sla.models import PolicyVersion
from triage.sla.service_model import current_service_model, service_model, version_in_force
from triage.tickets.foreseeing import Move

MOST_TRIALS = 50
MOST_VERSIONS = 50


class VersionForm(MonthsForm):
    """Which stored rules are tried, and on which months."""

    version = forms.TypedChoiceField(label=gettext_lazy("Rules"), coerce=int)

    field_order = ("version", "months")

    def __init__(self, *args: Any, now: datetime, **more: Any) -> None:
        super().__init__(*args, now=now, **more)
        stored = PolicyVersion.objects.filter(valid_from__lte=now)[:MOST_VERSIONS]
        in_force = version_in_force(now)
        self.fields["version"].choices = [
            (each.pk, _version_words(each, now, in_force=each.pk == in_force)) for each in stored
        ]


def _version_words(version: PolicyVersion, now: datetime, *, in_force: bool) -> str:
    since = {"moment": short_moment(version.valid_from, now)}
    if in_force:
        return _("Those in force now, since %(moment)s") % since
    return _("Those from %(moment)s") % since


@dataclass(frozen=True, kw_only=True)
class TrialRow:
    """An earlier trial in the list."""

    address: str
    title: str
    by: str
    at: datetime
    is_done: bool
    progress: str


@for_rule_makers
def what_ifs(request: HttpRequest) -> HttpResponse:
    """Try stored rules on past months, and find earlier trials again."""
    now = timezone.now()
    form = VersionForm(request.POST if request.method == "POST" else None, now=now)
    if request.method == "POST" and form.is_valid():
        model = service_model(form.cleaned_data["version"])
        return begin(request, model, base=model.version_id, period=form.period, now=now)
    context = {
        "form": form,
        "errors": errors_of(form),
        "trials": [_row(each) for each in WhatIf.objects.select_related("asked_by")[:MOST_TRIALS]],
    }
    status = 422 if form.errors else 200
    return render(request, "rules/what_ifs.html", context, status=status)


def _row(asked: WhatIf) -> TrialRow:
    return TrialRow(
        address=reverse("rules_what_if", args=[asked.pk]),
        title=capfirst(period_words(asked.period(zone()))),
        by=asked.asked_by.display_name if asked.asked_by else "",
        at=asked.asked_at,
        is_done=asked.finished_at is not None,
        progress=progress(asked),
    )


@for_rule_makers
@require_GET
def what_if(request: HttpRequest, trial_id: int) -> HttpResponse:
    """One trial: which rules, how far the counting has come, and what it came to."""
    asked = get_object_or_404(WhatIf.objects.select_related("asked_by"), pk=trial_id)
    now = timezone.now()
    context = {
        "trial": _row(asked),
        "sections": [_placed(asked, each) for each in _shown(asked)],
        "moves": move_rows(_moves(asked), request.user, now),
        "differences": differences(current_service_model(now), tried_rules(asked)),
        "workbook": reverse("rules_what_if_workbook", args=[asked.pk]),
    }
    return render(request, "rules/what_if.html", context)


def _placed(asked: WhatIf, section: Section) -> PlacedSection:
    csv, xlsx = (
        reverse("rules_what_if_table", args=[asked.pk, section.code, kind])
        for kind in ("csv", "xlsx")
    )
    return PlacedSection(section=section, anchor=f"by-{section.code}", csv=csv, xlsx=xlsx)


def _moves(asked: WhatIf) -> list[Move]:
    return [
        Move(
            ticket=each["ticket"],
            kind=each["kind"],
            before=datetime.fromisoformat(each["before"]),
            after=datetime.fromisoformat(each["after"]),
            promised_before=True,
            promised_after=True,
        )
        for each in asked.largest
    ]


@for_rule_makers
@require_GET
def table(request: HttpRequest, trial_id: int, code: str, kind: str) -> HttpResponse:
    """One table of a trial as a file for spreadsheets."""
    asked = get_object_or_404(WhatIf, pk=trial_id)
    found = next((each.table for each in _shown(asked) if each.code == code), None)
    if found is None:
        raise Http404
    return spreadsheet.download([found], kind, _file_name(asked, code))


@for_rule_makers
@require_GET
def workbook(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Every table of a trial in one file."""
    asked = get_object_or_404(WhatIf, pk=trial_id)
    tables = [each.table for each in _shown(asked)]
    if not tables:
        raise Http404
    return spreadsheet.download(tables, "xlsx", _file_name(asked))


def _shown(asked: WhatIf) -> tuple[Section, ...]:
    """Nothing before every case is counted: half the figures would be taken for all of them."""
    return sections(asked) if asked.finished_at and asked.counted else ()


def _file_name(asked: WhatIf, code: str = "") -> str:
    return "-".join(filter(None, ["hva-om", code, asked.first_month, asked.last_month]))
