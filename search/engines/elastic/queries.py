"""The fields of an index on Elasticsearch, and the queries on them; pure functions.

They say the same as those of the embedded engine (`search.engines.clauses`), with the same
scores up to a constant factor, so that both pick the same candidates.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace

from elasticsearch.dsl import Binary, Keyword, Long, Text
from elasticsearch.dsl import Mapping as FieldMapping
from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    DisMax,
    Fuzzy,
    Ids,
    MatchAll,
    MatchPhrase,
    Prefix,
    Query,
    Term,
    Terms,
)

from search.contract import Retrieval
from search.text.analysis import PART, QueryWord
from search.types import Filters

FACETS = {
    "kinds": "kind",
    "products": "product",
    "languages": "language",
    "audiences": "audience",
    "authorities": "authority",
}
MAX_FACET_VALUES = 200
SPLIT_AT_SPACES = "whitespace"  # the analyser: terms are made by us
SETTINGS = {
    "number_of_shards": 1,  # one, so that every score knows the whole corpus
    "auto_expand_replicas": "0-1",
    "refresh_interval": "-1",  # every write of ours refreshes when it is done
    "gc_deletes": "1h",  # how long the version of something deleted is remembered
}


def build_mapping() -> dict:
    """Return the fields: filters, analysed terms, phrases, title words, and packed values."""
    mapping = FieldMapping()
    mapping.meta("dynamic", "strict")
    mapping.meta("_source", enabled=False)  # what is needed again is stored by itself
    for name in ("visibility", "translation_key", *FACETS.values()):
        mapping.field(name, Keyword(norms=False))
    mapping.field("fingerprint", Keyword(index=False))
    for name, options in (
        ("terms", "freqs"),
        ("directions", "docs"),
        ("phrases", "positions"),
        ("title_words", "docs"),
    ):
        mapping.field(name, Text(analyzer=SPLIT_AT_SPACES, index_options=options))
    mapping.field("updated", Long())
    for name in ("features", "meaning", "source"):
        mapping.field(name, Binary(store=True, doc_values=False))
    return mapping.to_dict()


def search_bodies(retrieval: Retrieval) -> dict[str, dict]:
    """Return the search for "candidates", and where asked for one of "counts" of all that matches.

    The first counts nothing, so that it may pass over poor matches; the second scores nothing.
    """
    query = build_query(retrieval).to_dict()
    candidates = {
        "query": query,
        "size": retrieval.limit,
        "track_total_hits": False,
        "stored_fields": ["features", "meaning"],
    }
    if not (retrieval.words or retrieval.phrases or retrieval.directions):
        candidates["sort"] = [{"updated": "desc"}]
    bodies = {"candidates": candidates}
    if retrieval.is_counted:
        bodies["counts"] = _counts(retrieval, query)
    return bodies


def _counts(retrieval: Retrieval, query: dict) -> dict:
    """Return the search that counts what `query` matches, and by value."""
    body = {"size": 0, "track_total_hits": True}
    if retrieval.facets:
        body["aggs"] = {name: _facet(name, retrieval.filters) for name in FACETS}
        if retrieval.filters:
            query = build_query(replace(retrieval, filters=Filters())).to_dict()
            body["post_filter"] = Bool(filter=_filters(retrieval.filters)).to_dict()
    return body | {"query": {"bool": {"filter": [query]}}}


def frequencies_body(terms: Sequence[str]) -> dict:
    """Return the search that counts all documents, and those with each of a few terms."""
    each = [{"term": {"terms": term}} for term in terms]
    return {
        "size": 0,
        "track_total_hits": True,
        "query": {"match_all": {}},
        "aggs": {"having": {"filters": {"filters": each}}},
    }


def read_frequencies(answer: Mapping, terms: Sequence[str]) -> tuple[int, dict[str, int]]:
    """Return the number of documents, and term → how many have it, from `frequencies_body`."""
    counts = (each["doc_count"] for each in answer["aggregations"]["having"]["buckets"])
    return answer["hits"]["total"]["value"], dict(zip(terms, counts, strict=True))


def _facet(name: str, filters: Filters) -> dict:
    """Count by value what passes all filters but the facet's own."""
    values = {"terms": {"field": FACETS[name], "size": MAX_FACET_VALUES}}
    others = _filters(replace(filters, **{name: frozenset()}))
    if not others:
        return values
    return {"filter": Bool(filter=others).to_dict(), "aggs": {"values": values}}


