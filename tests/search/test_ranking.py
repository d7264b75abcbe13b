"""The order of hits as a pure function."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.candidates import BODY, FIELDS, MAX_COUNT, SHIFTS, Candidates, Statistics
from search.engines.packing import count_terms, pack_features, read_candidates
from search.ranking import Reader, answerable, rank
from search.text.analysis import Analyser, QueryWord, terms_of
from search.types import Authority, Document, ProductStatus

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ANALYSER = Analyser()
ANYBODY = Reader()


def candidate(
    identity: str,
    title: str = "",
    body: str = "",
    language: str = "",
    title_words: Sequence[str] = (),
    **more,
) -> bytes:
    """A candidate with the terms of a title and a body, as it is stored."""
    document = Document(
        id=identity,
        kind="article",
        title=title,
        visibility=frozenset(),
        **({"updated_at": None} | more),
    )
    texts = (title, "", "", body, "", "", "")
    analysed = [ANALYSER.analyse_whole(text, "nb") for text in texts]
    counts = [Counter(each.terms) for each in analysed]
    return pack_features(document, language, counts, analysed[BODY], title_words)


def read(words: Sequence[QueryWord], *candidates: bytes) -> Candidates:
    """The candidates, with what ranking needs to know for these words."""
    return read_candidates([(each, b"") for each in candidates], terms_of(words))


def order(query: str, *candidates: bytes, reader: Reader = ANYBODY) -> list[str]:
    """Ids best first."""
    return [each.candidate.id for each in ranked(query, *candidates, reader=reader)]


def ranked(query: str, *candidates: bytes, reader: Reader = ANYBODY):
    """The candidates, ranked among themselves."""
    words = ANALYSER.query_words(query, "nb")
    found = read(words, *candidates)
    frequencies = dict(zip(found.terms, (found.counts > 0).sum(axis=0).tolist(), strict=True))
    statistics = Statistics(documents=len(candidates) + 20, frequencies=frequencies)
    return rank(found, words, statistics, reader)


@given(st.lists(st.integers(0, 200), min_size=len(FIELDS), max_size=len(FIELDS)))
def test_counts_survive_being_packed_up_to_the_most_a_field_holds(counts):
    packed = count_terms([Counter(term=each) for each in counts])["term"]
    kept = [packed >> shift & MAX_COUNT for shift in SHIFTS]
    assert kept == [min(each, MAX_COUNT) for each in counts]


def test_a_rare_term_counts_more_than_a_common_one():
    statistics = Statistics(documents=100, frequencies={"rare": 1, "common": 90})
    assert statistics.rarity("never") > statistics.rarity("rare") > statistics.rarity("common") > 0


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("nøkkel", {"title": "Nøkkel"}, {"body": "Nøkkel"}),
        ("nøkkel", {"title": "Nøkkel"}, {"title": "Nøkkel og veldig mange andre gode ord"}),
        ("nøkkel", {"body": "nøkkel nøkkel nøkkel"}, {"body": "nøkkel noe annet"}),
        ("nøkkel scope", {"body": "nøkkel scope"}, {"body": "nøkkel nøkkel nøkkel"}),
        ("nøkler", {"title": "Nøkler"}, {"title": "Nøkkel"}),
        ("pakke", {"title": "Pakke"}, {"title": "Tilgangspakke"}),
    ],
)
def test_of_two_candidates_the_better_comes_first(query, better, worse):
    assert order(query, candidate("b", **worse), candidate("z", **better)) == ["z", "b"]


@pytest.mark.parametrize(
    ("better", "worse", "reader"),
    [
        ({"language": "nb"}, {"language": "en"}, Reader(language="nb")),
        ({"language": "nb"}, {"language": "nn"}, Reader(language="nb")),
        ({"language": "nn"}, {"language": "en"}, Reader(language="nb")),
        ({"authority": Authority.BINDING}, {"authority": Authority.COMMUNITY}, Reader()),
        ({}, {"product_status": ProductStatus.WINDING_DOWN}, Reader()),
        (
            {"product_status": ProductStatus.WINDING_DOWN},
            {"product_status": ProductStatus.ENDED},
            Reader(),
        ),
        ({"updated_at": NOW}, {"updated_at": NOW - timedelta(days=1500)}, Reader(now=NOW)),
    ],
)
def test_of_two_that_say_the_same_what_is_known_of_them_decides(better, worse, reader):
    first = candidate("z", title="Nøkkel", **better)
    second = candidate("b", title="Nøkkel", **worse)
    assert order("nøkkel", second, first, reader=reader) == ["z", "b"]


def test_a_product_that_is_named_is_not_put_last_though_it_has_ended():
    ended = candidate("b", "Nøkkel", product_status=ProductStatus.ENDED, products=("altinn2",))
    named = ranked("nøkkel", ended, reader=Reader(named_products=frozenset({"altinn2"})))
    assert named[0].score > ranked("nøkkel", ended)[0].score


def test_a_date_ahead_counts_as_today():
    today = candidate("a", "Nøkkel", updated_at=NOW)
    ahead = candidate("a", "Nøkkel", updated_at=NOW + timedelta(days=900))
    reader = Reader(now=NOW)
    assert ranked("nøkkel", ahead, reader=reader)[0].score == pytest.approx(
        ranked("nøkkel", today, reader=reader)[0].score
    )


def test_equal_scores_are_in_the_order_of_ids_whatever_order_they_came_in():
    same = [candidate(identity, "Nøkkel") for identity in "cab"]
    assert order("nøkkel", *same) == ["a", "b", "c"]


def test_coverage_is_the_share_of_the_query_that_was_found():
    found = ranked("nøkkel hengekøye", candidate("a", "Nøkkel"))
    assert 0 < found[0].coverage < 1
    assert ranked("nøkkel", candidate("a", "Nøkkel"))[0].coverage == 1
    assert answerable([]) == 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_query_and_text_give_a_finite_score(query, text):
    for each in ranked(query, candidate("a", text, text)):
        assert 0 <= each.score < float("inf")
        assert 0 <= each.coverage <= 1.0000001


def with_passages(identity: str, *passages: str) -> bytes:
    """A candidate whose body has these passages, filled up to the usual length."""
    filler = " ".join(f"fyll{number}x" for number in range(60))
    return candidate(identity, body=" ".join(f"{each} {filler}" for each in passages))


def test_words_in_one_passage_say_more_than_words_far_apart():
    together = with_passages("z", "nøkkel noe annet er scope", "annet", "mer")
    apart = with_passages("b", "nøkkel", "noe annet er", "scope")
    assert read((), together).documents[0].passage_words
    assert order("nøkkel scope", apart, together) == ["z", "b"]


def test_words_that_stand_together_as_in_the_query_say_more_than_words_apart():
    together = candidate("z", body="Slik får du ny nøkkel til scope her. Skjema og svar og frist.")
    apart = candidate("b", body="Slik får du ny nøkkel. Skjema og svar og frist. Her er scope.")
    turned = candidate("c", body="Slik får du ny scope til nøkkel her. Skjema og svar og frist.")
    assert order("nøkkel scope", apart, turned, together) == ["z", "b", "c"]
    scores = [each.score for each in ranked("nøkkel scope", apart, turned, together)]
    assert scores[0] > scores[1] == scores[2]


def test_words_that_stand_together_in_other_forms_or_by_another_name_are_together_too():
    together = candidate("z", body="Har du mistet nøklene dine? Skjema og svar og frist.")
    apart = candidate("b", body="Har du nøklene? Skjema og svar og frist. Mistet noe?")
    assert order("mista nøkkel", apart, together) == ["z", "b"]


def test_words_at_the_two_sides_of_every_64th_word_stand_together_as_others_do():
    filler = [f"fyll{number}x" for number in range(70)]

    def score(first: int, second: int) -> float:
        words = [*filler[:first], "nøkkel", *filler[first:second], "scope", *filler[second:]]
        return ranked("nøkkel scope", candidate("a", body=" ".join(words)))[0].score

    assert score(10, 10) == score(62, 62) == score(63, 63) > score(10, 40)


def test_nearness_of_meaning_decides_between_equals_and_counts_more_in_a_letter():
    near, far = candidate("z", "Nøkkel"), candidate("b", "Nøkkel")

    def scores(query):
        words = ANALYSER.query_words(query, "nb")
        statistics = Statistics(documents=20, frequencies={})
        found = rank(read(words, near, far), words, statistics, nearness=[0.8, -0.5])
        return {each.candidate.id: each.score for each in found}

    short = scores("nøkkel")
    letter = scores("nøkkel " + " ".join(f"ord{number}x" for number in range(12)))
    assert letter["z"] - letter["b"] > short["z"] - short["b"] > 0
    assert short["b"] > 0


def test_a_title_almost_the_same_in_letters_counts():
    alike, other = (
        candidate("z", "Noe", title_words=("skillelinje",)),
        candidate("b", "Noe", title_words=("banan",)),
    )
    assert order("skillelinjer", other, alike) == ["z", "b"]


def test_a_version_in_another_language_follows_its_best_version():
    best = candidate("a", "Nøkkel", translation_key="key", language="nb")
    version = candidate("z", "Qwerty", translation_key="key", language="en")
    other = candidate("b", "", "nøkkel " + "annet " * 60, language="nb")
    assert order("nøkkel", other, version, best, reader=Reader(language="nb")) == ["a", "z", "b"]
    alone = candidate("z", "Qwerty", language="en")
    assert order("nøkkel", other, alone, best)[-1] == "z"


@pytest.mark.parametrize(("language", "first"), [("nn", "z"), ("nb", "a"), ("en", "a"), ("", "a")])
def test_of_versions_of_a_page_the_one_in_the_readers_language_comes_first(language, first):
    better = candidate("a", "Nøkkel", "nøkkel nøkkel", translation_key="key", language="nb")
    poorer = candidate("z", "Nøkkel og anna", "nøkkel", translation_key="key", language="nn")
    other = candidate("b", "", "nøkkel " + "annet " * 60, language=language)

    found = order("nøkkel", other, poorer, better, reader=Reader(language=language))

    assert (found[0], set(found[:2])) == (first, {"a", "z"})


def test_another_name_says_no_more_than_the_word_itself_however_rare_it_is():
    own = candidate("z", "Faktura", language="nb")
    rare = candidate("b", "Invoice", language="nb")
    words = ANALYSER.query_words("faktura", "nb")
    frequencies = {"faktur": 50, "=faktura": 50, "invoic": 1, "=invoice": 1}
    found = rank(read(words, rare, own), words, Statistics(documents=100, frequencies=frequencies))
    assert [each.candidate.id for each in found] == ["z", "b"]


def test_an_answer_is_surer_when_a_title_says_it():
    filler = [candidate(f"x{number}", "Annet", "annet " * 30) for number in range(6)]
    named = candidate("a", "Nøkkel", "nøkkel scope " + "mer " * 20)
    said = candidate("a", "Mer", "nøkkel scope " + "mer " * 20)
    assert answerable(ranked("nøkkel scope", named, *filler)) > answerable(
        ranked("nøkkel scope", said, *filler)
    )


def test_an_answer_is_surer_when_words_and_meaning_agree_on_it():
    found = [candidate("a", "", "nøkkel scope"), candidate("b", "", "nøkkel annet")]
    words = ANALYSER.query_words("nøkkel scope", "nb")

    def sure(near):
        statistics = Statistics(documents=20, frequencies={})
        return answerable(rank(read(words, *found), words, statistics, nearness=near))

    assert sure([0.9, 0.1]) > sure([0.1, 0.1])


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=30))
def test_how_sure_an_answer_is_lies_between_0_and_1(query, texts):
    found = [candidate(str(number), text, text) for number, text in enumerate(texts)]
    assert 0 <= answerable(ranked(query, *found)) <= 1


def test_an_answer_is_surer_when_it_covers_more_and_stands_out():
    filler = [candidate(f"x{number}", "Nøkkel") for number in range(6)]
    whole = answerable(ranked("nøkkel scope", candidate("a", "Nøkkel scope"), *filler))
    half = answerable(ranked("nøkkel scope", *filler))
    assert 0 < half < whole <= 1
    crowd = [candidate(f"y{number}", "Nøkkel scope") for number in range(25)]
    assert answerable(ranked("nøkkel scope", *crowd)) < whole


def test_candidates_read_for_other_words_are_refused():
    words = ANALYSER.query_words("nøkkel", "nb")
    others = read(ANALYSER.query_words("scope", "nb"), candidate("a", "Nøkkel"))
    with pytest.raises(ValueError, match="other words"):
        rank(others, words, Statistics(documents=20, frequencies={}))
