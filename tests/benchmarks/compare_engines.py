"""For how many judged queries the two engines give the same ten hits in the same order.

    python -m tests.benchmarks.compare_engines CORPUS QUERIES [CORPUS QUERIES ...]
                                               [--only-first N]

Files as `search_evaluate` reads them. Starts a server of its own (see `tools/search_server.py`),
indexes each corpus in both engines, asks every query of both, and prints each that differs. Hits
whose scores are the same to a thousandth may change places.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

BAR = 0.99  # of all queries
DEPTH = 10
TIE = 0.001  # scores nearer than this are the same
PROGRESS_EVERY = 100


def same_order(one: Sequence[tuple[str, float]], other: Sequence[tuple[str, float]]) -> bool:
    """Whether both have the same ids in the same places, hits of the same score in any order.

    A hit may also have a tied one in its place that came eleventh.
    """
    first, second = one[:DEPTH], other[:DEPTH]
    if len(first) != len(second):
        return False
    scores = dict(other)
    return all(
        identity == beside or abs(scores.get(identity, score - 1) - place) < TIE
        for (identity, score), (beside, place) in zip(first, second, strict=True)
    )


def compare(corpus: Path, queries: Path, server, only_first: int) -> tuple[int, int]:
    """Print what differs; of how many queries the hits are the same, and how many there are."""
    from portal.management.commands.search_evaluate import asking_search
    from search.engines.elastic.engine import ElasticsearchEngine
    from search.engines.elastic.server import Address
    from search.engines.embedded import EmbeddedEngine
    from search.evaluation import read_articles, read_queries

    articles, judged = read_articles(corpus), read_queries(queries)[: only_first or None]
    address = Address(
        url=server.url, ca_file=str(server.ca_file), name=f"same-{corpus.parent.name}"
    )
    same, exactly = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        engines = EmbeddedEngine(Path(folder)), ElasticsearchEngine.at(address)
        for engine in engines:
            engine.rebuild(articles)
        asks = [asking_search(engine) for engine in engines]
        for number, query in enumerate(judged, start=1):
            one, other = (ask(query).hits for ask in asks)
            exactly += [each for each, _ in one[:DEPTH]] == [each for each, _ in other[:DEPTH]]
            same += same_order(one, other)
            if not same_order(one, other):
                print(f"  differs: {query.qid}\n    {one[:DEPTH]}\n    {other[:DEPTH]}", flush=True)
            if number % PROGRESS_EVERY == 0:
                print(f"  {number} of {len(judged)}", file=sys.stderr, flush=True)
    print(
        f"{corpus.parent.name}: the same ten in {same} of {len(judged)} queries "
        f"({exactly} of them without looking at ties)",
        flush=True,
    )
    return same, len(judged)


def main() -> int:
    """Read the arguments, start a server and compare; 0 when the bar is reached."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", type=Path, nargs="+", help="corpus and queries, in turn")
    parser.add_argument("--only-first", type=int, default=0, help="queries of each; 0 for all")
    options = parser.parse_args()
    if len(options.files) % 2:
        parser.error("each corpus needs its queries")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))
    import search_server

    began = time.perf_counter()
    pairs = zip(options.files[::2], options.files[1::2], strict=True)
    with search_server.running() as server:
        counts = [compare(*pair, server, options.only_first) for pair in pairs]
    same, asked = (sum(column) for column in zip(*counts, strict=True))
    reached = same >= BAR * asked
    print(
        f"{'reached' if reached else 'MISSED '}  the same ten in {same} of {asked} queries "
        f"({same / asked:.2%}; at least {BAR:.0%}), in {time.perf_counter() - began:.0f} s"
    )
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
