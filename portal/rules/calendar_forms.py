"""The forms of a calendar: ordinary week, seasons, days that differ; and a question to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils import dates
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.rules.changing import errors_of
from portal.rules.hours_text import (
    read_hours,
    read_month_day,
    read_week,
    write_hours,
    write_month_day,
    write_week,
)
from portal.selfservice.opening_hours import name_of
from triage.sla.calendar import WEEKDAYS, Calendar, CalendarError, Season
from triage.sla.service_model import ServiceModel
from triage.tickets.foreseeing import DRAFT

BLANK_ROWS = 3
MOST_ROWS = 200
LONGEST_NAME = 60
LONGEST_HOURS = 80
CONTINENTS = (
    *("Europe", "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia"),
    *("Indian", "Pacific"),
)
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
COUNTRIES = {"NO": gettext_lazy("Norway"), "": pgettext_lazy("public holidays", "None")}


class HoursField(forms.CharField):
    """The openings of one day; an empty field is a closed day."""

    def __init__(self, **kwargs) -> None:
        super().__init__(required=False, max_length=LONGEST_HOURS, **kwargs)

    def clean(self, value):
        """The openings as frames."""
        return read_hours(super().clean(value))


class WeekForm(forms.Form):
    """The hours of the ordinary week, whose public holidays are closed, and where."""

    def __init__(self, *args, base: Calendar, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for number, day in enumerate(WEEKDAYS):
            self.fields[day] = HoursField(
                label=capfirst(dates.WEEKDAYS[number]), initial=write_hours(base.weekly[number])
            )
        known = dict(COUNTRIES)
        known.setdefault(base.holiday_country, base.holiday_country)
        self.fields["holiday_country"] = forms.ChoiceField(
            label=_("Closed on the public holidays of"),
            choices=list(known.items()),
            initial=base.holiday_country,
            required=False,
        )
        self.fields["timezone"] = forms.ChoiceField(
            label=_("Time zone"),
            help_text=_("The clock that the times on this page are read by."),
            choices=_time_zones(base.timezone),
            initial=base.timezone,
            required=False,
        )


def _time_zones(used: str) -> list:
    """The time zones of places by part of the world, and the one in use whatever it is."""
    names = {name for name in available_timezones() if name.partition("/")[0] in CONTINENTS}
    parts = {part: [] for part in CONTINENTS}
    for name in sorted(names):
        part, _slash, place = name.partition("/")
        parts[part].append((name, place.replace("_", " ")))
    others = sorted({"UTC", *({used} - names)})
    return [*((name, name) for name in others), *parts.items()]


class SeasonForm(forms.Form):
    """A part of each year with hours of its own."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME, required=False)
    first = forms.CharField(label=gettext_lazy("From"), max_length=8, required=False)
    last = forms.CharField(label=gettext_lazy("To and including"), max_length=8, required=False)
    hours = forms.CharField(label=gettext_lazy("Opening hours"), max_length=300, required=False)

    def clean(self) -> dict:
        """All of it, or nothing. Without hours it is closed the whole season."""
        found = super().clean()
        if self.is_blank or self.cleaned_data.get("DELETE"):
            return found
        for name, read in (
            ("first", read_month_day),
            ("last", read_month_day),
            ("hours", read_week),
        ):
            try:
                found[name] = read(found.get(name) or "")
            except ValidationError as error:
                self.add_error(name, error)
        if not found.get("name"):
            self.add_error("name", _("Give the season a name people understand."))
        return found

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written in the row."""
        return not any(self.cleaned_data.get(name) for name in ("name", "first", "last", "hours"))


class DayForm(forms.Form):
    """One date with other hours, or closed."""

    day = forms.DateField(
        label=gettext_lazy("Date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write a date, such as 24.12.2026.")},
    )
    hours = HoursField(label=gettext_lazy("Opening hours"))
    name = forms.CharField(label=gettext_lazy("Why"), max_length=LONGEST_NAME, required=False)

    def clean_day(self) -> date | None:
        """A date of this century."""
        day = self.cleaned_data["day"]
        if day is not None and not FIRST <= day <= LAST:
            raise ValidationError(_("Choose a date between 2000 and 2099."))
        return day

    def clean(self) -> dict:
        """All of it, or nothing."""
        found = super().clean()
        if self.is_blank or found.get("DELETE"):
            return found
        if found.get("day") is None and "day" not in self.errors:
            self.add_error("day", _("Choose the date."))
        if not found.get("name"):
            self.add_error("name", _("Say why, so that people understand their deadlines."))
        return found

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written in the row."""
        return not any(self.cleaned_data.get(name) for name in ("day", "hours", "name"))


class _Rows(BaseFormSet):
    """Rows of which blank and removed ones count for nothing."""

    def found(self) -> list[dict]:
        """What the others hold."""
        return [
            form.cleaned_data
            for form in self.forms
            if not form.is_blank and not form.cleaned_data.get("DELETE")
        ]

    def add_fields(self, form, index) -> None:
        """The box that removes a row, in words."""
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove")


