"""What a challenger learns from and what it is asked about: earlier cases, and later ones. Pure.

All cases it is asked about came in after every case that it, or the classifier in use, has read;
none is of a family with one of those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

FRESH_SHARE = 0.3  # of the cases are kept for asking, the newest
LEAST_LEARNT = 100  # cases of the site's own
LEAST_ASKED = 60  # families


@dataclass(frozen=True, kw_only=True)
class Split:
    """Places of cases to learn from and to ask about, and the moment between them."""

    learnt: list[int]
    asked: list[int]
    until: datetime


def split_by_time(
    opened: Sequence[datetime],
    families: Sequence[int],
    *,
    known_until: datetime | None,
    learnt_before: frozenset[int] = frozenset(),
) -> Split | None:
    """Split cases by time and family; None while there are too few on either side.

    `opened` says when each came in and `families` which it is of. `known_until` is the end of what
    the classifier in use has read, and `learnt_before` are families that are learnt from whatever
    their time, as those of a sample.
    """
    if not opened:
        return None
    order = sorted(range(len(opened)), key=lambda place: (opened[place], place))
    until = opened[order[max(int(len(order) * (1 - FRESH_SHARE)) - 1, 0)]]
    if known_until is not None:
        until = max(until, known_until)
    learnt = [place for place in order if opened[place] <= until]
    known = learnt_before | {families[place] for place in learnt}
    asked = [place for place in order if opened[place] > until and families[place] not in known]
    if len(learnt) < LEAST_LEARNT or len({families[place] for place in asked}) < LEAST_ASKED:
        return None
    return Split(learnt=learnt, asked=asked, until=until)
