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
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import NoticeKind, User
from accounts.notices import wanting_mail
from cms.community.letters import queue_notice
from cms.community.models import (
    IN_SIGHT,
    Answer,
    CommunityEvent,
    Follow,
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
PAGE_LENGTH = 30
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
    Happened.APPROVED: (_of_an_answer, _of_mentions, _of_a_moderator),
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
    if now - telling.at > MAILED_WITHIN:
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


# --- reading --------------------------------------------------------------------------------------


def _in_sight(prefix: str) -> Q:
    """The condition `IN_SIGHT` of a joined post; a join, because the tables are large."""
    return Q(**{f"{prefix}__{name}": value for name, value in IN_SIGHT.children})


_PUBLIC_QUESTION = _in_sight("question") & Q(question__merged_into__isnull=True)
_PUBLIC_ANSWER = (
    Q(answer__isnull=False)
    & _in_sight("answer")
    & _in_sight("answer__question")
    & Q(answer__question__merged_into__isnull=True)
)


def shown_to(user: User, *, now: datetime) -> QuerySet[Notice]:
    """The notices the person may see now.

    What has gone out of sight takes its notices along, but for what moderators say to its author.
    What is to be confirmed is shown to those who are in the team now, until it is confirmed.
    """
    public = Q(answer__isnull=True, question__isnull=False) & _PUBLIC_QUESTION | _PUBLIC_ANSWER
    confirm = Q(
        kind=Kind.CONFIRM,
        answer__official_team__in=list(user.team_lines),
        answer__confirm_by__lte=timezone.localdate(now),
    )
    return Notice.objects.filter(
        Q(kind__in=OWN_KINDS) | (public & (~Q(kind=Kind.CONFIRM) | confirm)), user=user
    )


@dataclass(frozen=True, kw_only=True)
class Position:
    """The notice a page ended with; unread ones come before read ones, newest first."""

    unread: bool
    pk: int

    @property
    def written(self) -> str:
        """As it stands in an address."""
        return f"{'u' if self.unread else 'r'}_{self.pk}"


@dataclass(frozen=True, kw_only=True)
class NoticePage:
    """One page of notices; `next` is where the next begins, when there are more."""

    notices: Sequence[Notice]
    next: Position | None


def page_for(
    user: User, *, after: Position | None, now: datetime, length: int = PAGE_LENGTH
) -> NoticePage:
    """One page of the person's notices: unread first, then read, newest first in each."""
    rows = shown_to(user, now=now).select_related(
        "question", "event", "actor", "answer__question", "answer__official_team"
    )
    rows = rows.defer("question__body", "question__html", "answer__body", "answer__html")
    found: list[Notice] = []
    for unread in (True, False):
        if after is not None and after.unread < unread:
            continue
        part = rows.filter(read_at__isnull=unread)
        if after is not None and after.unread == unread:
            part = part.filter(pk__lt=after.pk)
        if len(found) <= length:
            found += part.order_by("-pk")[: length + 1 - len(found)]
    last = found[length - 1] if len(found) > length else None
    position = last and Position(unread=last.read_at is None, pk=last.pk)
    return NoticePage(notices=found[:length], next=position)


def openable(notices: Sequence[Notice], user: User) -> set[int]:
    """The ids of the notices whose post the person may open; two statements for all."""
    answers = Answer.objects.visible_to(user).filter(
        pk__in=[notice.answer_id for notice in notices if notice.answer_id]
    )
    questions = Question.objects.visible_to(user).filter(
        pk__in=[notice.question_id for notice in notices if not notice.answer_id]
    )
    open_answers = set(answers.values_list("pk", flat=True))
    open_questions = set(questions.values_list("pk", flat=True))
    return {
        notice.pk
        for notice in notices
        if notice.answer_id in open_answers
        or (not notice.answer_id and notice.question_id in open_questions)
    }


def unread_count(user: User, *, now: datetime, most: int = 100) -> int:
    """How many notices wait to be read, counted no further than `most`; one statement."""
    return shown_to(user, now=now).filter(read_at__isnull=True)[:most].count()


def mark_thread_read(*, user: User, question: Question, now: datetime) -> int:
    """The person has opened the thread: its notices are read. Returns how many were not."""
    in_thread = Q(question=question) | Q(answer__in=Answer.objects.filter(question=question))
    return Notice.objects.filter(in_thread, user=user, read_at__isnull=True).update(read_at=now)


def mark_read(*, user: User, notice_id: int, now: datetime) -> bool:
    """The person has read one notice; False when it is not theirs."""
    rows = Notice.objects.filter(user=user, pk=notice_id)
    rows.filter(read_at__isnull=True).update(read_at=now)
    return rows.exists()


def mark_all_read(*, user: User, newest: int, now: datetime) -> int:
    """Everything up to the notice `newest` is read; what came later is not. Returns how many."""
    rows = Notice.objects.filter(user=user, pk__lte=newest, read_at__isnull=True)
    return rows.update(read_at=now)


def forget_old(now: datetime) -> int:
    """Delete notices read a quarter of a year ago or made two years ago; returns how many."""
    read = Q(read_at__lt=now - timedelta(days=90))
    return Notice.objects.filter(read | Q(at__lt=now - timedelta(days=730))).delete()[0]
