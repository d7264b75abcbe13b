"""The people of the community: how each is known here."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts.models import User
from cms.community.models import Member
from cms.community.texts import letters_of

LONGEST_HANDLE = 32


def member_of(user: User, *, now: datetime) -> Member:
    """The person as the community knows them; made the first time they write something."""
    found = Member.objects.filter(user=user).first()
    return found or _make(user, now)


def _make(user: User, now: datetime) -> Member:
    """A new member with the first free handle; two at once agree on one row."""
    wanted = slugify(letters_of(user.display_name))[:LONGEST_HANDLE].strip("-") or "medlem"
    for number in range(1, 1_000):
        handle = wanted if number == 1 else f"{wanted}-{number}"
        if Member.objects.filter(handle=handle).exists():
            continue
        try:
            with transaction.atomic():
                return Member.objects.get_or_create(
                    user=user, defaults={"handle": handle, "joined_at": now}
                )[0]
        except IntegrityError:
            continue  # somebody took the handle a moment ago
    return Member.objects.get_or_create(
        user=user, defaults={"handle": f"medlem-{user.pk}", "joined_at": now}
    )[0]
