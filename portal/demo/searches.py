"""What the sample's readers have searched for lately, so that the editors' report has something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

from django.db import transaction

from cms.guidance.models import ArticlePage
from cms.indexing import ARTICLE
from markup.written import read_yaml
from portal.demo.timetable import chance_for
from search.counting import count_searches
from search.models import LoggedClick, LoggedQuery, QueryDay
from search.visits import LENGTH

MONTHS = 2
BROWSERS = 40  # of one day
PLACES = ("search", "home", "home", "guidance", "community")
OPENED = 0.8  # of searches that have something to open, where nothing else is said
ASKED = 0.05


@dataclass(frozen=True, kw_only=True)
class _Search:
    """A search as it is written: its line and the articles opened from it."""

    line: LoggedQuery
    opened: tuple[str, ...] = ()


def load_searches(path: Path, *, as_of: datetime) -> int:
    """Write two months of searches where there are none, counted; returns how many.

    The same ones every time. Lines of days that are over become counts, as those of readers do.
    """
    if QueryDay.objects.exists() or LoggedQuery.objects.exists():
        return 0
    articles = dict(ArticlePage.objects.values_list("slug", "pk"))
    told = read_yaml(Path(path).read_text(encoding="utf-8"))["searches"]
    searches = [each for query in told for each in _of(query, as_of)]
    with transaction.atomic():
        LoggedQuery.objects.bulk_create([each.line for each in searches], batch_size=500)
        LoggedClick.objects.bulk_create(
            [
                LoggedClick(query=each.line, document=f"{ARTICLE}:{articles[slug]}", position=place)
                for each in searches
                for place, slug in enumerate(each.opened, start=1)
            ],
            batch_size=500,
        )
    count_searches(as_of)
    return len(searches)


def _of(query: Mapping, as_of: datetime):
    chance = chance_for(f"search {query['words']}")
    for _number in range(MONTHS * query["each_month"]):
        at = as_of - timedelta(minutes=chance.randrange(60, MONTHS * 30 * 24 * 60))
        yield _one(query, at, chance)


def _one(query: Mapping, at: datetime, chance: Random) -> _Search:
    opens = query.get("opens", [])
    refined = chance.random() < query.get("refined", 0)
    opened = bool(opens) and not refined and chance.random() < query.get("opened", OPENED)
    browser = f"sample {at:%Y%m%d} {chance.randrange(BROWSERS)}"
    line = LoggedQuery(
        text=query["words"],
        language=query.get("language", "nb"),
        total=query["hits"],
        answerable=0.2 if query.get("poor") else 0.8 * bool(query["hits"]),
        good=bool(query["hits"]) and not query.get("poor", False),
        place=chance.choice(PLACES),
        at=at,
        visit=sha256(browser.encode()).hexdigest()[:LENGTH],
        refined=refined,
        asked=not opened and chance.random() < query.get("asked", ASKED),
    )
    return _Search(line=line, opened=(chance.choice(opens),) if opened else ())
