"""Plain search systems to measure ours against, each as anybody would set it up in an hour.

Title, headings and body are searched for any of the query's words; nothing is tuned.
"""

import math
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Protocol

import tantivy

from search.text.stems import stem
from search.types import Document

TITLE_WEIGHT = 5.0
K1, B = 1.5, 0.75
_WORD = re.compile(r"\w+")
Hits = list[tuple[str, float]]


class Peer(Protocol):
    """A system that gives (document id, score), best first."""

    def search(self, text: str, limit: int) -> Hits:
        """Return at most `limit` hits for any of the words; none when there are no words."""
        ...


def peers(documents: Sequence[Document]) -> dict[str, Peer]:
    """Return the peers by name, each with all documents indexed."""
    return {
        "fts5_or": Fts5(documents),
        "tantivy_no": NorwegianTantivy(documents),
        "bm25_snowball": Bm25Snowball(documents),
    }


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return _WORD.findall(text.lower())


def text_of(document: Document) -> str:
    """Return headings and body as one text."""
    return "\n".join([*document.headings, document.body])


class Fts5:
    """SQLite's full-text index: unicode61, any of the words, the title weighted."""

    def __init__(self, documents: Sequence[Document]):
        self._database = sqlite3.connect(":memory:")
        self._database.execute("create virtual table t using fts5(id unindexed, title, body)")
        rows = ((each.id, each.title, text_of(each)) for each in documents)
        self._database.executemany("insert into t values (?, ?, ?)", rows)

    def search(self, text: str, limit: int) -> Hits:
        """Return hits by SQLite's bm25."""
        match = " OR ".join(f'"{word}"' for word in dict.fromkeys(words_of(text)))
        if not match:
            return []
        rows = self._database.execute(
            "select id, -bm25(t, 0, ?, 1) from t where t match ? order by 2 desc, 1 limit ?",
            (TITLE_WEIGHT, match, limit),
        )
        return rows.fetchall()


class NorwegianTantivy:
    """tantivy with its Norwegian stemmer, any of the words, title and body alike.

    (A weight multiplies a whole field's score here, and every other than 1 found less.)
    """

    def __init__(self, documents: Sequence[Document]):
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", tokenizer_name="raw", stored=True)
        for name in ("title", "body"):
            builder.add_text_field(name, tokenizer_name="no")
        self._index = tantivy.Index(builder.build())
        analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        for each in (tantivy.Filter.lowercase(), tantivy.Filter.stemmer("norwegian")):
            analyser = analyser.filter(each)
        self._index.register_tokenizer("no", analyser.build())
        writer = self._index.writer(num_threads=1)
        for each in documents:
            writer.add_document(tantivy.Document(id=each.id, title=each.title, body=text_of(each)))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, text: str, limit: int) -> Hits:
        """Return hits by tantivy's BM25."""
        words = " ".join(words_of(text))
        if not words:
            return []
        query, _ = self._index.parse_query_lenient(words, ["title", "body"])
        searcher = self._index.searcher()
        return [
            (searcher.doc(address).get_first("id"), score)
            for score, address in searcher.search(query, limit).hits
        ]


class Bm25Snowball:
    """Okapi BM25 over Norwegian Snowball stems of the whole text."""

    def __init__(self, documents: Sequence[Document]):
        self._ids = [each.id for each in documents]
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._lengths: list[int] = []
        for number, each in enumerate(documents):
            stems = _stems(f"{each.title}\n{text_of(each)}")
            self._lengths.append(len(stems))
            for term, count in Counter(stems).items():
                self._postings[term].append((number, count))
        self._average = sum(self._lengths) / max(len(self._lengths), 1) or 1.0

    def search(self, text: str, limit: int) -> Hits:
        """Return hits by BM25."""
        scores: dict[int, float] = defaultdict(float)
        for term in _stems(text):
            postings = self._postings.get(term, ())
            rarity = math.log(1 + (len(self._ids) - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, count in postings:
                norm = K1 * (1 - B + B * self._lengths[number] / self._average)
                scores[number] += rarity * count * (K1 + 1) / (count + norm)
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return [(self._ids[number], score) for number, score in best]


def _stems(text: str) -> list[str]:
    return [stem(word, "nb") for word in words_of(text)]
