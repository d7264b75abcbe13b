"""What the moderators' pages show, ready for their templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cms.community.models import Answer, CommunityEvent, Flag, HeldFor, Member, Question, Sanction
from cms.community.queue import FLAGGED, WHAT, Waiting
from cms.community.undo import may_undo
from portal.community.presenters import DANGER, INFO, NEUTRAL, Mark, person_name, reachable
from portal.moderation.posts import Step, author_of, public_address, step_address, steps_for
from portal.moderation.words import event_in_words, reason_of

WARNING = "warning"
WHAT_NAMES = {
    "": gettext_lazy("Everything"),
    FLAGGED: gettext_lazy("Reported"),
    HeldFor.LINKS: gettext_lazy("Links from somebody new"),
    HeldFor.FIRST_POSTS: gettext_lazy("Somebody's first posts"),
    HeldFor.FLAGS: gettext_lazy("Reported by several people"),
    HeldFor.TEXT: gettext_lazy("May hold a key or an account"),
}
_WHY_HELD = {
    HeldFor.LINKS: gettext_lazy("The author is new, and the post links to other sites."),
    HeldFor.FIRST_POSTS: gettext_lazy("It is one of the author's first posts."),
    HeldFor.FLAGS: gettext_lazy("Several known members have reported it."),
    HeldFor.TEXT: gettext_lazy("Something in it may be a key or an account number."),
}


@dataclass(frozen=True, kw_only=True)
class Author:
    """Who wrote it, as a moderator needs to know them."""

    name: str
    address: str
    trust: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report of a post."""

    reason: str
    comment: str
    reporter: str
    reporter_address: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class StepLink:
    """A step as a button (nothing more to say) or a link to its page."""

    label: str
    address: str
    is_button: bool
    key: str


@dataclass(frozen=True, kw_only=True)
class ShownPost:
    """A post in full with its surroundings, and what can be done to it."""

    key: str
    kind: str
    title: str
    html: SafeString
    language: str
    product: str
    author: Author
    written_at: datetime
    marks: Sequence[Mark]
    why_held: str
    reports: Sequence[Report]
    context: str
    thread_address: str
    post_address: str
    seen: int
    main: Sequence[StepLink]
    more: Sequence[StepLink]


