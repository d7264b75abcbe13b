"""What waits for a moderator: reported and held posts together, those that waited longest first.

Each post stands once, at the time it began to wait. Three sources are read from where the page
begins, each by its own index, and laid together: reports (the first of each post), held questions
and held answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from cms.community.models import Answer, CommunityEvent, Flag, HeldFor, Question
from cms.community.moderation import DONE_TO_POSTS
from taxonomy.models import Product

PAGE_LENGTH = 20
FLAGGED = "flagged"
WHAT = (FLAGGED, *HeldFor.values)  # the ways to narrow the queue
QUESTION, ANSWER = "question", "answer"

_SHOWN_QUESTION = Q(hidden_at__isnull=True, withdrawn_at__isnull=True)
_FLAG_OF_QUESTION = Q(
    answer__isnull=True, question__hidden_at__isnull=True, question__withdrawn_at__isnull=True
)
_FLAG_OF_ANSWER = Q(
    answer__isnull=False,
    answer__hidden_at__isnull=True,
    answer__withdrawn_at__isnull=True,
    question__hidden_at__isnull=True,
    question__withdrawn_at__isnull=True,
)


@dataclass(frozen=True, order=True)
class Position:
    """Where something stands in the queue: since when, of which kind, and its id."""

    since: datetime
    kind: str
    pk: int


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One post that waits, with the reports nobody has looked at."""

    position: Position
    post: Question | Answer
    flags: Sequence[Flag]
    last_done: int  # id of the last thing moderators did to it; 0 for nothing


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """One page of the queue; `next` is where the following one begins, if there is one."""

    waiting: Sequence[Waiting]
    next: Position | None


def read_queue(
    *,
    what: str = "",
    product: Product | None = None,
    after: Position | None = None,
    length: int = PAGE_LENGTH,
) -> QueuePage:
    """One page, oldest first; `what` is one of WHAT, empty for everything. For moderators only.

    Eight statements at most, however many posts there are.
    """
    positions = sorted(
        position
        for source in (_flagged, _held_questions, _held_answers)
        for position in source(what, product, after, length + 1)
    )
    shown, more = positions[:length], len(positions) > length
    return QueuePage(waiting=_load(shown), next=shown[-1] if more else None)


def counts(product: Product | None = None) -> dict[str, int]:
    """How many posts wait, by each of WHAT; a post both held and reported counts in both."""
    found = dict.fromkeys(WHAT, 0)
    found[FLAGGED] = _first_flags(product).count()
    for rows in (_held(Question, product), _held(Answer, product)):
        for held_for, count in rows.values_list("held_for").annotate(Count("pk")):
            found[held_for] += count
    return found


def _first_flags(product: Product | None) -> QuerySet[Flag]:
    """The first waiting report of each post that is not out of sight for another reason."""
    earlier = Flag.objects.filter(
        Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk")),
        outcome=Flag.Outcome.OPEN,
    )
    of_answer = earlier.filter(answer=OuterRef("answer"))
    of_question = earlier.filter(answer__isnull=True, question=OuterRef("question"))
    flags = Flag.objects.filter(
        (_FLAG_OF_QUESTION & ~Exists(of_question)) | (_FLAG_OF_ANSWER & ~Exists(of_answer)),
        outcome=Flag.Outcome.OPEN,
    )
    return flags.filter(question__product=product) if product else flags


def _held(model: type[Question] | type[Answer], product: Product | None) -> QuerySet:
    rows = model.objects.filter(_SHOWN_QUESTION, held_at__isnull=False)
    if model is Answer:
        rows = rows.filter(question__hidden_at__isnull=True, question__withdrawn_at__isnull=True)
        return rows.filter(question__product=product) if product else rows
    return rows.filter(product=product) if product else rows


def _flagged(
    what: str, product: Product | None, after: Position | None, length: int
) -> list[Position]:
    """Reported posts, unless they began to wait as held ones before that."""
    if what not in ("", FLAGGED):
        return []
    flags = _first_flags(product)
    if not what:
        flags = flags.exclude(answer__isnull=True, question__held_at__lte=F("at"))
        flags = flags.exclude(answer__isnull=False, answer__held_at__lte=F("at"))
    if after is not None:
        flags = flags.filter(at__gte=after.since)
    rows = flags.order_by("at", "pk").values_list("at", "question_id", "answer_id")
    # Reports of the same moment as where the page begins are few; they are left out here.
    found = (
        Position(at, ANSWER if answer else QUESTION, answer or question)
        for at, question, answer in rows[: length + _same_moment(flags, after)]
    )
    return [each for each in found if after is None or each > after][:length]


