"""An index on Elasticsearch as one search sees it: candidates, counts, texts, titles."""

import base64
from binascii import a2b_base64
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress

from search.candidates import Statistics
from search.contract import Retrieval, Retrieved, SearchError, StoredText
from search.corpus import Knowledge
from search.engines import records
from search.engines.elastic import queries
from search.engines.elastic.server import SAME_COPY, Server
from search.engines.packing import read_candidates
from search.finding import edits_allowed
from search.text.analysis import Analyser, terms_of
from search.text.tokens import fold_letters
from search.types import Suggestion, kind_of

DOCUMENTS_FOR_SPELLING = 30
TITLES_LOOKED_AT = 50
FEW_TERMS = 64  # so many are counted together with the search
FREQUENCIES = "frequencies"  # the search that counts them
FINGERPRINTS_AT_ONCE = 5000
KEPT_OPEN = "1m"


class Snapshot:
    """The index in use; the `CandidateSource` of one search."""

    def __init__(self, server: Server, name: str, knowledge: Knowledge, analyser: Analyser):
        self.analyser = analyser
        self.meaning = knowledge.meaning
        self._average_lengths = knowledge.average_lengths
        self._server = server
        self.name = name
        self._visibility: frozenset[str] = frozenset()
        self._documents = 0
        self._frequencies: dict[str, int] = {}  # of the terms that were searched for

    def statistics(self, terms: Collection[str]) -> Statistics:
        """Return document counts for `terms`; asked for here where no search has told them."""
        if terms and self._frequencies.keys() >= set(terms):
            documents, counts = self._documents, self._frequencies
        else:
            documents, counts = self._counts_of(terms)
        return Statistics(
            documents=documents,
            frequencies={term: counts.get(term, 0) for term in terms},
            average_lengths=self._average_lengths,
        )

    def _counts_of(self, terms: Collection[str]) -> tuple[int, dict[str, int]]:
        """Return how many documents there are, and have each of the terms, which may be many."""
        vectors = self._server.read(
            lambda client: client.termvectors(
                index=self.name,
                doc={"terms": " ".join(terms)},
                fields=["terms"],
                term_statistics=True,
                field_statistics=True,
                positions=False,
                offsets=False,
                payloads=False,
                preference=SAME_COPY,
            )
        )["term_vectors"]
        found = vectors.get("terms", {})
        counts = {term: each.get("doc_freq", 0) for term, each in found.get("terms", {}).items()}
        return found["field_statistics"]["doc_count"] if counts else self.count(), counts

    def retrieve(self, retrieval: Retrieval) -> Retrieved:
        """Return the best candidates by Elasticsearch's BM25, or the newest without words."""
        (retrieved,) = self.retrieve_each([retrieval])
        return retrieved

    def retrieve_each(self, retrievals: Sequence[Retrieval]) -> list[Retrieved]:
        """Return what `retrieve` does for each, in one request."""
        bodies = {
            (number, name): body
            for number, each in enumerate(retrievals)
            for name, body in queries.search_bodies(each).items()
        }
        new = {term for each in retrievals for term in terms_of(each.words)}
        new -= self._frequencies.keys()
        terms = sorted(new) if len(new) <= FEW_TERMS else []
        if terms:
            bodies[FREQUENCIES] = queries.frequencies_body(terms)
        answers = self._server.search(self.name, bodies) if bodies else {}
        if terms:
            self._documents, counts = queries.read_frequencies(answers[FREQUENCIES], terms)
            self._frequencies |= counts
        found = []
        for number, each in enumerate(retrievals):
            self._visibility = each.visibility
            counted = answers.get((number, "counts"))
            found.append(self._retrieved(each, answers[number, "candidates"], counted))
        return found

    def _retrieved(
        self, retrieval: Retrieval, answer: Mapping, counted: Mapping | None
    ) -> Retrieved:
        hits = [hit["fields"] for hit in answer["hits"]["hits"]]
        stored = [(_bytes(each, "features"), _bytes(each, "meaning")) for each in hits]
        return Retrieved(
            candidates=read_candidates(stored, terms_of(retrieval.words)),
            total=counted["hits"]["total"]["value"] if counted else len(hits),
            facets=queries.read_facets(counted.get("aggregations", {})) if counted else {},
        )

    def texts(self, ids: Collection[str]) -> Mapping[str, StoredText]:
        """Return the original texts of documents, of those still visible as in the retrieval."""
        if not ids:
            return {}
        query = queries.text_query(ids, self._visibility)
        hits = self._hits(query, ["source"], size=len(ids))
        return {hit["_id"]: records.read_source(_bytes(hit["fields"], "source")) for hit in hits}

    def similar_words(self, word: str, retrieval: Retrieval) -> Mapping[str, int]:
        """Return the words of visible documents that have a word within one or two edits."""
        distance = edits_allowed(word)
        query = queries.similar_words_query(word, distance, retrieval)
        counts: dict[str, int] = {}
        for hit in self._hits(query, ["source"], size=DOCUMENTS_FOR_SPELLING, sort=["_doc"]):
            for other in records.read_words(_bytes(hit["fields"], "source")):
                if abs(len(fold_letters(other)) - len(word)) <= distance:
                    counts[other] = counts.get(other, 0) + 1
        return counts

    def titles(self, words: list[str], visibility: frozenset[str], limit: int) -> list[Suggestion]:
        """Return visible titles with all `words`, the last one as the beginning of a word."""
        query = queries.title_query(words, visibility)
        suggestions = []
        for hit in self._hits(query, ["source"], size=max(limit, TITLES_LOOKED_AT)):
            identity, title = hit["_id"], records.read_title(_bytes(hit["fields"], "source"))
            suggestions.append(Suggestion(id=identity, kind=kind_of(identity), title=title))
        suggestions.sort(key=lambda each: (len(each.title), each.title, each.id))
        return suggestions[:limit]

    def count(self) -> int:
        """Return how many documents there are."""
        found = self._server.read(
            lambda client: client.count(index=self.name, preference=SAME_COPY)
        )
        return found["count"]

    def probe(self) -> int:
        """Search for and read one document; return how many there are."""
        for hit in self._hits(queries.everything(), ["features"], size=1):
            read_candidates([(_bytes(hit["fields"], "features"), b"")])
        return self.count()

    def fingerprints(self) -> Iterator[tuple[str, str]]:
        """Yield the id and fingerprint of each document, all as of one moment."""
        opened = self._server.read(
            lambda client: client.open_point_in_time(index=self.name, keep_alive=KEPT_OPEN)
        )
        body = {
            "pit": {"id": opened["id"], "keep_alive": KEPT_OPEN},
            "size": FINGERPRINTS_AT_ONCE,
            "sort": ["_shard_doc"],
            "docvalue_fields": ["fingerprint"],
            "track_total_hits": False,
        }
        try:
            while True:
                found = self._server.write(lambda client: client.search(body=body))
                hits = found["hits"]["hits"]
                if not hits:
                    return
                yield from ((hit["_id"], hit["fields"]["fingerprint"][0]) for hit in hits)
                body["search_after"] = hits[-1]["sort"]
        finally:
            with suppress(SearchError):  # it closes by itself
                self._server.read(lambda client: client.close_point_in_time(id=opened["id"]))

    def _hits(self, query, fields: list[str], *, size: int, **more) -> list[Mapping]:
        body = {"query": query.to_dict(), "stored_fields": fields, "size": size, **more}
        answers = self._server.search(self.name, {"texts": body | {"track_total_hits": False}})
        return answers["texts"]["hits"]["hits"]


def _bytes(fields: Mapping, name: str) -> bytes:
    return a2b_base64(fields[name][0]) if name in fields else b""


def encoded(value: bytes) -> str:
    """Return bytes as text, as the server keeps them."""
    return base64.b64encode(value).decode()
