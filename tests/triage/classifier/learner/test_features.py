"""What is read in a text: words, pairs, and what a reader has learnt they stand for."""

import pytest
from scipy.sparse import hstack, vstack
from sklearn.feature_extraction.text import CountVectorizer

from search.text.tokens import fold_case
from triage.classifier.learner.features import (
    Reader,
    in_two_languages,
    with_facts,
    without_facts,
)
from triage.classifier.learner.vectors import LONGEST, Vectoriser, letters_read, runs_of_letters

CONCEPTS = "payer: betaler payer\nlate: kom-seint overdue"
TEXTS = ["Systembruker og systemregister", "En bruker i et register", "systembrukeren mangler"]


@pytest.fixture(scope="module")
def learnt() -> Reader:
    return Reader.learn(TEXTS * 3, CONCEPTS)


def test_a_reader_that_has_learnt_nothing_sees_words_and_pairs_to_both_ends():
    assert Reader().terms("Fakturaen mangler") == [
        "faktur", "mangl", "< faktur", "faktur mangl", "mangl >", "< _ mangl", "faktur _ >",
    ]  # fmt: skip


def test_codes_are_seen_whole(learnt):
    assert any(term.startswith("#") and "auth" in term for term in learnt.terms("AUTH.VLD-00003"))


def test_words_of_one_concept_bring_the_same_term_in_any_language(learnt):
    assert "~payer" in learnt.terms("Hvem betaler?")
    assert "~payer" in learnt.terms("The payer is unknown to us")
    assert "~late" in learnt.terms("Fakturaen kom seint")


def test_things_with_a_name_in_both_languages_bring_the_same_term_where_both_are_spoken():
    reader = Reader(bridges=True)
    named = [
        {term for term in reader.terms(text) if term.startswith("~")}
        for text in ("Hvordan får jeg en fullmakt?", "Who has the power of attorney?", "Hei på deg")
    ]
    assert named[0] & named[1]
    assert not named[2]
    assert not [term for term in Reader().terms("en fullmakt") if term.startswith("~")]


@pytest.mark.parametrize(
    ("english", "norwegian", "both"), [(1, 9, True), (1, 10, False), (9, 1, True), (10, 1, False)]
)
def test_texts_are_in_two_languages_from_a_tenth_in_either(english, norwegian, both):
    texts = ["Where do I find the form for this?"] * english
    texts += ["Hvor finner jeg skjemaet for dette?"] * norwegian
    assert in_two_languages([*texts, "skjema form"]) is both


def test_no_texts_are_in_two_languages():
    assert not in_two_languages([])


def test_elements_of_compounds_are_seen(learnt):
    assert "+bruk" in learnt.terms("systembrukeren") or "+bruker" in learnt.terms("systembrukeren")


def test_facts_beside_a_text_are_terms_and_no_words(learnt):
    told = with_facts("Systembrukeren mangler", {"organisation": "county", "channel": ""})
    assert set(learnt.terms(told)) - set(learnt.terms("Systembrukeren mangler")) == {
        "§organisation=county"
    }
    assert list(learnt.words(told)) == list(learnt.words("Systembrukeren mangler"))
    assert without_facts(told) == "Systembrukeren mangler"


def test_nobody_writes_facts_into_a_text(learnt):
    forged = with_facts("x", {"organisation": "county"})
    assert "§organisation=county" not in learnt.terms(with_facts(forged, {"channel": "portal"}))
    assert "§organisation=county" not in learnt.terms(with_facts(forged, {}))


def test_facts_say_nothing_to_the_runs_of_letters(learnt):
    vectoriser = Vectoriser(learnt, 400).fit(TEXTS)
    told, plain = with_facts(TEXTS[0], {"organisation": "county"}), TEXTS[0]
    assert abs(vectoriser.transform([told]) - vectoriser.transform([plain])).max() == 0


