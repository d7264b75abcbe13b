"""The measures by hand-reckoned tables, and files as they come."""

import gzip
import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.evaluation import (
    LOST,
    Answer,
    JudgedQuery,
    UnreadableFile,
    article_id,
    auroc,
    judged_together,
    ndcg,
    read_articles,
    read_queries,
    recall,
    reciprocal_rank,
    separations,
    summarise,
    without_half,
)
from tests.search.documents import make_document

SECOND = 1 / math.log2(3)  # the discount of the second place


@pytest.mark.parametrize(
    ("found", "grades", "expected"),
    [
        (["a"], {"a": 2}, 1),
        (["x", "a"], {"a": 2}, SECOND),
        (["b", "a"], {"a": 2, "b": 1}, (1 + 3 * SECOND) / (3 + SECOND)),
        (["a", "b"], {"a": 2, "b": 1}, 1),
        (["x"] * 10 + ["a"], {"a": 2}, 0),
        ([], {"a": 2}, 0),
        (["a"], {}, 0),
        ([str(n) for n in range(10)], {str(n): 2 for n in range(12)}, 1),
    ],
)
def test_ndcg_is_the_gain_over_the_best_possible_gain(found, grades, expected):
    assert ndcg(found, grades) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("found", "grades", "expected"),
    [
        (["a"], {"a": 2}, 1),
        (["b", "x", "a"], {"a": 2, "b": 1}, 1 / 3),
        (["x"] * 10 + ["a"], {"a": 2}, 0),
        (["b"], {"b": 1}, 0),
    ],
)
def test_reciprocal_rank_looks_for_articles_that_answer_only(found, grades, expected):
    assert reciprocal_rank(found, grades) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("found", "grades", "depth", "expected"),
    [
        (["x", "a", "b"], {"a": 2, "b": 2}, 2, 0.5),
        (["x", "a", "b"], {"a": 2, "b": 2}, 3, 1),
        (["b"], {"a": 2, "b": 1}, 3, 0),
        (["a", "b", "c"], dict.fromkeys("abcdef", 2), 3, 1),
        (["b"], {"b": 1}, 3, 0),
    ],
)
def test_recall_is_the_share_of_answers_that_can_be_among_the_first(found, grades, depth, expected):
    assert recall(found, grades, depth) == pytest.approx(expected)


@given(st.lists(st.integers(0, 5), min_size=1), st.lists(st.integers(0, 5), min_size=1))
def test_auroc_is_the_share_of_pairs_in_the_right_order(higher, lower):
    pairs = [(a > b) + (a == b) / 2 for a in higher for b in lower]
    assert auroc(higher, lower) == pytest.approx(sum(pairs) / len(pairs))


def test_auroc_is_unknown_where_one_side_is_empty():
    assert auroc([], [1.0]) is None
    assert auroc([1.0], []) is None


QUERIES = [
    JudgedQuery(qid="1", text="", language="nb", kind="faq", grades={"a": 2}),
    JudgedQuery(qid="2", text="", language="en", kind="term", grades={"a": 2},
                crosses_languages=True),
    JudgedQuery(qid="3", text="", language="nb", kind="far"),
]  # fmt: skip
ANSWERS = [
    Answer(hits=(("a", 2.0),), answerable=0.9),
    Answer(hits=(("x", 2.0), ("a", 1.0)), answerable=0.3),
    Answer(hits=(("x", 1.0),), answerable=0.4),
]


def test_a_summary_has_means_by_kind_and_language_and_leaves_out_what_has_no_answer():
    found = summarise(QUERIES, ANSWERS)
    assert found["all"] == {
        "n": 2,
        "ndcg10": pytest.approx((1 + SECOND) / 2),
        "mrr10": 0.75,
        "recall3": 1,
        "recall5": 1,
    }
    assert found["by_kind"].keys() == {"faq", "term"}
    assert found["by_lang"]["nb"]["mrr10"] == 1
    assert found["xling"] == {**found["by_kind"]["term"], "n": 1}
    assert found["auroc"] == {"far": 0.5}
    assert separations(QUERIES, ANSWERS, ["faq"]) == {"far": 1}


