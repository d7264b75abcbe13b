"""Reads of the log for moderators: of a post, of a member, and of all that moderators do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from cms.community.models import Answer, CommunityEvent, Question
from cms.community.moderation import DONE_TO_POSTS
from cms.community.sanctions import DONE_TO_MEMBERS

PAGE_LENGTH = 40
MOST_OF_A_POST = 100
Kind = CommunityEvent.Kind
# What moderators do, and what the site does for them.
DONE = tuple(dict.fromkeys((*DONE_TO_POSTS, *DONE_TO_MEMBERS, Kind.HELD)))


@dataclass(frozen=True, kw_only=True)
class LogPage:
    """One page of the log, newest first; `older` is where the next begins, if there is one."""

    events: Sequence[CommunityEvent]
    older: int | None


def events_of(post: Question | Answer) -> list[CommunityEvent]:
    """The last events of a post, newest first."""
    about = {"answer": post}
    if isinstance(post, Question):
        about = {"question": post, "answer": None}
    events = CommunityEvent.objects.filter(**about)
    return list(_with_names(events).order_by("-pk")[:MOST_OF_A_POST])


def read_log(
    *,
    moderator: User | None = None,
    member: User | None = None,
    kind: str = "",
    older_than: int | None = None,
    length: int = PAGE_LENGTH,
) -> LogPage:
    """One page of what moderators did, narrowed to one of them, a kind, or whom it concerned.

    It concerns a member when it was done to them or to something they wrote.
    """
    events = CommunityEvent.objects.filter(kind__in=[kind] if kind in DONE else DONE)
    if moderator is not None:
        events = events.filter(actor=moderator)
    if member is not None:
        events = events.filter(
            Q(member=member)
            | Q(answer__author=member)
            | Q(answer__isnull=True, question__asker=member)
        )
    if older_than is not None:
        events = events.filter(pk__lt=older_than)
    found = list(_with_names(events).order_by("-pk")[: length + 1])
    more = len(found) > length
    return LogPage(events=found[:length], older=found[length - 1].pk if more else None)


def moderators_in_log() -> list[User]:
    """Everybody who is a moderator, or has done something as one."""
    acted = CommunityEvent.objects.filter(kind__in=DONE, actor__isnull=False)
    ids = set(acted.order_by().values_list("actor", flat=True).distinct())
    return list(User.objects.filter(pk__in=ids).order_by("name", "pk"))


def _with_names(events: QuerySet[CommunityEvent]) -> QuerySet[CommunityEvent]:
    return events.select_related(
        "actor", "member", "question", "answer__question", "undone_by__actor"
    )
