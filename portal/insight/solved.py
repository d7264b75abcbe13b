"""The report on solving: how much does the first line solve, and does it stay solved?"""

from __future__ import annotations

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.insight import kept, parts, words
from portal.insight.kept import Against
from portal.insight.questions import Question
from portal.insight.shapes import Cell, Figure, Row, Section, Table, columns, lines
from triage.reporting import solved
from triage.reporting.figures import Share
from triage.reporting.scope import Scope
from triage.reporting.solved import Solved
from triage.sla.months import Month

NAME = "forstelinje"
TITLE = gettext_lazy("Solved in the first line")
FIGURES = {
    "solved": Figure(gettext_lazy("Solved cases"), solved.solved_cases),
    "first-line": Figure(gettext_lazy("Solved in the first line"), solved.first_line_cases),
    "reopened": Figure(gettext_lazy("Reopened cases"), solved.reopened_cases),
}
MEASURES = (solved.MEASURE.name,)


def sections(question: Question) -> tuple[Section, ...]:
    """Solved in the first line and reopened, by month and by product, against the baseline."""
    found = solved.solved(question.scope)
    return (_by_month(question, found), _by_product(question, found))


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(question, solved.solved(question.scope))


def _sentence(question: Question, found: Solved) -> str:
    month, before = parts.headline_months(question)
    share = found.first_line(month)
    said = {"percent": words.percent(share), "month": parts.in_month(question, month)}
    if not share.whole:
        return _("No case was solved in %(month)s.") % said
    sentence = _("The first line solved %(percent)s of the cases solved in %(month)s") % said
    earlier = words.month(before, question.now)
    return words.with_change(sentence, words.change(share, found.first_line(before), earlier))


def _reopened_sentence(question: Question, found: Solved) -> str:
    month, before = parts.headline_months(question)
    share = found.reopened(month)
    if not share.whole:
        return ""
    said = {"percent": words.percent(share), "month": parts.in_month(question, month)}
    sentence = _("%(percent)s of the cases solved in %(month)s were reopened") % said
    earlier = words.month(before, question.now)
    return words.with_change(sentence, words.change(share, found.reopened(before), earlier))


def _baseline(question: Question) -> Against | None:
    def share(scope: Scope) -> Share:
        found = solved.solved(scope)
        return sum((found.first_line(month) for month in found.months), Share())

    return kept.against_baseline(question, share)


def _note(question: Question, found: Solved, month: Month) -> str:
    """What is to be known about a month whose figures can still fall, or were other when kept."""
    settled = solved.settled_at(month, question.scope)
    if month in found.closed.months or settled <= question.now:
        return kept.month_note(found.closed, month)
    day = formats.date_format(timezone.localtime(settled), "DATE_FORMAT")
    return _("can fall until %(day)s") % {"day": day}


def _definition() -> str:
    return _(
        "A case counts once, in the month it was first solved. It was solved in the first "
        "line when no second-line team had it in the 14 days after, and it was not reopened "
        "in those 14 days. Left out are cases that are not a case, duplicates and other "
        "desks’ cases. Asking a team for advice is not handing the case over. Until 14 days "
        "after the end of a month its figures can still fall."
    )


def _cells(question: Question, first: Share, again: Share, **place) -> tuple[Cell, ...]:
    return (
        parts.count_cell(first.whole, question.cases("solved", **place)),
        parts.count_cell(first.part, question.cases("first-line", **place)),
        parts.percent_cell(first, question.cases("first-line", **place)),
        parts.count_cell(again.part, question.cases("reopened", **place)),
        parts.percent_cell(again, question.cases("reopened", **place)),
    )


def _by_month(question: Question, found: Solved) -> Section:
    rows, points = [], []
    for month in found.months:
        share = found.first_line(month)
        rows.append(
            Row(
                name=words.month_and_year(month),
                note=_note(question, found, month),
                cells=_cells(question, share, found.reopened(month), month=month),
            )
        )
        points.append((words.short_month(month), share.percent, words.percent(share)))
    sentence, against = _sentence(question, found), _baseline(question)
    month, _before = parts.headline_months(question)
    held = against.change(found.first_line(month)) if against else ""
    sentences = (sentence, held, _reopened_sentence(question, found))
    level = against.level() if against else None
    return Section(
        code="by-month",
        title=_("Month by month"),
        sentences=tuple(said for said in sentences if said),
        chart=columns(_("Solved in the first line, per cent"), sentence, points, level=level),
        table=_table("by-month", _("Month"), _("Solved cases by month"), rows),
        definition=_definition(),
    )


def _by_product(question: Question, found: Solved) -> Section:
    used = [item for item in parts.products() if item.key in found.by_product]
    firsts = {key: Share(sums.part, sums.whole) for key, sums in found.by_product.items()}
    rows, points = [], []
    for item in used:
        sums, first = found.by_product[item.key], firsts[item.key]
        again = Share(sums.extra, sums.whole)
        cells = _cells(question, first, again, product=item.value)
        rows.append(Row(name=item.name, cells=cells))
        points.append((item.name, first.percent, words.percent(first)))
    title = _("By product")
    return Section(
        code="by-product",
        title=title,
        sentences=parts.highest_and_lowest(used, firsts),
        chart=lines(_("Solved in the first line, per cent"), title, points) if points else None,
        table=_table("by-product", _("Product"), _("Solved cases by product"), rows),
        definition=_definition(),
        secondary=True,
    )


def _table(code: str, first: str, caption: str, rows: list[Row]) -> Table:
    return Table(
        code=code,
        caption=caption,
        columns=(
            first,
            _("Solved cases"),
            _("In the first line"),
            _("In the first line, per cent"),
            _("Reopened cases"),
            _("Reopened, per cent"),
        ),
        rows=tuple(rows),
    )
