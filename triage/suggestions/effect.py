"""Whether suggestions help: shown, opened, solved, sent, inserted, dismissed. Nobody is named."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from triage.suggestions.models import Effect


def note(what: str, documents: Iterable[str], *, place: str, key: str, now: datetime) -> None:
    """Count something that happened with suggested documents.

    `what` is shown, opened, solved, inserted, dismissed, or sent (the form became a case or a
    question); `documents` are ids such as "article:17" (none counts once without a document).
    `key` is the key of the form or page: the same thing with the same key counts once; an empty
    key always counts. Raises ValueError for another `what`.
    """
    happened = Effect.What(what)
    ids = list(dict.fromkeys(documents)) or [""]
    once = _once(str(key) or secrets.token_hex())
    rows = [
        Effect(what=happened, document=each[:60], place=place[:40], once=once, at=now)
        for each in ids
    ]
    Effect.objects.bulk_create(rows, ignore_conflicts=True)


def take_back(what: str, document: str, *, place: str, key: str) -> None:
    """Count no longer what was noted with this key."""
    Effect.objects.filter(what=what, document=document, place=place, once=_once(key)).delete()


def _once(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
