"""Figures of the community: what was asked, how soon it was answered, and who helps.

Definitions. A question counts in the month it was asked, when everybody may read it now: what is
hidden, held, withdrawn or merged into another is not counted, nor are answers out of sight. Its
first answer is the first one in sight by somebody else than the asker. Solved: an answer is
accepted. Official: a team of the owner stands behind an answer. The first answer is by staff when
it is official or its author works in a team of the desk now, else by a member. Overdue official
answers are those whose day of confirmation has passed; they are of now, whatever the period.
Helpers are authors of accepted answers of the last months asked for whose page everybody may see;
one's own accepted answers to oneself do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from accounts.models import Team, User
from cms.community.models import Answer, Member, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with what became of it."""

    pk: int
    product: str
    asked_at: datetime
    answered_at: datetime | None
    by_staff: bool
    solved: bool
    official: bool


@dataclass(frozen=True, kw_only=True)
class Helper:
    """A member, and how many of their answers were accepted."""

    handle: str
    name: str
    accepted: int


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """A team, how many of its official answers wait to be confirmed, and since when."""

    team: str
    count: int
    oldest: date


def _of_others() -> QuerySet[Answer]:
    return Answer.objects.public().filter(
        ~Q(author=OuterRef("asker")) | Q(author__isnull=True), question=OuterRef("pk")
    )


def questions_asked(*, start: datetime, end: datetime, product: str = "") -> QuerySet[Question]:
    """The questions asked from `start` until before `end`, the newest first."""
    found = Question.objects.public().filter(asked_at__gte=start, asked_at__lt=end)
    if product:
        found = found.filter(product__slug=product)
    return found.order_by("-asked_at", "-pk")


def asked(*, start: datetime, end: datetime, product: str = "") -> list[Asked]:
    """What was asked in a time, with its first answers, in one statement."""
    first = _of_others().order_by("answered_at", "pk")
    staff = Exists(Team.members.through.objects.filter(user=OuterRef("author")))
    first_by_staff = first.annotate(is_staff=staff | Q(official_team__isnull=False))
    rows = (
        questions_asked(start=start, end=end, product=product)
        .order_by("asked_at", "pk")
        .annotate(
            first_at=Subquery(first.values("answered_at")[:1]),
            first_is_staff=Subquery(first_by_staff.values("is_staff")[:1]),
            is_official=Exists(_of_others().filter(official_team__isnull=False)),
        )
        .values_list(
            "pk",
            "product__slug",
            "asked_at",
            "first_at",
            "first_is_staff",
            "accepted_answer",
            "is_official",
        )
    )
    return [
        Asked(
            pk=pk,
            product=slug,
            asked_at=at,
            answered_at=first_at,
            by_staff=bool(first_is_staff),
            solved=accepted is not None,
            official=official,
        )
        for pk, slug, at, first_at, first_is_staff, accepted, official in rows
    ]


def overdue_answers(*, today: date, product: str = "") -> QuerySet[Answer]:
    """Official answers in sight whose day of confirmation has passed, the longest overdue first."""
    found = Answer.objects.public().filter(official_team__isnull=False, confirm_by__lt=today)
    if product:
        found = found.filter(question__product__slug=product)
    return found.order_by("confirm_by", "pk")


def overdue_by_team(*, today: date, product: str = "") -> list[Overdue]:
    """How many official answers each team has to confirm, in one statement."""
    rows = (
        overdue_answers(today=today, product=product)
        .order_by("official_team__name")
        .values_list("official_team__name")
        .annotate(count=Count("pk"), oldest=Min("confirm_by"))
    )
    return [Overdue(team=team, count=count, oldest=oldest) for team, count, oldest in rows]


def official_count(*, product: str = "") -> int:
    """How many official answers there are in sight."""
    found = Answer.objects.public().filter(official_team__isnull=False)
    if product:
        found = found.filter(question__product__slug=product)
    return found.count()


def helpers(*, start: datetime, end: datetime, limit: int, product: str = "") -> Sequence[Helper]:
    """Who helped most in a time, by accepted answers; ties by name. In one statement.

    Members who do not show their page to everybody are left out, and so are those silenced or no
    longer here: nobody is put on a list they have not chosen to be on.
    """
    accepted = (
        Answer.objects.public()
        .filter(
            question__accepted_answer=F("pk"),
            question__solved_at__gte=start,
            question__solved_at__lt=end,
        )
        .exclude(question__asker=F("author"))
    )
    if product:
        accepted = accepted.filter(question__product__slug=product)
    shown = Member.objects.filter(
        Q(silenced_until__isnull=True) | Q(silenced_until__lte=end), shown_to_visitors=True
    )
    active = User.objects.filter(is_active=True)
    rows = (
        accepted.filter(author__in=shown.values("user"), official_team__isnull=True)
        .filter(author__in=active.values("pk"))
        .order_by()
        .values("author", "author__name", "author__member__handle")
        .annotate(accepted=Count("pk"))
        .order_by("-accepted", "author__name", "author")[:limit]
    )
    return [
        Helper(
            handle=row["author__member__handle"],
            name=row["author__name"] or row["author__member__handle"],
            accepted=row["accepted"],
        )
        for row in rows
    ]
