"""The report on open cases: what is waiting, and how old is it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.desk.words import span
from portal.insight import parts, words
from portal.insight.parts import Named, Split
from portal.insight.questions import Question
from portal.insight.shapes import Figure, Row, Section, Table, lines
from triage.reporting import backlog
from triage.reporting.backlog import AGES, Backlog
from triage.reporting.figures import Share
from triage.tickets import codes
from triage.tickets.states import OPEN_STATUSES

NAME = "apne-saker"
TITLE = gettext_lazy("Open cases")
FIGURES = {
    "open": Figure(gettext_lazy("Open cases"), backlog.open_cases, of_now=True),
    "overdue": Figure(gettext_lazy("Overdue cases"), backlog.overdue_cases, of_now=True),
}


def sections(question: Question) -> tuple[Section, ...]:
    """Open cases as of now by age, state, priority and team."""
    found = backlog.backlog(question.scope)
    sentence = _sentence(question, found)
    ages = parts.coded((code, words.age(code)) for code, _days in AGES)
    statuses = parts.coded(item for item in codes.STATUSES if item[0] in OPEN_STATUSES)
    by_age = _split(question, found, Split("age", _("By age"), _("Age"), ages))
    return (
        replace(by_age, sentences=(sentence,), secondary=False),
        _split(question, found, Split("status", _("By state"), _("State"), statuses)),
        _split(question, found, parts.by_priority()),
        _split(question, found, parts.by_product()),
        _split(question, found, Split("team", _("By team"), _("Team"), parts.teams())),
    )


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(question, backlog.backlog(question.scope))


def _sentence(question: Question, found: Backlog) -> str:
    total = found.total()
    if not total.whole:
        return _("No case is open.")
    sentence = ngettext(
        "%(open)s case is open now, %(overdue)s overdue",
        "%(open)s cases are open now, %(overdue)s of them overdue",
        total.whole,
    ) % {"open": words.number(total.whole), "overdue": words.number(total.part)}
    oldest = _("The oldest came in %(time)s ago.") % {"time": span(question.now - found.oldest)}
    return f"{sentence}. {oldest}"


def _split(question: Question, found: Backlog, split: Split) -> Section:
    name, title = split.name, split.title
    shares = found.by(lambda cell: getattr(cell, name))
    used = [(item, shares[item.key]) for item in split.values if item.key in shares]
    rows = [
        Row(
            name=item.name,
            cells=(
                parts.count_cell(share.whole, question.cases("open", **{name: item.value})),
                parts.count_cell(share.part, question.cases("overdue", **{name: item.value})),
            ),
        )
        for item, share in used
    ]
    most = max((share.whole for _item, share in used), default=0)
    points = [(item.name, share.whole, words.number(share.whole)) for item, share in used]
    return Section(
        code=f"by-{name}",
        title=title,
        sentences=_most(used),
        chart=lines(_("Open cases"), title, points, most) if points else None,
        table=Table(
            code=f"by-{name}",
            caption=parts.caption(_("Open cases"), title),
            columns=(split.heading, _("Open cases"), _("Overdue cases")),
            rows=tuple(rows),
        ),
        definition=_(
            "Open cases as of now, whatever the period. Age is counted in days of 24 hours from "
            "when the case came in. Overdue means that the case’s nearest deadline has passed; a "
            "deadline that stands still is not overdue."
        ),
        secondary=True,
    )


def _most(used: Sequence[tuple[Named, Share]]) -> tuple[str, ...]:
    """Where most cases are open, when there is a choice."""
    if len(used) < 2:
        return ()
    item, share = max(used, key=lambda each: each[1].whole)
    said = {
        "name": item.name,
        "count": words.number(share.whole),
        "all": words.number(sum(each.whole for _item, each in used)),
    }
    return (_("Most open cases: %(name)s, %(count)s of %(all)s.") % said,)
