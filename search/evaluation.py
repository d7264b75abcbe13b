"""How good an order of hits is, against judgments; pure functions on plain values.

A query's judgments map article ids to grades: 2 answers it, 1 is the same page in another
language or beside it, and none at all means that nothing in the corpus answers.
"""

import gzip
import json
import math
import random
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

from search.text.tokens import storable
from search.types import Document

ANSWERS = 2  # the grade of an article that answers
DEPTH = 10
EVERYBODY = frozenset({"public"})
LOST = "half_removed"  # the kind of queries whose articles were taken out


class UnreadableFile(ValueError):
    """A corpus or query file that is not what it should be; the message says where and what."""


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedQuery:
    """A query, the language of whoever asks, and what answers it."""

    qid: str
    text: str
    language: str = ""
    kind: str = ""
    grades: Mapping[str, int] = field(default_factory=dict)
    crosses_languages: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a system found: (article id, score) best first, and how sure it is of an answer."""

    hits: tuple[tuple[str, float], ...] = ()
    answerable: float = 0.0

    @property
    def ids(self) -> list[str]:
        """The article ids in order."""
        return [identity for identity, _ in self.hits]


def ndcg(found: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Return the normalised discounted gain of the first `depth`, gain 2^grade - 1; 0 to 1."""
    ideal = _discounted(sorted(grades.values(), reverse=True)[:depth])
    return _discounted([grades.get(each, 0) for each in found[:depth]]) / ideal if ideal else 0.0


