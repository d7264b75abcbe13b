"""How well and how fast the embedded engine finds, beside SQLite FTS5 in the same run.

    python -m tests.benchmarks.bench_search CORPUS_FOLDER [--documents 10000]

CORPUS_FOLDER holds corpus.jsonl.gz ({id, lang, title, headings, body, date?}) and
queries.dev.jsonl ({qid, query, lang, kind, rel: {id: grade}, xling?}). Prints nDCG@10 and
Recall@3 by language and kind, how well `answerable` separates answerable queries from far-off
ones, how many of our everyday queries find the sample's right article among three, and times for
a query on a larger corpus sampled from the same sentences. Not a test: figures depend on the
machine.
"""

import argparse
import gzip
import json
import math
import os
import random
import re
import resource
import sqlite3
import statistics
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import django

from search.engines.embedded import EmbeddedEngine
from search.parser import parse_query
from search.text.analysis import Analyser
from search.types import Document
from tests.search.everyday_queries import QUERIES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()  # the sample's files are read by the code that loads them into the database
from tests.search.sample_guidance import sample_documents  # noqa: E402

EVERYBODY = frozenset({"public"})


def main() -> None:
    """Run the benchmark and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--documents", type=int, default=10_000)
    options = arguments.parse_args()
    corpus = read_lines(options.folder / "corpus.jsonl.gz")
    queries = read_lines(options.folder / "queries.dev.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        measure_quality(corpus, queries, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        measure_everyday(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        measure_speed(corpus, queries, options.documents, Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory {peak} MB")


def read_lines(path: Path) -> list[dict]:
    """Read a JSON lines file, packed or not."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def to_document(article: dict) -> Document:
    """Return an article of a corpus file as a public document."""
    date = article.get("date")
    return Document(
        id=f"article:{article['id']}",
        kind="article",
        title=article["title"],
        headings=tuple(article.get("headings", ())),
        body=article["body"],
        language=article.get("lang", ""),
        visibility=EVERYBODY,
        updated_at=datetime.fromisoformat(date).replace(tzinfo=UTC) if date else None,
    )


def measure_quality(corpus: list[dict], queries: list[dict], folder: Path) -> None:
    """Print nDCG@10 by kind for our engine and for FTS5."""
    engine = EmbeddedEngine(folder)
    began = time.perf_counter()
    engine.rebuild(to_document(article) for article in corpus)
    print(f"built {len(corpus)} articles in {time.perf_counter() - began:.1f} s")
    database = fts5(corpus)
    ours, theirs, answerable = {}, {}, {}
    for query in queries:
        page = engine.search(
            parse_query(query["query"]),
            visibility=EVERYBODY,
            language=query["lang"],
            facets=False,
        )
        ours[query["qid"]] = [hit.id.partition(":")[2] for hit in page.hits]
        theirs[query["qid"]] = fts5_or(database, query["query"])
        answerable[query["qid"]] = page.answerable
    print_quality(queries, ours, theirs)
    print_answerability(queries, answerable)


def fts5(corpus: list[dict]) -> sqlite3.Connection:
    """Return a plain FTS5 table of the corpus."""
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table t using fts5(id unindexed, title, body)")
    rows = [
        (each["id"], each["title"], "\n".join([*each.get("headings", ()), each["body"]]))
        for each in corpus
    ]
    database.executemany("insert into t values (?, ?, ?)", rows)
    return database


def fts5_or(database: sqlite3.Connection, query: str, limit: int = 10) -> list[str]:
    """Return the ids FTS5 finds with any of the words, best first."""
    words = re.findall(r"\w+", query.lower())
    if not words:
        return []
    match = " OR ".join(f'"{word}"' for word in words)
    rows = database.execute(
        "select id from t where t match ? order by bm25(t, 0, 5, 1) limit ?", (match, limit)
    )
    return [row[0] for row in rows]


def ndcg(found: list[str], grades: dict[str, int]) -> float:
    """Return nDCG@10 with gain 2^grade - 1."""
    gains = [(2 ** grades.get(each, 0) - 1) / math.log2(at + 2) for at, each in enumerate(found)]
    best = sorted(grades.values(), reverse=True)[:10]
    ideal = sum((2**grade - 1) / math.log2(at + 2) for at, grade in enumerate(best))
    return sum(gains[:10]) / ideal


def recall(found: list[str], grades: dict[str, int], count: int = 3) -> float:
    """Return the share of the right articles among the first `count`, at most `count` of them."""
    right = {each for each, grade in grades.items() if grade > 0}
    return len(right & set(found[:count])) / max(min(len(right), count), 1)


