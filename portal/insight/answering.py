"""The report on answers: does everybody get an answer equally soon?"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import Language, Organisation
from portal.insight import parts, words
from portal.insight.parts import Named, Split
from portal.insight.questions import NONE, Question
from portal.insight.shapes import Cell, Figure, Row, Section, Table, columns, lines
from triage.reporting import answering
from triage.reporting.answering import Answers, AnswerTimes
from triage.reporting.figures import FEWEST_SHOWN, Spread
from triage.tickets import codes

NAME = "svartid"
TITLE = gettext_lazy("Time to answer")
FIGURES = {"answered": Figure(gettext_lazy("Answered cases"), answering.answered_cases)}


def sections(question: Question) -> tuple[Section, ...]:
    """Time to the first answer by month, written standard, kind of organisation and channel."""
    found = answering.answers(question.scope)
    languages = parts.coded(Language.choices)
    segments = [
        *parts.coded(Organisation.Segment.choices),
        Named("", words.segment(""), NONE),
    ]
    channels = parts.coded(codes.Channel.choices)
    organisations = _("By kind of organisation")
    kind = pgettext("of an organisation", "Kind")
    return (
        _by_month(question, found),
        _split(
            question,
            found,
            Split("language", _("By written standard"), _("Written standard"), languages),
        ),
        _split(question, found, Split("segment", organisations, kind, segments)),
        _split(question, found, Split("channel", _("By channel"), _("Channel"), channels)),
    )


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(question, answering.answers(question.scope))


def _sentence(question: Question, found: Answers) -> str:
    month, _before = parts.headline_months(question)
    times = found.times(lambda row: row.month).get(month)
    said = {"month": parts.in_month(question, month)}
    if times is None:
        return _("No case got its first answer in %(month)s.") % said
    if times.service.hidden:
        return _("Too few cases got an answer in %(month)s to say how soon.") % said
    said |= {"median": words.hours(times.service.median), "p90": words.hours(times.service.p90)}
    return (
        _(
            "Half of the answers in %(month)s came within %(median)s of service hours, nine of "
            "ten within %(p90)s."
        )
        % said
    )


def _cells(times: AnswerTimes | None, address: str) -> tuple[Cell, ...]:
    """Number, median and 90th percentile; nothing of a group so small that it shows a person."""
    if times is None:
        return (parts.count_cell(0), *[Cell(words="–")] * 4)
    if times.service.hidden:
        few = _("fewer than %(count)s") % {"count": FEWEST_SHOWN}
        return (Cell(words=few, value=few), *[Cell(words=_("hidden"))] * 4)
    spreads = (times.service, times.wall)
    figures = [cell for spread in spreads for cell in _spread(spread, address)]
    return (parts.count_cell(times.service.count, address), *figures)


def _spread(spread: Spread, address: str) -> list[Cell]:
    return [
        Cell(words=words.hours(value), value=round(value / 3600, 2), address=address)
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


def _hours(times: AnswerTimes | None) -> float | None:
    if times is None or times.service.hidden:
        return None
    return times.service.median / 3600


def _by_month(question: Question, found: Answers) -> Section:
    times = found.times(lambda row: row.month)
    rows, points = [], []
    for month in found.months:
        cells = _cells(times.get(month), question.cases("answered", month=month))
        rows.append(Row(name=words.month_and_year(month), cells=cells))
        hours = _hours(times.get(month))
        said = "" if hours is None else words.hours(hours * 3600)
        points.append((words.short_month(month), hours, said))
    most = max((size for _label, size, _said in points if size), default=0)
    sentence = _sentence(question, found)
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
            "case’s promise is computed by; critical cases are promised around the clock. Groups "
            "of fewer than five cases are hidden, so that nobody is recognised."
        ),
    )


def _split(question: Question, found: Answers, split: Split) -> Section:
    name, title = split.name, split.title
    times = found.times(lambda row: getattr(row, name))
    used = [(item, times[item.key]) for item in split.values if item.key in times]
    rows = [
        Row(
            name=item.name,
            cells=_cells(group, question.cases("answered", **{name: item.value})),
        )
        for item, group in used
    ]
    points = []
    for item, group in used:
        hours = _hours(group)
        said = _("hidden") if hours is None else words.hours(hours * 3600)
        points.append((item.name, hours, said))
    most = max((size for _label, size, _said in points if size), default=0)
    chart_title = _("Median time to answer, service hours")
    return Section(
        code=f"by-{name}",
        title=title,
        chart=lines(chart_title, title, points, most) if points else None,
        table=Table(
            code=f"by-{name}",
            caption=parts.caption(_("Time to the first answer in the period"), title),
            columns=_columns(split.heading),
            rows=tuple(rows),
        ),
    )
