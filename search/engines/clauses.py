"""The fields of the embedded index, and the queries on them; pure functions."""

from collections.abc import Collection, Iterable
from dataclasses import fields

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

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
FEW_VALUES = 8


def build_schema() -> tantivy.Schema:
    """Return the fields: filters, analysed terms, phrases, title words, and packed values."""
    builder = tantivy.SchemaBuilder()
    for name in ("id", "visibility", *FACETS.values()):
        builder.add_text_field(
            name, tokenizer_name="raw", index_option="basic", fast=True, stored=name == "id"
        )
    builder.add_text_field("translation_key", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("fingerprint", tokenizer_name="raw", index_option="basic", stored=True)
    builder.add_text_field("terms", tokenizer_name="words", index_option="freq")
    builder.add_text_field("directions", tokenizer_name="words", index_option="basic")
    builder.add_text_field("phrases", tokenizer_name="words", index_option="position")
    builder.add_text_field("title_words", tokenizer_name="words", index_option="basic")
    builder.add_integer_field("updated", fast=True)
    builder.add_bytes_field("features", stored=True)
    builder.add_bytes_field("meaning", stored=True)
    builder.add_bytes_field("source", stored=True)
    return builder.build()


SCHEMA = build_schema()


def build_clause(retrieval: Retrieval) -> Clause:
    """Return the tantivy query for what is asked; a pure function."""
    clauses = existing(retrieval)
    clauses += [
        (Occur.Must, any_of(FACETS[each.name], getattr(retrieval.filters, each.name)))
        for each in fields(Filters)
        if getattr(retrieval.filters, each.name)
    ]
    clauses += [(Occur.Must, _sequence(phrase)) for phrase in retrieval.phrases]
    clauses += [(Occur.MustNot, _sequence(phrase)) for phrase in retrieval.excluded_phrases]
    clauses += [
        (Occur.MustNot, Clause.term_query(SCHEMA, "terms", term, "basic"))
        for term in retrieval.excluded_terms
    ]
    if retrieval.only:
        clauses.append((Occur.Must, any_of("id", retrieval.only)))
    elif retrieval.versions_of:
        clauses.append((Occur.Must, any_of("translation_key", retrieval.versions_of)))
    elif retrieval.directions:
        near = [
            (Occur.Should, Clause.boost_query(_term("directions", each, "basic"), weight))
            for each, weight in retrieval.directions.items()
        ]
        clauses.append((Occur.Must, Clause.boolean_query(near)))
    elif retrieval.words:
        # A phrase is required already; its words only help to order.
        occur = Occur.Should if retrieval.phrases else Occur.Must
        clauses.append((occur, _any_word(retrieval.words, retrieval.elements_needed)))
    return Clause.boolean_query(clauses)


def _any_word(words: Iterable[QueryWord], needed: int) -> Clause:
    """Match any of the words; of what stands for a word, the best counts and not their sum."""
    clauses = []
    for word in words:
        standing = [_weighted(each.term, each.weight) for each in word.alternatives]
        elements = _elements(word, needed)
        if elements:
            standing.append(elements)
        clauses.append((Occur.Should, Clause.disjunction_max_query(standing)))
    return Clause.boolean_query(clauses)


def _elements(word: QueryWord, needed: int) -> Clause | None:
    """Match by `needed` of the elements of a word, or all where it has fewer."""
    elements: dict[str, list[Clause]] = {}
    for each in word.elements:
        clause = _weighted(each.term, each.weight)
        elements.setdefault(each.term.removeprefix(PART), []).append(clause)
    if not elements:
        return None
    groups = [(Occur.Should, Clause.disjunction_max_query(same)) for same in elements.values()]
    return Clause.boolean_query(groups, min(needed, len(groups)))


def _weighted(term: str, weight: float) -> Clause:
    return Clause.boost_query(_term("terms", term), weight)


def existing(retrieval: Retrieval) -> list[tuple[Occur, Clause]]:
    """Limit to the documents that exist for whoever asks."""
    clauses = [(Occur.Must, any_of("visibility", retrieval.visibility))]
    if retrieval.without:
        clauses.append((Occur.MustNot, any_of("id", retrieval.without)))
    return clauses


def _term(field: str, term: str, option: str = "freq") -> Clause:
    return Clause.term_query(SCHEMA, field, term, option)


def any_of(field: str, values: Collection[str]) -> Clause:
    """Match documents with any of the values (none when there are none); adds no score.

    Few values are read side by side; a set first marks every document that has one.
    """
    if 0 < len(values) <= FEW_VALUES:
        each = [(Occur.Should, _term(field, value, "basic")) for value in sorted(values)]
        return Clause.const_score_query(Clause.boolean_query(each), 0.0)
    return Clause.const_score_query(Clause.term_set_query(SCHEMA, field, sorted(values)), 0.0)


def _sequence(words: tuple[str, ...]) -> Clause:
    if len(words) == 1:
        return Clause.term_query(SCHEMA, "phrases", words[0], "position")
    return Clause.phrase_query(SCHEMA, "phrases", list(words))
