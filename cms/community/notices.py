"""What people are told of what happens in the community: on the site, and by mail once a thread.

Notices come from the log alone. Every event worth telling of has an outbox row of its transaction;
the handler here works out who is told what. A notice is unique by person and key, so that a row
handled twice, by one worker or by two, tells once. Whether a person may still see what a notice is
about is asked anew each time it is shown, and once more before a mail leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import NoticeKind, User
from accounts.notices import wanting_mail
from cms.community.letters import queue_notice
from cms.community.models import (
    Answer,
    CommunityEvent,
    Follow,
    HeldFor,
    Member,
    Mention,
    Notice,
    Question,
    Sanction,
)
from dispatch import outbox
from dispatch.models import OutboxRow

TOPIC = "community"
TOLD_WITHIN = timedelta(days=30)  # what comes into sight again after that is no news
MAILED_WITHIN = timedelta(days=7)  # after a longer stop it stands on the site alone
AT_ONCE = 500  # people told in one statement

Happened = CommunityEvent.Kind
Kind = Notice.Kind

# Which of the mails a person can choose tells of each kind.
MAIL_KINDS = {
    Kind.NEW_ANSWER: NoticeKind.THREAD,
    Kind.OFFICIAL_ANSWER: NoticeKind.THREAD,
    Kind.ACCEPTED: NoticeKind.THREAD,
    Kind.SOLVED: NoticeKind.THREAD,
    Kind.TAKEN_UP: NoticeKind.THREAD,
    Kind.MENTIONED: NoticeKind.MENTION,
    Kind.EDITED: NoticeKind.MODERATION,
    Kind.MODERATED: NoticeKind.MODERATION,
    Kind.CONFIRM: NoticeKind.CONFIRM,
}
# About one's own post or oneself: told whether or not others may see the post.
OWN_KINDS = (Kind.EDITED, Kind.MODERATED)
# Told to those who follow the thread.
FOLLOWED_KINDS = (Kind.NEW_ANSWER, Kind.OFFICIAL_ANSWER, Kind.SOLVED, Kind.TAKEN_UP)


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One thing to be told, and the ids of those to tell."""

    kind: Notice.Kind
    key: str
    people: Collection[int]
    at: datetime
    question: Question | None = None
    answer: Answer | None = None
    event: CommunityEvent | None = None
    actor_id: int | None = None
    words: str = field(default="", repr=False)


# --- from the log ---------------------------------------------------------------------------------


def put_in_outbox(event: CommunityEvent) -> None:
    """Have the event told of, when it is of a kind that is; in the transaction of the event."""
    if event.kind in _TELLINGS:
        outbox.put(TOPIC, {"event": event.pk})


@outbox.handles(TOPIC)
def tell_of_rows(rows: Sequence[OutboxRow]) -> None:
    """Tell of the events of these rows, each in a transaction of its own."""
    for row in rows:
        tell_of(event_id=row.payload["event"], now=timezone.now())


@transaction.atomic
def tell_of(*, event_id: int, now: datetime) -> None:
    """Make the notices and queue the mails an event gives rise to, as the thread stands now.

    Doing it again adds nothing. The thread is held meanwhile, so that of two events at once only
    the first is mailed.
    """
    events = CommunityEvent.objects.select_related("answer__question", "question")
    event = events.filter(pk=event_id).first()
    if event is None or now - event.at > TOLD_WITHIN:
        return
    if event.question_id:
        Question.objects.select_for_update().get(pk=event.question_id)
    for find in _TELLINGS.get(event.kind, ()):
        for telling in find(event):
            _tell(telling, now)


def tell_to_confirm(now: datetime) -> None:
    """Tell the teams of their official answers that are to be confirmed by today."""
    today = timezone.localdate(now)
    since = today - TOLD_WITHIN
    rows = Answer.objects.public().filter(
        official_team__isnull=False, confirm_by__gt=since, confirm_by__lte=today
    )
    for answer in rows.select_related("question", "official_team").iterator(chunk_size=200):
        people = answer.official_team.members.filter(is_active=True).values_list("pk", flat=True)
        telling = Telling(
            kind=Kind.CONFIRM,
            key=f"confirm:{answer.pk}:{answer.confirm_by}",
            people=set(people),
            at=now,
            question=answer.question,
            answer=answer,
        )
        with transaction.atomic():
            _tell(telling, now)


