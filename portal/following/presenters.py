"""What the pages of notices show, ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cms.community.models import CommunityEvent, Notice
from cms.community.notices import openable

Kind = Notice.Kind
Happened = CommunityEvent.Kind

ICONS = {
    Kind.NEW_ANSWER: "Chat",
    Kind.OFFICIAL_ANSWER: "SealCheckmark",
    Kind.ACCEPTED: "CheckmarkCircle",
    Kind.SOLVED: "CheckmarkCircle",
    Kind.MENTIONED: "Person",
    Kind.EDITED: "Pencil",
    Kind.MODERATED: "Gavel",
    Kind.TAKEN_UP: "PersonHeadset",
    Kind.CONFIRM: "SealCheckmark",
}


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """One notice in the list."""

    pk: int
    icon: str
    sentence: str
    title: str
    language: str
    address: str
    words: str
    at: datetime
    is_unread: bool


def notice_rows(notices: Sequence[Notice], user: User) -> list[NoticeRow]:
    """The rows; one's own post that one may no longer open has neither title nor address."""
    may_open = openable(notices, user)
    return [_row(notice, may_open=notice.pk in may_open) for notice in notices]


def _row(notice: Notice, *, may_open: bool) -> NoticeRow:
    question = notice.answer.question if notice.answer_id else notice.question
    address = ""
    if may_open:
        address = reverse("community_question", args=[question.pk, question.slug])
        if notice.answer_id:
            address = f"{address}#svar-{notice.answer_id}"
    return NoticeRow(
        pk=notice.pk,
        icon=ICONS[notice.kind],
        sentence=sentence_of(notice),
        title=question.title if may_open else "",
        language=question.language if may_open else "",
        address=address,
        words=notice.words,
        at=notice.at,
        is_unread=notice.read_at is None,
    )


def sentence_of(notice: Notice) -> str:
    """What has happened, in the active language, with the name of whoever did it."""
    if notice.kind == Kind.MODERATED:
        return _what_a_moderator_did(notice)
    name = notice.actor.display_name if notice.actor else _("Somebody")
    team = notice.answer.official_team if notice.answer_id else None
    sentences = {
        Kind.NEW_ANSWER: _("%(name)s has answered"),
        Kind.OFFICIAL_ANSWER: _("%(team)s has given an official answer"),
        Kind.ACCEPTED: _("Your answer solved the question"),
        Kind.SOLVED: _("The question is solved"),
        Kind.MENTIONED: _("%(name)s mentions you"),
        Kind.EDITED: _("%(name)s has changed what you have written"),
        Kind.TAKEN_UP: _("The support desk has taken up the question"),
        Kind.CONFIRM: _("Your team’s official answer is to be confirmed"),
    }
    return sentences[notice.kind] % {"name": name, "team": team.name if team else name}


def _what_a_moderator_did(notice: Notice) -> str:
    happened = notice.event.kind if notice.event else ""
    if notice.answer_id and happened in _ABOUT_ANSWERS:
        return str(_ABOUT_ANSWERS[happened])
    return str(_ABOUT_QUESTIONS.get(happened, _("A moderator has written to you")))


_ABOUT_ANSWERS = {
    Happened.HIDDEN: gettext_lazy("A moderator has hidden your answer"),
    Happened.RESTORED: gettext_lazy("Your answer can be seen again"),
    Happened.APPROVED: gettext_lazy("Your answer is published"),
}
_ABOUT_QUESTIONS = {
    Happened.HIDDEN: gettext_lazy("A moderator has hidden your question"),
    Happened.RESTORED: gettext_lazy("Your question can be seen again"),
    Happened.APPROVED: gettext_lazy("Your question is published"),
    Happened.MOVED: gettext_lazy("A moderator has moved your question to another product"),
    Happened.CLOSED: gettext_lazy("A moderator has closed your question to new answers"),
    Happened.REOPENED: gettext_lazy("Your question takes new answers again"),
    Happened.MERGED: gettext_lazy("A moderator has put your question together with another"),
    Happened.SEPARATED: gettext_lazy("Your question stands by itself again"),
    Happened.WARNED: gettext_lazy("A moderator has given you a warning"),
    Happened.SILENCED: gettext_lazy("A moderator has stopped you from writing for a time"),
    Happened.SANCTION_LIFTED: gettext_lazy("A moderator has taken back what was decided about you"),
}
