"""What rules about deadlines have proposed for a case and no person has decided on yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Team
from triage.tickets.models import Ticket, TicketEvent
from triage.tickets.states import Action

PRIORITY_STEP, TEAM_STEP = "prioritet", "send-videre"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A sentence about what is proposed and why, and the step that decides; "" when not offered."""

    text: str
    step: str
    label: str


def proposals(
    ticket: Ticket, events: Iterable[TicketEvent], actions: Collection[Action]
) -> list[Proposal]:
    """The open proposals of a case. Looking at the priority again, or moving it, ends them."""
    if not ticket.is_open:
        return []
    priority = move = None
    for event in sorted(events, key=lambda event: event.pk):
        if event.kind == "escalated":
            priority = event.data if event.data.get("proposed") else priority
            move = event.data if event.data.get("left") else move
        elif event.kind in ("priority_changed", "type_changed"):
            priority = None
        elif event.kind in ("handed_over", "handed_back"):
            move = None
    found = []
    if priority is not None and priority["proposed"] < ticket.priority:
        found.append(_of_priority(priority["proposed"], Action.CORRECT_PRIORITY in actions))
    if move is not None and move.get("because") != "no_team":
        found.append(_of_move(move, Action.HAND_OVER in actions))
    return found


def _of_priority(proposed: str, offered: bool) -> Proposal:
    text = _(
        "A deadline has drawn on, and the rules propose the priority %(priority)s. Decide "
        "whether it is right."
    )
    return Proposal(
        text=text % {"priority": proposed},
        step=PRIORITY_STEP if offered else "",
        label=_("Change priority"),
    )


def _of_move(data: dict, offered: bool) -> Proposal:
    team = Team.objects.filter(slug=data["left"]).values_list("name", flat=True).first()
    sentences = {
        "security": _(
            "The rules would have moved this case to %(team)s. Only people move security cases: "
            "decide whether it is right."
        ),
        "severity": _(
            "The rules would have moved this case to %(team)s. Only people move cases of "
            "severity A: decide whether it is right."
        ),
    }
    return Proposal(
        text=sentences[data["because"]] % {"team": team or data["left"]},
        step=TEAM_STEP if offered else "",
        label=_("Hand over"),
    )
