"""Who may do what with a ticket. State rules are in states.py; these are about persons.

`check_can` raises PermissionDenied with a sentence for the person; `can` asks it, so that the
button and the guard cannot disagree. Seeing is `Ticket.objects.visible_to(user)`.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from triage.tickets.models import Involvement, Participant, Ticket
from triage.tickets.states import Action, Status, allowed_actions

# What the requester's side may do; everything else is the desk's.
REQUESTER_ACTIONS = frozenset({Action.CUSTOMER_REPLY, Action.WITHDRAW, Action.REOPEN})
# What nobody presses: it follows from a mail or from what others answered elsewhere.
UNPRESSED = frozenset({Action.CUSTOMER_REPLY, Action.AUTOMATIC_REPLY, Action.CLOSE_ANSWERED})
# What a team that was only asked for advice may do.
CONSULTED_ACTIONS = frozenset({Action.ADD_NOTE})


def is_on_desk(user, ticket: Ticket) -> bool:
    """Whether the person handles this ticket: first line, or the team that has it."""
    if not user.is_authenticated or not user.is_support:
        return False
    if ticket.team_id in user.team_lines:
        return True
    if ticket.security:
        return user.handles_security
    return user.is_first_line


def is_consulted(user, ticket: Ticket) -> bool:
    """Whether a team of the person was asked about this ticket, or had it before."""
    teams = list(user.team_lines) if user.is_authenticated else []
    return bool(teams) and Involvement.objects.filter(ticket=ticket, team__in=teams).exists()


def is_requester_side(user, ticket: Ticket) -> bool:
    """Whether the person asked, was added to the case, or answers for the organisation."""
    if not user.is_authenticated:
        return False
    if ticket.requester_id == user.pk:
        return True
    added = Participant.objects.filter(ticket=ticket, user=user)
    if ticket.organisation_id in user.contact_organisation_ids or added.exists():
        return Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()
    return False


def may_follow(person, ticket: Ticket) -> bool:
    """Whether somebody may be let into a case: who can read it already, and colleagues.

    True also for nobody (a requester without an account), who cannot read anything here.
    """
    if person is None or Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists():
        return True
    return not ticket.security and ticket.organisation_id in person.organisation_ids


def check_can(user, ticket: Ticket, action: Action) -> None:
    """Raise PermissionDenied unless this person may do this with this ticket."""
    if not user.is_authenticated or not user.is_active:
        raise PermissionDenied(_("Sign in first."))
    if is_on_desk(user, ticket):
        return
    if action in REQUESTER_ACTIONS and is_requester_side(user, ticket):
        return
    if action in CONSULTED_ACTIONS and is_consulted(user, ticket):
        return
    raise PermissionDenied(_("You cannot do this in this case. Ask the team that has it."))


def can(user, ticket: Ticket, action: Action) -> bool:
    """Whether this person may do this with this ticket."""
    try:
        check_can(user, ticket, action)
    except PermissionDenied:
        return False
    return True


def actions_for(user, ticket: Ticket) -> frozenset[Action]:
    """What the page offers this person: what the state allows and the person may."""
    possible = allowed_actions(Status(ticket.status))
    if is_on_desk(user, ticket):
        return frozenset(possible) - UNPRESSED
    allowed = set()
    if is_requester_side(user, ticket):
        allowed |= REQUESTER_ACTIONS
    if is_consulted(user, ticket):
        allowed |= CONSULTED_ACTIONS
    return frozenset(possible) & allowed
