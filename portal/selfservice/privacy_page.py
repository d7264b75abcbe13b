"""The privacy page, true to what the code and the settings do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import npgettext

from portal.selfservice.carrying import ask_about
from search import querylog
from triage.tickets.kinds import CaseType


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """A cookie we set: its name, what for, and how long it lies in the browser."""

    name: str
    purpose: str
    kept: str


def parts() -> dict:
    """What the template needs from code and settings."""
    return {
        "cookies": cookies(),
        "search_kept": _days(querylog.KEEP.days),
        "mail_kept": _days(settings.MAIL_KEEP_DAYS),
        "request_form": ask_about(CaseType.PRIVACY_REQUEST, _("Privacy request")),
    }


def cookies() -> list[Cookie]:
    """Every cookie the site sets for readers."""
    return [
        Cookie(
            name=settings.SESSION_COOKIE_NAME,
            purpose=_(
                "Keeps you signed in, and keeps what you wrote if you are signed out meanwhile."
            ),
            kept=_age(settings.SESSION_COOKIE_AGE),
        ),
        Cookie(
            name=settings.CSRF_COOKIE_NAME,
            purpose=_("Makes sure that a form sent in your name was sent by you."),
            kept=_age(settings.CSRF_COOKIE_AGE),
        ),
        Cookie(
            name=settings.LANGUAGE_COOKIE_NAME,
            purpose=_("Remembers the language you chose."),
            kept=_age(settings.LANGUAGE_COOKIE_AGE),
        ),
        Cookie(
            name="messages",
            purpose=_("Carries a short message, such as a receipt, to the next page."),
            kept=_("until the message is shown"),
        ),
    ]


def _age(seconds: int) -> str:
    return _days(timedelta(seconds=seconds).days)


def _days(days: int) -> str:
    return npgettext("kept for", "%(days)s day", "%(days)s days", days) % {"days": days}
