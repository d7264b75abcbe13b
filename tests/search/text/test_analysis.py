"""Stems, compounds and the two written standards: which words of a query answer which texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.analysis import Analyser, analyse, phrase_words
from search.text.compounds import CompoundSplitter
from search.text.forms import compared_form
from search.text.norwegian import shared_form, stop_words, verb_root
from search.text.stems import lemma, stem


def answers(query: str, text: str, language: str = "nb", query_language: str = "nb") -> bool:
    """Whether some term of the text may stand for the query's first word."""
    analyser = Analyser()
    terms = set(analyser.analyse(text, language))
    (word,) = analyser.query_words(query, query_language)
    return any(each.term in terms for each in word.alternatives)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("tjeneste", "tjenestene"),
        ("tjenester", "tjenesten"),
        ("nøkler", "nøkkelen"),
        ("bruker", "brukerne"),
        ("varsler", "varselet"),
        ("publisere", "publiserte"),
        ("rettighet", "rettighetene"),
        ("delegering", "delegere"),
        ("soeknad", "søknaden"),
        ("aarsskiftet", "årsskiftet"),
    ],
)
def test_an_inflected_word_is_found_by_another_form(query, text):
    assert answers(query, text)


@pytest.mark.parametrize(
    ("bokmaal", "nynorsk"),
    [
        ("tjenester", "tenestene"),
        ("brukere", "brukarane"),
        ("virksomhet", "verksemda"),
        ("løsning", "løysinga"),
        ("spørsmål", "spørsmåla"),
        ("rettigheter", "rettar"),
        ("mulighet", "moglegheit"),
        ("gjeldende", "gjeldande"),
        ("søke", "søkje"),
        ("hvit", "kvit"),
        ("ansatte", "tilsette"),
        ("selvbetjening", "sjølvbetening"),
    ],
)
def test_bokmaal_and_nynorsk_find_each_other(bokmaal, nynorsk):
    assert answers(bokmaal, nynorsk, language="nn")
    assert answers(nynorsk, bokmaal, query_language="nn")


def test_an_english_text_is_stemmed_as_english():
    assert answers("delegation", "delegations", language="en", query_language="en")
    assert "deleg" in " ".join(analyse("delegating", "en"))


def test_function_words_leave_no_terms():
    assert analyse("hvordan kan jeg", "nb") == []
    assert analyse("how can I", "en") == []


def test_a_query_of_function_words_has_no_words_to_search_for():
    assert Analyser().query_words("hvordan kan vi", "nb") == []


def test_a_compound_is_found_by_its_elements():
    analyser = Analyser()
    terms = set(analyser.analyse("tilgangspakker", "nb"))
    (word,) = analyser.query_words("pakke", "nb")
    reasons = {each.reason for each in word.alternatives if each.term in terms}
    assert reasons == {"compound"}


def test_a_compound_in_a_query_finds_its_elements_apart():
    (word,) = Analyser().query_words("tilgangspakke", "nb")
    assert {each.term for each in word.elements} >= {"tilgang", "pakk"} or {
        each.term for each in word.elements
    } >= {"tilgang", "pakke"}


@pytest.mark.parametrize(
    ("word", "elements"),
    [
        ("tilgangspakke", ("tilgang", "pakke")),
        ("systembruker", ("system", "bruker")),
        ("kort", ()),
        ("123456789", ()),
    ],
)
def test_a_known_compound_is_split(word, elements):
    assert CompoundSplitter().split(word) == elements


def test_a_splitter_learns_elements_from_the_corpus():
    assert CompoundSplitter().split("fjordhestkurs") == ()
    learnt = CompoundSplitter.learn({"fjordhest": 5, "kurs": 5})
    assert learnt.split("fjordhestkurs") == ("fjordhest", "kurs")


def test_nynorsk_words_are_elements_where_the_corpus_has_their_like_in_bokmaal():
    assert CompoundSplitter().split("flaumgjerde") == ()
    learnt = CompoundSplitter.learn({"flom": 5, "gjerde": 5})
    assert learnt.split("flaumgjerde") == ("flaum", "gjerde")
    assert Analyser().stem_of("flaum", "nb") == Analyser().stem_of("flom", "nb")


