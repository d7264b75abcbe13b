"""What our own word lists add to what is found, and how fast texts are analysed.

    python -m tests.benchmarks.bench_word_lists CORPUS QUERIES

CORPUS and QUERIES are files as `search_evaluate` reads them. The same search is built and judged
with each list left out in turn; a list that adds nothing has no business here. Takes some minutes.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()  # the command that judges is one of the site's
from portal.management.commands.search_evaluate import asking_search  # noqa: E402
from search import corpus  # noqa: E402
from search.engines.embedded import EmbeddedEngine  # noqa: E402
from search.evaluation import (  # noqa: E402
    JudgedQuery,
    read_articles,
    read_queries,
    summarise,
)
from search.text import analysis, concepts, forms, norwegian  # noqa: E402
from search.types import Document  # noqa: E402

OTHER_NAMES, NYNORSK, LEARNT = "concepts.tsv", "nn_nb.tsv", "pairs learnt from pages"
WITHOUT = ((), (OTHER_NAMES,), (NYNORSK,), (LEARNT,), (OTHER_NAMES, NYNORSK, LEARNT))
SHORT = 200  # characters
TEXTS = 4000


def main() -> None:
    """Print a row for each list left out, then texts per second."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("queries", type=Path)
    options = arguments.parse_args()
    documents, queries = read_articles(options.corpus), read_queries(options.queries)
    print(f"{'nDCG@10':58}{'all':>8}{'nb':>8}{'nn':>8}{'en':>8}{'across':>8}")
    for without in WITHOUT:
        figures = judged(documents, queries, without)
        label = f"without {', '.join(without)}" if without else "everything"
        print(f"{label:58}" + "".join(f"{each:8.3f}" for each in figures), flush=True)
    print(f"\n{texts_a_second(documents):,.0f} short texts a second of processor time")


def judged(
    documents: Sequence[Document], queries: Sequence[JudgedQuery], without: Sequence[str]
) -> tuple[float, ...]:
    """nDCG@10 of all queries, of those in nb, nn and en, and across languages."""
    with left_out(without), tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(folder)
        engine.rebuild(documents)
        ask = asking_search(engine)
        found = summarise(queries, [ask(query) for query in queries])
    by_language = (found["by_lang"].get(code, {}).get("ndcg10") for code in ("nb", "nn", "en"))
    return (
        found["all"]["ndcg10"],
        *(each or 0.0 for each in by_language),
        found["xling"]["ndcg10"],
    )


@contextmanager
def left_out(without: Sequence[str]) -> Iterator[None]:
    """Search as if these lists were empty."""
    with ExitStack() as patches:
        if OTHER_NAMES in without:
            patches.enter_context(mock.patch.object(concepts, "_our_lines", tuple))
        for each in ("nynorsk_words", "nynorsk_stems") if NYNORSK in without else ():
            patches.enter_context(mock.patch.object(norwegian, each, dict))
        if LEARNT in without:
            patches.enter_context(mock.patch.object(corpus, "learn_pairs", lambda pages: {}))
        _forget()
        yield
    _forget()


def _forget() -> None:
    """What was remembered with the lists as they were before."""
    concepts.our_concepts.cache_clear()
    forms.compared_form.cache_clear()
    analysis._weak_forms.cache_clear()


def texts_a_second(documents: Sequence[Document]) -> float:
    """How many texts of about 200 characters are analysed, words met before and new ones."""
    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(folder)
        engine.rebuild(documents)
        analyser = engine._reader().analyser  # one that has learnt the corpus
    texts = [
        (document.body[start : start + SHORT], document.language or "nb")
        for document in documents
        for start in range(0, len(document.body) - SHORT, SHORT)
    ][:TEXTS]
    _forget()
    began = time.process_time()
    for text, language in texts:
        analyser.analyse(text, language)
    return len(texts) / (time.process_time() - began)


if __name__ == "__main__":
    main()
