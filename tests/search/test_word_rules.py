"""What editors may write, and the sentences that refuse what would hurt."""

import pytest
from django.utils import translation

from search.vocabulary import Bet, EditorsWords, SameThing
from search.word_rules import (
    LONGEST_NAME,
    LONGEST_PHRASE,
    LONGEST_STOP_WORD,
    MOST_BETS,
    MOST_BETS_FOR_PHRASE,
    MOST_NAMES,
    MOST_PHRASES,
    MOST_STOP_WORDS,
    MOST_SYNONYMS,
    Refused,
    check_bet,
    check_stop_word,
    check_synonym,
    clean_stop_word,
    lines_of,
    on_one_line,
)

OTHER = Bet(phrases=("søke om tilgang",), document="article:1")


def refused(check, *arguments) -> tuple[str, str]:
    """Where and why something is refused."""
    with translation.override("en"), pytest.raises(Refused) as caught:
        check(*arguments)
    return caught.value.field, str(caught.value)


@pytest.mark.parametrize(
    ("phrases", "reason"),
    [
        ((), "at least one line"),
        (("?!",), "no word that can be searched for"),
        (("x" * (LONGEST_PHRASE + 1),), "too long"),
        (tuple(f"ord{number}" for number in range(MOST_PHRASES + 1)), "at most 20 lines"),
        (("nøkkel", "nøkler"), "the same as"),
        (("nøkkel", "nøkkel"), "the same as"),
        (("nøkkel til lås", "lås til nøkkel"), "the same as"),
        (("digital",), "stop words alone"),
        (("hvordan digital",), "stop words alone"),
        (("søkje om tilgang",), "already leads to this page"),
    ],
)
def test_best_bets_that_do_nothing_or_too_much_are_refused(phrases, reason):
    bet = Bet(phrases=phrases, document="article:1")
    field, message = refused(check_bet, bet, [OTHER], {"digital"})
    assert field == "phrases" and reason in message


def test_a_phrase_leads_to_no_more_pages_than_are_shown():
    others = [
        Bet(phrases=("tilgang",), document=f"article:{n}") for n in range(MOST_BETS_FOR_PHRASE)
    ]
    bet = Bet(phrases=("tilgangen",), document="article:99")
    assert "already leads to 5 pages" in refused(check_bet, bet, others, set())[1]
    check_bet(bet, others[1:], set())


def test_the_same_phrase_may_lead_to_several_pages_and_small_words_are_a_phrase():
    check_bet(Bet(phrases=("søke om tilgang",), document="article:2"), [OTHER], set())
    check_bet(Bet(phrases=("hva er dette",), document="article:2"), [OTHER], {"digital"})


def test_verbs_that_differ_in_what_stands_behind_them_are_different_phrases_and_names():
    verbs = ("logge inn", "logge ut", "sign in", "sign on")
    check_bet(Bet(phrases=verbs, document="article:1"), [OTHER], set())
    known = [SameThing(words=("logge inn",), others=("autentisere",))]
    check_synonym(SameThing(words=verbs, others=("autentisere",)), known, set())
    same = SameThing(words=("slå av",), others=("slå på",))
    assert refused(check_synonym, same, [], set())[0] == "others"  # nothing more is found by it


@pytest.mark.parametrize(
    ("words", "others", "field", "reason"),
    [
        ((), ("b",), "words", "at least one line"),
        (("kodebrikke",), (), "others", "at least one line"),
        (("kodebrikke",), ("kodebrikke",), "others", "synonym for itself"),
        (("kodebrikke",), ("Kodebrikke",), "others", "synonym for itself"),
        (("kodebrikke",), ("kodebrikker",), "others", "is a form of"),
        (("tjeneste",), ("teneste",), "others", "is a form of"),
        (("hvordan",), ("nøkkel",), "words", "every search passes over"),
        (("nøkkel",), ("til og med",), "others", "every search passes over"),
        (("digital",), ("nøkkel",), "words", "stop words alone"),
        (("alfa beta gamma delta sigma omega",), ("nøkkel",), "words", "too many words"),
        (("x" * (LONGEST_NAME + 1),), ("nøkkel",), "words", "too long"),
        (tuple(f"ord{n}" for n in range(MOST_NAMES + 1)), ("nøkkel",), "words", "at most 12"),
        (("nøkkel", "nøkler"), ("lås",), "words", "the same as"),
        (("dings",), ("duppeditten",), "words", "already"),
    ],
)
def test_synonyms_that_do_nothing_or_too_much_are_refused(words, others, field, reason):
    known = [SameThing(words=("dings",), others=("duppeditt",))]
    found = refused(check_synonym, SameThing(words=words, others=others), known, {"digital"})
    assert found[0] == field and reason in found[1]


