"""`search_evaluate`, from files to figures, without a database."""

import json

import pytest
from django.core.management import CommandError, call_command

ARTICLES = [
    {"id": "n/key", "title": "Bytt nøkkel i Maskinporten", "body": "Slik bytter du nøkkelen.",
     "lang": "nb", "headings": ["Før du begynner"], "date": "2026-01-01"},
    {"id": "n/form", "title": "", "body": "Skjemaet kan ikke publiseres uten en gyldig regel."},
    {"id": "e/role", "title": "Roles and access", "body": "Who may sign in for a company. \ud83d"},
]  # fmt: skip
QUERIES = [
    {"qid": "q1", "query": "bytte nøkkel", "lang": "nb", "kind": "heading", "rel": {"n/key": 2}},
    {"qid": "q2", "query": "Hei\nSkjemaet kan ikke publiseres, hva er en gyldig regel?",
     "lang": "nn", "kind": "written_ticket", "rel": {"n/form": 2, "n/key": 1}},
    {"qid": "q3", "query": "sign in company -", "lang": "nb", "kind": "written",
     "rel": {"e/role": 2}, "xling": True},
    {"qid": "q4", "query": "hengekøye", "lang": "nb", "kind": "no_answer_far", "rel": {}},
    {"qid": "q5", "query": "", "lang": "", "kind": "nothing_asked", "rel": {}},
]  # fmt: skip


@pytest.fixture
def files(tmp_path):
    """Options that name a corpus and queries."""
    for name, rows in (("corpus", ARTICLES), ("queries", QUERIES)):
        text = "\n".join(json.dumps(row) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return {"corpus": tmp_path / "corpus.jsonl", "queries": tmp_path / "queries.jsonl"}


def test_figures_and_findings_are_written_for_all_systems(files, tmp_path, capsys):
    call_command("search_evaluate", **files, run=tmp_path / "run", json=tmp_path / "figures")
    systems = json.loads((tmp_path / "figures").read_text())["systems"]
    assert systems.keys() == {"veiviser", "fts5_or", "tantivy_no", "bm25_snowball"}
    ours = systems["veiviser"]
    assert ours["all"]["n"] == 3
    assert ours["all"]["mrr10"] == ours["xling"]["recall3"] == 1
    assert set(ours["all"]) == {"n", "ndcg10", "mrr10", "recall3", "recall5"}
    assert ours["by_lang"].keys() == {"nb", "nn"}
    assert ours["auroc"]["no_answer_far"] == 1
    printed = capsys.readouterr()
    assert "nDCG@10" in printed.out
    assert "across languages" in printed.out
    assert "queries" in printed.err
    assert "queries" not in printed.out


def test_a_run_has_one_line_for_each_query_and_each_article_once(files, tmp_path):
    call_command("search_evaluate", **files, run=tmp_path / "run", no_peers=True)
    lines = [json.loads(line) for line in (tmp_path / "run").read_text().splitlines()]
    assert [line["qid"] for line in lines] == ["q1", "q2", "q3", "q4", "q5"]
    for line in lines:
        ids = [hit["id"] for hit in line["hits"]]
        assert len(set(ids)) == len(ids) <= 20
        assert 0 <= line["answerable"] <= 1
    assert lines[0]["hits"][0]["id"] == "n/key"
    assert lines[3]["hits"] == []


def test_the_suggester_is_measured_alike(files, tmp_path):
    call_command(
        "search_evaluate", **files, mode="suggest", json=tmp_path / "figures", no_peers=True
    )
    systems = json.loads((tmp_path / "figures").read_text())["systems"]
    assert systems.keys() == {"veiviser"}
    assert systems["veiviser"]["by_kind"]["written_ticket"]["mrr10"] == 1


def test_queries_whose_articles_were_taken_out_are_known_from_the_others(files, tmp_path, capsys):
    call_command("search_evaluate", **files, remove_half=1, json=tmp_path / "figures")
    systems = json.loads((tmp_path / "figures").read_text())["systems"]
    assert systems["veiviser"]["all"]["n"] == 2  # the third has lost its only article
    assert systems["veiviser"]["auroc"]["half_removed"] == 1
    assert systems["bm25_snowball"]["auroc_per_word"].keys() == systems["veiviser"]["auroc"].keys()
    assert "half_removed, ÷ words" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("url", "words"),
    [("", "ELASTICSEARCH_URL does not say"), ("https://127.0.0.1:1", "does not answer")],
)
def test_without_elasticsearch_it_says_so_and_exits_with_2(files, settings, url, words):
    settings.ELASTICSEARCH_URL = url
    with pytest.raises(CommandError, match=words) as caught:
        call_command("search_evaluate", **files, engine="elasticsearch", no_peers=True)
    assert caught.value.returncode == 2


def test_a_file_that_cannot_be_read_is_named(files, tmp_path):
    with pytest.raises(CommandError, match="missing.jsonl cannot be read"):
        call_command("search_evaluate", corpus=files["corpus"], queries=tmp_path / "missing.jsonl")


@pytest.mark.parametrize("option", ["run", "json"])
def test_a_file_that_cannot_be_written_is_said_before_anything_is_measured(
    files, tmp_path, capsys, option
):
    with pytest.raises(CommandError, match="There is no folder .*nowhere"):
        call_command("search_evaluate", **files, **{option: tmp_path / "nowhere" / "out"})
    assert "Indexed" not in capsys.readouterr().err


def test_an_empty_corpus_is_evaluated_too(files, tmp_path):
    (tmp_path / "none.jsonl").write_text("")
    call_command(
        "search_evaluate",
        **(files | {"corpus": tmp_path / "none.jsonl"}),
        json=tmp_path / "figures",
    )
    systems = json.loads((tmp_path / "figures").read_text())["systems"]
    assert {system["all"]["ndcg10"] for system in systems.values()} == {0}
