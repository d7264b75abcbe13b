"""Week by week: what was guessed, what people made of it, and how much was never met before.

What was labelled in a session does not count: those cases were chosen because the guess was unsure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncWeek
from django.utils import timezone

from triage.classifier.labels import CASE_TYPE
from triage.classifier.models import Decision, Prediction, Reading
from triage.classifier.monitoring.checks import Decided, Unknown

WEEK = timedelta(days=7)
READ_AGAIN = 8  # weeks: people decide about a case some time after it came in
RECENT = 4  # full weeks that are watched
BEFORE = 8  # weeks before those, that they are held against

Key = tuple[date, str, str]  # week, target, label


def week_of(moment: datetime) -> date:
    """The Monday of a moment's week, by local time."""
    day = timezone.localtime(moment).date()
    return day - timedelta(days=day.weekday())


@transaction.atomic
def read_weeks(now: datetime) -> int:
    """Count the last weeks anew, the one under way too; returns how many rows that made."""
    first = week_of(now) - READ_AGAIN * WEEK
    since = timezone.make_aware(datetime.combine(first, time()))
    found: dict[Key, Counter] = defaultdict(Counter)
    for row in _guessed(since, now):
        _add(found, row, ("guessed", "silent"))
    for row in _decided(since, now):
        _add(found, row, ("decided", "right"))
    for row in _unknown(since, now):
        counted = found[row["week"].date(), CASE_TYPE, ""]
        counted["read"], counted["unknown"] = row["texts"], row["shares"]
        counted["unknown_squared"] = row["squares"]
    Reading.objects.filter(week__gte=first).delete()
    Reading.objects.bulk_create(
        [
            Reading(week=week, target=target, label=label, **counts)
            for (week, target, label), counts in found.items()
        ]
    )
    return len(found)


def _add(found: dict[Key, Counter], row: Mapping, names: Iterable[str]) -> None:
    counted = {name: row[name] for name in names}
    for label in (row["said"], ""):
        found[row["week"].date(), row["target"], label].update(counted)


def _guessed(since: datetime, now: datetime) -> QuerySet:
    """By week, target and label: how often it was guessed, and how often nothing was said."""
    return _by_week(
        Prediction.objects.filter(at__gte=since, at__lte=now), said=F("label")
    ).annotate(guessed=Count("pk"), silent=Count("pk", filter=Q(speaks=False)))


def _decided(since: datetime, now: datetime) -> QuerySet:
    """By week, target and label said: how many were decided, and how many of those were right.

    The last decision of a case counts, in the week it was made.
    """
    counted = Decision.objects.exclude(source=Decision.Source.SESSION)
    last = counted.newest_of_each().filter(at__gte=since, at__lte=now, spoke=True)
    return _by_week(last.exclude(label=""), said=F("guessed")).annotate(
        decided=Count("pk"), right=Count("pk", filter=Q(outcome=Decision.Outcome.CONFIRMED))
    )


def _unknown(since: datetime, now: datetime) -> QuerySet:
    """By week how many texts were read, and what of them had never been met.

    The kind of case is guessed of every text, so each counts once.
    """
    rows = Prediction.objects.filter(
        at__gte=since, at__lte=now, target=CASE_TYPE, unknown__isnull=False
    )
    return (
        rows.order_by()
        .annotate(week=TruncWeek("at"))
        .values("week")
        .annotate(
            texts=Count("pk"), shares=Sum("unknown"), squares=Sum(F("unknown") * F("unknown"))
        )
    )


def _by_week(rows: QuerySet, **fields) -> QuerySet:
    return rows.order_by().annotate(week=TruncWeek("at"), **fields).values("week", "target", "said")


# --- what is watched ------------------------------------------------------------------------------


def recent(now: datetime) -> list[Reading]:
    """The readings of the last full weeks."""
    end = week_of(now)
    return list(Reading.objects.filter(week__gte=end - RECENT * WEEK, week__lt=end))


def before(now: datetime) -> list[Reading]:
    """The readings of the weeks before the recent ones."""
    end = week_of(now) - RECENT * WEEK
    return list(Reading.objects.filter(week__gte=end - BEFORE * WEEK, week__lt=end))


def decided_in(rows: Iterable[Reading]) -> list[Decided]:
    """How each label went in all of the weeks together."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        counts = sums[row.target, row.label]
        counts[0] += row.decided
        counts[1] += row.right
    return [
        Decided(target=target, label=label, decided=decided, right=right)
        for (target, label), (decided, right) in sorted(sums.items())
        if decided
    ]


def guessed_in(rows: Iterable[Reading]) -> dict[str, Counter]:
    """By target how often each label was guessed in all of the weeks together."""
    found: dict[str, Counter] = defaultdict(Counter)
    for row in rows:
        if row.label:
            found[row.target][row.label] += row.guessed
    return found


def unknown_in(rows: Iterable[Reading]) -> Unknown:
    """What had never been met in all of the weeks together."""
    rows = [row for row in rows if row.read]
    return Unknown(
        read=sum(row.read for row in rows),
        sum=sum(row.unknown for row in rows),
        squares=sum(row.unknown_squared for row in rows),
    )


def how_right(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, int]]:
    """By target and label: how many of the guesses people decided about lately were right, and how
    many that were; in one statement."""
    wanted = Q()
    for target, label in pairs:
        wanted |= Q(target=target, label=label)
    if not wanted:
        return {}
    since = week_of(timezone.now()) - (RECENT + BEFORE) * WEEK
    rows = Reading.objects.filter(wanted, week__gte=since).values_list("target", "label")
    counted = rows.annotate(right=Sum("right"), decided=Sum("decided"))
    return {(target, label): (right, decided) for target, label, right, decided in counted}
