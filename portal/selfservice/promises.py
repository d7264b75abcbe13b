"""The promises of a service policy as a table, and how a case gets its priority."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, pgettext_lazy

from accounts.kinds import Segment
from accounts.models import Organisation
from accounts.terms_models import TermsVersion
from portal.selfservice.calendar_names import calendar_name
from portal.selfservice.zones import is_elsewhere, zone_words
from taxonomy.models import Product
from triage.sla.policy import (
    FIRST_RESPONSE,
    GUARANTEE,
    NOBODY,
    RESOLUTION,
    SIGNED,
    TARGET_KINDS,
    UPDATE,
    Policy,
    Rule,
    Target,
)
from triage.sla.service_model import ServiceModel
from triage.tickets import codes
from triage.tickets.kinds import CaseType, Priority
from triage.tickets.priority import MATRIX, SECURITY_FLOOR, SEVERITY_FLOOR

# Notes that come with the example policy and its calendars, so that the catalogues have them.
NOTES = (
    gettext_noop("Example, not anybody's real terms: adapt it before use."),
    gettext_noop(
        "Example. The closed days are inferred from one published count of 150 working days "
        "from 30 October 2025 to 19 June 2026, not confirmed."
    ),
)
COMMITMENT = {
    True: gettext_lazy("Guarantee"),
    False: gettext_lazy("Service declaration"),
}


@dataclass(frozen=True, kw_only=True)
class PromiseRow:
    """What is promised for one kind of case; "–" where nothing is.

    `is_over` when the rule has ended: it still decides for the cases it is about, which then have
    no promise.
    """

    name: str
    first_response: str
    update: str
    resolution: str
    counted: str
    commitment: str
    notes: list[str]
    is_over: bool


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    """The priorities of one impact, from the most urgent to what can wait."""

    impact: str
    priorities: list[str]


def promise_rows(
    model: ServiceModel, *, now: datetime, known: Collection[int] | None = None
) -> list[PromiseRow]:
    """A row for every rule that promises something, in the order in which they are tried.

    Agreements are for those they are made with: `known` are the ids of the organisations whose own
    are shown, None all.
    """
    policy = model.policy
    shown = [rule for rule in policy.in_order if _is_shown(rule, known)]
    names = names_in(shown, known)
    return [_row(rule, model, names, now) for rule in shown]


def _is_shown(rule: Rule, known: Collection[int] | None) -> bool:
    if not any(rule.target(kind) for kind in TARGET_KINDS):
        return False
    return known is None or not rule.organisations or not set(rule.organisations).isdisjoint(known)


def _row(rule: Rule, model: ServiceModel, names: Names, now: datetime) -> PromiseRow:
    ended = model.has_ended(rule, now)
    targets = {kind: None if ended else rule.target(kind) for kind in TARGET_KINDS}
    return PromiseRow(
        name=rule_name(rule, names),
        first_response=target_words(targets[FIRST_RESPONSE]),
        update=target_words(targets[UPDATE]),
        resolution=target_words(targets[RESOLUTION]),
        counted=_counted(rule, model),
        commitment=_("Not guaranteed any more") if ended else _commitment(rule, model.policy),
        notes=rule_notes(rule, model, ended=ended),
        is_over=ended,
    )


def _counted(rule: Rule, model: ServiceModel) -> str:
    """By which hours the time is counted: the opening hours are those of an ordinary question."""
    if model.calendars[rule.calendar].never_closes:
        return _("all day and night")
    ordinary = model.policy.rule_for(CaseType.QUESTION, Priority.P4)
    if ordinary is None or rule.calendar == ordinary.calendar:
        return _("in the opening hours")
    return calendar_name(rule.calendar)


def rule_notes(rule: Rule, model: ServiceModel, *, ended: bool) -> list[str]:
    """What else there is to know of a rule: when it ends, what it does not touch, and why it is."""
    notes = []
    if rule.until and ended:
        notes.append(
            _("Ended %(day)s: for cases that come in later, nothing is guaranteed.")
            % {"day": until_words(rule, model)}
        )
    elif rule.until:
        notes.append(
            _("Holds for cases that come in by %(day)s. After that, nothing is guaranteed.")
            % {"day": until_words(rule, model)}
        )
    if rule.by_law:
        notes.append(_("The time follows from law."))
    untouched = types_left_alone(rule, model.policy)
    if untouched:
        notes.append(
            _("Not for %(types)s: there the time follows from law.") % {"types": untouched}
        )
    if rule.is_unequal and rule.reason:
        notes.append(_("Why: %(reason)s") % {"reason": rule.reason})
    return notes


def types_left_alone(rule: Rule, policy: Policy) -> str:
    """The types whose time law sets, which a rule for some cases only would else be about."""
    if rule.is_for_all:
        return ""
    types = [name for name in sorted(policy.types_by_law) if name in (rule.case_types or [name])]
    named = dict(codes.CASE_TYPES)
    return ", ".join(str(named.get(each, each)).lower() for each in types)


def day_words(day: date) -> str:
    """30 April 2026, as the language of the page writes it."""
    return formats.date_format(day, "j F Y" if translation.get_language() == "en" else "j. F Y")


def until_words(rule: Rule, model: ServiceModel) -> str:
    """The last day of a promise, with the clock it ends by where that is not the portal's."""
    calendar = model.calendars[rule.calendar]
    if not is_elsewhere(calendar):
        return day_words(rule.until)
    said = {"day": day_words(rule.until), "zone": zone_words(calendar.timezone)}
    return _("%(day)s (%(zone)s)") % said


