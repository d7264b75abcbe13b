"""How fast an engine learns, indexes and finds, beside a plain peer in the same run.

    python -m tests.benchmarks.bench_search CORPUS QUERIES [--documents 10000 100000]
                                            [--engine embedded|elasticsearch]

CORPUS and QUERIES are files as `search_evaluate` reads them; how good the order is, is measured
there. Prints how many of our everyday queries find the sample's right article among three, and
then for each number of documents, sampled from the sentences of the corpus: seconds and memory to
learn, documents indexed a second, the size of the index, and times of searching and of typing.
The peer of the embedded engine is SQLite's FTS5 (any of the words); that of Elasticsearch, on a
server of its own started for the run, a plain `multi_match` with filter and highlighting. Times
are on the clock and, where the work is done in this process, of the processor: on a busy machine
the latter says more. Not a test: figures depend on the machine.
"""

import argparse
import os
import random
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import django
from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from search.contract import SearchEngine
from search.engines.elastic.engine import ElasticsearchEngine
from search.engines.elastic.server import Address
from search.engines.embedded import EmbeddedEngine
from search.engines.spool import set_aside
from search.evaluation import EVERYBODY, article_id, read_articles, read_queries
from search.parser import parse_query
from search.peers import Fts5
from search.text.analysis import Analyser
from search.types import Document
from tests.search.everyday_queries import QUERIES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()  # the sample's files are read by the code that loads them into the database
from portal.demo.documents import sample_documents  # noqa: E402

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))
import search_server  # noqa: E402

SEED = 20
QUERIES_TIMED = 600
SECONDS_OF_OLD_FIGURES = 12  # for so long Elasticsearch tells the size it once measured
ROUNDS_FIRST = 30  # queries that warm what is cached, not counted


@dataclass(frozen=True)
class Trial:
    """An engine to measure, the plain peer beside it, and how large its index is, in bytes."""

    engine: SearchEngine
    peer_name: str
    peer: Callable[[Sequence[Document]], Callable[[str], object]]
    size: Callable[[], int]


def main() -> None:
    """Run the benchmark and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("queries", type=Path)
    arguments.add_argument("--documents", type=int, nargs="+", default=[10_000])
    arguments.add_argument("--engine", choices=("embedded", "elasticsearch"), default="embedded")
    options = arguments.parse_args()
    corpus = read_articles(options.corpus)
    print_analysis_speed([query.text for query in read_queries(options.queries)])
    if options.engine == "embedded":
        with tempfile.TemporaryDirectory() as folder:
            measure_everyday(Path(folder))
    trial = embedded if options.engine == "embedded" else on_elasticsearch
    for documents in options.documents:
        with trial() as made:
            measure(made, corpus, documents)


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


@contextmanager
def embedded() -> Iterator[Trial]:
    """The embedded engine in a folder of its own, beside FTS5 in memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)

        def plain(articles: Sequence[Document]) -> Callable[[str], object]:
            fts5 = Fts5(articles)
            return lambda text: fts5.search(text, 10)

        def size() -> int:
            return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())

        yield Trial(EmbeddedEngine(path), "FTS5 OR", plain, size)


@contextmanager
def on_elasticsearch() -> Iterator[Trial]:
    """Elasticsearch on a server started for it, beside a plain index on the same server.

    It compiles as servers in use do; the tests' own flags start quickly, but encrypt slowly.
    """
    search_server.QUICK_START, search_server.HEAP = "", "1g"
    with search_server.running() as server:
        client = Elasticsearch(server.url, ca_certs=str(server.ca_file), request_timeout=120)

        def plain(articles: Sequence[Document]) -> Callable[[str], object]:
            text, keyword = {"type": "text"}, {"type": "keyword"}
            fields = {"title": text, "body": text, "visibility": keyword}
            client.indices.create(index="plain", mappings={"properties": fields})
            began = time.perf_counter()
            lines = (
                {"_index": "plain", "_id": each.id, "title": each.title, "body": each.body,
                 "visibility": sorted(each.visibility)} for each in articles
            )  # fmt: skip
            bulk(client, lines, chunk_size=1000)
            client.indices.refresh(index="plain")
            took = time.perf_counter() - began
            print(f"  plain index: {len(articles) / took:.0f} documents/s")
            return lambda text: client.search(index="plain", body=multi_match(text))

        def size() -> int:
            """The size when what the server does by itself after a build has been done."""
            sizes = [0, 1]
            while sizes[-1] != sizes[-2]:
                time.sleep(SECONDS_OF_OLD_FIGURES)
                found = client.indices.stats(index="bench.2*", metric="store")
                sizes.append(found["_all"]["primaries"]["store"]["size_in_bytes"])
            return sizes[-1]

        address = Address(url=server.url, ca_file=str(server.ca_file), name="bench")
        yield Trial(ElasticsearchEngine.at(address), "multi_match", plain, size)


