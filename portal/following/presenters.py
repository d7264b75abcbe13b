"""What the pages of notices show, ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from cms.community.anchors import anchor_of
from cms.community.models import Notice
from cms.community.notice_list import openable
from cms.community.notice_words import what_a_moderator_did
from portal.selfservice.carrying import appeal_address

Kind = Notice.Kind

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
    appeal: str
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
            address = address + anchor_of(question, notice.answer_id)
    return NoticeRow(
        pk=notice.pk,
        icon=ICONS[notice.kind],
        sentence=sentence_of(notice),
        title=question.title if may_open else "",
        language=question.language if may_open else "",
        address=address,
        words=notice.words,
        appeal=appeal_address(address) if notice.can_appeal else "",
        at=notice.at,
        is_unread=notice.read_at is None,
    )


def sentence_of(notice: Notice) -> str:
    """What has happened, in the active language, with the name of whoever did it."""
    if notice.kind == Kind.MODERATED:
        return what_a_moderator_did(notice)
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
