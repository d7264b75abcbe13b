"""What stands below each post of a thread: reporting it, and what a moderator may do to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.community.flags import waiting_reports
from cms.community.models import Answer, Question
from cms.community.policies import Action, can
from portal.moderation.posts import step_address, steps_for


@dataclass(frozen=True, kw_only=True)
class Link:
    """A way to one step."""

    label: str
    address: str


@dataclass(frozen=True, kw_only=True)
class PostTools:
    """For one post: how to report it, and for moderators what can be done, and what is reported."""

    report_address: str = ""
    report_label: str = ""
    is_reported: bool = False
    reports: str = ""
    steps: Sequence[Link] = ()
    post_address: str = ""
    member_address: str = ""


@dataclass(frozen=True, kw_only=True)
class ThreadTools:
    """For a question, and for its answers by id."""

    question: PostTools
    answers: Mapping[int, PostTools]


def tools_for(question: Question, user, answers: Sequence[Answer] = ()) -> ThreadTools:
    """The tools of a thread for this person: one statement, none for visitors."""
    reports = waiting_reports(question, user)
    waiting = reports.counts if user.is_authenticated and user.is_moderator else None
    for answer in answers:
        answer.question = question
    return ThreadTools(
        question=_tools(question, user, None in reports.own, waiting),
        answers={
            answer.pk: _tools(answer, user, answer.pk in reports.own, waiting) for answer in answers
        },
    )


def _tools(
    post: Question | Answer, user, is_reported: bool, waiting: Mapping[int | None, int] | None
) -> PostTools:
    is_answer = isinstance(post, Answer)
    # A visitor meets the way to report as well, and signs in on it.
    may_report = not user.is_authenticated or can(user, Action.FLAG, post)
    report = {
        "report_address": step_address(post, "report") if may_report else "",
        "report_label": _("Report the answer") if is_answer else _("Report the question"),
        "is_reported": is_reported,
    }
    if waiting is None:
        return PostTools(**report)
    count = waiting.get(post.pk if is_answer else None, 0)
    author_id = post.author_id if is_answer else post.asker_id
    return PostTools(
        **report,
        reports=ngettext("%(count)s report waits", "%(count)s reports wait", count)
        % {"count": count}
        if count
        else "",
        steps=[
            Link(label=step.name(post), address=step_address(post, step.code))
            for step in steps_for(post, user, reported=bool(count))
        ],
        post_address=step_address(post, "post"),
        member_address=reverse("moderation_member", args=[author_id]) if author_id else "",
    )
