"""Making two questions one, and two again.

What is asked twice is led on to where it is answered. The answers move there; those who follow and
those who wonder about the same are carried over as copies. The event lists each row that moved or
was made, so that undoing brings back exactly them, also when the other question has been joined
with a third one since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cms.community import log
from cms.community.exceptions import CannotMerge
from cms.community.models import (
    Answer,
    CommunityEvent,
    Edit,
    Flag,
    Follow,
    Mention,
    MeToo,
    Question,
)
from cms.community.moderation import check_not_overtaken, last_event, uphold
from cms.community.policies import Action, check_can
from cms.community.threads import recount, solve

Kind = CommunityEvent.Kind


@transaction.atomic
def merge(
    *, question: Question, into: Question, by: User, now: datetime, seen: int | None = None
) -> Question:
    """Lead everybody from `question` on to `into`, and carry over what stands there.

    Raises PermissionDenied, CannotMerge, Overtaken. Returns the question that is left.
    """
    _check_is_question(question, by, Action.MERGE)
    if question.pk == into.pk:
        raise CannotMerge(_("This is the same question. Choose another."))
    both = _locked_together((question.pk, into.pk))
    question, into = both[question.pk], both[into.pk]
    check_not_overtaken(question, question, seen)
    check_can(by, Action.MERGE, question)
    if not into.is_in_sight or into.merged_into_id:
        raise CannotMerge(_("The other question is not one everybody can read."))
    data = {
        "into": into.pk,
        "flags": uphold(question, by=by, now=now, reason=Flag.Reason.DUPLICATE),
        "answers": _move_answers(question, into),
        "follows": _copy_follows(question, into),
        "me_toos": _copy_me_toos(question, into, now),
    }
    if question.accepted_answer_id:
        data["accepted"] = question.accepted_answer_id
        data["solved_at"] = question.solved_at.isoformat()
        solve(question, None, now)
    question.merged_into = into
    question.save(update_fields=["merged_into"])
    _recount_all(question, into)
    log.note(Kind.MERGED, question, by=by, now=now, **data)
    log.index(into)
    return into


@transaction.atomic
def separate(*, question: Question, by: User, now: datetime, seen: int | None = None) -> Question:
    """Make a question one of its own again. Raises PermissionDenied, Overtaken."""
    _check_is_question(question, by, Action.SEPARATE)
    both = _locked_chain(question.pk)
    question = both[question.pk]
    check_not_overtaken(question, question, seen)
    check_can(by, Action.SEPARATE, question)
    event = last_event(question, question, (Kind.MERGED,))
    _separate(event, question, both, by, now)
    return question


def undo_merging(event: CommunityEvent, by: User, now: datetime) -> bool:
    """As it was before. False when the question is not joined by this event any more."""
    both = _locked_chain(event.question_id)
    question = both[event.question_id]
    if question.merged_into_id != event.data["into"]:
        return False
    _separate(event, question, both, by, now)
    return True


def end_of(question: Question) -> Question:
    """The question one is led on to at last; the question itself when it is not joined."""
    return Question.objects.get(pk=_chain(question.pk)[-1])


def _separate(
    event: CommunityEvent, question: Question, both: dict[int, Question], by: User, now: datetime
) -> None:
    """Bring back what the event carried over. The end of the chain is where its answers are."""
    chain = _chain(question.pk)
    end = both[chain[-1]]
    _bring_answers_back(event.data["answers"], question, end)
    _remove_copies(Follow, "follows", event, chain[1:])
    _remove_copies(MeToo, "me_toos", event, chain[1:])
    question.merged_into = None
    question.save(update_fields=["merged_into"])
    accepted = question.answers.filter(pk=event.data.get("accepted")).first()
    if accepted is not None and accepted.is_in_sight:
        solve(question, accepted, datetime.fromisoformat(event.data["solved_at"]))
    _take_back_solution(end)
    _recount_all(question, *(both[pk] for pk in chain[1:]))
    log.note(Kind.SEPARATED, question, by=by, now=now, undoes=event, **{"from": end.pk})
    log.index(end, withdrawn=True)


def _check_is_question(post: Question | Answer, by: User, action: Action) -> None:
    """An answer's id must not be taken for a question's. Raises PermissionDenied."""
    if not isinstance(post, Question):
        check_can(by, action, post)


def _chain(pk: int) -> list[int]:
    """The question, what it is joined with, and so on; the last one stands for itself."""
    chain = [pk]
    while following := Question.objects.values_list("merged_into", flat=True).get(pk=chain[-1]):
        chain.append(following)
    return chain


def _locked_together(pks: Iterable[int]) -> dict[int, Question]:
    """The questions as they stand now, locked in one order, so that nobody waits in a circle."""
    rows = Question.objects.select_for_update(of=("self",)).filter(pk__in=set(pks))
    return {row.pk: row for row in rows.order_by("pk")}


def _locked_chain(pk: int) -> dict[int, Question]:
    """The whole chain, locked; also what was joined to its end while we waited for the locks."""
    both: dict[int, Question] = {}
    while not both.keys() >= set(chain := _chain(pk)):
        both = _locked_together(chain)
    return both


def _move_answers(question: Question, into: Question) -> list[int]:
    ids = list(question.answers.order_by("pk").values_list("pk", flat=True))
    _put_answers(ids, into)
    return ids


def _bring_answers_back(ids: Collection[int], question: Question, end: Question) -> None:
    """Those that are still where they were moved to."""
    here = end.answers.filter(pk__in=ids).values_list("pk", flat=True)
    _put_answers(list(here), question)


def _put_answers(ids: Collection[int], question: Question) -> None:
    """Move answers with what names both them and their question."""
    Answer.objects.filter(pk__in=ids).update(question=question)
    for model in (Flag, Mention, Edit):
        model.objects.filter(answer__in=ids).update(question=question)


def _take_back_solution(question: Question) -> None:
    """An answer that has left solves nothing here any more."""
    if question.accepted_answer_id and not question.answers.filter(pk=question.accepted_answer_id):
        solve(question, None, question.asked_at)


def _copy_follows(question: Question, into: Question) -> list[int]:
    there = Follow.objects.filter(question=into).values("user")
    rows = question.follows.filter(stopped_at__isnull=True).exclude(user__in=there)
    copies = [Follow(user_id=row.user_id, question=into, at=row.at) for row in rows]
    return [row.pk for row in Follow.objects.bulk_create(copies)]


def _copy_me_toos(question: Question, into: Question, now: datetime) -> list[int]:
    """Also the one who asked, who wonders about the same as the one who asked there."""
    times = dict(question.me_toos.values_list("user", "at"))
    if question.asker_id:
        times.setdefault(question.asker_id, now)
    there = set(into.me_toos.values_list("user", flat=True)) | {into.asker_id}
    copies = [
        MeToo(user_id=user, question=into, at=at)
        for user, at in sorted(times.items())
        if user not in there
    ]
    return [row.pk for row in MeToo.objects.bulk_create(copies)]


def _remove_copies(
    model: type[Follow] | type[MeToo], name: str, event: CommunityEvent, chain: list[int]
) -> None:
    """Remove the copies an event made, and the copies later joinings made of those."""
    ids, at = event.data[name], 0
    while ids:
        rows = model.objects.filter(pk__in=ids)
        users = list(rows.values_list("user", flat=True))
        rows.delete()
        onward = _event_that_joined(chain[at]) if at + 1 < len(chain) else None
        copied = onward.data[name] if onward else []
        carried = model.objects.filter(pk__in=copied, user__in=users)
        ids, at = list(carried.values_list("pk", flat=True)), at + 1


def _event_that_joined(question_pk: int) -> CommunityEvent | None:
    events = CommunityEvent.objects.filter(question=question_pk, kind=Kind.MERGED)
    return events.filter(undone_by__isnull=True).order_by("-pk").first()


def _recount_all(*questions: Question) -> None:
    for question in questions:
        question.me_too_count = question.me_toos.count()
        question.save(update_fields=["me_too_count"])
        recount(question)
