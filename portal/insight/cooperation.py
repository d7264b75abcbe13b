"""The report on cooperation: how do cases travel, and by which channels do they come?"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Team
from accounts.roles import Line
from portal.insight import internal, kept, parts, words
from portal.insight.questions import Question
from portal.insight.shapes import Cell, Figure, Point, Row, Section, Table, columns, lines, strips
from triage.reporting import cooperation
from triage.reporting.cooperation import Cooperation, Held, Lines
from triage.reporting.figures import Share
from triage.sla.months import Month
from triage.tickets import codes

NAME = "samarbeid"
TITLE = gettext_lazy("How cases travel between lines and teams")
FIGURES = {
    "opened": Figure(gettext_lazy("Cases that came in"), cooperation.opened_cases),
    "handed_over": Figure(
        gettext_lazy("Cases handed over"),
        lambda scope: cooperation.moved_cases(scope, "handed_over"),
    ),
    "handed_back": Figure(
        gettext_lazy("Cases handed back"),
        lambda scope: cooperation.moved_cases(scope, "handed_back"),
    ),
    "bounced": Figure(
        gettext_lazy("Cases that bounced"),
        lambda scope: cooperation.moved_cases(scope, cooperation.BOUNCED),
    ),
    "consulted": Figure(
        gettext_lazy("Cases with advice asked"),
        lambda scope: cooperation.moved_cases(scope, "consulted"),
    ),
    "travelled": Figure(gettext_lazy("Solved cases"), cooperation.solved_cases),
    "in-first-line": Figure(
        gettext_lazy("Solved cases the first line had"),
        lambda scope: cooperation.held_cases(scope, Line.FIRST),
    ),
    "in-second-line": Figure(
        gettext_lazy("Solved cases the second line had"),
        lambda scope: cooperation.held_cases(scope, Line.SECOND),
    ),
    "in-other-desk": Figure(
        gettext_lazy("Solved cases another desk had"),
        lambda scope: cooperation.held_cases(scope, Line.OTHER_DESK),
    ),
    **internal.FIGURES,
}
MEASURES = (cooperation.MOVES.name, cooperation.HELD.name, *internal.MEASURES)
MOVED = ("handed_over", "handed_back", "bounced", "consulted")
LINES = (
    (Line.FIRST, "in-first-line"),
    (Line.SECOND, "in-second-line"),
    (Line.OTHER_DESK, "in-other-desk"),
)


def sections(question: Question) -> tuple[Section, ...]:
    """How cases travelled, how long each line had them and by what it had agreed, and channels."""
    found = cooperation.cooperation(question.scope)
    return (
        _by_month(question, found),
        _lines(question),
        internal.section(question),
        _channels(question, found),
    )


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(question, cooperation.cooperation(question.scope))


def _sentence(question: Question, found: Cooperation) -> str:
    month, _before = parts.headline_months(question)
    came_in, over = found.opened(month), found.move(month, "handed_over").cases
    came = ngettext(
        "%(count)s case came in during %(month)s",
        "%(count)s cases came in during %(month)s",
        came_in,
    ) % {"count": words.number(came_in), "month": parts.in_month(question, month)}
    moved = ngettext(
        "%(count)s was handed over to another team",
        "%(count)s were handed over to another team",
        over,
    ) % {"count": words.number(over)}
    return _("%(came)s, and %(moved)s.") % {"came": came, "moved": moved}


def _bounced_sentence(question: Question, found: Cooperation) -> str:
    month, _before = parts.headline_months(question)
    bounced = found.move(month, cooperation.BOUNCED)
    share = Share(bounced.cases, found.opened(month))
    if not bounced.times or share.percent is None:
        return ""
    return ngettext(
        "%(count)s case bounced in %(month)s: it came back to a team that had just had it.",
        "%(count)s cases bounced in %(month)s: they came back to a team that had just had them.",
        bounced.cases,
    ) % {"count": words.number(bounced.cases), "month": parts.in_month(question, month)}


def _by_month(question: Question, found: Cooperation) -> Section:
    rows, points = [], []
    for month in found.months:
        over = found.move(month, "handed_over")
        rows.append(
            Row(
                name=words.month_and_year(month),
                note=kept.month_note(found.closed, month),
                cells=tuple(_month_cells(question, found, month)),
            )
        )
        points.append((words.short_month(month), over.cases, words.number(over.cases)))
    most = max((size for _label, size, _said in points), default=0)
    sentence = _sentence(question, found)
    bounced = _bounced_sentence(question, found)
    return Section(
        code="by-month",
        title=_("Month by month"),
        sentences=(sentence, *([bounced] if bounced else [])),
        chart=columns(_("Cases handed over"), sentence, points, most),
        table=Table(
            code="by-month",
            caption=_("How cases travelled, by month"),
            columns=(
                _("Month"),
                _("Came in"),
                _("Handed over of those that came in, per cent"),
                _("Cases handed over"),
                _("Times handed over"),
                _("Cases handed back"),
                _("Times handed back"),
                _("Cases that bounced"),
                _("Times bounced"),
                _("Cases with advice asked"),
                _("Times advice asked"),
            ),
            rows=tuple(rows),
        ),
        definition=_(
            "Handed over: the case was given to another team. Handed back: a team gave it back to "
            "the first line. Bounced: by either, the case came to a team that had had it in the "
            "14 days before. Advice asked: a team was asked while the case stayed where it was. "
            "Each counts in the month it happened, so a case that came in during one month can "
            "be handed over in the next."
        ),
    )


def _month_cells(question: Question, found: Cooperation, month: Month) -> Iterator[Cell]:
    opened = found.opened(month)
    yield parts.count_cell(opened, question.cases("opened", month=month))
    over = found.move(month, "handed_over").cases
    yield parts.percent_cell(
        Share(over, opened), question.cases("handed_over", month=month) if over else ""
    )
    for kind in MOVED:
        moves, address = found.move(month, kind), question.cases(kind, month=month)
        yield parts.count_cell(moves.cases, address)
        yield parts.count_cell(moves.times, address)


def _lines(question: Question) -> Section:
    found = cooperation.lines(question.scope)
    names = dict(Team.LINES)
    rows = []
    for month in found.months:
        solved = found.solved.get(month, 0)
        cells = [parts.count_cell(solved, question.cases("travelled", month=month))]
        for line, figure in LINES:
            held, address = found.of(month, line), question.cases(figure, month=month)
            cells += [parts.count_cell(held.cases, address), _mean_cell(held, address)]
        rows.append(
            Row(
                name=words.month_and_year(month),
                note=kept.month_note(found.closed, month),
                cells=tuple(cells),
            )
        )
    series = [(str(names[line]), _mean_points(found, line)) for line, _figure in LINES]
    most = max((size for _name, points in series for _m, size, _said in points if size), default=0)
    sentence = _lines_sentence(question, found)
    title = _("Mean time in each line, hours by the clock")
    return Section(
        code="lines",
        title=_("Time in each line"),
        sentences=(sentence,) if sentence else (),
        chart=strips(title, sentence, series, most),
        table=Table(
            code="lines",
            caption=_("How long each line had the cases solved in the month"),
            columns=(
                _("Month"),
                _("Solved cases"),
                *(
                    f"{names[line]}: {what}"
                    for line, _figure in LINES
                    for what in (_("cases"), _("mean time"))
                ),
            ),
            rows=tuple(rows),
        ),
        definition=_(
            "The cases solved for the first time in the month, also those for other desks, which "
            "the report on efficiency leaves out. The time in a line is how long its teams had the "
            "case before that, by the clock, nights and weekends included; the mean is of the "
            "cases the line had. A team that is asked for advice does not have the case."
        ),
    )


def _mean_cell(held: Held, address: str) -> Cell:
    value = None if held.mean is None else round(held.mean / 3600, 1)
    address = address if held.cases else ""
    return Cell(words=words.hours(held.mean), value=value, address=address, unit="hours")


def _mean_points(found: Lines, line: str) -> list[Point]:
    means = [(month, found.of(month, line).mean) for month in found.months]
    return [
        (words.short_month(month), None if mean is None else mean / 3600, words.hours(mean))
        for month, mean in means
    ]


def _lines_sentence(question: Question, found: Lines) -> str:
    month, _before = parts.headline_months(question)
    first, second = (found.of(month, line) for line in (Line.FIRST, Line.SECOND))
    if first.mean is None:
        return ""
    said = {"month": parts.in_month(question, month), "first": words.hours(first.mean)}
    if second.mean is None:
        return (
            _("Cases solved in %(month)s had been %(first)s in the first line on average.") % said
        )
    return _(
        "Cases solved in %(month)s had been %(first)s in the first line on average, and those "
        "the second line had, %(second)s there."
    ) % {**said, "second": words.hours(second.mean)}


def _channels(question: Question, found: Cooperation) -> Section:
    channels = found.channels()
    total = sum(channels.values())
    used = [item for item in parts.coded(codes.Channel.choices) if item.key in channels]
    rows, points = [], []
    for item in used:
        share = Share(channels[item.key], total)
        address = question.cases("opened", channel=item.value)
        cells = (parts.count_cell(share.part, address), parts.percent_cell(share, address))
        rows.append(Row(name=item.name, cells=cells))
        points.append((item.name, share.percent, words.percent(share)))
    title = _("By channel")
    return Section(
        code="by-channel",
        title=title,
        chart=lines(_("Cases that came in, per cent"), title, points) if points else None,
        table=Table(
            code="by-channel",
            caption=_("Cases that came in during the period, by channel"),
            columns=(_("Channel"), _("Came in"), _("Share, per cent")),
            rows=tuple(rows),
        ),
        definition=_("A case counts by the channel it came in by, in the month it came in."),
    )
