"""The report on equal treatment: who is promised something else than others, and why."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.insight import parts, words
from portal.insight.questions import Question
from portal.insight.shapes import Cell, Row, Section, Table
from portal.rules.promise_words import promise_words
from portal.selfservice.promises import day_words, names_in, rule_name
from triage.reporting import unequal
from triage.reporting.unequal import UnequalRule
from triage.sla.facts import Facts
from triage.tickets.kinds import CaseType, Priority

NAME = "unntak"
TITLE = gettext_lazy("Promises that are not for everybody")
FIGURES: dict = {}


def sections(question: Question) -> tuple[Section, ...]:
    """Each rule for a segment or an organisation, what others are promised, and the reason."""
    return (_rules(unequal.unequal_rules(question.scope)),)


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(unequal.unequal_rules(question.scope))


def _sentence(found: list[UnequalRule]) -> str:
    if not found:
        return _("Everybody is promised the same: no rule is for some customers only.")
    cases = sum(each.cases for each in found)
    rules = ngettext(
        "%(rules)s promise is for some customers only, with a written reason.",
        "%(rules)s promises are for some customers only, each with a written reason.",
        len(found),
    ) % {"rules": words.number(len(found))}
    came = ngettext(
        "%(cases)s case of that kind came in.",
        "%(cases)s cases of that kind came in.",
        cases,
    ) % {"cases": words.number(cases)}
    return f"{rules} {came}"


def _rules(found: list[UnequalRule]) -> Section:
    names = names_in([each.rule for each in found])
    return Section(
        code="unequal",
        title=_("Promises for some customers, and why"),
        sentences=(_sentence(found),),
        table=Table(
            code="unequal",
            caption=_("Rules for a segment or an organisation that held in the period"),
            columns=(
                _("Whom it is for"),
                _("They are promised"),
                _("Others are promised"),
                _("Reason"),
                _("Holds"),
                _("Cases"),
            ),
            rows=tuple(
                Row(
                    name=rule_name(each.rule, names),
                    cells=(
                        _text(promise_words(each.rule)),
                        _text(others(each)),
                        _text(each.rule.reason),
                        _text(_holds(each)),
                        parts.count_cell(each.cases),
                    ),
                )
                for each in found
            ),
            textual=True,
        ),
        nothing=_("No such promise held in the period."),
        more=reverse("rules"),
        definition=_(
            "A promise for a segment or an organisation needs a written reason before it can be "
            "made. Cases are those that came in while it held, of the types, priorities, products "
            "and customers it names."
        ),
    )


def _text(said: str) -> Cell:
    return Cell(words=said, value=said)


def others(held: UnequalRule) -> str:
    """What the same kinds of case are promised when they come from somebody else."""
    rule, policy = held.rule, held.model.policy
    facts = Facts(product=rule.products[0] if rule.products else "")
    found: dict[str, None] = {}
    for case_type in rule.case_types or map(str, CaseType):
        if case_type in policy.types_by_law or case_type == CaseType.NOT_A_CASE:
            continue
        for priority in rule.priorities or map(str, Priority):
            general = policy.rule_for(case_type, priority, facts)
            if general is not None:
                found[promise_words(general)] = None
    return " / ".join(found)


def _holds(held: UnequalRule) -> str:
    since = day_words(timezone.localdate(held.since))
    if held.until:
        said = {"since": since, "until": day_words(timezone.localdate(held.until))}
        return _("%(since)s to %(until)s") % said
    if held.rule.until:
        said = {"since": since, "until": day_words(held.rule.until)}
        return _("since %(since)s, for cases that come in by %(until)s") % said
    return _("since %(since)s") % {"since": since}