def test_a_reader_is_the_same_after_being_written_down(learnt):
    again = Reader(learnt.concepts, learnt.elements)
    for text in [*TEXTS, "Hvem betaler for AUTH.VLD-00003?"]:
        assert again.terms(text) == learnt.terms(text)


def test_words_stand_as_they_are_written_and_function_words_bring_nothing(learnt):
    found = dict(learnt.words("Hvorfor mangler Systembrukeren og AUTH.VLD-00003?"))
    assert found["Systembrukeren"]
    assert found["AUTH.VLD-00003"]
    assert found["og"] == []


def test_a_word_met_before_brings_what_it_brought_in_whatever_text_it_stands(learnt):
    for text in [
        "kva vil dei betale",
        "what will they pay",
        "kva vil dei betale",
        "912 345 678 vil",
    ]:
        again = Reader(learnt.concepts, learnt.elements)
        assert learnt.terms(text) == again.terms(text)
        assert list(learnt.words(text)) == list(again.words(text))


def test_a_number_written_with_spaces_is_one_word(learnt):
    found = dict(learnt.words("Org. 912 345 678 mangler"))
    assert list(found) == ["Org", "912 345 678", "mangler"]
    assert found["912 345 678"] == ["912", "345", "678"]


@pytest.mark.parametrize(
    "text",
    ["", "a", "Ein  lang\ttekst\nmed åtte ord.", "ﬁx½ e\u0301t søk\u00adnad", "漢字", "x" * 90],
)
def test_runs_of_letters_are_those_inside_words_with_the_spaces_around(text):
    usual = CountVectorizer(analyzer="char_wb", ngram_range=(2, 5), preprocessor=fold_case)
    assert sorted(runs_of_letters(text)) == sorted(usual.build_analyzer()(text))


def test_views_of_written_down_terms_give_the_same_rows(learnt):
    vectoriser = Vectoriser(learnt, 400)
    rows = vectoriser.fit_transform(TEXTS)
    again = Vectoriser.of(learnt, *vectoriser.learnt())
    assert abs(again.transform(TEXTS) - rows).max() < 1e-6


def test_each_word_has_the_columns_of_its_terms_and_runs(learnt):
    vectoriser = Vectoriser(learnt, 400).fit(TEXTS)
    words = dict(vectoriser.columns_by_word("Systembruker og zzz"))
    present = set(vectoriser.transform(["Systembruker og zzz"]).indices)
    assert set(words) == {"Systembruker", "zzz"}
    assert words["Systembruker"]
    assert set(words["Systembruker"]) <= present


def test_rows_are_those_of_the_usual_weighting_whether_texts_come_alone_or_together(learnt):
    vectoriser = Vectoriser(learnt, 400).fit(TEXTS)
    asked = [*TEXTS, "Systembruker, systembruker og en bruker", "", "漢字"]
    usual = hstack(
        [vectoriser.words_.transform(asked), vectoriser.letters_.transform(asked)], format="csr"
    )
    together = vectoriser.transform(asked)
    alone = vstack([vectoriser.transform([text]) for text in asked])
    assert usual.nnz > 0
    assert abs(together - usual).max() < 1e-6
    assert abs(alone - together).max() == 0


def test_no_texts_give_no_rows(learnt):
    vectoriser = Vectoriser(learnt, 400).fit(TEXTS)
    assert vectoriser.transform([]).shape == (0, vectoriser.transform(TEXTS).shape[1])


def test_very_long_words_are_read_and_not_remembered(learnt):
    vectoriser = Vectoriser(learnt, 400).fit(TEXTS)
    row = vectoriser.transform(["systembruker" * 30])
    assert row.nnz > 0
    assert vectoriser._remembered.cache_info().currsize == 0
    assert (vectoriser.transform(["systembruker" * 30]) != row).nnz == 0


def test_letters_beyond_what_is_read_do_not_count():
    assert letters_read(["", "word", "x" * (2 * LONGEST)]) == 4 + LONGEST
