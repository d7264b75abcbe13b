"""What a trial of rules came to: sentences, charts and tables, as reports have them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.insight import parts, words
from portal.insight.shapes import Cell, Row, Section, Table, defined, lines
from triage.reporting.figures import Share
from triage.reporting.models import WhatIf
from triage.reporting.what_if import Cells, Tally, by, from_data
from triage.sla.months import month_from
from triage.sla.targets import CLOCK_KINDS
from triage.tickets import codes


def sections(asked: WhatIf) -> tuple[Section, ...]:
    """The figures of a trial: of each kind of deadline, by month, priority and kind of case."""
    cells = from_data(asked.cells)
    months = sorted({key[0] for key in cells})
    return defined(
        _by_kind(cells),
        _split(
            "month",
            _("By month the case came in"),
            _("Month"),
            [(month, capfirst(words.month_and_year(month_from(month)))) for month in months],
            cells,
        ),
        _split("priority", _("By priority"), _("Priority"), codes.PRIORITIES, cells),
        _split("case_type", _("By kind of case"), _("Kind of case"), codes.CASE_TYPES, cells),
    )


def progress(asked: WhatIf) -> str:
    """How far the counting has come, or what was counted, in a sentence."""
    if asked.finished_at is None:
        return _("%(done)s of %(all)s cases have been counted so far.") % {
            "done": words.number(asked.counted + asked.unreadable),
            "all": words.number(asked.cases),
        }
    if not asked.counted:
        return _("No case came in during these months.")
    said = ngettext(
        "%(count)s case was replayed, and deadlines differ in %(changed)s.",
        "%(count)s cases were replayed, and deadlines differ in %(changed)s.",
        asked.counted,
    ) % {"count": words.number(asked.counted), "changed": words.number(asked.changed)}
    if not asked.unreadable:
        return said
    left = ngettext(
        "%(count)s could not be replayed and is not counted.",
        "%(count)s could not be replayed and are not counted.",
        asked.unreadable,
    )
    return f"{said} {left % {'count': words.number(asked.unreadable)}}"


def _definition() -> str:
    return _(
        "The cases that came in during the months, except security cases, replayed from their logs "
        "as of when the trial was begun. A deadline counts when its time had come and the case was "
        "not closed before it; it is kept when it was met in time. What people did is taken as it "
        "was: with other deadlines they might have worked in another order."
    )


def _before(tally: Tally) -> Share:
    return Share(tally.kept_before, tally.due_before)


def _after(tally: Tally) -> Share:
    return Share(tally.kept_after, tally.due_after)


def _by_kind(cells: Cells) -> Section:
    sums = {kind: tally for (kind,), tally in by(cells, "kind").items()}
    used = [kind for kind in CLOCK_KINDS if kind in sums]
    points = [
        (name % {"deadline": words.kind(kind)}, share.percent, words.percent(share))
        for kind in used
        for name, share in (
            (_("%(deadline)s, as it was"), _before(sums[kind])),
            (_("%(deadline)s, rules tried"), _after(sums[kind])),
        )
    ]
    title = _("Kept deadlines, per cent")
    return Section(
        code="kind",
        title=_("Kept deadlines"),
        sentences=tuple(_sentence(kind, sums[kind]) for kind in used),
        chart=lines(title, title, points) if points else None,
        table=Table(
            code="kind",
            caption=_("Kept deadlines as it was and by the rules tried"),
            columns=(
                _("Deadline"),
                _("Fell due, as it was"),
                _("Kept, as it was"),
                _("Fell due, rules tried"),
                _("Kept, rules tried"),
                _("Kept instead of missed"),
                _("Missed instead of kept"),
                _("Come earlier"),
                _("Come later"),
                _("Newly promised"),
                _("No longer promised"),
            ),
            rows=tuple(_kind_row(kind, sums[kind]) for kind in used),
        ),
        definition=_definition(),
    )


def _sentence(kind: str, tally: Tally) -> str:
    before, after = _before(tally), _after(tally)
    if not before.whole and not after.whole:
        none = {
            "first_response": _("No answer deadline had fallen due."),
            "update": _("No update deadline had fallen due."),
            "resolution": _("No solution deadline had fallen due."),
            "internal": _("No internal deadline had fallen due."),
        }
        return none[kind]
    said = {
        "first_response": _(
            "Of the answer deadlines %(after)s would have been kept; as it was, %(before)s were."
        ),
        "update": _(
            "Of the update deadlines %(after)s would have been kept; as it was, %(before)s were."
        ),
        "resolution": _(
            "Of the solution deadlines %(after)s would have been kept; as it was, %(before)s were."
        ),
        "internal": _(
            "Of the internal deadlines %(after)s would have been kept; as it was, %(before)s were."
        ),
    }
    return said[kind] % {"after": words.percent(after), "before": words.percent(before)}


def _kind_row(kind: str, tally: Tally) -> Row:
    before, after = _before(tally), _after(tally)
    return Row(
        name=words.kind(kind),
        cells=(
            parts.count_cell(before.whole),
            parts.percent_cell(before),
            parts.count_cell(after.whole),
            parts.percent_cell(after),
            parts.count_cell(tally.gained),
            parts.count_cell(tally.lost),
            _moved_cell(tally.earlier, tally.seconds_earlier),
            _moved_cell(tally.later, tally.seconds_later),
            parts.count_cell(tally.begins),
            parts.count_cell(tally.ends),
        ),
    )


def _moved_cell(count: int, seconds: int) -> Cell:
    """How many deadlines move, and by how much on average: wall time."""
    if not count:
        return parts.count_cell(0)
    said = _("%(count)s, on average by %(time)s") % {
        "count": words.number(count),
        "time": words.hours(seconds / count),
    }
    return Cell(words=said, value=count)


def _split(
    column: str, title: str, heading: str, names: Iterable[tuple[str, str]], cells: Cells
) -> Section:
    """Kept of each kind as it was and by the rules tried, a row for each value of a column."""
    sums = by(cells, column, "kind")
    kinds = [kind for kind in CLOCK_KINDS if any(key[1] == kind for key in sums)]
    rows = [
        Row(
            name=str(name),
            cells=tuple(
                parts.percent_cell(share)
                for kind in kinds
                for tally in [sums.get((str(value), kind), Tally())]
                for share in (_before(tally), _after(tally))
            ),
        )
        for value, name in names
        if any(key[0] == str(value) for key in sums)
    ]
    headings = [
        name % {"deadline": words.kind(kind)}
        for kind in kinds
        for name in (_("%(deadline)s, as it was"), _("%(deadline)s, rules tried"))
    ]
    return Section(
        code=column.replace("_", "-"),
        title=title,
        table=Table(
            code=column,
            caption=parts.caption(_("Kept deadlines, per cent"), title),
            columns=(heading, *headings),
            rows=tuple(rows),
        ),
        secondary=True,
    )
