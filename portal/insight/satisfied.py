"""The report on satisfaction: are those who asked satisfied, and how many say so?"""

from __future__ import annotations

from django.template.defaultfilters import date as date_words
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.insight import kept, parts, words
from portal.insight.hidden import group_splits, hidden_cells
from portal.insight.parts import Split
from portal.insight.questions import Question
from portal.insight.shapes import Cell, Figure, Point, Row, Section, Table, columns, lines
from triage.reporting import satisfaction
from triage.reporting.figures import FEWEST_SHOWN, Share
from triage.reporting.satisfaction import Grades, Groups, Satisfaction

NAME = "tilfredshet"
TITLE = gettext_lazy("Satisfaction")
MEASURES = (satisfaction.MEASURE.name,)
FIGURES = {
    "asked": Figure(
        gettext_lazy("Solved cases somebody was asked about"), satisfaction.asked_cases
    ),
    "rated": Figure(gettext_lazy("Solved cases with a grade"), satisfaction.rated_cases),
}
BEST, FIGURES_EACH, MOST_COMMENTS = 5, 4, 10


def sections(question: Question) -> tuple[Section, ...]:
    """Grades by month and group, and the last comments."""
    found = satisfaction.satisfaction(question.scope)
    groups = satisfaction.by_group(question.scope)
    return (
        _by_month(question, found),
        *(_by_group(groups[split.name], split) for split in group_splits()),
        _comments(question),
    )


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(question, satisfaction.satisfaction(question.scope))


def grade_words(mean: float | None) -> str:
    """A mean grade with one decimal; – when there is none."""
    return "–" if mean is None else formats.number_format(mean, 1)


def _sentence(question: Question, found: Satisfaction) -> str:
    month, _before = parts.headline_months(question)
    grades = found.by_month.get(month, Grades())
    said = {"month": parts.in_month(question, month)}
    if not grades.asked:
        return _("Nobody was asked how it went in %(month)s.") % said
    if grades.hidden:
        return _("Too few said how it went in %(month)s to say how satisfied they are.") % said
    said |= {
        "percent": words.percent(Share(grades.satisfied, grades.answered)),
        "response": words.percent(Share(grades.answered, grades.asked)),
    }
    return (
        _(
            "%(percent)s of those who said how it went in %(month)s were satisfied; %(response)s "
            "of those asked said so."
        )
        % said
    )


def _share(grades: Grades) -> Share:
    """Satisfied of those who answered; none when they are too few."""
    return Share() if grades.hidden else Share(grades.satisfied, grades.answered)


def _against_baseline(question: Question, found: Satisfaction) -> str:
    """How the month of the key figure stands to the baseline; "" when that cannot be said."""
    against = kept.against_baseline(
        question, lambda scope: _share(satisfaction.satisfaction(scope).total())
    )
    month, _before = parts.headline_months(question)
    return against.change(_share(found.by_month.get(month, Grades()))) if against else ""


def _cells(grades: Grades, asked: str = "", rated: str = "") -> tuple[Cell, ...]:
    """Asked, answered with its share, satisfied and the mean; what is of few is hidden."""
    response = Share(grades.answered, grades.asked)
    first = (parts.count_cell(grades.asked, asked),)
    if 0 < grades.asked < FEWEST_SHOWN:
        return hidden_cells(1 + FIGURES_EACH)
    if grades.asked and grades.hidden:
        return first + hidden_cells(FIGURES_EACH)
    mean = None if grades.mean is None else round(grades.mean, 1)
    return (
        *first,
        parts.count_cell(grades.answered, rated),
        parts.percent_cell(response, rated),
        parts.percent_cell(Share(grades.satisfied, grades.answered), rated),
        Cell(words=grade_words(grades.mean), value=mean),
    )


def _columns(first: str) -> tuple[str, ...]:
    return (
        first,
        _("Asked"),
        _("Said how it went"),
        _("Said how it went, per cent"),
        _("Satisfied, per cent"),
        _("Mean, 1 to 5"),
    )


def _point(label: str, grades: Grades, is_shown: bool) -> Point:
    if not is_shown:
        return label, None, _("hidden")
    return label, grades.mean, grade_words(grades.mean)


