"""The report on answers: does everybody get an answer equally soon?"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.insight import kept, parts, words
from portal.insight.hidden import Shown, group_splits, hidden_cells, why_hidden
from portal.insight.parts import Split
from portal.insight.questions import Question
from portal.insight.shapes import Cell, Figure, Point, Row, Section, Table, columns, lines
from triage.reporting import answering
from triage.reporting.answering import Answers, AnswerTimes
from triage.reporting.figures import Spread
from triage.reporting.measures import MONTH

NAME = "svartid"
TITLE = gettext_lazy("Time to answer")
FIGURES_EACH = 5
MEASURES = (answering.MEASURE.name,)
FIGURES = {"answered": Figure(gettext_lazy("Answered cases"), answering.answered_cases)}


def sections(question: Question) -> tuple[Section, ...]:
    """Time to the first answer by month, written standard, size and kind of body, and channel."""
    found = answering.answers(question.scope)
    shown = Shown(question, found)
    return (
        _by_month(question, found, shown),
        *(_split(question, found, split, shown) for split in group_splits()),
    )


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    found = answering.answers(question.scope)
    return _sentence(question, found, Shown(question, found))


def _sentence(question: Question, found: Answers, shown: Shown) -> str:
    month, _before = parts.headline_months(question)
    times = found.times(MONTH).get(month)
    said = {"month": parts.in_month(question, month)}
    if not found.total:
        return _("No case got its first answer in %(month)s.") % said
    if times is None or not shown.month(month):
        return _("Too few cases got an answer in %(month)s to say how soon.") % said
    said |= {"median": words.hours(times.service.median), "p90": words.hours(times.service.p90)}
    return (
        _(
            "Half of the answers in %(month)s came within %(median)s of service hours, nine of "
            "ten within %(p90)s."
        )
        % said
    )


def _cells(times: AnswerTimes, address: str) -> tuple[Cell, ...]:
    """Number, median and 90th percentile."""
    spreads = (times.service, times.wall)
    figures = [cell for spread in spreads for cell in _spread(spread, address)]
    return (parts.count_cell(times.service.count, address), *figures)


def _spread(spread: Spread, address: str) -> list[Cell]:
    return [
        Cell(words=words.hours(value), value=round(value / 3600, 2), address=address, unit="hours")
        for value in (spread.median, spread.p90)
    ]


def _columns(first: str) -> tuple[str, ...]:
    return (
        first,
        _("Answered cases"),
        _("Median, service hours"),
        _("Nine of ten, service hours"),
        _("Median, by the clock"),
        _("Nine of ten, by the clock"),
    )


def _point(label: str, times: AnswerTimes | None, is_shown: bool) -> Point:
    """One bar: the median in service hours; a group that is hidden says so and has none."""
    if times is None or not is_shown:
        return label, None, _("hidden")
    return label, times.service.median / 3600, words.short_hours(times.service.median)


def _by_month(question: Question, found: Answers, shown: Shown) -> Section:
    times = found.times(MONTH)
    rows, points = [], []
    for month in found.months:
        group, is_shown = times.get(month), shown.month(month)
        cells = hidden_cells(FIGURES_EACH)
        if group is not None and is_shown:
            cells = _cells(group, question.cases("answered", month=month))
        note = kept.month_note(found.closed, month)
        rows.append(Row(name=words.month_and_year(month), note=note, cells=cells))
        points.append(_point(words.short_month(month), group, is_shown))
    most = max((size for _label, size, _said in points if size), default=0)
    sentence = _sentence(question, found, shown)
    return Section(
        code="by-month",
        title=_("Month by month"),
        sentences=(sentence,),
        chart=columns(_("Median time to answer, service hours"), sentence, points, most),
        table=Table(
            code="by-month",
            caption=_("Time to the first answer, by the month it was given"),
            columns=_columns(_("Month")),
            rows=tuple(rows),
        ),
        definition=_(
            "The time from a case came in until somebody answered or asked back; an automatic "
            "receipt is not an answer. Service hours are the open hours of the calendar the "
            "case’s promise is computed by; critical cases are promised around the clock."
        )
        + " "
        + _("A case that was promised no answer is not among them.")
        + " "
        + why_hidden(),
    )


def _split(question: Question, found: Answers, split: Split, shown: Shown) -> Section:
    name, title = split.name, split.title
    times = found.times(name)
    rows, points = [], []
    for item in split.values:
        group = times.get(item.key)
        is_shown = group is not None and shown.group(name, item.key)
        cells = hidden_cells(FIGURES_EACH)
        if is_shown:
            cells = _cells(group, question.cases("answered", **{name: item.value}))
        rows.append(Row(name=item.name, cells=cells))
        points.append(_point(item.name, group, is_shown))
    most = max((size for _label, size, _said in points if size), default=0)
    return Section(
        code=f"by-{name}",
        title=title,
        sentences=(_equal(points),),
        chart=lines(_("Median time to answer, service hours"), title, points, most),
        table=Table(
            code=f"by-{name}",
            caption=parts.caption(_("Time to the first answer in the period"), title),
            columns=_columns(split.heading),
            rows=tuple(rows),
        ),
        definition=why_hidden(),
        secondary=name != "language",
    )


def _equal(points: list[Point]) -> str:
    """How far the slowest group is from the quickest, of those that are shown."""
    known = [
        (size, label, words.hours(size * 3600)) for label, size, _said in points if size is not None
    ]
    if len(known) < 2:
        return _("Too few groups are large enough to be compared.")
    quick, slow = min(known), max(known)
    return _(
        "Half of the answers came within %(quick)s for “%(first)s”, and within %(slow)s for "
        "“%(last)s”."
    ) % {"quick": quick[2], "first": quick[1], "slow": slow[2], "last": slow[1]}
