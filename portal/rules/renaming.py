"""What a calendar is called: another name, given with a reason; no deadline moves by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from portal.account.expired import kept_text
from portal.rules.access import for_rule_makers
from portal.rules.calendar_forms import LONGEST_NAME
from portal.selfservice.calendar_names import all_names, calendar_name, letters, own_name
from portal.selfservice.models import CalendarName
from triage.sla.models import CalendarVersion
from triage.sla.service_model import current_service_model
from triage.tickets.rule_changes import may_change_rules


@dataclass(frozen=True, kw_only=True)
class Renaming:
    """A line of the history: which calendar got another name, by whom, when and why."""

    at: datetime
    by: str
    reason: str
    before: str
    after: str


def renamings(most: int) -> list[Renaming]:
    """The latest new names of calendars that had another, newest first."""
    rows = CalendarName.objects.exclude(before="").select_related("by")[:most]
    return [
        Renaming(
            at=row.at,
            by=row.by.display_name,
            reason=row.reason,
            before=row.before,
            after=row.name or own_name(row.calendar),
        )
        for row in rows
    ]


@transaction.atomic
def name_calendar(
    calendar: str, *, called: str, before: str, reason: str, by: User, now: datetime
) -> CalendarName:
    """Give a calendar a name from now on; `before` is what the person saw, "" for a new calendar.

    The name it has of itself, in the language of the page, gives it back its name in each language.
    Raises PermissionDenied for people who make no rules, and ValidationError when somebody else has
    named it meanwhile.
    """
    if not may_change_rules(by):
        raise PermissionDenied(_("Only managers and administrators change the service model."))
    CalendarVersion.objects.select_for_update().filter(name=calendar).first()
    latest = CalendarName.objects.filter(calendar=calendar).first()
    held = (latest and latest.name) or own_name(calendar)
    if before and held != before:
        raise ValidationError(
            _("Somebody else has named it “%(name)s” meanwhile. Look at that first.")
            % {"name": held}
        )
    return CalendarName.objects.create(
        calendar=calendar,
        name="" if called == own_name(calendar) else called,
        before=before,
        reason=reason.strip(),
        by=by,
        at=now,
    )


class Named(forms.Form):
    """A name that no other calendar has. `others` are the calendars it must differ from."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("What the hours are for, such as «Evening duty»."),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Write what the calendar is called.")},
    )
    others: frozenset[str] = frozenset()

    def clean_name(self) -> str:
        """A name of its own, with something to make an address of."""
        name = self.cleaned_data["name"]
        if not letters(name):
            raise ValidationError(_("Use letters or numbers in the name."))
        for other in self.others:
            if letters(name) in all_names(other):
                raise ValidationError(_("There is a calendar with that name already."))
        return name


class RenameForm(Named):
    """What it is to be called, and why. `seen` is the name the person changes."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it changed?"),
        help_text=gettext_lazy("Stands in the history, for those who ask later."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write why the name is changed.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_NAME, required=False)

    def __init__(self, *args, calendar: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.held = calendar_name(calendar)
        self.others = known_calendars() - {calendar}
        self.fields["name"].help_text = _("The name is the same in every language.")

    def clean_name(self) -> str:
        """Another name than it has."""
        name = super().clean_name()
        if name == self.held:
            raise ValidationError(_("That is what it is called."))
        return name


def known_calendars() -> frozenset[str]:
    """Every calendar there is or has been, by its own name."""
    return frozenset(CalendarVersion.objects.order_by().values_list("name", flat=True).distinct())


@for_rule_makers
def rename(request: HttpRequest, name: str) -> HttpResponse:
    """Give a calendar another name."""
    now = timezone.now()
    if name not in current_service_model(now).calendars:
        raise Http404
    held = calendar_name(name)
    initial = {"name": held, "seen": held, **kept_text(request)}
    form = RenameForm(
        request.POST if request.method == "POST" else None, calendar=name, initial=initial
    )
    if form.is_bound and form.is_valid():
        written = form.cleaned_data
        try:
            name_calendar(
                name,
                called=written["name"],
                before=written["seen"] or held,
                reason=written["reason"],
                by=request.user,
                now=now,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The calendar has got another name."))
            return redirect("rules_calendar", name=name)
    context = {"form": form, "slug": name, "name": held}
    return render(
        request, "rules/calendar_rename.html", context, status=422 if form.errors else 200
    )
