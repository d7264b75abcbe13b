"""How long to wait before trying again. Pure."""

from datetime import timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(hours=1)


def wait_after(attempts: int) -> timedelta:
    """The wait after a number of failed attempts (1 or more): 5 s, doubled, at most an hour."""
    return min(FIRST * 2 ** min(max(attempts, 1) - 1, 12), LONGEST)
