"""Undoing what a moderator did, from the log. An undoing is not undone: it is done again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cms.community import merging, moderation, sanctions
from cms.community.exceptions import CannotUndo
from cms.community.models import CommunityEvent
from cms.community.policies import check_moderator

Kind = CommunityEvent.Kind
Undoing = Callable[[CommunityEvent, User, datetime], bool]

UNDOINGS: dict[str, Undoing] = {
    Kind.APPROVED: moderation.undo_approval,
    Kind.FLAGS_DISMISSED: moderation.undo_dismissal,
    Kind.HIDDEN: moderation.undo_hiding,
    Kind.MOVED: moderation.undo_move,
    Kind.CLOSED: moderation.undo_closing,
    Kind.MERGED: merging.undo_merging,
    Kind.WARNED: sanctions.undo_sanction,
    Kind.SILENCED: sanctions.undo_sanction,
    Kind.TRUSTED: sanctions.undo_trust,
    Kind.TRUST_WITHDRAWN: sanctions.undo_trust,
}


def may_undo(event: CommunityEvent) -> bool:
    """Whether an event is of a kind that is undone, is no undoing itself, and still stands."""
    undone = getattr(event, "undone_by", None) is not None
    return event.kind in UNDOINGS and event.undoes_id is None and not undone


def undo(*, event: CommunityEvent, by: User, now: datetime) -> None:
    """Bring things back as they were before the event, as far as nobody has changed them since.

    Two at once undo it once. Raises PermissionDenied, and CannotUndo with a sentence.
    """
    check_moderator(by)
    if not may_undo(event):
        raise CannotUndo(_("This is undone already, or cannot be undone."))
    try:
        with transaction.atomic():
            done = UNDOINGS[event.kind](event, by, now)
    except IntegrityError:
        raise CannotUndo(_("Another moderator has undone this already.")) from None
    if not done:
        raise CannotUndo(_("This has been changed since, so there is nothing left to undo."))