def multi_match(text: str) -> dict:
    """The search anybody would write first."""
    match = {"query": text, "fields": ["title^5", "body"]}
    return {
        "query": {
            "bool": {
                "must": {"multi_match": match},
                "filter": {"terms": {"visibility": sorted(EVERYBODY)}},
            }
        },
        "highlight": {"fields": {"title": {}, "body": {}}},
        "size": 10,
    }


def measure(trial: Trial, corpus: Sequence[Document], documents: int) -> None:
    """Print everything for one number of documents."""
    random.seed(SEED)
    articles = sampled(corpus, documents)
    print(f"{documents} documents")
    print_learning(articles)
    print_indexing(trial, articles)
    words = sorted({word for each in corpus for word in re.findall(r"\w{3,}", each.title)})
    texts = [" ".join(random.sample(words, random.randint(1, 3))) for _ in range(QUERIES_TIMED)]
    asked = {"visibility": EVERYBODY, "language": "nb"}
    engine = trial.engine
    plain = trial.peer(articles)
    ours = timed("search", texts, lambda text: engine.search(parse_query(text), **asked))
    timed("search without counts", texts,
          lambda text: engine.search(parse_query(text), facets=False, **asked))  # fmt: skip
    typed = [text[:length] for text in texts for length in (2, 5)]
    timed("typing", typed, lambda text: engine.suggest(text, visibility=EVERYBODY))
    theirs = timed(trial.peer_name, texts, plain)
    print(f"  p95 of search: {ours / theirs:.2f} x {trial.peer_name}")


def print_learning(articles: Sequence[Document]) -> None:
    """Print seconds and memory of learning from a corpus, set aside as when an index is built."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        began, worked = time.perf_counter(), time.process_time()
        set_aside(articles, Path(folder) / "documents.jsonl")
        took, work = time.perf_counter() - began, time.process_time() - worked
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(f"  learning: {took:.1f} s (processor {work:.1f} s), {more} MB more at the most")


def print_indexing(trial: Trial, articles: Sequence[Document]) -> None:
    """Print documents indexed a second, learning apart, memory, one changed article, and size."""
    steps: list[tuple[int, float, float]] = []

    def progress(done: int) -> None:
        steps.append((done, time.perf_counter(), time.process_time()))

    started = time.perf_counter()
    trial.engine.rebuild(articles, progress=progress)
    whole = time.perf_counter() - started
    (first, began, worked), (last, ended, rested) = steps[0], steps[-1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  indexing: {(last - first) / (ended - began):.0f} documents/s "
          f"(of the processor {(last - first) / (rested - worked):.0f}/s), "
          f"process at most {peak} MB; {whole:.0f} s with all around it")  # fmt: skip
    began = time.perf_counter()
    trial.engine.index([replace(articles[0], title="Endret nå")])
    print(f"  one changed article: {(time.perf_counter() - began) * 1000:.0f} ms")
    text = sum(len(each.body.encode()) for each in articles)
    print(f"  index: {trial.size() / text:.2f} x text")


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


def timed(name: str, texts: Sequence[str], run: Callable[[str], object]) -> float:
    """Print median and 95th percentile of `run` over `texts`, and return the latter, in ms."""
    for text in texts[:ROUNDS_FIRST]:
        run(text)
    clock, work = [], []
    for text in texts:
        began, worked = time.perf_counter(), time.process_time()
        run(text)
        clock.append((time.perf_counter() - began) * 1000)
        work.append((time.process_time() - worked) * 1000)
    p95, p95_work = (statistics.quantiles(each, n=20)[18] for each in (clock, work))
    print(f"  {name}: p50 {statistics.median(clock):.1f} ms, p95 {p95:.1f} ms "
          f"(processor {statistics.median(work):.1f} and {p95_work:.1f})")  # fmt: skip
    return p95


if __name__ == "__main__":
    main()
