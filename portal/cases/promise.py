"""The promise of an answer in plain words, and why the time is what it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from portal.templatetags.design import moment_in_words
from triage.intake.content import CaseContent
from triage.sla.clock import Clock
from triage.sla.explain import Part, explain_clock
from triage.sla.policy import FIRST_RESPONSE, GUARANTEE, RESOLUTION
from triage.sla.service_model import ServiceModel, current_service_model
from triage.tickets.kinds import CaseType
from triage.tickets.priority import priority_for

ALWAYS = "always"
MOST_DAYS = 4

# Names the calendars give, so that the catalogues have them.
DAY_NAMES = (
    gettext_noop("Ascension Day"),
    gettext_noop("Christmas Day"),
    gettext_noop("Constitution Day"),
    gettext_noop("Easter Monday"),
    gettext_noop("Easter Sunday"),
    gettext_noop("Good Friday"),
    gettext_noop("Labor Day"),
    gettext_noop("Maundy Thursday"),
    gettext_noop("New Year's Day"),
    gettext_noop("Pentecost"),
    gettext_noop("Pentecost Monday"),
    gettext_noop("Second Day of Christmas"),
)


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What is promised: sentences, ready to print. `answer` is empty when nothing is promised."""

    answer: str
    solution: str
    why: str
    days: list[str]


def promise_for(content: CaseContent, *, now: datetime) -> Promise:
    """What is promised for this case if it is sent now."""
    model = current_service_model(now)
    security = content.case_type == CaseType.SECURITY_INCIDENT
    priority = priority_for(content.impact, content.urgency, security=security)
    return promise_of(
        model.promise(content.case_type or CaseType.QUESTION, priority, now=now), model, now=now
    )


def promise_of(clocks: dict[str, Clock], model: ServiceModel, *, now: datetime) -> Promise:
    """The promise behind clocks, by kind."""
    first, solution = clocks.get(FIRST_RESPONSE), clocks.get(RESOLUTION)
    if first is None or first.due_at is None:
        return Promise(answer="", solution="", why="", days=[])
    return Promise(
        answer=_("You get an answer by %(moment)s.")
        % {"moment": moment_in_words(first.due_at, now)},
        solution=_solution(solution, now),
        why=why(first),
        days=days_off(first, model, now),
    )


def _solution(clock: Clock | None, now: datetime) -> str:
    if clock is None or clock.due_at is None:
        return ""
    moment = moment_in_words(clock.due_at, now)
    return _("We aim to have it solved by %(moment)s.") % {"moment": moment}


def why(clock: Clock) -> str:
    """Which promise it is and how its time is counted, in two sentences."""
    binding = clock.commitment == GUARANTEE
    promise = (
        _("We guarantee an answer within %(time)s for cases like this.")
        if binding
        else _("Our goal is an answer within %(time)s for cases like this.")
    )
    counted = (
        _("The time runs day and night.")
        if clock.calendar == ALWAYS
        else _("We count only the hours we are open.")
    )
    return f"{promise % {'time': target_in_words(clock)}} {counted}"


def target_in_words(clock: Clock) -> str:
    """The length of a target: 1 working day, 4 hours, 15 minutes."""
    days = clock.target.working_days
    if days is not None:
        return ngettext("%(days)s working day", "%(days)s working days", days) % {"days": days}
    return _length(clock.target_time)


def _length(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds() // 60), 60)
    parts = []
    if hours:
        parts.append(ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours})
    if minutes or not hours:
        words = ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes)
        parts.append(words % {"minutes": minutes})
    return " ".join(parts)


def days_off(clock: Clock, model: ServiceModel, now: datetime) -> list[str]:
    """The holidays and days with other hours on the way to the due time, as short lines."""
    parts = explain_clock(clock, model.calendars, now).parts
    lines = list(dict.fromkeys(_named(parts)))
    return lines[:MOST_DAYS]


def _named(parts: Iterable[Part]) -> Iterable[str]:
    for part in parts:
        if not part.name or part.kind == "paused":
            continue
        name = " / ".join(translation.gettext(each) for each in part.name.split("; "))
        day = _short_day(part.start)
        if part.kind in ("holiday", "closed_day"):
            yield _("%(day)s is %(name)s, and we are closed.") % {"day": day, "name": name}
        elif part.kind == "special_day":
            yield _("%(day)s is %(name)s, with other opening hours.") % {"day": day, "name": name}


def _short_day(moment: datetime) -> str:
    local = timezone.localtime(moment)
    english = (translation.get_language() or "nb") == "en"
    words = formats.date_format(local, "l j F" if english else "l j. F")
    return words[:1].upper() + words[1:]