@dataclass(frozen=True, kw_only=True)
class WhatLink:
    """A way to narrow the queue, with how many posts there are."""

    name: str
    address: str
    count: int | None
    current: bool


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One event: who did what, why and when, to what, and whether it can be undone."""

    pk: int
    words: str
    at: datetime
    reason: str
    details: Sequence[str]
    on: str
    on_address: str
    on_language: str
    is_answer: bool
    member: str
    member_address: str
    undone: str
    may_undo: bool


def shown_posts(waiting: Sequence[Waiting], user: User) -> list[ShownPost]:
    """The posts of a page of the queue."""
    return [shown_post(each.post, each.flags, each.last_done, user) for each in waiting]


def shown_post(post: Question | Answer, flags: Sequence[Flag], seen: int, user: User) -> ShownPost:
    """One post with the reports that wait."""
    is_answer = isinstance(post, Answer)
    question = post.question if is_answer else post
    links = [_step_link(step, post) for step in steps_for(post, user, reported=bool(flags))]
    return ShownPost(
        key=f"{'svar' if is_answer else 'sporsmal'}-{post.pk}",
        kind=_("Answer") if is_answer else _("Question"),
        title=question.title,
        html=mark_safe(reachable(post.html)),  # noqa: S308  sanitised when it was saved
        language=post.language,
        product=question.product.name,
        author=_author(author_of(post)),
        written_at=post.answered_at if is_answer else post.asked_at,
        marks=marks_of(post, reported=bool(flags)),
        why_held=str(_WHY_HELD.get(post.held_for, "")) if post.is_held else "",
        reports=[_report(flag) for flag in flags],
        context=_context(post),
        thread_address=public_address(post),
        post_address=step_address(post, "post"),
        seen=seen,
        main=[link for link in links if link.is_button or link.key == "h"],
        more=[link for link in links if not (link.is_button or link.key == "h")],
    )


def marks_of(post: Question | Answer, *, reported: bool) -> list[Mark]:
    """Every way the post is out of the ordinary."""
    found = []
    if post.is_hidden:
        found.append(Mark(word=_("Hidden"), icon="EyeSlash", tone=DANGER))
    if post.is_held:
        found.append(Mark(word=_("Held"), icon="Hourglass", tone=WARNING))
    if reported:
        found.append(Mark(word=_("Reported"), icon="ExclamationmarkTriangle", tone=WARNING))
    if post.withdrawn_at:
        found.append(Mark(word=_("Withdrawn"), icon="ArrowUndo", tone=NEUTRAL))
    if isinstance(post, Question) and post.is_closed:
        found.append(Mark(word=_("Closed"), icon="PadlockLocked", tone=NEUTRAL))
    if isinstance(post, Question) and post.merged_into_id:
        found.append(Mark(word=_("Joined with another"), icon="ArrowRight", tone=NEUTRAL))
    if isinstance(post, Answer) and post.is_official:
        found.append(Mark(word=_("Official answer"), icon="CheckmarkCircleFill", tone=INFO))
    return found


def what_links(counts: Mapping[str, int], current: str, product: str) -> list[WhatLink]:
    """The ways to narrow the queue that hold something, or are chosen."""
    links = []
    for what in ("", *WHAT):
        if what and not counts[what] and what != current:
            continue
        words = [f"hva={what}"] if what else []
        words += [f"product={product}"] if product else []
        links.append(
            WhatLink(
                name=str(WHAT_NAMES[what]),
                address="?" + "&".join(words) if words else reverse("moderation"),
                count=counts[what] if what else None,
                current=what == current,
            )
        )
    return links


def log_lines(events: Sequence[CommunityEvent]) -> list[LogLine]:
    """The events of a page of the log; a statement for what was said, one for what was joined."""
    named = _Named(
        sanctions=_in_bulk(Sanction, events, "sanction"),
        joined=_in_bulk(Question, events, "into"),
    )
    return [_log_line(event, named) for event in events]


@dataclass(frozen=True)
class _Named:
    """What events name by number: what was said to members, questions others were joined with."""

    sanctions: Mapping[int, Sanction]
    joined: Mapping[int, Question]


def _in_bulk(model, events: Sequence[CommunityEvent], name: str) -> Mapping:
    numbers = [event.data[name] for event in events if event.data.get(name)]
    return model.objects.in_bulk(numbers) if numbers else {}


def _log_line(event: CommunityEvent, named: _Named) -> LogLine:
    post = event.answer or event.question
    undone = getattr(event, "undone_by", None)
    return LogLine(
        pk=event.pk,
        words=event_in_words(event),
        at=event.at,
        reason=reason_of(event, named.sanctions),
        details=_details(event, named),
        on=event.question.title if event.question else "",
        on_address=step_address(post, "post") if post else "",
        on_language=event.question.language if event.question else "",
        is_answer=event.answer_id is not None,
        member=event.member.display_name if event.member else "",
        member_address=reverse("moderation_member", args=[event.member_id])
        if event.member_id
        else "",
        undone=event_in_words(undone) if undone else "",
        may_undo=may_undo(event),
    )


def _details(event: CommunityEvent, named: _Named) -> list[str]:
    """What the sentence does not say: from where to where, with what, why held, until when."""
    data = event.data
    found = []
    if event.kind == CommunityEvent.Kind.MOVED:
        found.append(_("From %(from)s to %(to)s") % {"from": data["from"], "to": data["to"]})
    if event.kind == CommunityEvent.Kind.HELD:
        found.append(str(_WHY_HELD.get(data.get("held_for") or data.get("reason"), "")))
    if event.kind == CommunityEvent.Kind.FLAGGED and data.get("reason_kind"):
        found.append(str(Flag.Reason(data["reason_kind"]).label))
    if joined := named.joined.get(data.get("into", 0)):
        found.append(_("The other question: %(title)s") % {"title": joined.title})
    sanction = named.sanctions.get(data.get("sanction", 0))
    if sanction is not None and sanction.until:
        found.append(_("Until %(day)s") % {"day": f"{sanction.until:%d.%m.%Y}"})
    if event.undoes_id:
        found.append(_("Undoes what was done before"))
    return [words for words in found if words]


def _author(user: User | None) -> Author:
    if user is None:
        return Author(name=person_name(None), address="", trust="")
    address = reverse("moderation_member", args=[user.pk])
    return Author(name=person_name(user), address=address, trust=_trust(user))


def _trust(user: User) -> str:
    member = getattr(user, "member", None)
    return str(Member.Trust(member.trust).label) if member else ""


def _report(flag: Flag) -> Report:
    return Report(
        reason=flag.get_reason_display(),
        comment=flag.comment,
        reporter=person_name(flag.reporter),
        reporter_address=reverse("moderation_member", args=[flag.reporter_id])
        if flag.reporter_id
        else "",
        at=flag.at,
    )


def _context(post: Question | Answer) -> str:
    """What the post stands in: for an answer the question it answers, in its first words."""
    if not isinstance(post, Answer):
        return ""
    return " ".join(post.question.body.split())[:300]


def _step_link(step: Step, post: Question | Answer) -> StepLink:
    return StepLink(
        label=step.name(post),
        address=step_address(post, step.code),
        is_button=not step.words,
        key=step.key,
    )
