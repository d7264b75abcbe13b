"""Posts as the moderators' pages name them, and the steps that can be taken with each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.community.anchors import anchor_of
from cms.community.models import Answer, Question
from cms.community.policies import Action, can
from portal.community.presenters import address_of

KINDS = {"sporsmal": Question, "svar": Answer}


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something a moderator can do to a post; with `words` it has a page of its own."""

    code: str
    path: str
    action: Action | None
    question: str
    answer: str = ""
    words: bool = True
    key: str = ""

    def name(self, post: Question | Answer) -> str:
        """What the step is called for this post."""
        return str(self.answer if isinstance(post, Answer) and self.answer else self.question)


STEPS = {
    step.code: step
    for step in (
        Step(
            code="approve",
            path="godkjenn",
            action=Action.APPROVE,
            question=_("Approve"),
            words=False,
            key="a",
        ),
        Step(
            code="dismiss",
            path="ingen-feil",
            action=Action.DISMISS_FLAGS,
            question=_("Nothing is wrong"),
            words=False,
            key="a",
        ),
        Step(
            code="hide",
            path="skjul",
            action=Action.HIDE,
            question=_("Hide the question"),
            answer=_("Hide the answer"),
            key="h",
        ),
        Step(
            code="restore",
            path="vis",
            action=Action.RESTORE,
            question=_("Restore the question"),
            answer=_("Restore the answer"),
            words=False,
            key="r",
        ),
        Step(code="move", path="flytt", action=Action.MOVE, question=_("Move"), key="m"),
        Step(code="merge", path="sla-sammen", action=Action.MERGE, question=_("Join"), key="s"),
        Step(
            code="separate",
            path="skill",
            action=Action.SEPARATE,
            question=_("Separate"),
            words=False,
        ),
        Step(
            code="close",
            path="steng",
            action=Action.CLOSE,
            question=pgettext_lazy("question", "Close"),
            key="c",
        ),
        Step(
            code="reopen",
            path="apne",
            action=Action.REOPEN,
            question=_("Open again"),
            words=False,
        ),
        Step(code="warn", path="advar", action=None, question=_("Warn the author"), key="w"),
    )
}
_PATHS = {step.path: step for step in STEPS.values()}


def steps_for(post: Question | Answer, user, *, reported: bool) -> list[Step]:
    """The steps that fit the post as it stands; `reported` says whether reports of it wait.

    Asks the database nothing, so that a page of posts costs no more than one.
    """
    return [step for step in STEPS.values() if _fits(step, post, user, reported)]


def _fits(step: Step, post: Question | Answer, user, reported: bool) -> bool:
    author = author_of(post)
    if step.code == "warn":
        return author is not None and author.pk != user.pk
    if step.code == "dismiss":
        # The approval of a held post settles its reports as well.
        own = author is not None and author.pk == user.pk
        return reported and not own and not post.is_held and not post.is_hidden
    return step.action is not None and can(user, step.action, post)


def step_of(path: str) -> Step:
    """The step an address names. Raises Http404 when there is none."""
    try:
        return _PATHS[path]
    except KeyError:
        raise Http404 from None


def step_address(post: Question | Answer, code: str) -> str:
    """The address of a step; "post" is the post's own page here, "report" the way to report it."""
    kind = "svar" if isinstance(post, Answer) else "sporsmal"
    if code == "post":
        return reverse("moderation_post", args=[kind, post.pk])
    if code == "report":
        return reverse("community_report", args=[kind, post.pk])
    return reverse("moderation_step", args=[kind, post.pk, STEPS[code].path])


def public_address(post: Question | Answer) -> str:
    """Where the post is read."""
    if isinstance(post, Answer):
        return address_of(post.question) + anchor_of(post.question, post.pk)
    return address_of(post)


def thread_of(post: Question | Answer) -> Question:
    """The question a post is, or stands under."""
    return post.question if isinstance(post, Answer) else post


def author_of(post: Question | Answer):
    """The person who wrote it; None when they have left."""
    return post.author if isinstance(post, Answer) else post.asker


def find_post(kind: str, pk: int, user) -> Question | Answer:
    """The post with its thread. Raises Http404 when this person may not see it."""
    model = KINDS.get(kind)
    if model is None:
        raise Http404
    related: Callable[..., object] = model.objects.visible_to(user).select_related
    rows = (
        related("question__product", "question__asker", "author__member", "official_team")
        if model is Answer
        else related("product", "asker__member", "closed_by", "merged_into", "official_team")
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
