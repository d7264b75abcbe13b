"""Documents analysed in other processes are as if this one had, whatever becomes of those."""

import io

import pytest

from search.corpus import Learner
from search.engines import analysing
from search.engines.analysing import packed, read_frame, serve, unpacked, with_records, write_frame
from search.engines.records import make_record
from search.types import Document

WORDS = ("søknad", "pakke", "nøkkel", "skjema", "rapport", "virksomhet", "samtykke", "frist")


def documents(number: int) -> list[Document]:
    """So many articles, no two alike."""
    return [
        Document(
            id=f"article:{which}",
            kind="article",
            title=f"{WORDS[which % 8]} {which}",
            body=" ".join(WORDS[which % 5 :] * 3) + "\nlinje to \x00 \ud800 \u2028",
            language="nb",
            visibility=frozenset({"public"}),
        )
        for which in range(number)
    ]


@pytest.fixture(scope="module")
def knowledge():
    """What some articles teach."""
    learner, articles = Learner(), documents(80)
    for each in articles:
        learner.read(each)
    return learner.learnt(articles)


@pytest.fixture
def few_are_enough(monkeypatch):
    """Also few documents are shared out, in small chunks."""
    monkeypatch.setattr(analysing, "ENOUGH_TO_SHARE", 10)
    monkeypatch.setattr(analysing, "CHUNK", 3)


def alone(articles, knowledge):
    """What this process makes of them."""
    analyser = knowledge.analyser()
    return [(each, make_record(each, analyser, knowledge.meaning)) for each in articles]


def test_many_documents_are_read_by_others_in_order_and_as_here(knowledge, few_are_enough):
    articles = documents(61)
    found = list(with_records(articles, knowledge, knowledge.analyser(), analysts=2))
    assert found == alone(articles, knowledge)


def test_what_killed_analysts_do_not_answer_is_read_here(knowledge, few_are_enough, monkeypatch):
    begun = []

    class Noted(analysing._Analyst):
        def __init__(self, learnt):
            super().__init__(learnt)
            begun.append(self._process)

    monkeypatch.setattr(analysing, "_Analyst", Noted)
    articles = documents(61)
    found = with_records(articles, knowledge, knowledge.analyser(), analysts=2)
    first = [next(found) for _ in range(5)]
    for process in begun:
        process.kill()
    assert first + list(found) == alone(articles, knowledge)


def test_nobody_is_left_when_the_reader_stops_half_way(knowledge, few_are_enough, monkeypatch):
    begun = []
    popen = analysing.subprocess.Popen

    def noted(*arguments, **options):
        begun.append(popen(*arguments, **options))
        return begun[-1]

    monkeypatch.setattr(analysing.subprocess, "Popen", noted)
    found = with_records(documents(61), knowledge, knowledge.analyser(), analysts=2)
    next(found)
    found.close()
    assert [each.poll() is not None for each in begun] == [True, True]


def test_few_documents_are_read_here_alone(knowledge, monkeypatch):
    monkeypatch.setattr(analysing, "_Analyst", None)
    articles = documents(20)
    found = list(with_records(articles, knowledge, knowledge.analyser(), analysts=2))
    assert found == alone(articles, knowledge)


def test_an_analyst_answers_each_chunk_and_ends_when_nothing_more_comes(knowledge):
    given, answers = io.BytesIO(), io.BytesIO()
    articles = documents(4)
    write_frame(given, knowledge.to_json().encode())
    write_frame(given, knowledge.meaning.to_bytes())
    for chunk in (articles[:3], articles[3:]):
        lines = "\n".join(map(analysing.to_line, chunk))
        write_frame(given, lines.encode("utf-8", "replace"))
    given.seek(0)
    serve(given, answers)
    answers.seek(0)
    records = [*unpacked(read_frame(answers)), *unpacked(read_frame(answers))]
    assert records == [record for _, record in alone(articles, knowledge)]
    assert read_frame(answers) is None


def test_an_analyst_that_is_told_nothing_answers_nothing():
    answers = io.BytesIO()
    serve(io.BytesIO(b"\x01"), answers)
    assert answers.getvalue() == b""


@pytest.mark.parametrize("kept", [0, 3, 8, 11])
def test_half_a_frame_is_none(kept):
    file = io.BytesIO()
    write_frame(file, b"four")
    assert read_frame(io.BytesIO(file.getvalue()[:kept])) is None


def test_records_come_back_as_they_were(knowledge):
    records = [record for _, record in alone(documents(2), knowledge)]
    assert unpacked(packed(records)) == records
