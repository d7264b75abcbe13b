"""`manage.py search_evaluate`: how well judged queries find their articles, beside plain peers.

Needs no database and no running site: the index lies in a temporary folder, or under a temporary
name on Elasticsearch.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from search.contract import EngineUnavailable, SearchEngine, SearchError
from search.engines.elastic.engine import ElasticsearchEngine
from search.engines.elastic.server import Address
from search.engines.embedded import EmbeddedEngine
from search.evaluation import (
    EVERYBODY,
    LOST,
    Answer,
    JudgedQuery,
    UnreadableFile,
    article_id,
    read_articles,
    read_queries,
    separations,
    summarise,
    without_half,
)
from search.parser import parse_query
from search.peers import Peer, peers, words_of
from search.types import Hit
from triage.suggestions.suggest import look_up

HITS = 20
PROGRESS_EVERY = 100
OURS = "veiviser"
PER_WORD = "auroc_per_word"  # figures of plain systems: AUROC of the best score by query length
NO_ENGINE = 2  # exit code
LETTERS = ("faq", "written_ticket")  # kinds asked in whole sentences; far-off ones are too
Ask = Callable[[JudgedQuery], Answer]


class Command(BaseCommand):
    help = "Measure search on judged queries: nDCG, MRR, recall, and knowing when nothing answers."
    requires_system_checks: Sequence[str] = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--corpus", type=Path, required=True, help="JSON lines: id, title, body"
        )
        parser.add_argument(
            "--queries", type=Path, required=True, help="JSON lines: qid, query, rel"
        )
        parser.add_argument("--engine", choices=("embedded", "elasticsearch"), default="embedded")
        parser.add_argument("--mode", choices=("search", "suggest"), default="search")
        parser.add_argument("--run", type=Path, help="write what was found, a line for each query")
        parser.add_argument("--json", type=Path, help="write the figures")
        parser.add_argument("--no-peers", action="store_true", help="only our own search")
        parser.add_argument(
            "--remove-half",
            type=int,
            metavar="SEED",
            help="take a random half of the judged articles out, and measure who notices",
        )

    def handle(self, *, corpus, queries, engine, mode, run, json, no_peers, remove_half, **options):
        for path in (run, json):
            if path and not path.absolute().parent.is_dir():
                raise CommandError(f"There is no folder {path.absolute().parent}.")
        try:
            with ENGINES[engine]() as ours:
                documents, judged = read_articles(corpus), read_queries(queries)
                if remove_half is not None:
                    documents, judged = without_half(documents, judged, remove_half)
                found = {OURS: self._ours(ours, documents, judged, mode)}
        except UnreadableFile as error:
            raise CommandError(f"{error}.") from error
        except EngineUnavailable as error:
            raise CommandError(f"{error}.", returncode=NO_ENGINE) from error
        if not no_peers:
            self._say("The plain systems read the articles.")
            for name, peer in peers(documents).items():
                found[name] = self._answers(name, judged, asking_peer(peer))
        figures = {"systems": {name: figures_of(name, judged, found[name]) for name in found}}
        self._print(figures["systems"])
        self._print_separation(judged, found)
        if run:
            write_run(run, judged, found[OURS])
        if json:
            write_json(json, figures)

    def _ours(self, engine: SearchEngine, documents, judged, mode: str) -> list[Answer]:
        began = datetime.now(UTC)
        engine.rebuild(documents)
        took = (datetime.now(UTC) - began).total_seconds()
        self._say(f"Indexed {len(documents)} articles in {took:.1f} s.")
        ask = asking_search(engine) if mode == "search" else asking_suggester(engine)
        return self._answers(OURS, judged, ask)

    def _answers(self, name: str, judged: Sequence[JudgedQuery], ask: Ask) -> list[Answer]:
        answers = []
        for number, query in enumerate(judged, start=1):
            answers.append(ask(query))
            if number % PROGRESS_EVERY == 0 or number == len(judged):
                self._say(f"{name}: {number} of {len(judged)} queries", ending="\r")
        self._say("")
        return answers

    def _say(self, text: str, ending: str = "\n") -> None:
        self.stderr.write(self.style.NOTICE(text), ending=ending)

    def _print(self, systems: Mapping[str, Mapping]) -> None:
        """A table for each metric: rows are groups of queries, columns systems."""
        for metric, title in (("ndcg10", "nDCG@10"), ("mrr10", "MRR@10"), ("recall5", "Recall@5")):
            self.stdout.write(f"\n{title:28}{'n':>6}" + "".join(f"{name:>16}" for name in systems))
            for label, pick in groups_of(systems[OURS]):
                cells = [pick(each) for each in systems.values()]
                values = "".join(f"{_figure(cell[metric]):>16}" for cell in cells)
                self.stdout.write(f"{label:28}{cells[0]['n']:6}{values}")
        self.stdout.write("\nAUROC of knowing that nothing answers")
        for kind in systems[OURS]["auroc"]:
            for name, label in (("auroc", kind), (PER_WORD, f"{kind}, ÷ words")):
                cells = [each.get(name, {}).get(kind) for each in systems.values()]
                if any(cell is not None for cell in cells):
                    self.stdout.write(f"{label:34}" + "".join(f"{_figure(c):>16}" for c in cells))

    def _print_separation(self, judged, found: Mapping[str, Sequence[Answer]]) -> None:
        apart = {name: separations(judged, each, LETTERS) for name, each in found.items()}
        # Queries that lost their articles are of all kinds, not letters alone.
        for kind in sorted(apart[OURS].keys() - {LOST}):
            values = "".join(f"{_figure(each[kind]):>16}" for each in apart.values())
            self.stdout.write(f"{'+'.join(LETTERS) + ' / ' + kind:34}{values}")


@contextmanager
def embedded() -> Iterator[SearchEngine]:
    """An engine in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        yield EmbeddedEngine(folder)


