"""Anticipated failures, each with a sentence for the person at the screen."""

from __future__ import annotations

from django.utils.translation import gettext as _


class CommunityError(Exception):
    """Something a person asked for cannot be done; the message says why and what to do."""


class MissingReason(CommunityError):
    """A moderator hid something without saying why."""

    def __init__(self) -> None:
        super().__init__(_("Say why, in a few words. The author sees the reason."))


class NothingWritten(CommunityError):
    """A question or an answer without words."""

    def __init__(self) -> None:
        super().__init__(_("Write something first."))


class TooOften(CommunityError):
    """Somebody new has written as often as they may for now; the message says how often."""


class ChangedMeanwhile(CommunityError):
    """Somebody else has changed the post since this person began to."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody has changed this while you wrote. Look at how it stands now, and save "
                "once more if yours is still right. What you wrote is kept."
            )
        )


class OthersHaveAnswered(CommunityError):
    """A question with others' answers cannot be taken back by the one who asked."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Others have spent time on answers to this question, so you cannot withdraw it. "
                "If it holds something it should not, change it, or ask us to take it away."
            )
        )


class FileRefused(CommunityError):
    """A file cannot be taken in; the message names it and says what to do."""


class Overtaken(CommunityError):
    """Another moderator has done something here since this one looked; `event` is what."""

    def __init__(self, event) -> None:
        self.event = event
        super().__init__(_("Another moderator has done something here while you looked."))


class CannotUndo(CommunityError):
    """What an event did does not stand any more, or has been undone already."""


class ReportedAlready(CommunityError):
    """The person has reported the post before, and it has not been changed since."""

    def __init__(self) -> None:
        super().__init__(_("You have reported this already. Once is enough."))


class CannotMerge(CommunityError):
    """Two questions that cannot be made one; the message says why."""


class WrongEnd(CommunityError):
    """A time in which somebody may not write that ends too soon or too late."""
