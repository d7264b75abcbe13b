"""Which mails a person wants. Everything is sent until they say no."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from accounts.models import NoticeChoice, NoticeKind, User

# Kinds that only people of the desk can receive.
DESK_KINDS = (
    NoticeKind.ASSIGNED,
    NoticeKind.HANDED_OVER,
    NoticeKind.NEW_REPLY,
    NoticeKind.SEVERE,
    NoticeKind.CONFIRM,
    NoticeKind.DEADLINE_NEAR,
    NoticeKind.DEADLINE_MISSED,
)
# Kinds of the desk that managers receive too.
MANAGER_KINDS = (NoticeKind.SEVERE, NoticeKind.DEADLINE_MISSED)
READER_KINDS = tuple(kind for kind in NoticeKind if kind not in DESK_KINDS)
# Kinds about the community; the others are about cases.
COMMUNITY_KINDS = (
    NoticeKind.THREAD,
    NoticeKind.MENTION,
    NoticeKind.MODERATION,
    NoticeKind.CONFIRM,
)


def kinds_for(user: User) -> tuple[NoticeKind, ...]:
    """The kinds this person can receive, in the order they are shown."""
    if user.is_support:
        return READER_KINDS + DESK_KINDS
    return READER_KINDS + MANAGER_KINDS if user.is_manager else READER_KINDS


def wants_mail(user: User, kind: str) -> bool:
    """Whether the person wants mail of this kind; the closed account of one who left never does."""
    if not user.is_active:
        return False
    return not NoticeChoice.objects.filter(user=user, kind=NoticeKind(kind), by_mail=False).exists()


def wanting_mail(users: Iterable[User], kind: str) -> list[User]:
    """Those of the people who want mail of this kind, in one query for all."""
    people = [user for user in users if user.is_active]
    declined = set(
        NoticeChoice.objects.filter(
            user__in=people, kind=NoticeKind(kind), by_mail=False
        ).values_list("user_id", flat=True)
    )
    return [user for user in people if user.pk not in declined]


def chosen_kinds(user: User) -> list[NoticeKind]:
    """The kinds the person can receive and wants."""
    declined = set(
        NoticeChoice.objects.filter(user=user, by_mail=False).values_list("kind", flat=True)
    )
    return [kind for kind in kinds_for(user) if kind not in declined]


def stop_mail(*, user: User, kind: str) -> None:
    """Send the person no more mail of this kind; doing it twice changes nothing."""
    NoticeChoice.objects.update_or_create(
        user=user, kind=NoticeKind(kind), defaults={"by_mail": False}
    )


def choose_notices(*, user: User, wanted: Collection[str]) -> None:
    """Save which of the kinds the person can receive they want by mail; leaves other kinds be."""
    rows = [NoticeChoice(user=user, kind=kind, by_mail=kind in wanted) for kind in kinds_for(user)]
    with transaction.atomic():
        NoticeChoice.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["user", "kind"],
            update_fields=["by_mail"],
        )
