"""The promise of an answer in plain words, and why the time is what it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.models import Organisation, User
from portal.selfservice.promises import day_words, names_in, until_words
from portal.selfservice.zones import case_note
from portal.templatetags.design import moment_in_words
from taxonomy.models import Product
from triage.intake.content import CaseContent
from triage.sla.clock import Clock
from triage.sla.explain import Part, explain_clock
from triage.sla.facts import Facts
from triage.sla.policy import (
    FIRST_RESPONSE,
    GUARANTEE,
    RESOLUTION,
    SIGNED,
    TARGET_KINDS,
    Rule,
)
from triage.sla.service_model import ServiceModel, current_service_model
from triage.tickets.facts import facts_of
from triage.tickets.kinds import CaseType
from triage.tickets.priority import priority_for

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
    """What is promised: sentences, ready to print. `answer` is empty when nothing is promised.

    `ended` says why nothing is promised any more; `notes` say what the promise hangs on.
    """

    answer: str
    solution: str
    why: str
    days: list[str]
    ended: str = ""
    notes: list[str] = field(default_factory=list)


def promise_for(content: CaseContent, user: User, *, now: datetime) -> Promise:
    """What is promised for this case if this person sends it now."""
    model = current_service_model(now)
    security = content.case_type == CaseType.SECURITY_INCIDENT
    case_type = content.case_type or CaseType.QUESTION
    priority = priority_for(content.impact, content.urgency, security=security)
    facts = _facts(content, user, now)
    clocks = model.promise(case_type, priority, now=now, facts=facts)
    promise = promise_of(clocks, model, now=now)
    rule = model.policy.rule_for(case_type, priority, facts)
    if rule is None:
        return promise
    if model.has_ended(rule, now):
        return replace(promise, ended=ended_words(rule))
    return replace(promise, notes=list(_conditions(rule, model, facts)))


def _facts(content: CaseContent, user: User, now: datetime) -> Facts:
    """What the case would be opened with; an organisation one does not belong to is none."""
    own = content.organisation if content.organisation in user.organisation_ids else None
    return facts_of(
        organisation=Organisation.objects.filter(pk=own).first() if own else None,
        product=Product.objects.filter(slug=content.product).first() if content.product else None,
        at=now,
    )


def ended_words(rule: Rule) -> str:
    """That what a rule promised has ended, to whoever asks."""
    names = names_in([rule])
    products = [names.products[each] for each in rule.products if each in names.products]
    if not products:
        return _(
            "After %(day)s an answer to cases like this is not guaranteed. We answer when we can."
        ) % {"day": day_words(rule.until)}
    return _(
        "After %(day)s individual help with %(products)s is not guaranteed. We answer when we can. "
        "The guidance is still there, and so is the community."
    ) % {"day": day_words(rule.until), "products": ", ".join(products)}


def _conditions(rule: Rule, model: ServiceModel, facts: Facts) -> Iterable[str]:
    """What the promise hangs on: an agreement, the day it ends, whether the terms are signed."""
    if rule.organisations:
        yield _("This is by the agreement with your organisation.")
    if rule.until:
        yield _("This holds for cases you send by %(day)s.") % {"day": until_words(rule, model)}
    policy = model.policy
    guaranteed = any(
        target.commitment == GUARANTEE for kind in TARGET_KINDS if (target := rule.target(kind))
    )
    if guaranteed and policy.binds == SIGNED and not policy.is_bound_to(facts):
        yield (
            _(
                "It is a goal and not a guarantee, because your organisation has not signed the "
                "terms of use."
            )
            if facts.organisation
            else _(
                "It is a goal and not a guarantee: guarantees are for organisations that have "
                "signed the terms of use."
            )
        )


def promise_of(
    clocks: dict[str, Clock], model: ServiceModel, *, now: datetime, ended: Rule | None = None
) -> Promise:
    """The promise behind clocks, by kind.

    `ended` is the rule whose promise the case came too late for.
    """
    first, solution = clocks.get(FIRST_RESPONSE), clocks.get(RESOLUTION)
    if first is None or first.due_at is None:
        said = ended_words(ended) if ended else ""
        return Promise(answer="", solution="", why="", days=[], ended=said)
    return Promise(
        answer=_("You get an answer by %(moment)s.")
        % {"moment": moment_in_words(first.due_at, now)},
        solution=_solution(solution, now),
        why=why(first, model),
        days=days_off(first, model, now),
    )


def _solution(clock: Clock | None, now: datetime) -> str:
    if clock is None or clock.due_at is None:
        return ""
    moment = moment_in_words(clock.due_at, now)
    return _("We aim to have it solved by %(moment)s.") % {"moment": moment}


def why(clock: Clock, model: ServiceModel) -> str:
    """Which promise it is and how its time is counted, in sentences; by the clock's rules.

    A last one names the clock the times are by, where the opening hours go by another.
    """
    binding = clock.commitment == GUARANTEE
    promise = (
        _("We guarantee an answer within %(time)s for cases like this.")
        if binding
        else _("Our goal is an answer within %(time)s for cases like this.")
    )
    counted = (
        _("The time runs day and night.")
        if model.calendars[clock.calendar].never_closes
        else _("We count only the hours we are open.")
    )
    said = f"{promise % {'time': target_in_words(clock)}} {counted}"
    moments = [clock.start, *([clock.due_at] if clock.due_at else [])]
    note = case_note(model.calendars[clock.calendar], moments, by_name=False)
    return f"{said} {note}" if note else said


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
        day = _short_day(part.start.date())  # the date in the calendar, wherever that is
        if part.kind in ("holiday", "closed_day"):
            yield _("%(day)s is %(name)s, and we are closed.") % {"day": day, "name": name}
        elif part.kind == "special_day":
            yield _("%(day)s is %(name)s, with other opening hours.") % {"day": day, "name": name}


def _short_day(day: date) -> str:
    english = (translation.get_language() or "nb") == "en"
    words = formats.date_format(day, "l j F" if english else "l j. F")
    return words[:1].upper() + words[1:]