def test_a_summary_without_answerable_queries_has_no_means():
    found = summarise(QUERIES[2:], ANSWERS[2:])
    assert found["all"] == {
        "n": 0, "ndcg10": None, "mrr10": None, "recall3": None, "recall5": None,
    }  # fmt: skip
    assert found["auroc"] == {}


def asked(number: int, *articles: str, kind: str = "faq") -> JudgedQuery:
    """A query these articles answer."""
    return JudgedQuery(qid=str(number), text="", kind=kind, grades=dict.fromkeys(articles, 2))


CHAIN = [asked(1, "a", "b"), asked(2, "c"), asked(3, "d", "e"), asked(4, "b", "d"), asked(5)]


def test_articles_that_share_a_query_are_judged_together_through_others_too():
    assert judged_together(CHAIN) == [frozenset("abde"), frozenset("c")]
    assert judged_together([]) == []


def test_half_of_the_judged_articles_go_with_their_queries_and_no_other_article_does():
    queries = [asked(number, f"{number}a", f"{number}b") for number in range(10)]
    queries.append(asked(10, kind="far"))
    names = [f"{number}{letter}" for number in range(10) for letter in "ab"] + ["unjudged"]
    articles = [make_document(id=f"article:{name}") for name in names]
    left, after = without_half(articles, queries, seed=4)
    there = {article_id(each.id) for each in left}
    assert len(there) == 11 and "unjudged" in there
    for query, same in zip(queries[:10], after[:10], strict=True):
        gone = not there.intersection(query.grades)
        assert gone or there.issuperset(query.grades)
        assert (same.kind, dict(same.grades)) == (
            (LOST, {}) if gone else ("faq", dict(query.grades))
        )
    assert after[10] == queries[10]
    assert without_half(articles, queries, seed=4) == (left, after)
    assert without_half(articles, queries, seed=5) != (left, after)


def test_articles_are_read_with_whatever_optional_fields_they_have(tmp_path):
    path = tmp_path / "corpus.jsonl.gz"
    rows = [
        {"id": "a/b#1", "title": "", "body": "Tekst"},
        {"id": "2", "title": "T", "body": "B", "lang": "nn", "headings": ["H"],
         "date": "2026-03-01",
         "url": "https://example.org/t", "other": 1},
        {"id": 3, "title": None, "body": "B", "lang": None, "headings": None, "date": "spring"},
        {"id": 4, "title": 404, "body": None, "headings": [1, None], "date": 2026, "pair": 7},
    ]  # fmt: skip
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n\n".join(json.dumps(row) for row in rows))
    first, second, third, fourth = read_articles(path)
    assert (first.id, first.title, first.language) == ("article:a/b#1", "", "")
    assert second.headings == ("H",)
    assert second.updated_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert (third.id, third.title, third.updated_at) == ("article:3", "", None)
    assert (fourth.title, fourth.body, fourth.headings) == ("404", "", ("1", ""))
    assert (fourth.updated_at, fourth.translation_key) == (None, "7")


def test_a_mark_of_the_byte_order_before_the_first_line_is_no_part_of_it(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"id": "1", "body": "b"}', encoding="utf-8-sig")
    assert [each.body for each in read_articles(path)] == ["b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"id": "1", "title": "t"}', "line 1: it lacks 'body'"),
        ('{"id": "1", "title": "t", "body": "b"}\n[1]', "line 2: "),
        ("{", "cannot be read as JSON lines"),
        (None, "cannot be read as JSON lines"),
    ],
)
def test_what_is_no_corpus_is_said_with_its_place(tmp_path, text, message):
    path = tmp_path / "corpus.jsonl"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFile, match=message):
        read_articles(path)


def test_queries_are_read_with_grades_and_marks(tmp_path):
    path = tmp_path / "queries.jsonl"
    path.write_text(
        '{"qid": 1, "query": "hva", "lang": "nb", "kind": "faq",'
        ' "rel": {"a": "2"}, "xling": true}\n'
        '{"qid": 2, "query": "hvem"}\n'
        '{"qid": 3, "query": null}\n',
        encoding="utf-8",
    )
    first, second, third = read_queries(path)
    assert first.grades == {"a": 2}
    assert first.crosses_languages
    assert (second.qid, second.grades, second.kind) == ("2", {}, "")
    assert third.text == ""
