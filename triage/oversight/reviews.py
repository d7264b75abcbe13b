"""Answers read again: a random sample of a month, and one reader for each answer.

Managers draw and read; those they choose read too. Nobody reads an answer they wrote themselves,
nor one from a case they may not open. Answers in security cases are never drawn.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from triage.oversight.models import LONGEST_COMMENT, Criterion, ReviewedAnswer, ReviewSample
from triage.sla.months import Month
from triage.tickets.exceptions import TicketError
from triage.tickets.models import Message, Ticket
from triage.tickets.redact import redacted

FEWEST, MOST, USUAL = 5, 100, 20


class AlreadyDrawn(TicketError):
    """The month's sample was drawn before: a second draw could be chosen for its results."""

    def __init__(self) -> None:
        super().__init__(_("The sample of this month is drawn already. It is drawn once only."))


class NothingToDraw(TicketError):
    """Nobody wrote an answer in the month."""

    def __init__(self) -> None:
        super().__init__(_("No answer was sent in this month."))


class ReadBySomebody(TicketError):
    """Somebody else was quicker."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has read this answer meanwhile. Take the next one."))


def may_draw(user) -> bool:
    """Whether the person may draw a sample and choose who reads it."""
    return user.is_authenticated and user.is_manager


def samples_for(user) -> QuerySet[ReviewSample]:
    """The samples the person may read answers of, the latest month first."""
    if not user.is_authenticated or not user.is_active:
        return ReviewSample.objects.none()
    if user.is_manager:
        return ReviewSample.objects.all()
    return ReviewSample.objects.filter(reviewers=user)


def answers_for(user, sample: ReviewSample) -> QuerySet[ReviewedAnswer]:
    """The answers of a sample this person may read: not their own, and of cases they may open."""
    return (
        ReviewedAnswer.objects.filter(
            sample__in=samples_for(user).filter(pk=sample.pk),
            message__ticket__in=Ticket.objects.visible_to(user).filter(security=False),
        )
        .exclude(message__author=user)
        .order_by("place")
    )


def next_for(user, sample: ReviewSample) -> ReviewedAnswer | None:
    """The first answer nobody has read and this person may."""
    return answers_for(user, sample).filter(reviewed_at__isnull=True).first()


def answers_of(month: Month, zone) -> QuerySet[Message]:
    """What can be drawn: public answers people of the staff wrote in the month."""
    return Message.objects.filter(
        visibility=Message.Visibility.PUBLIC,
        from_requester=False,
        automatic=False,
        author__isnull=False,
        ticket__security=False,
        created_at__gte=month.start(zone),
        created_at__lt=month.end(zone),
    )


def draw(
    *,
    month: Month,
    zone,
    by: User,
    size: int,
    reviewers: Sequence[User],
    now: datetime,
    seed: int | None = None,
) -> ReviewSample:
    """Draw `size` answers of a whole month, as many of each written standard as there are.

    Raises PermissionDenied for others than managers, AlreadyDrawn, NothingToDraw, and TicketError
    for a month that is not over or a size outside 5 to 100.
    """
    if not may_draw(by):
        raise PermissionDenied(_("Only managers draw samples."))
    if now < month.end(zone):
        raise TicketError(_("Wait until the month is over."))
    if not FEWEST <= size <= MOST:
        raise TicketError(
            _("Choose from %(fewest)s to %(most)s answers.") % {"fewest": FEWEST, "most": MOST}
        )
    rows = list(answers_of(month, zone).order_by("pk").values_list("pk", "ticket__language"))
    if not rows:
        raise NothingToDraw
    seed = random.SystemRandom().getrandbits(62) if seed is None else seed
    try:
        with transaction.atomic():
            sample = ReviewSample.objects.create(
                month=str(month), seed=seed, population=len(rows), drawn_at=now, drawn_by=by
            )
            sample.reviewers.set([person for person in reviewers if person.is_active])
            ReviewedAnswer.objects.bulk_create(
                [
                    ReviewedAnswer(sample=sample, message_id=pk, language=language, place=place)
                    for place, (pk, language) in enumerate(chosen(rows, size, seed), start=1)
                ]
            )
    except IntegrityError as error:
        raise AlreadyDrawn from error
    return sample


def chosen(rows: Sequence[tuple[int, str]], size: int, seed: int) -> list[tuple[int, str]]:
    """The drawn rows in a random order; the same rows, size and seed give the same. Pure.

    Each written standard gets an equal part, and what one cannot fill the others share: what is
    rare is read as often as what is common.
    """
    chance = random.Random(seed)  # noqa: S311  a draw that can be repeated, not a secret
    groups: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        groups.setdefault(row[1], []).append(row)
    for language in sorted(groups):
        chance.shuffle(groups[language])
    found: list[tuple[int, str]] = []
    while len(found) < size and any(groups.values()):
        for language in sorted(groups):
            if groups[language] and len(found) < size:
                found.append(groups[language].pop())
    chance.shuffle(found)
    return found


@transaction.atomic
def review(
    *,
    answer: ReviewedAnswer,
    by: User,
    found: Mapping[str, bool],
    now: datetime,
    note: str = "",
) -> ReviewedAnswer:
    """Say yes or no to every criterion. Said again by the same person it replaces the first.

    Raises PermissionDenied for who may not read it (also its author), ReadBySomebody, and
    ValueError when a criterion is missing.
    """
    if set(found) != set(Criterion.values):
        raise ValueError("every criterion needs a yes or a no")
    locked = ReviewedAnswer.objects.select_for_update().get(pk=answer.pk)
    if not answers_for(by, locked.sample).filter(pk=locked.pk).exists():
        raise PermissionDenied(_("You cannot review this answer."))
    if locked.reviewed_at is not None and locked.reviewer_id != by.pk:
        raise ReadBySomebody
    for criterion, yes in found.items():
        setattr(locked, criterion, bool(yes))
    said = redacted(note.replace("\r\n", "\n").strip()).text
    locked.note, locked.reviewer, locked.reviewed_at = said[:LONGEST_COMMENT], by, now
    locked.save()
    return locked
