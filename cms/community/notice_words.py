"""What moderators have done, as the person it concerns is told on the site and by mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.community.models import CommunityEvent, Notice

Happened = CommunityEvent.Kind

_ABOUT_AN_ANSWER = {
    Happened.HIDDEN: gettext_lazy("A moderator has hidden your answer"),
    Happened.RESTORED: gettext_lazy("Your answer can be seen again"),
    Happened.APPROVED: gettext_lazy("Your answer is published"),
    Happened.HELD: gettext_lazy("Your answer has been reported, and a moderator will look at it"),
}
_OTHERWISE = {
    Happened.HIDDEN: gettext_lazy("A moderator has hidden your question"),
    Happened.RESTORED: gettext_lazy("Your question can be seen again"),
    Happened.APPROVED: gettext_lazy("Your question is published"),
    Happened.HELD: gettext_lazy("Your question has been reported, and a moderator will look at it"),
    Happened.MOVED: gettext_lazy("A moderator has moved your question to another product"),
    Happened.CLOSED: gettext_lazy("A moderator has closed your question to new answers"),
    Happened.REOPENED: gettext_lazy("Your question takes new answers again"),
    Happened.MERGED: gettext_lazy("A moderator has put your question together with another"),
    Happened.SEPARATED: gettext_lazy("Your question stands by itself again"),
    Happened.WARNED: gettext_lazy("A moderator has given you a warning"),
    Happened.SILENCED: gettext_lazy("A moderator has stopped you from writing for a time"),
    Happened.SANCTION_LIFTED: gettext_lazy("A moderator has taken back a decision about you"),
}


def what_a_moderator_did(notice: Notice) -> str:
    """The sentence, without a full stop, in the active language."""
    happened = notice.event.kind if notice.event else ""
    if notice.answer_id and happened in _ABOUT_AN_ANSWER:
        return str(_ABOUT_AN_ANSWER[happened])
    if happened == Happened.SILENCED and "until" in notice.event.data:
        return _("A moderator has stopped you from writing until %(day)s is over") % {
            "day": _last_day(notice.event.data["until"])
        }
    return str(_OTHERWISE.get(happened, _("A moderator has written to you")))


def _last_day(until: str) -> str:
    """The day that is over when a silence ends, by the clock of the site."""
    end = timezone.localtime(datetime.fromisoformat(until)) - timedelta(microseconds=1)
    return date_format(end, "DATE_FORMAT")