def print_quality(queries: list[dict], ours: dict, theirs: dict) -> None:
    """Print nDCG@10 and Recall@3 by kind, language and across languages."""
    groups = defaultdict(list)
    for query in queries:
        if not query["rel"]:
            continue
        grades = {each: int(grade) for each, grade in query["rel"].items()}
        found = ours[query["qid"]], theirs[query["qid"]]
        pair = [ndcg(each, grades) for each in found] + [recall(each, grades) for each in found]
        names = ["all", query["kind"], query["lang"]] + ["xling"] * bool(query.get("xling"))
        for name in names:
            groups[name].append(pair)
    print(f"{'':16}{'':6}{'nDCG@10':>16}{'Recall@3':>18}")
    print(f"{'':16}{'n':>6}{'ours':>8}{'FTS5 OR':>9}{'ours':>9}{'FTS5 OR':>9}")
    for name, pairs in sorted(groups.items()):
        means = [statistics.fmean(column) for column in zip(*pairs, strict=True)]
        print(f"{name:16}{len(pairs):6}{''.join(f'{mean:9.3f}' for mean in means)}")


def print_answerability(queries: list[dict], answerable: dict[str, float]) -> None:
    """Print how often an answerable query is judged more answerable than a far-off one."""
    kept = [answerable[each["qid"]] for each in queries if each["rel"]]
    for kind in sorted({each["kind"] for each in queries if not each["rel"]}):
        lost = [answerable[each["qid"]] for each in queries if each["kind"] == kind]
        wins = sum((a > b) + (a == b) / 2 for a in kept for b in lost)
        print(f"AUROC of answerable against {kind}: {wins / len(kept) / len(lost):.3f}")


def measure_everyday(folder: Path) -> None:
    """Print how many everyday queries find the sample's right article among three."""
    engine = EmbeddedEngine(folder)
    documents = sample_documents()
    engine.rebuild(documents)
    database = fts5(
        [
            {
                "id": each.id.partition(":")[2],
                "title": each.title,
                "headings": each.headings,
                "body": "\n".join([each.summary, each.body, *each.search_words]),
            }
            for each in documents
        ]
    )
    for language in ("nb", "nn", "en"):
        asked = [each for each in QUERIES if each[0] == language]
        ours = theirs = 0
        for _, query, right in asked:
            page = engine.search(
                parse_query(query), visibility=EVERYBODY, language=language, size=3, facets=False
            )
            ours += bool(right & {hit.id.partition(":")[2] for hit in page.hits})
            theirs += bool(right & set(fts5_or(database, query, limit=3)))
        print(f"everyday {language}: right among three {ours} of {len(asked)}, FTS5 OR {theirs}")


def measure_speed(corpus, queries, documents: int, folder: Path) -> None:
    """Print analysis, indexing and query times."""
    random.seed(20)
    articles = sampled(corpus, documents)
    engine = EmbeddedEngine(folder)
    began = time.perf_counter()
    engine.rebuild(to_document(each) for each in articles)
    took = time.perf_counter() - began
    characters = sum(len(each["body"]) for each in articles)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"built {documents} documents in {took:.1f} s ({documents / took:.0f}/s), "
          f"index {size / characters:.2f} x text")  # fmt: skip
    print_analysis_speed(queries)
    words = sorted({word for each in corpus for word in re.findall(r"\w{3,}", each["title"])})
    texts = [" ".join(random.sample(words, random.randint(1, 3))) for _ in range(600)]
    database = fts5(articles)
    search = {"visibility": EVERYBODY, "language": "nb"}
    timed("search with facets", texts, lambda text: engine.search(parse_query(text), **search))
    timed("search, no facets", texts,
          lambda text: engine.search(parse_query(text), facets=False, **search))  # fmt: skip
    timed("suggest", texts, lambda text: engine.suggest(text[:5], visibility=EVERYBODY))
    timed("FTS5 OR", texts, lambda text: fts5_or(database, text))


def sampled(corpus: list[dict], documents: int) -> list[dict]:
    """Return documents of about 900 characters made of sentences of the corpus."""
    sentences = [
        sentence
        for each in corpus
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", each["body"])
        if 30 < len(sentence) < 300
    ]
    made = []
    for number in range(documents):
        body: list[str] = []
        while sum(map(len, body)) < 900:
            body.append(random.choice(sentences))
        title = " ".join(random.choice(sentences).split()[:6])
        made.append({"id": str(number), "title": title, "body": " ".join(body), "lang": "nb"})
    return made


def print_analysis_speed(queries: list[dict]) -> None:
    """Print short texts analysed per second, with caches empty at first."""
    analyser = Analyser()
    texts = [each["query"] for each in queries]
    began = time.perf_counter()
    for text in texts:
        analyser.analyse(text)
    print(f"analysis {len(texts) / (time.perf_counter() - began):.0f} short texts/s")


def timed(name: str, texts: list[str], run) -> None:
    """Print the median and 95th percentile of `run` over `texts`, in milliseconds."""
    times = []
    for text in texts:
        began = time.perf_counter()
        run(text)
        times.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(times, n=20)
    print(f"{name}: p50 {statistics.median(times):.1f} ms, p95 {cuts[18]:.1f} ms")


if __name__ == "__main__":
    main()
