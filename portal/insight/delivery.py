"""The delivery report in words: promises, missed guarantees, cases, and what is agreed next."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from portal.desk.words import span
from portal.insight import parts, words
from portal.insight.shapes import Cell, Row, Section, Table, columns, lines
from triage.reporting import deadlines
from triage.reporting.delivery import ByType, Delivery
from triage.reporting.figures import Share
from triage.sla.months import Month
from triage.sla.policy import COMMITMENTS, GUARANTEE, TARGET_KINDS
from triage.tickets import codes
from triage.tickets.models import Ticket, TicketClock

Address = Callable[[int], str]
Behind = Callable[..., str]


def sections(found: Delivery, user: User) -> tuple[Section, ...]:
    """The sections of the report in order; cases open where the reader may read them.

    For managers every figure opens the cases behind it.
    """
    name = "desk_case" if user.is_manager else "my_case"

    def address(ticket: int) -> str:
        return reverse(name, args=[ticket])

    def behind(figure: str, month: Month = found.scope.period.last, **filters: str) -> str:
        if not user.is_manager:
            return ""
        about = {"from": month, "to": month, "organisation": found.organisation.pk, **filters}
        return f"{reverse('report_cases', args=[figure])}?{urlencode(about)}"

    return (
        _promises(found, behind),
        _months(found, behind),
        _missed(found, address),
        _types(found, behind),
        _open(found, address),
    )


def _shares(found: Delivery) -> dict[tuple[str, str], Share]:
    month = found.scope.period.last
    cells = found.attainment.by(lambda cell: (cell.month, cell.kind, cell.commitment))
    return {key[1:]: share for key, share in cells.items() if key[0] == month}


def promise_sentence(found: Delivery) -> str:
    """How many of the promises were kept, in a sentence."""
    total = sum(_shares(found).values(), Share())
    said = {
        "month": words.month_and_year(found.scope.period.last),
        "percent": words.percent(total),
        "kept": words.number(total.part),
        "whole": words.number(total.whole),
    }
    if not total.whole:
        return _("No deadline fell due in %(month)s.") % said
    return (
        _("We kept %(percent)s of the deadlines that fell due in %(month)s: %(kept)s of %(whole)s.")
        % said
    )


def guarantee_sentence(found: Delivery) -> str:
    """How many guarantees were missed, in a sentence."""
    shares = _shares(found).items()
    total = sum((share for (_k, binds), share in shares if binds == GUARANTEE), Share())
    if not total.whole:
        return _("No guaranteed deadline fell due.")
    if not total.rest:
        return _("Every guarantee was kept.")
    return ngettext(
        "%(count)s guarantee was missed.", "%(count)s guarantees were missed.", total.rest
    ) % {"count": words.number(total.rest)}


def _share_cells(share: Share, behind: Behind, **about) -> tuple[Cell, ...]:
    """Kept of fallen due: per cent, how many fell due, how many were missed."""
    targets = behind("targets", **about)
    return (
        parts.percent_cell(share, targets),
        parts.count_cell(share.whole, targets),
        parts.count_cell(share.rest, behind("missed", **about)),
    )


def _promises(found: Delivery, behind: Behind) -> Section:
    shares = _shares(found)
    used = [
        (kind, binds, f"{words.kind(kind)}, {words.commitment(binds).lower()}", shares[kind, binds])
        for binds in COMMITMENTS
        for kind in TARGET_KINDS
        if (kind, binds) in shares
    ]
    points = [(name, share.percent, words.percent(share)) for *_key, name, share in used]
    rows = [
        Row(name=name, cells=_share_cells(share, behind, kind=kind, commitment=binds))
        for kind, binds, name, share in used
    ]
    title = _("Promises kept")
    return Section(
        code="promises",
        title=title,
        sentences=(promise_sentence(found), guarantee_sentence(found)),
        chart=lines(_("Kept deadlines, per cent"), title, points) if points else None,
        table=Table(
            code="promises",
            caption=_("Promises by what they are for and how binding they are"),
            columns=(
                _("Promise"),
                _("Kept, per cent"),
                _("Fell due"),
                pgettext("deadlines", "Missed"),
            ),
            rows=tuple(rows),
        ),
        definition=_(
            "Deadlines that fell due in the month. One that was met late counts as missed, and so "
            "does one that is still open after its time. A guarantee binds; a service declaration "
            "is what we aim for."
        ),
    )


def _months(found: Delivery, behind: Behind) -> Section:
    rows, points = [], []
    for month, share in found.attainment.by_month().items():
        cells = _share_cells(share, behind, month=month)
        rows.append(Row(name=words.month_and_year(month), cells=cells))
        points.append((words.short_month(month), share.percent, words.percent(share)))
    title = _("Kept deadlines by month, per cent")
    return Section(
        code="months",
        title=_("The last six months"),
        chart=columns(title, promise_sentence(found), points),
        table=Table(
            code="months",
            caption=_("Kept deadlines by month"),
            columns=(
                _("Month"),
                _("Kept, per cent"),
                _("Fell due"),
                pgettext("deadlines", "Missed"),
            ),
            rows=tuple(rows),
        ),
    )


def _missed(found: Delivery, address: Address) -> Section:
    return Section(
        code="missed",
        title=_("Missed deadlines, with cause and what is done"),
        table=Table(
            code="missed",
            caption=_("Missed deadlines, guarantees first"),
            columns=(
                _("Case"),
                _("Subject"),
                _("Deadline"),
                _("Commitment"),
                _("Was due"),
                _("Late by"),
                _("Cause"),
                _("What is done about it"),
            ),
            rows=tuple(_missed_row(clock, found, address) for clock in found.missed),
            textual=True,
        ),
        nothing=_("No deadline was missed."),
    )


def _missed_row(clock: TicketClock, found: Delivery, address: Address) -> Row:
    ticket, late = clock.ticket, deadlines.lateness(clock, found.scope.now)
    cause = found.causes.get((clock.ticket_id, clock.kind, clock.number))
    commitment = words.commitment(clock.commitment)
    said = span(late)
    if clock.met_at is None and clock.stopped_at is None:
        said = _("%(time)s, still open") % {"time": said}
    why = str(cause.get_cause_display()) if cause else _("To be entered")
    if cause and cause.explanation:
        why = f"{why}. {cause.explanation}"
    measure = cause.measure if cause else ""
    return Row(
        name=ticket.reference,
        cells=(
            Cell(words=ticket.subject, value=ticket.subject, address=address(ticket.pk)),
            Cell(words=words.kind(clock.kind), value=words.kind(clock.kind)),
            Cell(words=commitment, value=commitment),
            parts.moment_cell(clock.due_at, found.scope.now),
            Cell(words=said, value=round(late.total_seconds() / 3600, 2), unit="hours"),
            Cell(words=why, value=why),
            Cell(words=measure, value=measure),
        ),
    )


def _types(found: Delivery, behind: Behind) -> Section:
    used = [item for item in parts.coded(codes.CASE_TYPES) if item.key in found.types]
    rows = [
        Row(
            name=item.name,
            cells=tuple(
                parts.count_cell(count, behind(figure, case_type=item.value))
                for figure, count in (
                    ("opened", found.types[item.key].came_in),
                    ("travelled", found.types[item.key].solved),
                    ("open", found.types[item.key].open),
                )
            ),
        )
        for item in used
    ]
    counts = [(item.name, found.types[item.key].came_in) for item in used]
    points = [(name, count, words.number(count)) for name, count in counts]
    most = max((count for _name, count in counts), default=0)
    title = _("Cases by kind")
    return Section(
        code="kinds",
        title=title,
        sentences=(_types_sentence(list(found.types.values())),),
        chart=lines(_("Cases that came in"), title, points, most) if most else None,
        table=Table(
            code="kinds",
            caption=title,
            columns=(
                pgettext("of a case", "Kind"),
                _("Came in"),
                pgettext("cases", "Solved"),
                _("Open now"),
            ),
            rows=tuple(rows),
        ),
        nothing=_("No case came in, was solved or is open."),
    )


def _types_sentence(types: list[ByType]) -> str:
    said = {
        "came": words.number(sum(each.came_in for each in types)),
        "solved": words.number(sum(each.solved for each in types)),
        "open": words.number(sum(each.open for each in types)),
    }
    return (
        _("In the month, %(came)s came in and %(solved)s were solved. Open now: %(open)s.") % said
    )


def _open(found: Delivery, address: Address) -> Section:
    statuses = dict(codes.STATUSES)
    rows = [_open_row(ticket, found, statuses, address) for ticket in found.oldest]
    total = found.overdue
    sentence = ngettext(
        "%(open)s case is open now, %(overdue)s overdue",
        "%(open)s cases are open now, %(overdue)s of them overdue",
        total.whole,
    ) % {"open": words.number(total.whole), "overdue": words.number(total.part)}
    more = total.whole - len(rows)
    return Section(
        code="open",
        title=_("Open cases"),
        sentences=(f"{sentence}.",) if total.whole else (),
        table=Table(
            code="open",
            caption=_("Open cases, the oldest first"),
            columns=(_("Case"), _("Subject"), _("State"), _("Product"), _("Came in"), _("Age")),
            rows=tuple(rows),
            textual=True,
        ),
        definition=(
            _("The list has the %(shown)s oldest.") % {"shown": len(rows)} if more > 0 else ""
        ),
        nothing=_("No case is open."),
    )


def _open_row(ticket: Ticket, found: Delivery, statuses: dict, address: Address) -> Row:
    now = found.scope.now
    texts = (str(statuses[ticket.status]), ticket.product.name if ticket.product else "–")
    return Row(
        name=ticket.reference,
        cells=(
            Cell(words=ticket.subject, value=ticket.subject, address=address(ticket.pk)),
            *(Cell(words=text, value=text) for text in texts),
            parts.moment_cell(ticket.opened_at, now),
            Cell(
                words=span(now - ticket.opened_at),
                value=round((now - ticket.opened_at).total_seconds() / 86400, 1),
                unit="days",
            ),
        ),
    )
