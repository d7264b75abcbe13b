"""The log counted by day, so that its lines need not be kept.

Words that few have searched for are shown to nobody, and forgotten after a while; what is left of
them are numbers. `RULE` says what is few.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from dispatch.jobs import recurring
from search.models import ClickDay, KnownQuery, LoggedClick, LoggedQuery, QueryDay
from search.querylog import KEEP, STILL, key_of
from search.visits import day_of, shared_in

AFTER_MIDNIGHT = timedelta(hours=1)  # then nothing more comes to the searches of a day
RARE_KEPT = timedelta(days=30)
POPULAR_OVER = timedelta(days=30)
MOST_DOCUMENTS = 40  # opened from one query; one that led to more is offered to nobody
LONGEST_POPULAR = 60  # characters
MOST_DIGITS = 5  # a longer number may be somebody's
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How many visitors must have searched for words before they are shown.

    One who is signed in, or one address, is one visitor: what a browser says it is may be made
    up, and one person has several. A name lasts a day, so `visits` of different days may
    be one person's; that `a_day` are of one and the same day makes sure that there were several.
    """

    visits: int
    a_day: int

    def allows(self, visits: int, most_a_day: int) -> bool:
        """Whether words with so many visits may be shown."""
        return visits >= self.visits and most_a_day >= self.a_day


RULE = Rule(visits=3, a_day=2)  # for editors
POPULAR_RULE = Rule(visits=5, a_day=2)  # for everybody


@dataclass(kw_only=True)
class _Tally:
    """What is counted of one query in one language and place on one day."""

    counts: Counter = field(default_factory=Counter)

    def add(self, line: LoggedQuery, opened: bool, new_visit: bool, now: datetime) -> None:
        over = line.at < now - STILL
        left = over and not (opened or line.refined or line.asked)
        self.counts.update(
            searches=1,
            visits=new_visit,
            empty=not line.total,
            poor=bool(line.total and not line.good),
            unopened=bool(line.total and over and not opened),
            refined=line.refined,
            abandoned=left,
        )


COUNTED = ("searches", "visits", "empty", "poor", "unopened", "refined", "abandoned")


@recurring("count searches", every=timedelta(minutes=15))
def count_searches(now: datetime) -> None:
    """Count the days that have lines, delete the lines of days that are over, and what is old."""
    for day in _days_with_lines():
        count_day(day, now=now)
    judge(now)
    _forget(day_of(now))


def _days_with_lines() -> list[date]:
    first = LoggedQuery.objects.order_by("at").values_list("at", flat=True).first()
    last = LoggedQuery.objects.order_by("-at").values_list("at", flat=True).first()
    if first is None or last is None:
        return []
    begin, end = day_of(first), day_of(last)
    days = (begin + timedelta(days=number) for number in range((end - begin).days + 1))
    return [day for day in days if _lines_of(day).exists()]


