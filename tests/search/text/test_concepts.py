"""Other names for the words of a query: our own list, and what a corpus teaches."""

import subprocess
import sys

import pytest

from search.text.analysis import PART, Analyser
from search.text.concepts import (
    ENGLISH,
    NORWEGIAN,
    Concepts,
    _our_lines,
    our_concepts,
    things_named,
)
from search.text.forms import compared_form

LINES = [
    (("ansatt", "arbeidstaker"), ("employee", "staff member")),
    (("årsregnskap",), ("annual accounts",)),
    (("gave",), ("gift",)),
    (("slå av",), ("turn off", "switch off")),
    (("slå opp", "oppslag"), ("look up",)),
    (("innlogging", "logge inn"), ("login", "sign in", "log in")),
    (("e-faktura",), ("e-invoice",)),
    (("melde fra",), ("speak up",)),
]


@pytest.fixture
def analyser() -> Analyser:
    """An analyser with a few concepts of its own."""
    return Analyser(concepts=Concepts.of(LINES))


def names(analyser: Analyser, query: str, language: str) -> dict[str, float]:
    """The other names of the query's first word, with their weights."""
    word = analyser.query_words(query, language)[0]
    return {each.term: each.weight for each in word.terms() if each.reason == "synonym"}


def form(word: str, language: str = "nb") -> str:
    """The term a word is indexed under."""
    return compared_form(word, language)


@pytest.mark.parametrize("query", ["ansatt", "ansatte", "arbeidstakarar", "tilsette"])
def test_any_form_of_a_norwegian_name_has_the_english_one(analyser, query):
    assert form("employee", "en") in names(analyser, query, "nn")


def test_words_for_the_same_in_the_same_language_stand_for_each_other(analyser):
    found = names(analyser, "arbeidstaker", "nb")
    assert found[form("ansatt")] < found[form("employee", "en")]


def test_a_name_may_be_inside_a_compound(analyser):
    found = names(analyser, "employees", "en")
    assert 0 < found[PART + form("arbeidstaker")] < found[form("arbeidstaker")]


def test_a_name_of_several_words_stands_for_all_of_them_together(analyser):
    words = analyser.query_words("our annual accounts", "en")
    for word in words:
        assert form("årsregnskap") in {each.term for each in word.alternatives}
    word = analyser.query_words("årsregnskapet", "nb")[0]
    shared = [each for each in word.elements if each.reason == "synonym"]
    assert {form("annual", "en"), form("accounts", "en")} <= {each.term for each in shared}
    assert sum(each.weight for each in shared if not each.term.startswith(PART)) <= 1


def test_words_of_a_name_that_do_not_stand_together_are_not_it(analyser):
    words = analyser.query_words("annual new accounts", "en")
    assert all(form("årsregnskap") not in {t.term for t in word.terms()} for word in words)


@pytest.mark.parametrize(
    ("query", "its", "not_its"),
    [
        ("slå av varsler", "switch", "look"),
        ("slå opp varsler", "look", "switch"),
        ("slå dem ikke av nå", "switch", "look"),
        ("slå fast av hensyn til varsler", "", "switch"),
        ("slå varsler av", "", "switch"),
        ("slår du opp, og slår du av", "look", ""),
        ("meld frå om varsel", "speak", "login"),
    ],
)
def test_what_stands_behind_a_verb_tells_which_verb_it_is(analyser, query, its, not_its):
    found = names(analyser, query, "nb")
    assert not its or form(its, "en") in found
    assert not not_its or form(not_its, "en") not in found


def test_nothing_is_searched_for_by_a_verb_that_has_lost_what_stood_behind_it(analyser):
    found = names(analyser, "innlogging", "nb")
    assert form("login", "en") in found
    assert not {form("sign", "en"), form("log", "en")} & found.keys()
    found = names(analyser, "log in", "en")
    assert form("innlogging") in found and form("sign", "en") not in found


@pytest.mark.parametrize(
    ("query", "language", "its", "not_its"),
    [
        ("logge inn", "nb", "login", ["sign", "log"]),
        ("sign in", "en", "innlogging", ["signatur", "tegn", "underskrift"]),
        ("log in", "en", "innlogging", ["loggføring"]),
    ],
)
def test_signing_in_is_no_signature_in_our_own_list(query, language, its, not_its):
    found = names(Analyser(concepts=our_concepts()), query, language)
    other = "en" if language == "nb" else "nb"
    assert form(its, other) in found
    assert not {form(each, other) for each in not_its} & found.keys()