def _by_month(question: Question, found: Satisfaction) -> Section:
    rows, points = [], []
    for month in found.months:
        grades = found.by_month.get(month, Grades())
        asked, rated = (question.cases(name, month=month) for name in ("asked", "rated"))
        note = kept.month_note(found.closed, month)
        cells = _cells(grades, asked, rated)
        rows.append(Row(name=words.month_and_year(month), note=note, cells=cells))
        points.append(_point(words.short_month(month), grades, not grades.hidden))
    sentence, held = _sentence(question, found), _against_baseline(question, found)
    return Section(
        code="by-month",
        title=_("Month by month"),
        sentences=(sentence, *([held] if held else [])),
        chart=columns(_("Mean grade, 1 to 5"), sentence, points, BEST),
        table=Table(
            code="by-month",
            caption=_("How satisfied those who asked were, by the month their case was solved"),
            columns=_columns(_("Month")),
            rows=tuple(rows),
        ),
        definition=_(
            "Each time a case is solved, the one who asked may say how satisfied they are, from 1 "
            "to 5, on its page. Satisfied are 4 and 5. Asked are all who could answer there. Those "
            "who do not answer may think otherwise, so read the share that did first. Months with "
            "fewer than five answers are hidden, and so is how many were asked when they were "
            "fewer than five."
        ),
    )


def _by_group(found: Groups, split: Split) -> Section:
    rows, points = [], []
    for item in split.values:
        grades = found.by_group.get(item.key, Grades())
        is_shown = bool(grades.answered) and item.key not in found.unsafe
        cells = _cells(grades) if is_shown else hidden_cells(FIGURES_EACH + 1)
        rows.append(Row(name=item.name, cells=cells))
        points.append(_point(item.name, grades, is_shown))
    months = (
        f"{words.month_and_year(found.period.first)} – {words.month_and_year(found.period.last)}"
    )
    sentence = _equal(points)
    return Section(
        code=f"by-{split.name}",
        title=split.title,
        sentences=(f"{months}: {sentence}",),
        chart=lines(_("Mean grade, 1 to 5"), sentence, points, BEST),
        table=Table(
            code=f"by-{split.name}",
            caption=parts.caption(_("How satisfied those who asked were"), split.title),
            columns=_columns(split.heading),
            rows=tuple(rows),
        ),
        definition=_(
            "Always the last four quarters that are over, and everybody, whatever months and "
            "filters are chosen: otherwise one person’s grade could be worked out from two pages. "
            "For the same reason, groups are hidden unless at least %(fewest)s answered in each "
            "quarter with answers."
        )
        % {"fewest": FEWEST_SHOWN},
        secondary=True,
    )


def _equal(points: list[Point]) -> str:
    known = [(size, label, said) for label, size, said in points if size is not None]
    if len(known) < 2:
        return _("Too few groups are large enough to be compared.")
    low, high = min(known), max(known)
    return _("The mean was %(low)s for “%(first)s” and %(high)s for “%(last)s”.") % {
        "low": low[2],
        "first": low[1],
        "high": high[2],
        "last": high[1],
    }


def _comments(question: Question) -> Section:
    rows = [
        Row(
            name=rating.ticket.reference,
            cells=(
                Cell(words=str(rating.grade), value=rating.grade),
                Cell(
                    words=date_words(timezone.localtime(rating.at), "DATE_FORMAT"),
                    value=timezone.localdate(rating.at),
                ),
                Cell(
                    words=rating.comment,
                    value=rating.comment,
                    address=reverse("desk_case", args=[rating.ticket_id]),
                ),
            ),
        )
        for rating in satisfaction.comments(question.scope, MOST_COMMENTS)
    ]
    return Section(
        code="comments",
        title=_("What they wrote"),
        table=Table(
            code="comments",
            caption=_("The last comments in the period"),
            columns=(_("Case"), _("Grade"), _("Written"), _("Comment")),
            rows=tuple(rows),
            textual=True,
        ),
        definition=_("Identity numbers are masked. The comments open their cases."),
    )
