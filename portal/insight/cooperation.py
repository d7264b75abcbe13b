"""The report on cooperation: how do cases travel, and by which channels do they come?"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.insight import parts, words
from portal.insight.questions import Question
from portal.insight.shapes import Figure, Row, Section, Table, columns, lines
from triage.reporting import cooperation
from triage.reporting.cooperation import Cooperation
from triage.reporting.figures import Share
from triage.tickets import codes

NAME = "samarbeid"
TITLE = gettext_lazy("Cooperation")
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
    "consulted": Figure(
        gettext_lazy("Cases with advice asked"),
        lambda scope: cooperation.moved_cases(scope, "consulted"),
    ),
}


def sections(question: Question) -> tuple[Section, ...]:
    """Cases that came in, were handed over, handed back and asked about; and the channels."""
    found = cooperation.cooperation(question.scope)
    return (_by_month(question, found), _channels(question, found))


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


def _by_month(question: Question, found: Cooperation) -> Section:
    rows, points = [], []
    for month in found.months:
        opened = found.opened(month)
        over, back, asked = (found.move(month, kind) for kind in cooperation.KINDS)
        addresses = [question.cases(kind, month=month) for kind in cooperation.KINDS]
        rows.append(
            Row(
                name=words.month_and_year(month),
                cells=(
                    parts.count_cell(opened, question.cases("opened", month=month)),
                    parts.count_cell(over.cases, addresses[0]),
                    parts.percent_cell(Share(over.cases, opened), addresses[0]),
                    parts.count_cell(over.times, addresses[0]),
                    parts.count_cell(back.cases, addresses[1]),
                    parts.count_cell(back.times, addresses[1]),
                    parts.count_cell(asked.cases, addresses[2]),
                    parts.count_cell(asked.times, addresses[2]),
                ),
            )
        )
        points.append((words.short_month(month), over.cases, words.number(over.cases)))
    most = max((size for _label, size, _said in points), default=0)
    sentence = _sentence(question, found)
    return Section(
        code="by-month",
        title=_("Month by month"),
        sentences=(sentence,),
        chart=columns(_("Cases handed over"), sentence, points, most),
        table=Table(
            code="by-month",
            caption=_("How cases travelled, by month"),
            columns=(
                _("Month"),
                _("Came in"),
                _("Cases handed over"),
                _("Handed over of those that came in, per cent"),
                _("Times handed over"),
                _("Cases handed back"),
                _("Times handed back"),
                _("Cases with advice asked"),
                _("Times advice asked"),
            ),
            rows=tuple(rows),
        ),
        definition=_(
            "Handed over: the case was given to another team. Handed back: a team gave it back to "
            "the first line. Advice asked: a team was asked while the case stayed where it was. "
            "Each counts in the month it happened, so a case that came in during one month can "
            "be handed over in the next."
        ),
    )


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
    )
