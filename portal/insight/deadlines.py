"""Deadlines: is what we promise kept?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.insight import kept, parts, words
from portal.insight.kept import Against
from portal.insight.parts import Named, Split
from portal.insight.questions import Question
from portal.insight.shapes import Cell, Figure, Row, Section, Table, columns, lines, strips
from triage.reporting import deadlines
from triage.reporting.deadlines import Attainment
from triage.reporting.figures import Share
from triage.reporting.scope import Scope
from triage.sla.months import Month
from triage.sla.policy import COMMITMENTS, FIRST_RESPONSE, TARGET_KINDS

NAME = "frister"
TITLE = gettext_lazy("Deadlines")
FIGURES = {
    "targets": Figure(gettext_lazy("Deadlines that fell due"), deadlines.targets),
    "missed": Figure(gettext_lazy("Missed deadlines"), deadlines.missed),
}
MEASURES = (deadlines.MEASURE.name,)
Shares = dict[tuple[Month, str], Share]


def sections(question: Question) -> tuple[Section, ...]:
    """Kept deadlines by month, held against the baseline, and by what the case is."""
    found = deadlines.attainment(question.scope)
    shares = found.by(lambda cell: (cell.month, cell.kind))
    sentences = tuple(_sentence(question, shares, kind) for kind in _kinds(question))
    commitments = parts.coded((code, words.commitment(code)) for code in COMMITMENTS)
    splits = (
        Split("commitment", _("By commitment"), _("Commitment"), commitments),
        parts.by_priority(),
        parts.by_team(),
    )
    return (
        _by_month(question, found, shares, sentences),
        *(_monthly(question, found, split) for split in splits),
        _by_product(question, found),
    )


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(question, deadlines.by_kind(question.scope), FIRST_RESPONSE)


def _kinds(question: Question) -> tuple[str, ...]:
    return (question.scope.kind,) if question.scope.kind else TARGET_KINDS


def _sentence(question: Question, shares: Shares, kind: str) -> str:
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
    kept_of = {
        "first_response": _("%(percent)s of the answer deadlines in %(month)s were kept"),
        "update": _("%(percent)s of the update deadlines in %(month)s were kept"),
        "resolution": _("%(percent)s of the solution deadlines in %(month)s were kept"),
    }
    earlier = words.month(before, question.now)
    moved = words.change(share, shares.get((before, kind), Share()), earlier)
    return words.with_change(kept_of[kind] % said, moved)


def _baseline(question: Question, kind: str) -> Against | None:
    def share(scope: Scope) -> Share:
        found = deadlines.by_kind(scope)
        return sum((part for (_month, at), part in found.items() if at == kind), Share())

    return kept.against_baseline(question, share)


def _definition() -> str:
    return _(
        "A month’s share is the deadlines that fell due in it and were kept, of all that fell "
        "due in it. One that was met late counts as missed, and so does one that is still open "
        "after its time. Deadlines whose time has not come yet are not counted, nor those of "
        "cases that were withdrawn or closed before it. Waiting for the requester or for others "
        "moves a solution deadline. Months are by Norwegian time."
    )


def _by_month(
    question: Question, found: Attainment, shares: Shares, sentences: tuple[str, ...]
) -> Section:
    kind = _kinds(question)[0]
    against = _baseline(question, kind)
    month, _before = parts.headline_months(question)
    held = against.change(shares.get((month, kind), Share())) if against else ""
    points = [
        (words.short_month(at), share.percent, words.percent(share))
        for at, share in ((at, shares.get((at, kind), Share())) for at in found.months)
    ]
    kept_of = {
        "first_response": _("Kept answer deadlines, per cent"),
        "update": _("Kept update deadlines, per cent"),
        "resolution": _("Kept solution deadlines, per cent"),
    }
    level = against.level() if against else None
    return Section(
        code="by-month",
        title=_("Month by month"),
        sentences=(sentences[0], *([held] if held else []), *sentences[1:]),
        chart=columns(kept_of[kind], sentences[0], points, level=level),
        table=_month_table(question, found, shares),
        definition=_definition(),
    )


def _month_table(question: Question, found: Attainment, shares: Shares) -> Table:
    kinds = _kinds(question)
    rows = []
    for month, total in found.by_month().items():
        by_kind = [
            parts.percent_cell(
                shares.get((month, kind), Share()),
                question.cases("targets", month=month, kind=kind),
            )
            for kind in kinds
        ]
        fell_due = parts.count_cell(total.whole, question.cases("targets", month=month))
        missed = parts.count_cell(total.rest, question.cases("missed", month=month))
        rows.append(
            Row(
                name=words.month_and_year(month),
                note=kept.month_note(found.closed, month),
                cells=(*by_kind, fell_due, missed),
            )
        )
    headings = {
        "first_response": _("Answer, per cent"),
        "update": _("Update, per cent"),
        "resolution": _("Solution, per cent"),
    }
    return Table(
        code="by-month",
        caption=_("Kept deadlines by month"),
        columns=(
            _("Month"),
            *(headings[kind] for kind in kinds),
            _("Fell due"),
            pgettext("deadlines", "Missed"),
        ),
        rows=tuple(rows),
    )


def _monthly(question: Question, found: Attainment, split: Split) -> Section:
    """A split in the whole period and month by month: a row for each value."""
    name = split.name
    totals = found.by(lambda cell: getattr(cell, name))
    shares = found.by(lambda cell: (getattr(cell, name), cell.month))
    used = [item for item in split.values if item.key in totals]
    series = [
        (
            item.name,
            [
                (words.short_month(month), share.percent, words.percent(share))
                for month in found.months
                for share in [shares.get((item.key, month), Share())]
            ],
        )
        for item in used
    ]
    title = _("Kept deadlines by month, per cent")
    return Section(
        code=f"by-{name}",
        title=split.title,
        sentences=_extremes(used, totals),
        chart=strips(title, split.title, series) if series else None,
        table=Table(
            code=f"by-{name}",
            caption=parts.caption(_("Kept deadlines, per cent"), split.title),
            columns=(
                *_period_columns(split.heading),
                *(words.month_and_year(month) for month in found.months),
            ),
            rows=tuple(
                Row(
                    name=item.name,
                    cells=(
                        *_period_cells(question, name, item, totals[item.key]),
                        *_month_cells(question, name, item, shares),
                    ),
                )
                for item in used
            ),
        ),
        definition=_definition(),
        secondary=True,
    )


def _month_cells(question: Question, name: str, item: Named, shares: dict) -> Iterator[Cell]:
    for month in question.scope.period:
        share = shares.get((item.key, month), Share())
        address = question.cases("targets", month=month, **{name: item.value})
        yield parts.percent_cell(share, address)


def _by_product(question: Question, found: Attainment) -> Section:
    split = parts.by_product()
    used = [item for item in split.values if item.key in found.products]
    rows = [
        Row(
            name=item.name,
            cells=_period_cells(question, "product", item, found.products[item.key]),
        )
        for item in used
    ]
    shares = [(item.name, found.products[item.key]) for item in used]
    points = [(name, share.percent, words.percent(share)) for name, share in shares]
    title = _("Kept deadlines in the period, per cent")
    return Section(
        code="by-product",
        title=split.title,
        sentences=_extremes(used, found.products),
        chart=lines(title, split.title, points) if points else None,
        table=Table(
            code="by-product",
            caption=parts.caption(_("Kept deadlines in the period"), split.title),
            columns=_period_columns(split.heading),
            rows=tuple(rows),
        ),
        definition=_definition(),
        secondary=True,
    )


def _period_cells(question: Question, name: str, item: Named, share: Share) -> tuple:
    targets = question.cases("targets", **{name: item.value})
    return (
        parts.percent_cell(share, targets),
        parts.count_cell(share.whole, targets),
        parts.count_cell(share.rest, question.cases("missed", **{name: item.value})),
    )


def _period_columns(first: str) -> tuple[str, ...]:
    return (first, _("Kept, per cent"), _("Fell due"), pgettext("deadlines", "Missed"))


def _extremes(used: Sequence[Named], shares: dict) -> tuple[str, ...]:
    """Which value keeps most and which least, when there are two that differ."""
    ranked = sorted(used, key=lambda item: shares[item.key].percent)
    if len(ranked) < 2 or words.percent(shares[ranked[0].key]) == words.percent(
        shares[ranked[-1].key]
    ):
        return ()
    least, most = ranked[0], ranked[-1]
    return (
        _("%(most)s keeps most: %(most_percent)s. %(least)s keeps least: %(least_percent)s.")
        % {
            "most": most.name,
            "most_percent": words.percent(shares[most.key]),
            "least": least.name,
            "least_percent": words.percent(shares[least.key]),
        },
    )