@dataclass(frozen=True)
class Names:
    """What products and organisations that rules name are called."""

    products: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[int, str] = field(default_factory=dict)


NO_NAMES = Names()


def names_in(rules: Iterable[Rule], known: Collection[int] | None = None) -> Names:
    """The names of what these rules name; of organisations, those among `known` (None: all)."""
    rules = tuple(rules)
    products = {slug for rule in rules for slug in rule.products}
    organisations = {pk for rule in rules for pk in rule.organisations}
    if known is not None:
        organisations &= set(known)
    return Names(
        {each.slug: each.name for each in Product.objects.filter(slug__in=products)}
        if products
        else {},
        dict(Organisation.objects.filter(pk__in=organisations).values_list("pk", "name"))
        if organisations
        else {},
    )


def rule_name(rule: Rule, names: Names = NO_NAMES) -> str:
    """What a rule is about, in the words cases are described with."""
    types = [str(dict(codes.CASE_TYPES).get(each, each)) for each in rule.case_types]
    priorities = [str(dict(codes.PRIORITIES).get(each, each)) for each in rule.priorities]
    products = [names.products.get(each, each) for each in rule.products]
    parts = [" / ".join(part) for part in (types, priorities, products) if part]
    whom = customer_names(rule, names)
    if whom:
        parts.append(_("from %(customers)s") % {"customers": " / ".join(whom)})
    if not parts:
        return _("All other cases")
    said = ", ".join(parts)
    return said[:1].upper() + said[1:]


def customer_names(rule: Rule, names: Names = NO_NAMES) -> list[str]:
    """The segments and organisations a rule is for. An organisation without a name is left out."""
    segments = [str(dict(Segment.choices).get(each, each)) for each in rule.segments]
    return segments + [
        names.organisations[each] for each in rule.organisations if each in names.organisations
    ]


def target_words(target: Target | None) -> str:
    """A promise of open time: 15 minutes, 4 hours, 3 working days."""
    if target is None:
        return "–"
    if target.working_days is not None:
        days = target.working_days
        return ngettext("%(days)s working day", "%(days)s working days", days) % {"days": days}
    hours, minutes = divmod(target.minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours})
    if minutes:
        words = ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes)
        parts.append(words % {"minutes": minutes})
    return " ".join(parts)


def _commitment(rule: Rule, policy: Policy) -> str:
    """One word when all targets are promised alike, else what each of them is."""
    binding = {
        kind: target.commitment == GUARANTEE and policy.binds != NOBODY
        for kind in TARGET_KINDS
        if (target := rule.target(kind)) is not None
    }
    if len(set(binding.values())) == 1:
        return str(COMMITMENT[next(iter(binding.values()))])
    return "; ".join(f"{TARGET_NAMES[kind]}: {COMMITMENT[held]}" for kind, held in binding.items())


def binding_words(policy: Policy) -> str:
    """Towards whom guarantees bind, in a sentence; "" when it is everybody."""
    if policy.binds == NOBODY:
        return _("We work by this model already, but it does not bind anybody yet.")
    if policy.binds == SIGNED:
        terms = TermsVersion.objects.filter(key=policy.terms).first()
        return _(
            "Guarantees bind us towards organisations that had signed “%(terms)s” when the case "
            "came in. For others they are goals we steer by."
        ) % {"terms": terms.title if terms else policy.terms}
    return ""


TARGET_NAMES = {
    FIRST_RESPONSE: gettext_lazy("First answer"),
    UPDATE: pgettext_lazy("deadline", "Update"),
    RESOLUTION: gettext_lazy("Solution"),
}


def matrix_rows() -> list[MatrixRow]:
    """Impact by urgency, as the code that sets priorities has it."""
    return [
        MatrixRow(
            impact=str(label),
            priorities=[str(MATRIX[impact, urgency]) for urgency, _label in codes.URGENCIES],
        )
        for impact, label in codes.IMPACTS
    ]


def urgency_names() -> list[str]:
    """The columns of the matrix."""
    return [str(label) for _urgency, label in codes.URGENCIES]


def floors() -> list[str]:
    """What raises a priority above the matrix, in sentences."""
    named = dict(codes.SEVERITIES)
    lifted = [
        _("A fault graded %(severity)s is always at least %(priority)s.")
        % {"severity": named[severity], "priority": priority}
        for severity, priority in SEVERITY_FLOOR.items()
        if priority != max(MATRIX.values())
    ]
    return [
        *lifted,
        _("A security incident is always at least %(priority)s.") % {"priority": SECURITY_FLOOR},
    ]
