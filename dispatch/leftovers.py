"""Files that a stopped process left behind: bytes are written before the row that names them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.files.storage import Storage
from django.db.models import QuerySet

BATCH = 200
LEFT_OVER = timedelta(days=1)


def remove_left_over(place: Storage, folder: str, named_by: QuerySet, *, now: datetime) -> int:
    """Remove files right in a folder that the `path` of none of the rows names; returns how many.

    A row follows its bytes within the same request, so files younger than a day are left: they may
    still get theirs.
    """
    try:
        names = sorted(place.listdir(folder)[1])
    except FileNotFoundError:
        return 0
    paths = [f"{folder}/{name}" for name in names]
    removed = 0
    for start in range(0, len(paths), BATCH):
        part = paths[start : start + BATCH]
        known = set(named_by.filter(path__in=part).values_list("path", flat=True))
        for path in part:
            if path not in known and place.get_modified_time(path) < now - LEFT_OVER:
                place.delete(path)
                removed += 1
    return removed
