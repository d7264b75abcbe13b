"""A name for a browser that lasts one day, made by a key that is thrown away after it.

While the day lasts the same browser has the same name, in every process; afterwards nobody, we
included, can tell which browser a name was, nor that names of two days are one browser's.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date, datetime, timedelta

from django.utils import timezone

from dispatch.jobs import recurring
from search.models import DayKey

LENGTH = 16  # characters: enough to tell a day's browsers apart
SHARED = 8  # of them, the same for all browsers of one person or at one address


def day_of(moment: datetime) -> date:
    """The day in the time zone of the site, whatever the reader's."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def name_of(visitor: str, now: datetime) -> str:
    """The day's name of a visitor; "" for none. Reads one row, or writes the day's key.

    The first line of `visitor` says what several browsers may share: who is signed in, or their
    address. The rest tells them apart.
    """
    if not visitor:
        return ""
    key = _key(day_of(now)).encode()
    shared = _digest(key, visitor.partition("\n")[0])
    return shared[:SHARED] + _digest(key, visitor)[: LENGTH - SHARED]


def shared_in(name: str) -> str:
    """What is the same in the names of all browsers of one person or at one address, on one day."""
    return name[:SHARED]


def _digest(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _key(day: date) -> str:
    """The key of a day, the same in all processes; making it ends those of the days before."""
    known = DayKey.objects.filter(day=day).values_list("key", flat=True).first()
    if known:
        return known
    row, made = DayKey.objects.get_or_create(day=day, defaults={"key": secrets.token_hex(32)})
    if made:
        DayKey.objects.filter(day__lt=day).delete()
    return row.key


@recurring("forget keys of past days", every=timedelta(minutes=15))
def forget_keys(now: datetime) -> None:
    """Delete the keys of days that are over, also when nobody searches."""
    DayKey.objects.filter(day__lt=day_of(now)).delete()