def _followers(question: Question, *, since: datetime) -> set[int]:
    """Who hears of the thread: the asker unless they said no, and those who followed by then."""
    told, stopped = set(), set()
    for user_id, at, stopped_at in Follow.objects.filter(question=question).values_list(
        "user_id", "at", "stopped_at"
    ):
        if stopped_at is not None:
            stopped.add(user_id)
        elif at <= since:
            told.add(user_id)
    if question.asker_id is not None and question.asker_id not in stopped:
        told.add(question.asker_id)
    return told


def _post_of(event: CommunityEvent) -> Question | Answer:
    return event.answer if event.answer_id else event.question


def _is_public(post: Question | Answer) -> bool:
    return type(post).objects.public().filter(pk=post.pk).exists()


def _author_of(post: Question | Answer) -> int | None:
    return post.author_id if isinstance(post, Answer) else post.asker_id


def _of_an_answer(event: CommunityEvent) -> Iterable[Telling]:
    """A new answer, or one that has come into sight: to those who followed when it was given."""
    answer = event.answer
    if answer is None or not _is_public(answer):
        return
    mentioned = set(answer.mentions.values_list("user_id", flat=True))
    yield Telling(
        kind=Kind.OFFICIAL_ANSWER if answer.is_official else Kind.NEW_ANSWER,
        key=f"answer:{answer.pk}",
        people=_followers(answer.question, since=answer.answered_at) - mentioned,
        at=event.at,
        question=answer.question,
        answer=answer,
        event=event,
        actor_id=answer.author_id,
    )


def _of_mentions(event: CommunityEvent) -> Iterable[Telling]:
    """Those a post names, unless it is out of sight or its author may not write now."""
    post = _post_of(event)
    author_id = _author_of(post)
    if author_id is None or not _is_public(post):
        return
    author = Member.objects.filter(user_id=author_id).first()
    if author is not None and author.is_silenced(event.at):
        return
    named = Mention.objects.filter(question_id=event.question_id, answer_id=event.answer_id)
    people = set(named.values_list("user_id", flat=True))
    if people:
        yield Telling(
            kind=Kind.MENTIONED,
            key=f"mention:{event.question_id}:{event.answer_id or ''}",
            people=people,
            at=event.at,
            question=event.question,
            answer=event.answer,
            event=event,
            actor_id=author_id,
        )


def _of_solved(event: CommunityEvent) -> Iterable[Telling]:
    """The author whose answer solved it, and those who follow; unless it was taken back since."""
    answer, question = event.answer, event.question
    if question.accepted_answer_id != answer.pk or not _is_public(answer):
        return
    common = {"at": event.at, "question": question, "answer": answer, "event": event}
    common["actor_id"] = event.actor_id
    author = {answer.author_id} - {None}
    yield Telling(kind=Kind.ACCEPTED, key=f"accepted:{answer.pk}", people=author, **common)
    yield Telling(
        kind=Kind.SOLVED,
        key=f"solved:{question.pk}:{answer.pk}",
        people=_followers(question, since=event.at) - author,
        **common,
    )


def _of_taken_up(event: CommunityEvent) -> Iterable[Telling]:
    """Those who wait for an answer: the desk has it now."""
    if _is_public(event.question):
        yield Telling(
            kind=Kind.TAKEN_UP,
            key=f"taken_up:{event.question_id}:{event.pk}",
            people=_followers(event.question, since=event.at),
            at=event.at,
            question=event.question,
            event=event,
            actor_id=event.actor_id,
        )


def _of_a_moderator(event: CommunityEvent) -> Iterable[Telling]:
    """To the author of the post: what was done to it, and the reason given."""
    yield from _to_one(event, Kind.MODERATED, _author_of(_post_of(event)))


def _of_reports(event: CommunityEvent) -> Iterable[Telling]:
    """To the author of a post that was in sight and is held because people reported it."""
    if event.data.get("held_for") == HeldFor.FLAGS:
        yield from _of_a_moderator(event)


def _of_an_edit(event: CommunityEvent) -> Iterable[Telling]:
    """To the author, when somebody else has changed the post."""
    yield from _to_one(event, Kind.EDITED, _author_of(_post_of(event)))


def _to_a_member(event: CommunityEvent) -> Iterable[Telling]:
    """To the person a moderator has spoken to."""
    yield from _to_one(event, Kind.MODERATED, event.member_id)