def _discounted(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def reciprocal_rank(found: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Return 1 over the place of the first article that answers, 0 beyond `depth`."""
    for place, each in enumerate(found[:depth], start=1):
        if grades.get(each, 0) >= ANSWERS:
            return 1 / place
    return 0.0


def recall(found: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Return the share of the articles that answer among the first `depth` (of at most as many)."""
    right = {each for each, grade in grades.items() if grade >= ANSWERS}
    return len(right.intersection(found[:depth])) / min(len(right), depth) if right else 0.0


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float | None:
    """Return how often one of `higher` is above one of `lower`, ties half; None without either."""
    if not higher or not lower:
        return None
    ordered = sorted(lower)
    wins, below, upto = 0.0, 0, 0
    for value in sorted(higher):
        while below < len(ordered) and ordered[below] < value:
            below += 1
        upto = max(upto, below)
        while upto < len(ordered) and ordered[upto] <= value:
            upto += 1
        wins += (below + upto) / 2
    return wins / len(higher) / len(lower)


METRICS: Mapping[str, Callable[[Sequence[str], Mapping[str, int]], float]] = {
    "ndcg10": ndcg,
    "mrr10": reciprocal_rank,
    "recall3": lambda found, grades: recall(found, grades, 3),
    "recall5": lambda found, grades: recall(found, grades, 5),
}


def summarise(queries: Sequence[JudgedQuery], answers: Sequence[Answer]) -> dict:
    """Return the means of one system: all, by_kind, by_lang, xling and auroc.

    `answers` are in the order of the queries. Means are over the queries that have an answer;
    `auroc` tells, for each kind of query that has none, how well `answerable` keeps the two
    apart.
    """
    rows = [
        (query, {name: metric(answer.ids, query.grades) for name, metric in METRICS.items()})
        for query, answer in zip(queries, answers, strict=True)
        if query.grades
    ]
    return {
        "all": _means([row for _, row in rows]),
        "by_kind": _grouped(rows, lambda query: query.kind),
        "by_lang": _grouped(rows, lambda query: query.language),
        "xling": _means([row for query, row in rows if query.crosses_languages]),
        "auroc": separations(queries, answers),
    }


def _means(rows: Sequence[Mapping[str, float]]) -> dict[str, float | int | None]:
    means = {name: fmean(row[name] for row in rows) if rows else None for name in METRICS}
    return {"n": len(rows)} | means


def _grouped(rows, key: Callable[[JudgedQuery], str]) -> dict[str, dict]:
    groups = defaultdict(list)
    for query, row in rows:
        groups[key(query)].append(row)
    return {name: _means(group) for name, group in sorted(groups.items())}


def separations(
    queries: Sequence[JudgedQuery], answers: Sequence[Answer], kinds: Collection[str] = ()
) -> dict[str, float]:
    """AUROC of `answerable` between answered queries and each kind of those without an answer.

    With `kinds`, only answered queries of these count.
    """
    kept, lost = [], defaultdict(list)
    for query, answer in zip(queries, answers, strict=True):
        if not query.grades:
            lost[query.kind].append(answer.answerable)
        elif not kinds or query.kind in kinds:
            kept.append(answer.answerable)
    found = {kind: auroc(kept, values) for kind, values in sorted(lost.items())}
    return {kind: value for kind, value in found.items() if value is not None}


def judged_together(queries: Sequence[JudgedQuery]) -> list[frozenset[str]]:
    """Return the judged articles in groups, by id: who shares a query with one is in its group.

    A query therefore has all its articles in one group.
    """
    group_of: dict[str, set[str]] = {}
    for query in queries:
        group = set(query.grades).union(*(group_of.get(each, ()) for each in query.grades))
        group_of.update(dict.fromkeys(group, group))
    groups = {min(group): frozenset(group) for group in group_of.values()}
    return [group for _, group in sorted(groups.items())]


def without_half(
    documents: Sequence[Document], queries: Sequence[JudgedQuery], seed: int
) -> tuple[list[Document], list[JudgedQuery]]:
    """Take a random half of the judged articles out, each with those judged beside it.

    Returns the articles left, and all queries: those that lost their articles are of the kind
    `LOST` and have no judgments any more. The same seed takes out the same articles. A group
    that would make more than half is left, so a little less than half may be out.
    """
    groups = judged_together(queries)
    random.Random(seed).shuffle(groups)  # noqa: S311 a fair shuffle, no secret
    half = sum(map(len, groups)) / 2
    out: set[str] = set()
    for group in groups:
        if len(out) + len(group) <= half:
            out |= group
    left = [each for each in documents if article_id(each.id) not in out]
    return left, [
        replace(query, kind=LOST, grades={}) if out.intersection(query.grades) else query
        for query in queries
    ]


def read_articles(path: Path) -> list[Document]:
    """Return the articles of a JSON lines file as public documents. Raises `UnreadableFile`.

    Of each only `id`, `title` (may be empty) and `body` are sure.
    """
    return [_read(path, number, row, _document) for number, row in _rows(path)]


def read_queries(path: Path) -> list[JudgedQuery]:
    """Return the judged queries of a JSON lines file. Raises `UnreadableFile`."""
    return [_read(path, number, row, _query) for number, row in _rows(path)]


def article_id(document_id: str) -> str:
    """Return the id an article has in its file."""
    return document_id.partition(":")[2]


def _rows(path: Path):
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig") as file:
            yield from (
                (number, json.loads(line)) for number, line in enumerate(file, 1) if line.strip()
            )
    except (OSError, EOFError, ValueError) as error:
        raise UnreadableFile(f"{path.name} cannot be read as JSON lines: {error}") from error


def _read(path: Path, number: int, row, make):
    try:
        return make(row)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        why = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise UnreadableFile(f"{path.name}, line {number}: {why}") from error


def _document(row: Mapping) -> Document:
    return Document(
        id=f"article:{row['id']}",
        kind="article",
        title=_text(row.get("title")),
        headings=tuple(map(_text, row.get("headings") or ())),
        body=_text(row["body"]),
        language=_text(row.get("lang")),
        visibility=EVERYBODY,
        updated_at=_moment(row.get("date")),
        translation_key=_text(row.get("pair")),
    )


def _text(value: object) -> str:
    """What a field says, without halves of characters; "" where it says nothing."""
    return "" if value is None else storable(str(value))


def _moment(date: object) -> datetime | None:
    """The moment of a date; None without one, and for what is none."""
    try:
        moment = datetime.fromisoformat(str(date)) if date else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None


def _query(row: Mapping) -> JudgedQuery:
    return JudgedQuery(
        qid=str(row["qid"]),
        text=_text(row["query"]),
        language=_text(row.get("lang")),
        kind=_text(row.get("kind")),
        grades={str(each): int(grade) for each, grade in (row.get("rel") or {}).items()},
        crosses_languages=bool(row.get("xling")),
    )