class _Days(_Rows):
    def clean(self) -> None:
        """Each date once."""
        seen = set()
        if any(self.errors):
            return
        for row in self.found():
            if row["day"] in seen:
                raise ValidationError(
                    _("%(day)s stands there twice. Keep one of them.") % {"day": row["day"]}
                )
            seen.add(row["day"])


_OPTIONS = {
    "extra": BLANK_ROWS,
    "can_delete": True,
    "max_num": MOST_ROWS,
    "absolute_max": MOST_ROWS + BLANK_ROWS,
}
SeasonRows = formset_factory(SeasonForm, formset=_Rows, **_OPTIONS)
DayRows = formset_factory(DayForm, formset=_Days, **_OPTIONS)


class CalendarForms:
    """The forms of one calendar together, filled from it or from what was sent."""

    def __init__(self, name: str, model: ServiceModel, data=None) -> None:
        self._name, self._model = name, model
        base = self._base = model.calendars[name]
        self.week = WeekForm(data, prefix="week", base=base)
        self.seasons = SeasonRows(
            data, prefix="seasons", initial=None if data else _season_rows(base)
        )
        self.days = DayRows(data, prefix="days", initial=None if data else _day_rows(base))

    def is_valid(self) -> bool:
        """Whether everything can be read and the calendar opens at some time."""
        if not all([self.week.is_valid(), self.seasons.is_valid(), self.days.is_valid()]):
            return False
        try:
            self.calendar()
        except CalendarError:
            self.refuse(
                _("The calendar would never open. Give at least one weekday opening hours.")
            )
            return False
        return True

    def draft(self) -> ServiceModel:
        """The rules in force with the calendar that was written."""
        calendars = {**self._model.calendars, self._name: self.calendar()}
        return replace(self._model, version_id=DRAFT, calendars=calendars)

    def refuse(self, sentence: str) -> None:
        """Say what is wrong with the whole."""
        self.week.add_error(None, sentence)

    def errors(self) -> list[tuple[str, str]]:
        """What is wrong and where, for the summary that takes focus."""
        found = errors_of(self.week, *self.seasons.forms, *self.days.forms)
        for group in (self.seasons, self.days):
            if group.is_bound:
                found += [("", str(error)) for error in group.non_form_errors()]
        return found

    def calendar(self) -> Calendar:
        """The calendar that was written. Raises CalendarError when it would never open."""
        week, days = self.week.cleaned_data, self.days.found()
        own = {name_of(name): name for name in _names(self._base)}
        return replace(
            self._base,
            weekly=tuple(week[day] for day in WEEKDAYS),
            holiday_country=week["holiday_country"],
            timezone=week["timezone"] or self._base.timezone,
            seasons=tuple(
                Season(own.get(row["name"], row["name"]), row["first"], row["last"], row["hours"])
                for row in self.seasons.found()
            ),
            closed_days=tuple(
                sorted(
                    (row["day"], own.get(row["name"], row["name"]))
                    for row in days
                    if not row["hours"]
                )
            ),
            special_days=tuple(
                sorted(
                    (row["day"], own.get(row["name"], row["name"]), row["hours"])
                    for row in days
                    if row["hours"]
                )
            ),
        )


def _names(base: Calendar) -> set[str]:
    """The names its seasons and days have; those the catalogues know are shown translated."""
    seasons = {season.name for season in base.seasons}
    return seasons | {name for _day, name, *_hours in (*base.closed_days, *base.special_days)}


def _season_rows(base: Calendar) -> list[dict]:
    return [
        {
            "name": name_of(season.name),
            "first": write_month_day(season.first),
            "last": write_month_day(season.last),
            "hours": write_week(season.weekly),
        }
        for season in base.seasons
    ]


def _day_rows(base: Calendar) -> list[dict]:
    closed = [{"day": day, "hours": "", "name": name_of(name)} for day, name in base.closed_days]
    special = [
        {"day": day, "hours": write_hours(hours), "name": name_of(name)}
        for day, name, hours in base.special_days
    ]
    return sorted(closed + special, key=lambda row: row["day"])


class QuestionForm(forms.Form):
    """When something would be due: from when, and how much time."""

    MINUTES, HOURS, DAYS = "minutes", "hours", "days"

    day = forms.DateField(
        label=gettext_lazy("Comes in on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write a date, such as 24.12.2026.")},
    )
    clock = forms.TimeField(
        label=pgettext_lazy("time of day", "At"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Write a time, such as 14:30.")},
    )
    amount = forms.IntegerField(label=gettext_lazy("Time allowed"), min_value=1, max_value=10_000)
    unit = forms.ChoiceField(
        label=gettext_lazy("Counted in"),
        choices=[
            (HOURS, gettext_lazy("hours")),
            (MINUTES, gettext_lazy("minutes")),
            (DAYS, gettext_lazy("working days")),
        ],
    )

    def clean_day(self) -> date:
        """A date of this century."""
        day = self.cleaned_data["day"]
        if not FIRST <= day <= LAST:
            raise ValidationError(_("Choose a date between 2000 and 2099."))
        return day
