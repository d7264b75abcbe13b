"""What waits for the desk besides cases: official answers to look at, and proposals."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cms.community.official import counts_to_confirm
from portal.bridges.models import Proposal
from portal.bridges.proposing import visible_proposals


@dataclass(frozen=True, kw_only=True)
class ListLink:
    """A list with how many wait in it."""

    name: str
    address: str
    count: int


def lists_beside(user: User) -> list[ListLink]:
    """The lists, with counts; two statements. Own teams' answers count, for those without all."""
    own, others = counts_to_confirm(timezone.localdate(), user.team_lines)
    pending = visible_proposals(user).filter(state=Proposal.State.PENDING).count()
    lists = [
        ListLink(
            name=_("Official answers to look at"),
            address=reverse("bridge_official"),
            count=own if user.team_lines else others,
        )
    ]
    if user.is_support or user.is_moderator or user.is_editor:
        lists.append(
            ListLink(name=_("Proposals"), address=reverse("bridge_proposals"), count=pending)
        )
    return lists
