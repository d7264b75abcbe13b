"""Mails about the community: what happened, to which question, and a link; no text of a post."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import NoticeKind
from cms.community import stopping
from cms.community.anchors import anchor_of
from cms.community.models import Notice
from cms.community.notice_words import what_a_moderator_did
from dispatch.mail import queue_mail

SUBJECT = "notice"  # keys of these mails begin with it
Kind = Notice.Kind
_EMPTY_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail as it is now, in its receiver's language."""

    subject: str
    text: str


def page_address(name: str, *arguments) -> str:
    """The whole address of a page, to be put in a mail."""
    return settings.PUBLIC_URL + reverse(name, args=arguments)


def queue_notice(notice: Notice, *, kind: str) -> None:
    """Queue the mail that tells of a notice; at most one for each."""
    user = notice.user
    letter = write_notice(notice, kind=kind)
    queue_mail(
        to=user.email,
        subject=letter.subject,
        text=letter.text,
        language=user.language,
        kind=kind,
        key=f"{SUBJECT}:{notice.pk}",
        about={"notice": notice.pk},
        stop_address=_stop_address(notice, kind),
    )


def write_notice(notice: Notice, *, kind: str) -> Letter:
    """The mail that tells of a notice. Of one's own post, which may be hidden, no title is told."""
    user = notice.user
    with translation.override(user.language):
        context = {
            "name": user.name,
            "owner": settings.SITE_OWNER,
            "happened": _sentence(notice),
            "title": _title(notice),
            "can_appeal": notice.can_appeal,
            "link": _link(notice),
            "because": _because(kind),
            "stop_thread": _stop_address(notice, kind) if kind == NoticeKind.THREAD else "",
            "stop_kind": stopping.address(user=user, kind=kind),
            "choices": page_address("account") + "#notices",
        }
        return Letter(
            subject=_subject(notice),
            text=tidy(render_to_string("community/mail/notice.txt", context)),
        )


def tidy(text: str) -> str:
    """The text of a mail without the empty lines that conditions in its template leave behind."""
    return _EMPTY_LINES.sub("\n\n", text).strip() + "\n"


def _stop_address(notice: Notice, kind: str) -> str:
    question = _question_of(notice) if kind == NoticeKind.THREAD else None
    return stopping.address(user=notice.user, question=question, kind=kind)


def _question_of(notice: Notice):
    """The thread the notice is about now: an answer may have been moved to another."""
    return notice.answer.question if notice.answer_id else notice.question


def _title(notice: Notice) -> str:
    if notice.kind in (Kind.MODERATED, Kind.EDITED):
        return ""
    return _question_of(notice).title


def _link(notice: Notice) -> str:
    """To the answer, else the question; for what moderators say, to the notices themselves."""
    if notice.kind == Kind.MODERATED:
        return page_address("notices")
    question = _question_of(notice)
    address = page_address("community_question", question.pk, question.slug)
    return address + anchor_of(question, notice.answer_id) if notice.answer_id else address


def _subject(notice: Notice) -> str:
    if notice.kind in (Kind.MODERATED, Kind.EDITED):
        return _sentence(notice).removesuffix(".")
    subjects = {
        Kind.NEW_ANSWER: _("New answer: %(title)s"),
        Kind.OFFICIAL_ANSWER: _("Official answer: %(title)s"),
        Kind.ACCEPTED: _("Your answer solved it: %(title)s"),
        Kind.SOLVED: _("Solved: %(title)s"),
        Kind.MENTIONED: _("You are mentioned: %(title)s"),
        Kind.TAKEN_UP: _("With the support desk: %(title)s"),
        Kind.CONFIRM: _("To be confirmed: %(title)s"),
    }
    return subjects[notice.kind] % {"title": _title(notice)}


def _sentence(notice: Notice) -> str:
    """What has happened, in the active language."""
    if notice.kind == Kind.MODERATED:
        return what_a_moderator_did(notice) + "."
    if notice.kind == Kind.OFFICIAL_ANSWER and notice.answer.official_team:
        team = notice.answer.official_team.name
        return _("%(team)s has given an official answer to a question you follow.") % {"team": team}
    sentences = {
        Kind.NEW_ANSWER: _by_whom(notice),
        Kind.OFFICIAL_ANSWER: _by_whom(notice),
        Kind.ACCEPTED: _("Your answer solved a question."),
        Kind.SOLVED: _("A question you follow is solved."),
        Kind.MENTIONED: _("Somebody mentions you in the community."),
        Kind.EDITED: _("A moderator has changed what you have written."),
        Kind.TAKEN_UP: _("The support desk has taken up a question you follow."),
        Kind.CONFIRM: _("An official answer your team has given is to be confirmed."),
    }
    return sentences[notice.kind]


def _by_whom(notice: Notice) -> str:
    """Who has answered, told by their part in the thread and not by name."""
    if notice.actor_id is not None and notice.actor_id == _question_of(notice).asker_id:
        return _("The person who asked has added an answer to a question you follow.")
    return _("A member of the community has answered a question you follow.")


def _because(kind: str) -> str:
    reasons = {
        NoticeKind.THREAD: _("You get this because you follow the question."),
        NoticeKind.MENTION: _("You get this because somebody wrote your name."),
        NoticeKind.MODERATION: _("You get this because it is about what you have written."),
        NoticeKind.CONFIRM: _("You get this because you work in the team that answered."),
    }
    return reasons[kind]