def _same_moment(flags: QuerySet[Flag], after: Position | None) -> int:
    return flags.filter(at=after.since).count() if after is not None else 0


def _held_questions(
    what: str, product: Product | None, after: Position | None, length: int
) -> list[Position]:
    return _held_positions(Question, QUESTION, what, product, after, length)


def _held_answers(
    what: str, product: Product | None, after: Position | None, length: int
) -> list[Position]:
    return _held_positions(Answer, ANSWER, what, product, after, length)


def _held_positions(
    model: type[Question] | type[Answer],
    kind: str,
    what: str,
    product: Product | None,
    after: Position | None,
    length: int,
) -> list[Position]:
    """Held posts, unless they began to wait as reported ones before that."""
    if what == FLAGGED:
        return []
    rows = _held(model, product)
    if what:
        rows = rows.filter(held_for=what)
    else:
        of_post = {"answer": OuterRef("pk")}
        if model is Question:
            of_post = {"question": OuterRef("pk"), "answer__isnull": True}
        reported_before = Flag.objects.filter(
            **of_post, outcome=Flag.Outcome.OPEN, at__lt=OuterRef("held_at")
        )
        rows = rows.exclude(Exists(reported_before))
    if after is not None:
        rows = rows.filter(held_at__gte=after.since).filter(_beyond(kind, after))
    found = rows.order_by("held_at", "pk").values_list("held_at", "pk")[:length]
    return [Position(at, kind, pk) for at, pk in found]


def _beyond(kind: str, after: Position) -> Q:
    """What stands after a position, of this kind."""
    later = Q(held_at__gt=after.since)
    if kind > after.kind:
        return later | Q(held_at=after.since)
    if kind == after.kind:
        return later | Q(held_at=after.since, pk__gt=after.pk)
    return later


def _load(positions: Sequence[Position]) -> list[Waiting]:
    """The posts of the positions with all that is shown of them."""
    questions = Question.objects.select_related("product", "asker__member").in_bulk(
        [each.pk for each in positions if each.kind == QUESTION]
    )
    answers = Answer.objects.select_related(
        "question__product", "author__member", "official_team"
    ).in_bulk([each.pk for each in positions if each.kind == ANSWER])
    flags = _flags_by_post(questions, answers)
    done = _done_by_post(questions, answers)
    found = []
    for position in positions:
        posts = answers if position.kind == ANSWER else questions
        if position.pk in posts:  # not gone since
            key = (position.kind, position.pk)
            waiting = Waiting(
                position=position,
                post=posts[position.pk],
                flags=flags.get(key, []),
                last_done=done.get(key, 0),
            )
            found.append(waiting)
    return found


def _flags_by_post(questions, answers) -> dict[tuple[str, int], list[Flag]]:
    rows = Flag.objects.filter(
        Q(answer__in=list(answers)) | Q(answer__isnull=True, question__in=list(questions)),
        outcome=Flag.Outcome.OPEN,
    )
    found: dict[tuple[str, int], list[Flag]] = {}
    for flag in rows.select_related("reporter").order_by("at", "pk"):
        key = (ANSWER, flag.answer_id) if flag.answer_id else (QUESTION, flag.question_id)
        found.setdefault(key, []).append(flag)
    return found


def _done_by_post(questions, answers) -> dict[tuple[str, int], int]:
    rows = CommunityEvent.objects.filter(
        Q(answer__in=list(answers)) | Q(answer__isnull=True, question__in=list(questions)),
        kind__in=DONE_TO_POSTS,
    )
    found: dict[tuple[str, int], int] = {}
    for pk, question, answer in rows.order_by("pk").values_list("pk", "question_id", "answer_id"):
        found[(ANSWER, answer) if answer else (QUESTION, question)] = pk
    return found