def own_weights(analyser: Analyser, query: str, language: str) -> dict[str, float]:
    """How much each form of the query's first word counts."""
    word = analyser.query_words(query, language)[0]
    return {each.term: each.weight for each in word.alternatives if each.reason == "word-form"}


@pytest.mark.parametrize(
    ("query", "language", "share"),
    [
        ("sign in", "en", 0.5),
        ("sign in", "nb", 0.5),
        ("log on to the portal", "en", 0.5),
        ("hand in", "en", 0.5),
        ("sign", "en", 1),
        ("logge inn", "nb", 1),
        ("fill in the form", "en", 1),
        ("apply for access", "en", 1),
        ("ask for help", "en", 1),
        ("look for a form", "en", 1),
        ("dispose of waste", "en", 1),
    ],
)
def test_an_english_verb_counts_half_where_an_adverb_behind_it_makes_it_another(
    query, language, share
):
    analyser = Analyser(concepts=our_concepts())
    alone = own_weights(analyser, query.split()[0], language)
    found = own_weights(analyser, query, language)
    assert found == {term: weight * share for term, weight in alone.items()}


def test_an_english_verb_that_says_the_same_alone_counts_whole():
    lines = [(("fylle ut",), ("fill", "fill in")), (("levere",), ("hand in",))]
    analyser = Analyser(concepts=Concepts.of([*lines, (("hånd",), ("hand",))]))
    assert own_weights(analyser, "fill in", "en") == own_weights(analyser, "fill", "en")
    assert own_weights(analyser, "hand in", "en") != own_weights(analyser, "hand", "en")


def test_a_verb_that_is_the_only_name_is_searched_for_without_it(analyser):
    assert form("slå") in names(analyser, "switch off", "en")


@pytest.mark.parametrize("query", ["e-faktura", "efaktura", "E-fakturaen"])
def test_a_name_with_a_hyphen_is_one_word_as_in_the_index(analyser, query):
    indexed = analyser.analyse("Get an e-invoice.", "en")
    assert "einvoic" in names(analyser, query, "nb").keys() & set(indexed)


def test_a_word_is_read_in_the_language_of_the_query_first(analyser):
    assert names(analyser, "gift", "en")[form("gave")] > names(analyser, "gift", "nb")[form("gave")]


def test_what_a_corpus_teaches_comes_on_top_and_the_list_stays_as_it_was():
    base = Concepts.of(LINES)
    taught = base.with_learnt({NORWEGIAN: {form("ansatt"): "hire"}, ENGLISH: {"hire": "ansatt"}})
    assert {"hire", form("employee", "en")} <= set(names(Analyser(concepts=taught), "ansatt", "nb"))
    assert "hire" not in names(Analyser(concepts=base), "ansatt", "nb")


def test_codes_and_unknown_words_have_no_other_names(analyser):
    assert names(analyser, "MP-121", "nb") == {}
    assert names(analyser, "hengekøye", "nb") == {}
    assert Concepts.of([]).others(["ansatt"], "nb") == []


def test_the_list_has_both_languages_on_each_line_and_function_words_nowhere():
    concepts = our_concepts()
    for query, wanted in (("faktura", "invoic"), ("avkryssingsboks", "checkbox")):
        others = concepts.others([query], "nb")
        assert wanted in {"".join(each.forms) for each in others}
    assert concepts.others(["og", "the"], "nb") == []


def test_no_line_of_the_list_is_there_twice():
    lines = _our_lines()
    assert len(lines) == len(set(lines)) > 6_000


def test_no_list_is_read_before_a_word_is_looked_up():
    """Every command of the site takes in this module, and few of them look up words."""
    asked = (
        "import search.text.analysis; from search.text.concepts import our_concepts;"
        "print(our_concepts.cache_info().currsize)"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert answer.stdout.strip() == "0", answer.stderr


@pytest.mark.parametrize(
    ("forms", "language"),
    [(["fullmakt"], "nb"), (["fullmakt"], "nn"), (["power", "attorney"], "en")],
)
def test_a_thing_goes_by_one_name_whatever_it_is_called(forms, language):
    inflected = [compared_form(word, language) for word in forms]
    assert "fullmakt=power of attorney" in things_named(["ok", *inflected, "ok"], language)


def test_words_that_name_nothing_name_nothing():
    assert things_named(["power"], "nb") == []
    assert things_named([], "en") == []