@contextmanager
def elasticsearch() -> Iterator[SearchEngine]:
    """An engine on the server of ELASTICSEARCH_URL, in an index of its own that is removed."""
    if not settings.ELASTICSEARCH_URL:
        raise EngineUnavailable("ELASTICSEARCH_URL does not say where Elasticsearch is")
    name = f"{settings.ELASTICSEARCH_NAME}-evaluation-{secrets.token_hex(4)}"
    address = Address(
        url=settings.ELASTICSEARCH_URL, ca_file=settings.ELASTICSEARCH_CA_FILE, name=name
    )
    engine = ElasticsearchEngine.at(address)
    try:
        yield engine
    finally:
        with suppress(SearchError):
            engine.remove()


ENGINES = {"embedded": embedded, "elasticsearch": elasticsearch}


def groups_of(system: Mapping) -> list[tuple[str, Callable[[Mapping], Mapping]]]:
    """The rows of a table, each with how to find its figures in a system's."""
    rows: list[tuple[str, Callable[[Mapping], Mapping]]] = [("all", lambda each: each["all"])]
    for group in ("by_kind", "by_lang"):
        for name in system[group]:
            rows.append((name or "–", lambda each, g=group, n=name: each[g][n]))
    return [*rows, ("across languages", lambda each: each["xling"])]


def figures_of(name: str, judged: Sequence[JudgedQuery], answers: Sequence[Answer]) -> dict:
    """What is measured of one system; of a plain one also its best score over query length."""
    figures = summarise(judged, answers)
    if name != OURS:
        figures[PER_WORD] = separations(judged, per_word(judged, answers))
    return figures


def per_word(judged: Sequence[JudgedQuery], answers: Sequence[Answer]) -> list[Answer]:
    """The answers, each as sure as before over the number of words of its query."""
    return [
        replace(answer, answerable=answer.answerable / max(len(words_of(query.text)), 1))
        for query, answer in zip(judged, answers, strict=True)
    ]


def asking_search(engine: SearchEngine) -> Ask:
    """A search as on the search page, by anybody, in the query's language."""

    def ask(query: JudgedQuery) -> Answer:
        page = engine.search(
            parse_query(query.text),
            visibility=EVERYBODY,
            language=query.language,
            size=HITS,
            facets=False,
        )
        return Answer(hits=_pairs(page.hits), answerable=page.answerable)

    return ask


def asking_suggester(engine: SearchEngine) -> Ask:
    """What is offered to somebody who writes this in a case."""

    def ask(query: JudgedQuery) -> Answer:
        found = look_up(
            engine,
            query.text,
            visibility=EVERYBODY,
            language=query.language,
            kinds=("article",),
            limit=HITS,
        )
        return Answer(hits=_pairs(found.hits), answerable=found.answerable)

    return ask


def asking_peer(peer: Peer) -> Ask:
    """A plain system, whose best score is all it knows of there being an answer."""

    def ask(query: JudgedQuery) -> Answer:
        hits = tuple((article_id(each), score) for each, score in peer.search(query.text, HITS))
        return Answer(hits=hits, answerable=hits[0][1] if hits else 0.0)

    return ask


def _pairs(hits: Sequence[Hit]) -> tuple[tuple[str, float], ...]:
    return tuple((article_id(hit.id), hit.score) for hit in hits)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def write_run(path: Path, judged: Sequence[JudgedQuery], answers: Sequence[Answer]) -> None:
    """Write what was found, one line of JSON for each query."""
    with open(path, "w", encoding="utf-8") as file:
        for query, answer in zip(judged, answers, strict=True):
            hits = [{"id": identity, "score": score} for identity, score in answer.hits]
            line = {"qid": query.qid, "hits": hits, "answerable": answer.answerable}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_json(path: Path, figures: Mapping) -> None:
    """Write the figures of all systems."""
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
