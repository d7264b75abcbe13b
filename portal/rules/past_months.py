"""The past months that rules can be tried on, and beginning a trial."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.insight import words
from triage.reporting.closing import zone
from triage.reporting.trying_rules import try_rules
from triage.sla.months import Period, month_of
from triage.sla.service_model import ServiceModel

LENGTHS = (1, 3, 6, 12, 24)  # whole months before the current one


def periods(now: datetime) -> list[tuple[int, Period]]:
    """The months rules can be tried on: the last whole month, the last three, and so on."""
    last = month_of(now, zone()).plus(-1)
    return [(length, Period(last.plus(1 - length), last, zone())) for length in LENGTHS]


def period_words(period: Period) -> str:
    """The months in words: October 2026, or August 2026 to October 2026."""
    first, last = words.month_and_year(period.first), words.month_and_year(period.last)
    if period.first == period.last:
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


class MonthsForm(forms.Form):
    """Which past months rules are tried on."""

    months = forms.TypedChoiceField(
        label=gettext_lazy("Cases that came in during"), coerce=int, initial=3
    )

    def __init__(self, *args: Any, now: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.periods = dict(periods(now))
        self.fields["months"].choices = [
            (length, period_words(period)) for length, period in self.periods.items()
        ]

    @property
    def period(self) -> Period:
        """The months that were chosen; only of a valid form."""
        return self.periods[self.cleaned_data["months"]]


def begin(
    request: HttpRequest, draft: ServiceModel, *, base: int, period: Period, now: datetime
) -> HttpResponse:
    """Ask for a trial and lead to its page."""
    asked = try_rules(draft, base=base, period=period, by=request.user, now=now)
    messages.success(request, _("The rules are being tried. No case is touched by it."))
    return redirect("rules_what_if", trial_id=asked.pk)
