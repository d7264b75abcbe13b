"""A further calendar: begun as a copy of another, and then changed on its own page."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.account.expired import kept_text
from portal.rules.access import for_rule_makers
from portal.rules.calendar_forms import LONGEST_NAME
from portal.selfservice.calendar_names import calendar_name
from triage.sla.service_model import ServiceModel, service_model, version_in_force
from triage.tickets.foreseeing import DRAFT, Foreseen
from triage.tickets.rule_changes import change_rules

# No promise counts by a calendar that was not there, so no deadline moves.
NOTHING_MOVES = Foreseen(open_cases=0, replayed=0, changing=0, unreadable=0)

OWN_ADDRESS = "ny"  # of this page, among the addresses of calendars


class NewCalendarForm(forms.Form):
    """What it is called, what it begins as, and why it is there. Valid forms have a `slug`."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("What the hours are for, such as «Evening duty»."),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Write what the calendar is called.")},
    )
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
        self.slug = ""
        self.fields["base"].choices = [(name, calendar_name(name)) for name in model.calendars]

    def clean_name(self) -> str:
        """A name of its own: rules and logs know the calendar by it from now on."""
        name = self.cleaned_data["name"]
        self.slug = slugify(name, allow_unicode=True)
        if not self.slug:
            raise ValidationError(_("Use letters or numbers in the name."))
        known = self.model.calendars
        slugs = {OWN_ADDRESS, *(each.replace("_", "-") for each in known)}
        shown = {calendar_name(each).casefold() for each in known}
        if self.slug.replace("_", "-") in slugs or calendar_name(self.slug).casefold() in shown:
            raise ValidationError(_("There is a calendar with that name already."))
        return name

    def draft(self) -> ServiceModel:
        """The rules in force with one calendar more."""
        copy = replace(self.model.calendars[self.cleaned_data["base"]], name=self.slug, note="")
        calendars = {**self.model.calendars, self.slug: copy}
        return replace(self.model, version_id=DRAFT, calendars=calendars)


@for_rule_makers
def new_calendar(request: HttpRequest) -> HttpResponse:
    """Add a calendar, and go on to write its hours."""
    now = timezone.now()
    model = service_model(version_in_force(now))
    sent = request.POST if request.method == "POST" else None
    form = NewCalendarForm(sent, model=model, initial=kept_text(request))
    if form.is_bound and form.is_valid():
        try:
            change_rules(
                form.draft(),
                before=model.version_id,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=now,
                for_open_cases=False,
                foreseen=NOTHING_MOVES,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The calendar is there. Write its hours."))
            return redirect("rules_calendar_edit", name=form.slug)
    status = 422 if form.errors else 200
    return render(request, "rules/calendar_new.html", {"form": form}, status=status)
