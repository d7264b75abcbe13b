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
