"""What a change of the rules does to the open cases, in words and a small table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.desk.words import span
from portal.rules.names import DEADLINE_NAMES
from portal.templatetags.design import moment_in_words
from triage.tickets.foreseeing import Move
from triage.tickets.models import Ticket


@dataclass(frozen=True, kw_only=True)
class KindRow:
    """What happens to the deadlines of one kind."""

    name: str
    running: int
    earlier: str
    later: str
    overdue: int
    rescued: int
    ends: int
    begins: int


@dataclass(frozen=True, kw_only=True)
class MoveRow:
    """A case whose deadline moves far."""

    case: str
    address: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Effect:
    """The effect as shown: a sentence, what to know about it, and a row for each kind."""

    sentence: str
    notes: list[str]
    rows: list[KindRow]

    @property
    def promises_change(self) -> bool:
        """Whether promises begin or end, and not only move."""
        return any(row.ends or row.begins for row in self.rows)


def effect(figures: Mapping[str, Any]) -> Effect:
    """The figures that `Foreseen.as_data` gives, in words."""
    replayed, changing = figures["replayed"], figures["changing"]
    return Effect(
        sentence=_sentence(replayed, changing),
        notes=list(_notes(figures)),
        rows=[
            _row(str(DEADLINE_NAMES[kind]), row)
            for kind, row in figures["kinds"].items()
            if row["running"] or row["begins"]
        ],
    )


def _sentence(replayed: int, changing: int) -> str:
    if not replayed:
        return _("No case is open, so nobody's deadline moves.")
    if not changing:
        return _("No deadline of an open case moves.")
    words = ngettext(
        "Deadlines move in %(changing)s of %(all)s open case.",
        "Deadlines move in %(changing)s of %(all)s open cases.",
        replayed,
    )
    return words % {"changing": changing, "all": replayed}


def _notes(figures: Mapping[str, Any]):
    if figures["replayed"] < figures["open_cases"]:
        yield _(
            "%(all)s cases are open. These figures are counted on %(some)s of them, spread evenly."
        ) % {"all": figures["open_cases"], "some": figures["replayed"]}
    if figures["unreadable"]:
        yield ngettext(
            "%(count)s case cannot be computed anew and keeps its deadlines.",
            "%(count)s cases cannot be computed anew and keep their deadlines.",
            figures["unreadable"],
        ) % {"count": figures["unreadable"]}
    at_once = sum(row.get("at_once", 0) for row in figures["kinds"].values())
    if at_once:
        yield ngettext(
            "%(count)s deadline is so far gone that people are told of it at once.",
            "%(count)s deadlines are so far gone that people are told of them at once.",
            at_once,
        ) % {"count": at_once}


def _row(name: str, row: Mapping[str, Any]) -> KindRow:
    return KindRow(
        name=name,
        running=row["running"],
        earlier=_shifted(row["earlier"], row["median_earlier"]),
        later=_shifted(row["later"], row["median_later"]),
        overdue=row["overdue"],
        rescued=row["rescued"],
        ends=row["ends"],
        begins=row["begins"],
    )


def _shifted(count: int, seconds: float) -> str:
    if not count:
        return "0"
    return _("%(count)s, typically by %(time)s") % {
        "count": count,
        "time": span(timedelta(seconds=seconds)),
    }


def move_rows(moves: Sequence[Move], user, now: datetime) -> list[MoveRow]:
    """The cases that move most, those the person may read; one statement."""
    cases = Ticket.objects.visible_to(user).in_bulk([move.ticket for move in moves])
    return [_move(cases[move.ticket], move, now) for move in moves if move.ticket in cases]


def _move(case: Ticket, move: Move, now: datetime) -> MoveRow:
    return MoveRow(
        case=case.reference,
        address=reverse("desk_case", args=[case.pk]),
        kind=str(DEADLINE_NAMES[move.kind]),
        before=_due(move.before, move.promised_before, now),
        after=_due(move.after, move.promised_after, now),
    )


def _due(due: datetime | None, promised: bool, now: datetime) -> str:
    if due is not None:
        return moment_in_words(due, now)
    return _("stands still") if promised else _("not promised")
