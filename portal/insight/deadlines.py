"""The report on deadlines: is what we promise kept?"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.desk.words import span
from portal.insight import parts, words
from portal.insight.parts import Split
from portal.insight.questions import Question
from portal.insight.shapes import Cell, Figure, Row, Section, Table, columns, lines
from triage.reporting import deadlines
from triage.reporting.deadlines import Attainment
from triage.reporting.figures import Share
from triage.reporting.months import Month
from triage.sla.policy import COMMITMENTS, FIRST_RESPONSE, TARGET_KINDS

NAME = "frister"
TITLE = gettext_lazy("Deadlines")
FIGURES = {
    "targets": Figure(gettext_lazy("Deadlines that fell due"), deadlines.targets),
    "missed": Figure(gettext_lazy("Missed deadlines"), deadlines.missed),
}
MOST_BREACHES = 10


def sections(question: Question) -> tuple[Section, ...]:
    """Kept deadlines by month and split, and the newest that were not kept."""
    found = deadlines.attainment(question.scope)
    shares = found.by(lambda cell: (cell.month, cell.kind))
    sentences = tuple(_sentence(question, shares, kind) for kind in _kinds(question))
    return (
        _by_month(question, found, sentences),
        *_splits(question, found),
        _breaches(question),
    )


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(question, deadlines.by_kind(question.scope), FIRST_RESPONSE)


def _kinds(question: Question) -> tuple[str, ...]:
    return (question.scope.kind,) if question.scope.kind else TARGET_KINDS


def _sentence(question: Question, shares: dict[tuple[Month, str], Share], kind: str) -> str:
    month, before = parts.headline_months(question)
    share = shares.get((month, kind), Share())
    said = {"percent": words.percent(share), "month": parts.in_month(question, month)}
    if not share.whole:
        none = {
            "first_response": _("No answer deadline fell due in %(month)s."),
            "update": _("No update deadline fell due in %(month)s."),
            "resolution": _("No solution deadline fell due in %(month)s."),
        }
        return none[kind] % said
    kept = {
        "first_response": _("%(percent)s of the answer deadlines in %(month)s were kept"),
        "update": _("%(percent)s of the update deadlines in %(month)s were kept"),
        "resolution": _("%(percent)s of the solution deadlines in %(month)s were kept"),
    }
    earlier = words.month(before, question.now)
    moved = words.change(share, shares.get((before, kind), Share()), earlier)
    return words.with_change(kept[kind] % said, moved)


def _definition() -> str:
    return _(
        "A month’s share is the deadlines that fell due in it and were kept, of all that fell "
        "due in it. One that was met late counts as missed, and so does one that is still open "
        "after its time. Deadlines whose time has not come yet are not counted, nor those of "
        "cases that were withdrawn or closed before it. Waiting for the requester or for others "
        "moves a solution deadline. Months are by Norwegian time."
    )


def _by_month(question: Question, found: Attainment, sentences: tuple[str, ...]) -> Section:
    kinds = _kinds(question)
    shares = found.by(lambda cell: (cell.month, cell.kind))
    totals = found.by_month()
    rows = []
    for month, total in totals.items():
        by_kind = [
            parts.percent_cell(
                shares.get((month, kind), Share()),
                question.cases("targets", month=month, kind=kind),
            )
            for kind in kinds
        ]
        fell_due = parts.count_cell(total.whole, question.cases("targets", month=month))
        missed = parts.count_cell(total.rest, question.cases("missed", month=month))
        rows.append(Row(name=words.month_and_year(month), cells=(*by_kind, fell_due, missed)))
    kind = kinds[0]
    points = [
        (words.short_month(month), share.percent, words.percent(share))
        for month, share in ((month, shares.get((month, kind), Share())) for month in totals)
    ]
    kept = {
        "first_response": _("Kept answer deadlines, per cent"),
        "update": _("Kept update deadlines, per cent"),
        "resolution": _("Kept solution deadlines, per cent"),
    }
    headings = {
        "first_response": _("Answer, per cent"),
        "update": _("Update, per cent"),
        "resolution": _("Solution, per cent"),
    }
    return Section(
        code="by-month",
        title=_("Month by month"),
        sentences=sentences,
        chart=columns(kept[kind], sentences[0], points),
        table=Table(
            code="by-month",
            caption=_("Kept deadlines by month"),
            columns=(
                _("Month"),
                *(headings[kind] for kind in kinds),
                _("Fell due"),
                pgettext("deadlines", "Missed"),
            ),
            rows=tuple(rows),
        ),
        definition=_definition(),
    )


def _splits(question: Question, found: Attainment) -> list[Section]:
    commitments = parts.coded((code, words.commitment(code)) for code in COMMITMENTS)
    kinds = parts.coded((code, words.kind(code)) for code in TARGET_KINDS)
    return [
        _split(question, found, Split("kind", _("By kind of deadline"), _("Deadline"), kinds)),
        _split(
            question,
            found,
            Split("commitment", _("By commitment"), _("Commitment"), commitments),
        ),
        _split(question, found, parts.by_priority()),
        _split(question, found, parts.by_product()),
        _split(
            question,
            found,
            Split("team", _("By team that has the case now"), _("Team"), parts.teams()),
        ),
    ]


def _split(question: Question, found: Attainment, split: Split) -> Section:
    name, title = split.name, split.title
    shares = found.products
    if name != "product":
        shares = found.by(lambda cell: getattr(cell, name))
    used = [(item, shares[item.key]) for item in split.values if item.key in shares]
    rows = [
        Row(
            name=item.name,
            cells=(
                parts.percent_cell(share, question.cases("targets", **{name: item.value})),
                parts.count_cell(share.whole, question.cases("targets", **{name: item.value})),
                parts.count_cell(share.rest, question.cases("missed", **{name: item.value})),
            ),
        )
        for item, share in used
    ]
    points = [(item.name, share.percent, words.percent(share)) for item, share in used]
    chart_title = _("Kept deadlines in the period, per cent")
    return Section(
        code=f"by-{name}",
        title=title,
        chart=lines(chart_title, title, points) if points else None,
        table=Table(
            code=f"by-{name}",
            caption=parts.caption(_("Kept deadlines in the period"), title),
            columns=(
                split.heading,
                _("Kept, per cent"),
                _("Fell due"),
                pgettext("deadlines", "Missed"),
            ),
            rows=tuple(rows),
        ),
    )


def _breaches(question: Question) -> Section:
    clocks = deadlines.missed(question.scope).select_related("ticket", "ticket__team")
    rows = [
        Row(
            name=clock.ticket.reference,
            cells=(
                Cell(
                    words=clock.ticket.subject,
                    value=clock.ticket.subject,
                    address=reverse("desk_case", args=[clock.ticket_id]),
                ),
                Cell(words=words.kind(clock.kind), value=words.kind(clock.kind)),
                Cell(
                    words=words.commitment(clock.commitment),
                    value=words.commitment(clock.commitment),
                ),
                Cell(words=clock.ticket.priority, value=clock.ticket.priority),
                Cell(words=clock.ticket.team.name, value=clock.ticket.team.name),
                parts.moment_cell(clock.due_at),
                _late(clock, question),
            ),
        )
        for clock in clocks[:MOST_BREACHES]
    ]
    return Section(
        code="missed",
        title=_("The newest that were missed"),
        table=Table(
            code="missed",
            caption=_("Missed deadlines, the last due first"),
            columns=(
                _("Case"),
                _("Subject"),
                _("Deadline"),
                _("Commitment"),
                _("Priority"),
                _("Team"),
                _("Was due"),
                _("Late by"),
            ),
            rows=tuple(rows),
            textual=True,
        ),
        more=question.cases("missed"),
    )


def _late(clock, question: Question) -> Cell:
    late = deadlines.lateness(clock, question.now)
    said = span(late)
    if clock.met_at is None and clock.stopped_at is None:
        said = _("%(time)s, still open") % {"time": said}
    return Cell(words=said, value=round(late.total_seconds() / 3600, 1))
