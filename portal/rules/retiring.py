"""Taking a calendar out of use when nothing counts by it any more, and into use again.

Nothing is deleted: versions of the rules, and cases measured by them, keep the calendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.account.expired import kept_text
from portal.rules.access import for_rule_makers
from portal.rules.new_calendar import change_calendars
from portal.selfservice.calendar_names import calendar_name
from portal.selfservice.opening_hours import Hours, week_lines
from triage.sla.calendar import calendar_from_json
from triage.sla.models import CalendarVersion
from triage.sla.service_model import ServiceModel, current_service_model
from triage.tickets.foreseeing import DRAFT


@dataclass(frozen=True, kw_only=True)
class Use:
    """Something that counts by a calendar, and the page where that is changed."""

    words: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Retired:
    """A calendar that is out of use, as it was last."""

    name: str
    slug: str
    week: list[Hours]


def uses(name: str, model: ServiceModel) -> list[Use]:
    """Everything of the rules in force that counts by a calendar."""
    return list(_uses(name, model))


def _uses(name: str, model: ServiceModel) -> Iterator[Use]:
    policy = model.policy
    promises = sum(rule.calendar == name for rule in policy.rules)
    if promises:
        words = ngettext("%(count)s promise", "%(count)s promises", promises)
        yield Use(words=words % {"count": promises}, address=reverse("rules_promises"))
    agreed = sum(each.calendar == name for each in policy.agreements)
    if agreed:
        words = ngettext("%(count)s internal agreement", "%(count)s internal agreements", agreed)
        yield Use(words=words % {"count": agreed}, address=reverse("rules_agreements"))
    if policy.notice_hours == name:
        yield Use(words=_("the hours people are told within"), address=reverse("rules_promises"))


def retired_calendars(model: ServiceModel) -> list[Retired]:
    """The calendars there have been that the rules in force do not have."""
    newest: dict[str, CalendarVersion] = {}
    for version in CalendarVersion.objects.exclude(name__in=model.calendars):
        newest.setdefault(version.name, version)
    found = [
        Retired(
            name=calendar_name(name),
            slug=name,
            week=week_lines(calendar_from_json(version.data, name).weekly),
        )
        for name, version in newest.items()
    ]
    return sorted(found, key=lambda each: each.name)


class ReasonForm(forms.Form):
    """Why it is done."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Stands in the history, for those who ask later."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write why.")},
    )


@for_rule_makers
def retire(request: HttpRequest, name: str) -> HttpResponse:
    """Take a calendar out of use, or say what counts by it still."""
    now = timezone.now()
    model = current_service_model(now)
    if name not in model.calendars:
        raise Http404
    left = {each: calendar for each, calendar in model.calendars.items() if each != name}
    step = _Step(request, name, model, replace(model, version_id=DRAFT, calendars=left), now)
    used = uses(name, model)
    if used:
        return step.page("rules/calendar_retire.html", None, uses=used)
    return step.answer(
        "rules/calendar_retire.html", _("The calendar is out of use. You find it below the others.")
    )


@for_rule_makers
def restore(request: HttpRequest, name: str) -> HttpResponse:
    """Take a calendar into use again, as it was last."""
    now = timezone.now()
    model = current_service_model(now)
    if name in model.calendars or "\x00" in name:
        raise Http404
    newest = CalendarVersion.objects.filter(name=name).first()
    if newest is None:
        raise Http404
    back = {**model.calendars, name: calendar_from_json(newest.data, name)}
    step = _Step(request, name, model, replace(model, version_id=DRAFT, calendars=back), now)
    return step.answer("rules/calendar_restore.html", _("The calendar can be chosen again."))


@dataclass(frozen=True)
class _Step:
    """One change of which calendars there are, by whoever sent the form."""

    request: HttpRequest
    name: str
    model: ServiceModel
    draft: ServiceModel
    now: datetime

    def answer(self, template: str, done: str) -> HttpResponse:
        """The page with its form; when it is sent with a reason, the change."""
        sent = self.request.POST if self.request.method == "POST" else None
        form = ReasonForm(sent, initial=kept_text(self.request))
        if form.is_bound and form.is_valid():
            try:
                change_calendars(
                    self.draft,
                    before=self.model.version_id,
                    reason=form.cleaned_data["reason"],
                    by=self.request.user,
                    now=self.now,
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(self.request, done)
                return redirect("rules")
        return self.page(template, form)

    def page(self, template: str, form: ReasonForm | None, **more) -> HttpResponse:
        """The page as it stands."""
        context = {"form": form, "slug": self.name, "name": calendar_name(self.name), **more}
        status = 422 if form is not None and form.errors else 200
        if form is None and self.request.method == "POST":
            status = 409
        return render(self.request, template, context, status=status)
