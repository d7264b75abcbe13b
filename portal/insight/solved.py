"""The report on solving: how much does the first line solve, and does it stay solved?"""

from __future__ import annotations

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.insight import parts, words
from portal.insight.questions import Question
from portal.insight.shapes import Figure, Row, Section, Table, columns, lines
from triage.reporting import solved
from triage.reporting.figures import Share
from triage.reporting.solved import Solutions

NAME = "forstelinje"
TITLE = gettext_lazy("Solved in the first line")
FIGURES = {
    "solved": Figure(gettext_lazy("Solved cases"), solved.solved_cases),
    "first-line": Figure(
        gettext_lazy("Solved in the first line"),
        lambda scope: solved.ids_where(scope, lambda row: row.in_first_line),
    ),
    "reopened": Figure(
        gettext_lazy("Reopened cases"),
        lambda scope: solved.ids_where(scope, lambda row: row.reopened),
    ),
}


def sections(question: Question) -> tuple[Section, ...]:
    """Solved in the first line and reopened, by month and by product."""
    found = solved.solutions(question.scope)
    sentences = (_sentence(question, found), _reopened_sentence(question, found))
    return (_by_month(question, found, sentences), _by_product(question, found))


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(question, solved.solutions(question.scope))


def _sentence(question: Question, found: Solutions) -> str:
    month, before = parts.headline_months(question)
    shares = found.first_line(lambda row: row.month)
    share = shares.get(month, Share())
    said = {"percent": words.percent(share), "month": parts.in_month(question, month)}
    if not share.whole:
        return _("No case was solved in %(month)s.") % said
    sentence = _("The first line solved %(percent)s of the cases solved in %(month)s") % said
    earlier = words.month(before, question.now)
    moved = words.change(share, shares.get(before, Share()), earlier)
    return words.with_change(sentence, moved)


def _reopened_sentence(question: Question, found: Solutions) -> str:
    month, before = parts.headline_months(question)
    shares = found.reopened(lambda row: row.month)
    share = shares.get(month, Share())
    if not share.whole:
        return ""
    said = {"percent": words.percent(share), "month": parts.in_month(question, month)}
    sentence = _("%(percent)s of the cases solved in %(month)s were reopened") % said
    earlier = words.month(before, question.now)
    return words.with_change(sentence, words.change(share, shares.get(before, Share()), earlier))


def _note(question: Question, month) -> str:
    """What is to be known about a month whose figures can still fall."""
    settled = solved.settled_at(month, question.scope)
    if settled <= question.now:
        return ""
    day = formats.date_format(timezone.localtime(settled), "DATE_FORMAT")
    return _("can fall until %(day)s") % {"day": day}


def _by_month(question: Question, found: Solutions, sentences: tuple[str, ...]) -> Section:
    first = found.first_line(lambda row: row.month)
    reopened = found.reopened(lambda row: row.month)
    rows, points = [], []
    for month in found.months:
        share, again = first.get(month, Share()), reopened.get(month, Share())
        rows.append(
            Row(
                name=words.month_and_year(month),
                note=_note(question, month),
                cells=(
                    parts.count_cell(share.whole, question.cases("solved", month=month)),
                    parts.count_cell(share.part, question.cases("first-line", month=month)),
                    parts.percent_cell(share, question.cases("first-line", month=month)),
                    parts.count_cell(again.part, question.cases("reopened", month=month)),
                    parts.percent_cell(again, question.cases("reopened", month=month)),
                ),
            )
        )
        points.append((words.short_month(month), share.percent, words.percent(share)))
    return Section(
        code="by-month",
        title=_("Month by month"),
        sentences=tuple(sentence for sentence in sentences if sentence),
        chart=columns(_("Solved in the first line, per cent"), sentences[0], points),
        table=_table("by-month", _("Month"), _("Solved cases by month"), rows),
        definition=_(
            "A case counts once, in the month it was first solved. It was solved in the first "
            "line when no second-line team had it in the 14 days after, and it was not reopened "
            "in those 14 days. Left out are cases that are not a case, duplicates and other "
            "desks’ cases. Asking a team for advice is not handing the case over. Until 14 days "
            "after the end of a month its figures can still fall."
        ),
    )


def _by_product(question: Question, found: Solutions) -> Section:
    first = found.first_line(lambda row: row.product)
    reopened = found.reopened(lambda row: row.product)
    used = [item for item in parts.products() if item.key in first]
    rows = []
    for item in used:
        share, again = first[item.key], reopened[item.key]
        rows.append(
            Row(
                name=item.name,
                cells=(
                    parts.count_cell(share.whole, question.cases("solved", product=item.value)),
                    parts.count_cell(share.part, question.cases("first-line", product=item.value)),
                    parts.percent_cell(share, question.cases("first-line", product=item.value)),
                    parts.count_cell(again.part, question.cases("reopened", product=item.value)),
                    parts.percent_cell(again, question.cases("reopened", product=item.value)),
                ),
            )
        )
    points = [(item.name, first[item.key].percent, words.percent(first[item.key])) for item in used]
    title = _("By product")
    return Section(
        code="by-product",
        title=title,
        chart=lines(_("Solved in the first line, per cent"), title, points) if points else None,
        table=_table("by-product", _("Product"), _("Solved cases by product"), rows),
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