def test_a_synonym_may_add_to_another_or_turn_it_round():
    known = [SameThing(words=("dings",), others=("duppeditt",))]
    check_synonym(SameThing(words=("dings",), others=("duppeditt", "greie")), known, set())
    check_synonym(SameThing(words=("duppeditt",), others=("dings",)), known, set())


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("", "no word"),
        ("?", "no word"),
        ("x" * (LONGEST_STOP_WORD + 1), "too long"),
        ("to ord", "one word"),
        ("ord,annet", "one word"),
        ("hvordan", "passed over already"),
        ("digital", "stop word already"),
        ("naermere", "best bet for “nærmere” would have no words left"),
        ("dings", "synonym “dings” would have no words left"),
        ("duppeditt", "synonym “duppeditt digital” would have no words left"),
    ],
)
def test_stop_words_that_do_nothing_or_hurt_are_refused(word, reason):
    bets = [Bet(phrases=("nærmere",), document="article:1"), OTHER]
    synonyms = [SameThing(words=("dings",), others=("duppeditt digital",))]
    field, message = refused(check_stop_word, word, {"digital"}, bets, synonyms)
    assert field == "word" and reason in message


@pytest.mark.parametrize(
    ("check", "arguments"),
    [
        (check_bet, (OTHER, [OTHER] * MOST_BETS, set())),
        (
            check_synonym,
            (SameThing(words=("a",), others=("b",)), [SameThing(words=())] * MOST_SYNONYMS, set()),
        ),
        (check_stop_word, ("ord", {f"ord{n}" for n in range(MOST_STOP_WORDS)}, [], [])),
    ],
)
def test_there_is_room_for_so_many_and_no_more(check, arguments):
    assert "already, and more would make each search slower" in refused(check, *arguments)[1]


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "kan ikke være synonym"), ("nn", "kan ikkje vere synonym")]
)
def test_refusals_are_in_the_language_of_the_page(language, words):
    with translation.override(language), pytest.raises(Refused) as caught:
        check_synonym(SameThing(words=("dings",), others=("dings",)), [], set())
    assert words in str(caught.value)


def test_lines_and_words_are_tidied():
    assert lines_of(" a  b \r\n\n\t\n c\x00d ") == ("a b", "c d")


def test_commas_part_phrases_as_lines_do_but_not_a_number():
    assert lines_of("svartid, frist for svar;\n1,5 dager, ") == (
        "svartid", "frist for svar", "1,5 dager",
    )  # fmt: skip
    assert lines_of(on_one_line("hei, hvor lang; er fristen")) == ("hei hvor lang er fristen",)


def test_a_sentence_with_commas_is_one_phrase_as_its_greeting_is_in_many_searches():
    assert lines_of("hei, hvordan logger jeg inn\nsvartid, frist for svar") == (
        "hei, hvordan logger jeg inn", "svartid", "frist for svar",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "kept"),
    [("  LØSNING ", "løsning"), ("hjelp!", "hjelp"), ("«Hjelp»", "hjelp"), ("E-post", "epost")],
)
def test_a_stop_word_is_kept_as_a_search_sees_it(written, kept):
    assert clean_stop_word(written) == kept
    words = EditorsWords(passed_over=[kept])
    assert words.heard(f"digital {written}").passed_over == (kept,)


def test_what_is_no_word_or_several_is_kept_as_written_to_be_refused():
    assert [clean_stop_word(each) for each in ("?", "To  ord", "a\x00b")] == ["?", "to ord", "a b"]
