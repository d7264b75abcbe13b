"""A further calendar: begun as a copy of another, and then changed on its own page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import chain, count

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from portal.account.expired import kept_text
from portal.rules.access import for_rule_makers
from portal.rules.renaming import Named, known_calendars, name_calendar
from portal.selfservice.calendar_names import calendar_name, letters, own_name
from triage.sla.service_model import ServiceModel, current_service_model
from triage.tickets.foreseeing import DRAFT, Foreseen
from triage.tickets.rule_changes import change_rules

# No promise counts by a calendar that was not there, so no deadline moves.
NOTHING_MOVES = Foreseen(open_cases=0, replayed=0, changing=0, unreadable=0)

OWN_ADDRESS = "ny"  # of this page, among the addresses of calendars
LONGEST_SLUG = 50  # with room for a number


class NewCalendarForm(Named):
    """What it is called, what it begins as, and why it is there."""

    base = forms.ChoiceField(label=gettext_lazy("Begin with the hours of"))
    reason = forms.CharField(
        label=gettext_lazy("Why is it needed?"),
        help_text=gettext_lazy("Stands in the history, for those who ask later."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write why the calendar is needed.")},
    )

    def __init__(self, *args, model: ServiceModel, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.model = model
        self.others = known_calendars()
        self.fields["base"].choices = [(name, calendar_name(name)) for name in model.calendars]

    @cached_property
    def slug(self) -> str:
        """What rules and logs know the calendar by from now on, whatever it is called later."""
        base = letters(self.cleaned_data["name"])[:LONGEST_SLUG]
        numbered = (f"{base}-{number}" for number in count(2))
        return next(each for each in chain([base], numbered) if each not in self._taken)

    @property
    def _taken(self) -> set[str]:
        return {OWN_ADDRESS, *self.others}

    def draft(self) -> ServiceModel:
        """The rules in force with one calendar more."""
        copy = replace(self.model.calendars[self.cleaned_data["base"]], name=self.slug, note="")
        calendars = {**self.model.calendars, self.slug: copy}
        return replace(self.model, version_id=DRAFT, calendars=calendars)


def change_calendars(
    draft: ServiceModel, *, before: int, reason: str, by: User, now: datetime
) -> None:
    """Store rules with one calendar more or less, by which no case counts. Raises as `change_rules`
    does."""
    change_rules(
        draft,
        before=before,
        reason=reason,
        by=by,
        now=now,
        for_open_cases=False,
        foreseen=NOTHING_MOVES,
    )


@transaction.atomic
def add_calendar(form: NewCalendarForm, *, by: User, now: datetime) -> None:
    """Store the calendar of a valid form, and what it is called. Raises as `change_rules` does."""
    called, reason = form.cleaned_data["name"], form.cleaned_data["reason"]
    change_calendars(form.draft(), before=form.model.version_id, reason=reason, by=by, now=now)
    if called != own_name(form.slug):
        name_calendar(form.slug, called=called, before="", reason=reason, by=by, now=now)


@for_rule_makers
def new_calendar(request: HttpRequest) -> HttpResponse:
    """Add a calendar, and go on to write its hours."""
    now = timezone.now()
    model = current_service_model(now)
    sent = request.POST if request.method == "POST" else None
    form = NewCalendarForm(sent, model=model, initial=kept_text(request))
    if form.is_bound and form.is_valid():
        try:
            add_calendar(form, by=request.user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The calendar is there. Write its hours."))
            return redirect("rules_calendar_edit", name=form.slug)
    status = 422 if form.errors else 200
    return render(request, "rules/calendar_new.html", {"form": form}, status=status)
