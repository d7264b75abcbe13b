"""Counting in windows of time: one statement, exact however many count at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zlib import crc32

from django.db import connection
from django.utils.crypto import salted_hmac

from dispatch.jobs import recurring
from portal.limiting.models import Count

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_RATE = re.compile(r"(\d+)/(\d*)([smhd])")
_TABLE = connection.ops.quote_name(Count._meta.db_table)
# Whoever comes first writes the row, and everybody after adds to it and is told the sum.
_ADD_ONE = (
    f"INSERT INTO {_TABLE} (key, number, ends_at) VALUES (%s, 1, %s) "  # noqa: S608  our own name
    f"ON CONFLICT (key) DO UPDATE SET number = {_TABLE}.number + 1 RETURNING number"
)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """At most `most` times in a window of so many seconds."""

    most: int
    seconds: int


def read_rate(written: str) -> Rate:
    """The rate in "10/m" (ten a minute) or "5/2h" (five in two hours); ValueError for others."""
    found = _RATE.fullmatch(written)
    if found is None or found[2] == "0":
        raise ValueError(f"{written!r} is no rate such as 10/m")
    most, times, unit = found.groups()
    return Rate(most=int(most), seconds=int(times or 1) * SECONDS[unit])


def exceeds(rate: Rate, *, thing: str, who: str, now: datetime) -> bool:
    """Count once more; True when that is oftener than the rate allows in the window of `now`."""
    ends = window_end(f"{thing} {who}", rate.seconds, now)
    key = _key(thing, who, rate, ends)
    with connection.cursor() as cursor:
        cursor.execute(_ADD_ONE, [key, connection.ops.adapt_datetimefield_value(ends)])
        return cursor.fetchone()[0] > rate.most


def window_end(name: str, seconds: int, now: datetime) -> datetime:
    """When the window of `now` ends. By its name each begins at a time of its own, so that not
    all begin anew at once."""
    shift = crc32(name.encode("utf-8", "replace")) % seconds
    begun = (int(now.timestamp()) - shift) // seconds
    return datetime.fromtimestamp((begun + 1) * seconds + shift, UTC)


def _key(thing: str, who: str, rate: Rate, ends: datetime) -> str:
    """Made with the site's secret: an address cannot be found from it by trying them all."""
    parts = f"{thing}\n{rate.most}/{rate.seconds}\n{who}\n{ends.timestamp():.0f}"
    value = parts.encode("utf-8", "replace")
    return salted_hmac("portal.limiting", value, algorithm="sha256").hexdigest()


@recurring("forget counts of limits", every=timedelta(minutes=15))
def forget(now: datetime) -> None:
    """Delete the counts of windows that are over."""
    Count.objects.filter(ends_at__lt=now).delete()
