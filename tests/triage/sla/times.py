"""Short ways to write instants in the tables of these tests."""

from datetime import datetime
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


def oslo(text: str) -> datetime:
    """An instant from a wall time in Oslo such as "2026-05-13 14:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


def shown(instant: datetime | None) -> str | None:
    """The wall time in Oslo, as `oslo` reads it."""
    if instant is None:
        return None
    local = instant.astimezone(OSLO)
    return f"{local:%Y-%m-%d %H:%M}" + (f":{local:%S}" if local.second else "")