def read_facets(aggregations: Mapping) -> dict[str, dict[str, int]]:
    """Return counts by value from what `search_bodies` asked for."""
    found = {name: aggregations[name] for name in FACETS if name in aggregations}
    return {
        name: {value["key"]: value["doc_count"] for value in each.get("values", each)["buckets"]}
        for name, each in found.items()
    }


def build_query(retrieval: Retrieval) -> Query:
    """Return the query for what is asked."""
    must: list[Query] = [_sequence(phrase) for phrase in retrieval.phrases]
    should: list[Query] = []
    if retrieval.only:
        must.append(_only(retrieval.only))
    elif retrieval.versions_of:
        must.append(_any_of("translation_key", retrieval.versions_of))
    elif retrieval.directions:
        near = [_term("directions", each, weight) for each, weight in retrieval.directions.items()]
        must.append(_at_least(1, near))
    elif retrieval.words:
        # A phrase is required already; its words only help to order.
        (should if retrieval.phrases else must).append(
            _any_word(retrieval.words, retrieval.elements_needed)
        )
    excluded = [_sequence(phrase) for phrase in retrieval.excluded_phrases]
    if retrieval.excluded_terms:
        excluded.append(_any_of("terms", retrieval.excluded_terms))
    if retrieval.without:
        excluded.append(Ids(values=sorted(retrieval.without)))
    limits = [visible(retrieval.visibility), *_filters(retrieval.filters)]
    return Bool(must=must, should=should, must_not=excluded, filter=limits, minimum_should_match=0)


def similar_words_query(word: str, distance: int, retrieval: Retrieval) -> Query:
    """Match documents that exist for `retrieval` and have a word within `distance` edits."""
    near = Fuzzy(
        phrases={
            "value": word,
            "fuzziness": distance,
            "transpositions": True,
            "rewrite": "constant_score",
        }
    )
    excluded = [Ids(values=sorted(retrieval.without))] if retrieval.without else []
    return Bool(filter=[near, visible(retrieval.visibility)], must_not=excluded)


def title_query(words: list[str], visibility: Collection[str]) -> Query:
    """Match visible titles with all `words`, the last one as the beginning of a word."""
    whole: list[Query] = [_term("title_words", word) for word in words[:-1]]
    return Bool(
        must=[*whole, Prefix(title_words={"value": words[-1]})], filter=[visible(visibility)]
    )


def text_query(ids: Collection[str], visibility: Collection[str]) -> Query:
    """Match those of `ids` that are visible."""
    return Bool(filter=[Ids(values=sorted(ids)), visible(visibility)])


def everything() -> Query:
    """Match every document."""
    return MatchAll()


def visible(visibility: Collection[str]) -> Query:
    """Match what holders of any of the tokens may see; nothing when there are none."""
    return _any_of("visibility", visibility)


def _filters(filters: Filters) -> list[Query]:
    return [
        _any_of(FACETS[each.name], getattr(filters, each.name))
        for each in fields(Filters)
        if getattr(filters, each.name)
    ]


def _any_word(words: Iterable[QueryWord], needed: int) -> Query:
    """Match any of the words; of what stands for a word, the best counts and not their sum."""
    clauses = []
    for word in words:
        standing = [_term("terms", each.term, each.weight) for each in word.alternatives]
        elements = _elements(word, needed)
        if elements:
            standing.append(elements)
        clauses.append(DisMax(queries=standing))
    return _at_least(1, clauses)


def _elements(word: QueryWord, needed: int) -> Query | None:
    """Match by `needed` of the elements of a word, or all where it has fewer."""
    elements: dict[str, list[Query]] = {}
    for each in word.elements:
        clause = _term("terms", each.term, each.weight)
        elements.setdefault(each.term.removeprefix(PART), []).append(clause)
    if not elements:
        return None
    groups: list[Query] = [DisMax(queries=same) for same in elements.values()]
    return _at_least(min(needed, len(groups)), groups)


def _at_least(number: int, clauses: list[Query]) -> Query:
    return Bool(should=clauses, minimum_should_match=number)


def _term(field: str, term: str, boost: float = 1.0) -> Query:
    return Term(**{field: {"value": term, "boost": boost}})


def _any_of(field: str, values: Collection[str]) -> Query:
    """Match documents with any of the values (none when there are none); adds no score."""
    return ConstantScore(filter=Terms(**{field: sorted(values)}), boost=0.0)


def _only(ids: Collection[str]) -> Query:
    return ConstantScore(filter=Ids(values=sorted(ids)), boost=0.0)


def _sequence(words: tuple[str, ...]) -> Query:
    if len(words) == 1:
        return _term("phrases", words[0])
    return MatchPhrase(phrases={"query": " ".join(words), "analyzer": SPLIT_AT_SPACES})
