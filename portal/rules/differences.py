"""What differs between two versions of the rules, in words: before and after side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils import dates, formats, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Team
from accounts.terms_models import TermsVersion
from portal.desk.rule_words import rule_sentence
from portal.rules.agreement_words import agreement_differences
from portal.rules.calendar_forms import COUNTRIES
from portal.rules.hours_text import write_month_day, write_week
from portal.rules.policy_forms import BINDING, RESPONSES
from portal.rules.promise_words import Difference, promise_differences
from portal.selfservice.calendar_names import calendar_name
from portal.selfservice.opening_hours import hours_in_words, name_of
from portal.selfservice.zones import is_elsewhere, zone_words
from triage.sla.calendar import Calendar
from triage.sla.policy import Policy
from triage.sla.service_model import ServiceModel

NOTHING = "–"


def differences(before: ServiceModel, after: ServiceModel) -> list[Difference]:
    """Everything that differs: promises, what holds for all, agreements, telling, calendars."""
    teams = dict(Team.objects.values_list("slug", "name"))
    titles = dict(TermsVersion.objects.values_list("key", "title"))
    found = [
        *promise_differences(before, after),
        *_options(before.policy, after.policy, titles),
        *agreement_differences(before.policy, after.policy, teams),
        *escalation_differences(before.policy, after.policy, teams),
    ]
    for name in {**before.calendars, **after.calendars}:
        found += _of_calendar(before.calendars.get(name), after.calendars.get(name))
    return found


def _of_calendar(before: Calendar | None, after: Calendar | None) -> list[Difference]:
    """What differs of one calendar, which one of the two versions may not have."""
    if before is not None and after is not None:
        return calendar_differences(before, after) if before != after else []
    calendar = before or after
    return [
        Difference(
            about=calendar_name(calendar.name),
            what=_("Taken out of use") if before else _("New calendar"),
            before=_hours(calendar) if before else NOTHING,
            after=_hours(calendar) if after else NOTHING,
        )
    ]


def _hours(calendar: Calendar) -> str:
    """The ordinary week, with the clock it goes by if that is not the portal's."""
    hours = write_week(calendar.weekly) or hours_in_words(())
    return f"{hours} ({zone_words(calendar.timezone)})" if is_elsewhere(calendar) else hours


def _options(before: Policy, after: Policy, titles: Mapping[str, str]) -> Iterator[Difference]:
    for what, words in (
        (_("What counts as the first answer"), _responses),
        (_("A deadline is near"), lambda policy: _("at %s%%") % policy.warning_percent),
        (_("Can be opened again"), _reopen),
        (_("People are told within"), _notice_hours),
        (_("Guarantees bind"), lambda policy: dict(BINDING)[policy.binds]),
        (_("Terms of use that are signed"), lambda policy: _terms(policy, titles)),
        (_("A note above the promises"), lambda policy: _(policy.note) if policy.note else NOTHING),
    ):
        old, new = str(words(before)), str(words(after))
        if old != new:
            yield Difference(about=_("All promises"), what=what, before=old, after=new)


def _terms(policy: Policy, titles: Mapping[str, str]) -> str:
    return titles.get(policy.terms, policy.terms) or NOTHING


def _responses(policy: Policy) -> str:
    return ", ".join(
        str(RESPONSES[event]) for event in RESPONSES if event in policy.first_response_on
    )


def _reopen(policy: Policy) -> str:
    days = policy.reopen_days
    return ngettext("for %(days)s day", "for %(days)s days", days) % {"days": days}


def _notice_hours(policy: Policy) -> str:
    if policy.notice_hours:
        return calendar_name(policy.notice_hours)
    return _("the hours of the deadline itself")


def escalation_differences(
    before: Policy, after: Policy, teams: Mapping[str, str]
) -> list[Difference]:
    """The rules of telling and escalation that are new, gone, or say something else."""
    old, new = (
        {rule.name: rule_sentence(rule, teams) for rule in policy.escalations}
        for policy in (before, after)
    )
    found = []
    for name in {**old, **new}:
        if old.get(name) != new.get(name):
            what = _("changed") if name in old and name in new else _("new")
            found.append(
                Difference(
                    about=_("Who is told, and what is done"),
                    what=what if name in new else _("removed"),
                    before=old.get(name, NOTHING),
                    after=new.get(name, NOTHING),
                )
            )
    return found


def calendar_differences(before: Calendar, after: Calendar) -> list[Difference]:
    """Weekdays, holidays, seasons and single days that differ."""
    about = calendar_name(after.name)
    rows = [*_week(before, after), *_seasons(before, after), *_days(before, after)]
    return [
        Difference(about=about, what=what, before=old, after=new)
        for what, old, new in rows
        if old != new
    ]


def _week(before: Calendar, after: Calendar) -> Iterator[tuple[str, str, str]]:
    for number in range(7):
        yield (
            capfirst(dates.WEEKDAYS[number]),
            hours_in_words(before.weekly[number]),
            hours_in_words(after.weekly[number]),
        )
    yield (
        _("Public holidays"),
        *(
            str(COUNTRIES.get(each.holiday_country, each.holiday_country))
            for each in (before, after)
        ),
    )
    yield _("Time zone"), before.timezone, after.timezone


def _seasons(before: Calendar, after: Calendar) -> Iterator[tuple[str, str, str]]:
    old, new = (
        {
            name_of(season.name): _("%(first)s to %(last)s: %(hours)s")
            % {
                "first": write_month_day(season.first),
                "last": write_month_day(season.last),
                "hours": write_week(season.weekly) or hours_in_words(()),
            }
            for season in each.seasons
        }
        for each in (before, after)
    )
    for name in {**old, **new}:
        yield name, old.get(name, NOTHING), new.get(name, NOTHING)


def _days(before: Calendar, after: Calendar) -> Iterator[tuple[str, str, str]]:
    old, new = _single(before), _single(after)
    for day in sorted({*old, *new}):
        usual = _("as usual")
        yield _date(day), old.get(day, usual), new.get(day, usual)


def _single(calendar: Calendar) -> dict[date, str]:
    closed = {day: (name, ()) for day, name in calendar.closed_days}
    special = {day: (name, hours) for day, name, hours in calendar.special_days}
    return {
        day: f"{hours_in_words(hours)} ({name_of(name)})"
        for day, (name, hours) in {**closed, **special}.items()
    }


def _date(day: date) -> str:
    return formats.date_format(day, "j F Y" if translation.get_language() == "en" else "j. F Y")