def _to_one(event: CommunityEvent, kind: Kind, person: int | None) -> Iterable[Telling]:
    if person is not None:
        yield Telling(
            kind=kind,
            key=f"event:{event.pk}",
            people={person},
            at=event.at,
            question=event.question,
            answer=event.answer,
            event=event,
            actor_id=event.actor_id,
            words=_words_of(event),
        )


def _words_of(event: CommunityEvent) -> str:
    """What the moderator says to the person; a warning's words stand with the sanction."""
    words = event.data.get("reason", "")
    if not words and event.data.get("sanction"):
        rows = Sanction.objects.filter(pk=event.data["sanction"])
        words = rows.values_list("reason", flat=True).first() or ""
    return words[:500]


_TELLINGS: dict[str, tuple[Callable[[CommunityEvent], Iterable[Telling]], ...]] = {
    Happened.ASKED: (_of_mentions,),
    Happened.ANSWERED: (_of_an_answer, _of_mentions),
    Happened.ANSWERED_OFFICIALLY: (_of_an_answer, _of_mentions),
    Happened.EDITED: (_of_mentions, _of_an_edit),
    Happened.HELD: (_of_reports,),
    Happened.APPROVED: (_of_an_answer, _of_mentions, _of_a_moderator),
    Happened.FLAGS_DISMISSED: (_of_an_answer, _of_mentions),
    Happened.RESTORED: (_of_an_answer, _of_mentions, _of_a_moderator),
    Happened.ACCEPTED: (_of_solved,),
    Happened.TAKEN_UP: (_of_taken_up,),
    Happened.HIDDEN: (_of_a_moderator,),
    Happened.MOVED: (_of_a_moderator,),
    Happened.CLOSED: (_of_a_moderator,),
    Happened.REOPENED: (_of_a_moderator,),
    Happened.MERGED: (_of_a_moderator,),
    Happened.SEPARATED: (_of_a_moderator,),
    Happened.WARNED: (_to_a_member,),
    Happened.SILENCED: (_to_a_member,),
    Happened.SANCTION_LIFTED: (_to_a_member,),
}


# --- telling --------------------------------------------------------------------------------------


def _tell(telling: Telling, now: datetime) -> None:
    """Notices for those not told yet, and mails to those who want them."""
    wanted = sorted(set(telling.people) - {telling.actor_id})
    for first in range(0, len(wanted), AT_ONCE):
        ids = wanted[first : first + AT_ONCE]
        told = Notice.objects.filter(user__in=ids, key=telling.key).values_list("user", flat=True)
        left = set(ids) - set(told)
        people = list(User.objects.filter(pk__in=left, is_active=True).order_by("pk"))
        if people:
            _tell_people(telling, people, now)


def _tell_people(telling: Telling, people: list[User], now: datetime) -> None:
    mailed = {user.pk for user in _to_mail(telling, people, now)}
    rows = Notice.objects.bulk_create(
        Notice(
            user=user,
            kind=telling.kind,
            question=telling.question,
            answer=telling.answer,
            event=telling.event,
            actor_id=telling.actor_id,
            words=telling.words,
            key=telling.key,
            at=telling.at,
            mailed=user.pk in mailed,
        )
        for user in people
    )
    for notice in rows:
        if notice.mailed:
            queue_notice(notice, kind=MAIL_KINDS[telling.kind])


def _to_mail(telling: Telling, people: list[User], now: datetime) -> list[User]:
    """Those who want such mails and have looked since the last one.

    What moderators say is always mailed; of the rest only the first thing in a thread that has not
    been looked at, and of answers to confirm only the first until the person has looked.
    """
    if now - telling.at > MAILED_WITHIN or outbox.is_history():
        return []
    wanting = wanting_mail(people, MAIL_KINDS[telling.kind])
    if telling.kind in OWN_KINDS:
        return wanting
    waiting = Notice.objects.filter(user__in=wanting, read_at__isnull=True, mailed=True)
    if telling.kind == Kind.CONFIRM:
        waiting = waiting.filter(kind=Kind.CONFIRM)
    else:
        waiting = waiting.filter(question=telling.question)
        waiting = waiting.exclude(kind__in=(*OWN_KINDS, Kind.CONFIRM))
    not_looked = set(waiting.values_list("user", flat=True))
    return [user for user in wanting if user.pk not in not_looked]