@pytest.mark.parametrize(
    ("word", "ends"),
    [
        ("rullegardinmeny", ("meny",)),
        ("navigasjonsbane", ("navigasjon",)),
        ("navigasjonsgardinmeny", ("navigasjon", "meny")),
        ("menyer", ()),  # what is left is no word
        ("gardin", ()),
        ("meny-gardin2", ()),
    ],
)
def test_of_a_compound_that_cannot_be_split_the_ends_may_be_known(word, ends):
    learnt = CompoundSplitter.learn({"meny": 5, "navigasjon": 5})
    assert learnt.split(word) == ()
    assert learnt.ends(word) == ends


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzæøå", max_size=70))
def test_the_elements_of_any_word_spell_it_but_for_joints_and_endings(word):
    parts = CompoundSplitter().split(word)
    assert len(parts) != 1
    for part in parts[:-1]:
        assert part in word


def test_a_code_is_found_whole_and_by_its_parts():
    terms = analyse("Feilen er AUTH.VLD-00003.", "nb")
    assert "#auth.vld-00003" in terms
    (word,) = Analyser().query_words("AUTH.VLD-00003", "nb")
    assert word.exact == "#auth.vld-00003"
    assert word.alternatives[0].reason == "code"


def test_the_best_weight_is_kept_for_each_alternative():
    (word,) = Analyser().query_words("tjenester", "nb")
    terms = [each.term for each in word.alternatives]
    assert len(terms) == len(set(terms))
    assert max(each.weight for each in word.alternatives) == 1.0


def test_phrases_keep_function_words_in_order():
    assert phrase_words("Når du får svar") == ["naar", "du", "faar", "svar"]


def test_stems_and_lemmas_are_those_of_the_word_lists():
    assert lemma("nøklene", "nb") == "nøkkel"
    assert lemma("xyzzyene", "nb") == "xyzzyene"
    assert stem("tjenestene", "nb") == "tjenest"


def test_shared_forms_and_roots():
    assert shared_form("verksemd") == shared_form("virksomhet")
    assert shared_form("huseigar") == shared_form("huseier")
    assert verb_root("delegering") == "deleger"
    assert verb_root("kort") == ""


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("bil", "bileier"),
        ("billig", "bil"),
        ("hus", "huseier"),
        ("ting", "bestiller"),
        ("grunn", "grunneier"),
        ("gjeld", "gjeldende"),
        ("stat", "statlig"),
        ("tid", "tidlig"),
        ("vent", "venn"),
    ],
)
def test_a_word_is_not_another_because_a_nynorsk_one_has_its_beginning(word, other):
    assert shared_form(word) != shared_form(other)


def test_function_words_of_all_languages_are_those_of_each():
    assert stop_words("") == stop_words("nb") | stop_words("nn") | stop_words("en")
    assert "ikke" in stop_words("nb") and "ikke" not in stop_words("en")


@given(st.text(max_size=200), st.sampled_from(["nb", "nn", "en", "", "xx"]))
def test_any_text_in_any_language_is_analysed_into_terms_without_space(text, language):
    for term in analyse(text, language):
        assert term and not any(char.isspace() for char in term)


def test_pieces_of_a_code_are_not_the_code():
    (word,) = Analyser().query_words("AUTH.VLD-00003", "nb")
    assert {each.reason for each in word.elements} == {"code-part"}


@pytest.mark.parametrize("word", ["prøver", "trenger", "needed", "gjerne"])
def test_a_word_that_says_little_is_weak_in_all_its_forms(word):
    weak, strong = Analyser().query_words(f"{word} nøkkel", "nb")
    assert weak.strength < strong.strength == 1


@pytest.mark.parametrize(
    ("one", "other"), [("ansatte", "ansatt"), ("ansatt", "ansette"), ("brukere", "bruker")]
)
def test_a_form_and_the_form_of_its_dictionary_form_are_one(one, other):
    assert compared_form(one, "nb") == compared_form(other, "nb")