def _lines_of(day: date):
    zone = timezone.get_default_timezone()
    begin = datetime.combine(day, time.min, tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return LoggedQuery.objects.filter(at__gte=begin, at__lt=end)


@transaction.atomic
def count_day(day: date, *, now: datetime) -> None:
    """Count a day anew from its lines; when it is over, the lines go in the same transaction."""
    lines = _lines_of(day)
    clicks: dict[int, list[LoggedClick]] = defaultdict(list)
    for click in LoggedClick.objects.filter(query__in=lines):
        clicks[click.query_id].append(click)
    tallies: dict[tuple[str, str, str], _Tally] = defaultdict(_Tally)
    seen: set[tuple[str, str]] = set()
    opened: dict[tuple[str, str], list[int]] = defaultdict(list)
    for line in lines.order_by("pk").iterator(chunk_size=CHUNK):
        text = key_of(line.text)
        visit = shared_in(line.visit)
        new = bool(visit) and (text, visit) not in seen
        seen.add((text, visit))
        tally = tallies[text, line.language, line.place]
        tally.add(line, bool(clicks[line.pk]), new, now)
        for click in clicks[line.pk]:
            opened[text, click.document].append(click.position)
    over = day < day_of(now - AFTER_MIDNIGHT)
    _keep(day, tallies, opened, closed=over)
    if over:
        lines.delete()


def _keep(
    day: date,
    tallies: Mapping[tuple[str, str, str], _Tally],
    opened: Mapping[tuple[str, str], list[int]],
    *,
    closed: bool,
) -> None:
    QueryDay.objects.filter(day=day, closed=False).delete()
    ClickDay.objects.filter(day=day, closed=False).delete()
    known = _known({text for text, _language, _place in tallies}, day)
    QueryDay.objects.bulk_create(
        [
            QueryDay(
                query_id=known[text],
                day=day,
                closed=closed,
                language=language,
                place=place,
                **{name: int(tally.counts[name]) for name in COUNTED},
            )
            for (text, language, place), tally in tallies.items()
        ],
        batch_size=CHUNK,
    )
    ClickDay.objects.bulk_create(
        [
            ClickDay(
                query_id=known[text],
                day=day,
                closed=closed,
                document=document,
                clicks=len(places),
                places=sum(places),
            )
            for (text, document), places in opened.items()
        ],
        batch_size=CHUNK,
    )


def _known(texts: Iterable[str], day: date) -> dict[str, int]:
    """The numbers of the words, which are made known where they are new."""
    wanted = sorted(texts)
    KnownQuery.objects.bulk_create(
        [KnownQuery(text=text, last_day=day) for text in wanted],
        ignore_conflicts=True,
        batch_size=CHUNK,
    )
    known: dict[str, int] = {}
    for begin in range(0, len(wanted), CHUNK):
        rows = KnownQuery.objects.filter(text__in=wanted[begin : begin + CHUNK])
        rows.filter(last_day__lt=day).update(last_day=day)
        known |= dict(rows.values_list("text", "pk"))
    return known


def _forget(today: date) -> None:
    """Forget counts that are old, and words that stayed rare or lost their counts.

    What an editor withholds is kept: forgotten, it would be offered when it is popular again.
    """
    QueryDay.objects.filter(day__lt=today - KEEP).delete()
    ClickDay.objects.filter(day__lt=today - KEEP).delete()
    known = KnownQuery.objects.filter(withheld=False)
    known.filter(last_day__lt=today - KEEP).delete()
    known.filter(common=False, last_day__lt=today - RARE_KEPT).delete()


def judge(now: datetime) -> None:
    """Decide anew which words are common and which are popular; only changed rows are written."""
    since = day_of(now) - POPULAR_OVER
    visits = _visits(date.min)
    lately = {pk: found for pk, found in _visits(since).items() if POPULAR_RULE.allows(*found)}
    popular = _popular(lately, since)
    changed = []
    for row in KnownQuery.objects.iterator(chunk_size=CHUNK):
        before = _judged(row)
        row.visits, row.most_a_day = visits.get(row.pk, (0, 0))
        row.common = RULE.allows(row.visits, row.most_a_day)
        row.popularity, row.language, row.documents = popular.get(row.pk, (0, "", []))
        if not may_be_offered(row.text):
            row.popularity, row.documents = 0, []
        if _judged(row) != before:
            changed.append(row)
    fields = ["visits", "most_a_day", "common", "popularity", "language", "documents"]
    KnownQuery.objects.bulk_update(changed, fields, batch_size=200)


def _judged(row: KnownQuery) -> tuple:
    return (
        row.visits, row.most_a_day, row.common, row.popularity, row.language, tuple(row.documents)
    )  # fmt: skip


def _visits(since: date) -> dict[int, tuple[int, int]]:
    """Of each query the visits of all days since then, and of the day that had most."""
    by_day = (
        QueryDay.objects.filter(day__gte=since, query__isnull=False)
        .values("query", "day")
        .annotate(number=Sum("visits"))
        .values_list("query", "number")
        .order_by()
    )
    found: dict[int, tuple[int, int]] = {}
    for pk, number in by_day.iterator(chunk_size=CHUNK * 4):
        total, most = found.get(pk, (0, 0))
        found[pk] = (total + number, max(most, number))
    return found


def _popular(
    lately: Mapping[int, tuple[int, int]], since: date
) -> dict[int, tuple[int, str, list[str]]]:
    """Popularity, language and documents of queries that mostly led to something."""
    sums = {}
    for row in (
        QueryDay.objects.filter(day__gte=since, query__in=list(lately))
        .values("query", "language")
        .annotate(searches=Sum("searches"), empty=Sum("empty"), unopened=Sum("unopened"))
        .order_by("query", "-searches", "language")
    ):
        told = sums.setdefault(row["query"], {"language": row["language"], "all": 0, "led": 0})
        told["all"] += row["searches"]
        told["led"] += row["searches"] - row["empty"] - row["unopened"]
    documents: dict[int, list[str]] = defaultdict(list)
    opened = ClickDay.objects.filter(day__gte=since, query__in=list(lately))
    for pk, document in opened.values_list("query", "document").distinct().order_by("document"):
        documents[pk].append(document)
    return {
        pk: (visits, sums[pk]["language"], documents[pk])
        for pk, (visits, _most) in lately.items()
        if 0 < len(documents[pk]) <= MOST_DOCUMENTS and 2 * sums[pk]["led"] >= sums[pk]["all"]
    }


def may_be_offered(text: str) -> bool:
    """Whether words are such that they may be offered to others: short, no masks, no numbers."""
    digits = sum(char.isdigit() for char in text)
    return len(text) <= LONGEST_POPULAR and digits <= MOST_DIGITS and not set(text) & set("[]:@<>")


def rare_searches(days) -> int:
    """How many searches in rows of QueryDay are for words that are not shown."""
    shown = days.filter(query__common=True).aggregate(number=Sum("searches"))["number"] or 0
    return (days.aggregate(number=Sum("searches"))["number"] or 0) - shown
