"""The report on reviews: what is found when answers are read again?"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Language
from portal.insight import parts, words
from portal.insight.hidden import hidden_cells
from portal.insight.questions import Question
from portal.insight.shapes import Cell, Row, Section, Table, columns, defined, lines
from triage.oversight.models import Criterion
from triage.reporting import reviewed
from triage.reporting.figures import Share
from triage.reporting.reviewed import Findings, Reviews

NAME = "gjennomgang"
TITLE = gettext_lazy("Answers read again")
FIGURES: dict = {}
USES_FILTERS = frozenset()


def sections(question: Question) -> tuple[Section, ...]:
    """Each criterion over the period, then months and written standards."""
    found = reviewed.reviews(question.scope)
    return defined(_by_criterion(found), _by_month(found), _by_language(found))


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(reviewed.reviews(question.scope))


def _sentence(found: Reviews) -> str:
    total = found.total()
    if not total.drawn:
        return _("No sample of answers has been drawn for these months.")
    said = {"read": words.number(total.read), "drawn": words.number(total.drawn)}
    sentence = _("%(read)s of the %(drawn)s drawn answers have been read again.") % said
    if total.hidden:
        return sentence
    worst = min(Criterion, key=lambda each: (total.share(each).percent, each))
    return (
        sentence
        + " "
        + _("Fewest meet “%(criterion)s”: %(percent)s.")
        % {"criterion": worst.label, "percent": words.percent(total.share(worst))}
    )


def _by_criterion(found: Reviews) -> Section:
    total = found.total()
    rows, points = [], []
    for criterion in Criterion:
        share = total.share(criterion)
        cells = hidden_cells(2)
        if not total.hidden:
            cells = (parts.count_cell(share.part), parts.percent_cell(share))
            points.append((str(criterion.label), share.percent, words.percent(share)))
        rows.append(Row(name=str(criterion.label), cells=cells))
    sentence = _sentence(found)
    title = _("What the answers meet")
    return Section(
        code="by-criterion",
        title=title,
        sentences=(sentence,),
        chart=lines(_("Answers that meet it, per cent"), sentence, points) if points else None,
        table=Table(
            code="by-criterion",
            caption=_("Answers read in the period, by what they meet"),
            columns=(_("Criterion"), _("Answers that meet it"), _("Per cent")),
            rows=tuple(rows),
        ),
        more=reverse("reviews"),
        definition=_(
            "Each month a sample of answers is drawn at random, once, as many in each written "
            "standard as there are, and read by somebody else than who wrote them. The shares are "
            "of the sample. Nothing is counted by who wrote an answer, and with fewer than five "
            "read answers nothing is shown."
        ),
    )


def _cells(findings: Findings) -> tuple[Cell, ...]:
    counts = (parts.count_cell(findings.drawn), parts.count_cell(findings.read))
    if findings.hidden:
        return counts + hidden_cells(len(Criterion))
    return counts + tuple(parts.percent_cell(findings.share(each)) for each in Criterion)


def _columns(first: str) -> tuple[str, ...]:
    short = (
        _("Right, per cent"),
        _("Complete, per cent"),
        _("Plain, per cent"),
        _("Written standard, per cent"),
        _("Friendly, per cent"),
        _("Data safe, per cent"),
    )
    return (first, _("Drawn"), _("Read"), *short)


def _all_met(findings: Findings) -> Share:
    """The mean of the criteria: met of all that were looked at."""
    shares = [findings.share(each) for each in Criterion]
    return sum(shares, Share())


def _by_month(found: Reviews) -> Section:
    sums = found.by_month()
    months = [month for month in found.months if month in sums]
    shares = [(month, _all_met(sums[month]), sums[month].hidden) for month in months]
    points = [
        (words.short_month(month), None, _("hidden"))
        if hidden
        else (words.short_month(month), share.percent, words.percent(share))
        for month, share, hidden in shares
    ]
    title = _("Month by month")
    return Section(
        code="by-month",
        title=title,
        chart=columns(_("Criteria that are met, per cent"), title, points) if points else None,
        table=Table(
            code="by-month",
            caption=_("Answers read again, by the month they were sent"),
            columns=_columns(_("Month")),
            rows=tuple(
                Row(name=words.month_and_year(month), cells=_cells(sums[month])) for month in months
            ),
        ),
    )


def _by_language(found: Reviews) -> Section:
    sums = found.by_language()
    used = [item for item in parts.coded(Language.choices) if item.key in sums]
    points = [
        (item.name, None, _("hidden"))
        if sums[item.key].hidden
        else (
            item.name,
            _all_met(sums[item.key]).percent,
            words.percent(_all_met(sums[item.key])),
        )
        for item in used
    ]
    title = _("By written standard")
    return Section(
        code="by-language",
        title=title,
        chart=lines(_("Criteria that are met, per cent"), title, points) if points else None,
        table=Table(
            code="by-language",
            caption=_("Answers read again, by the asker’s written standard"),
            columns=_columns(_("Written standard")),
            rows=tuple(Row(name=item.name, cells=_cells(sums[item.key])) for item in used),
        ),
    )
