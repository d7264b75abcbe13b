"""How fast the embedded engine finds, beside SQLite FTS5 in the same run.

    python -m tests.benchmarks.bench_search CORPUS QUERIES [--documents 10000]

CORPUS and QUERIES are files as `search_evaluate` reads them; how good the order is, is measured
there. Prints how many of our everyday queries find the sample's right article among three, and
times for a query on a larger corpus sampled from the sentences of the corpus. Not a test: figures
depend on the machine.
"""

import argparse
import os
import random
import re
import resource
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import django

from search.engines.embedded import EmbeddedEngine
from search.evaluation import EVERYBODY, article_id, read_articles, read_queries
from search.parser import parse_query
from search.peers import Fts5
from search.text.analysis import Analyser
from search.types import Document
from tests.search.everyday_queries import QUERIES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()  # the sample's files are read by the code that loads them into the database
from portal.demo.documents import sample_documents  # noqa: E402


def main() -> None:
    """Run the benchmark and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("queries", type=Path)
    arguments.add_argument("--documents", type=int, default=10_000)
    options = arguments.parse_args()
    corpus = read_articles(options.corpus)
    texts = [query.text for query in read_queries(options.queries)]
    with tempfile.TemporaryDirectory() as folder:
        measure_everyday(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        measure_speed(corpus, texts, options.documents, Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory {peak} MB")


def measure_everyday(folder: Path) -> None:
    """Print how many everyday queries find the sample's right article among three."""
    engine = EmbeddedEngine(folder)
    documents = sample_documents()
    engine.rebuild(documents)
    plain = Fts5(
        [
            replace(each, body="\n".join([each.summary, each.body, *each.search_words]))
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
            ours += bool(right & {article_id(hit.id) for hit in page.hits})
            theirs += bool(right & {article_id(each) for each, _ in plain.search(query, 3)})
        print(f"everyday {language}: right among three {ours} of {len(asked)}, FTS5 OR {theirs}")


def measure_speed(
    corpus: Sequence[Document], queries: Sequence[str], documents: int, folder: Path
) -> None:
    """Print analysis, indexing and query times."""
    random.seed(20)
    articles = sampled(corpus, documents)
    engine = EmbeddedEngine(folder)
    began = time.perf_counter()
    engine.rebuild(articles)
    took = time.perf_counter() - began
    characters = sum(len(each.body) for each in articles)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"built {documents} documents in {took:.1f} s ({documents / took:.0f}/s), "
          f"index {size / characters:.2f} x text")  # fmt: skip
    print_analysis_speed(queries)
    words = sorted({word for each in corpus for word in re.findall(r"\w{3,}", each.title)})
    texts = [" ".join(random.sample(words, random.randint(1, 3))) for _ in range(600)]
    plain = Fts5(articles)
    search = {"visibility": EVERYBODY, "language": "nb"}
    timed("search with facets", texts, lambda text: engine.search(parse_query(text), **search))
    timed("search, no facets", texts,
          lambda text: engine.search(parse_query(text), facets=False, **search))  # fmt: skip
    timed("suggest", texts, lambda text: engine.suggest(text[:5], visibility=EVERYBODY))
    timed("FTS5 OR", texts, lambda text: plain.search(text, 10))


def sampled(corpus: Sequence[Document], documents: int) -> list[Document]:
    """Return documents of about 900 characters made of sentences of the corpus."""
    sentences = [
        sentence
        for each in corpus
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", each.body)
        if 30 < len(sentence) < 300
    ]
    made = []
    for number in range(documents):
        body: list[str] = []
        while sum(map(len, body)) < 900:
            body.append(random.choice(sentences))
        made.append(
            Document(
                id=f"article:{number}",
                kind="article",
                title=" ".join(random.choice(sentences).split()[:6]),
                body=" ".join(body),
                language="nb",
                visibility=EVERYBODY,
            )
        )
    return made


def print_analysis_speed(texts: Sequence[str]) -> None:
    """Print short texts analysed per second, with caches empty at first."""
    analyser = Analyser()
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
