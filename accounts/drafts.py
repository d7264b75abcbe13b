"""Whose a draft is, and how long it is kept, whatever is being written.

A draft begun before sign-in has no owner, and the session that began it holds its key. Drafts have
`owner` and `changed_at`, and their key is their primary key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User

KEPT_OWNED = timedelta(days=30)
KEPT_UNOWNED = timedelta(days=14)  # as long as the session that holds the key
BATCH = 200

Held = Collection[str]  # keys, as a session holds them


class DraftTaken(Exception):
    """The key belongs to somebody else's draft, or to one of another text; begin another one."""


def keys_of(held: Held) -> list[UUID]:
    """The keys among what a session holds; anything else is left out."""
    found = []
    for text in held:
        try:
            found.append(UUID(str(text)))
        except ValueError:
            continue
    return found


def owned_by(user: User | None, held: Held) -> Q:
    """Drafts the person owns, and those without an owner whose key the session holds."""
    rule = Q(owner=None, pk__in=keys_of(held))
    return rule | Q(owner=user) if user is not None else rule


def remove_old(drafts: QuerySet, discard: Callable[..., None], *, now: datetime) -> None:
    """Discard the drafts nobody has touched for as long as they are kept, some at a time."""
    old = Q(owner=None, changed_at__lt=now - KEPT_UNOWNED) | Q(changed_at__lt=now - KEPT_OWNED)
    rows = True
    while rows:
        with transaction.atomic():
            rows = list(drafts.select_for_update().filter(old)[:BATCH])
            for draft in rows:
                discard(draft=draft)
