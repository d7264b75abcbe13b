"""Words and codes: what stays whole, what comes in parts, and where in the text it was."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.text.tokens import (
    MAX_TERM_LENGTH,
    fold_case,
    fold_letters,
    plain_runs,
    storable,
    token_of,
    tokens,
)


def only(text: str):
    """The single token of a text."""
    (token,) = tokens(text)
    return token


@pytest.mark.parametrize(
    ("written", "whole", "words"),
    [
        ("AUTH.VLD-00003", "auth.vld-00003", ("auth", "vld", "00003")),
        ("MP-121", "mp-121", ("mp", "121")),
        (
            "urn:altinn:accesspackage:jordbruk",
            "urn:altinn:accesspackage:jordbruk",
            ("urn", "altinn", "accesspackage", "jordbruk"),
        ),
        (
            "altinn:instances.read",
            "altinn:instances.read",
            ("altinn", "instances", "read"),
        ),
        ("invalid_grant", "invalid_grant", ("invalid", "grant")),
        ("/api/v1/token", "api/v1/token", ("api", "v1", "token")),
        ("kid=abc123", "kid=abc123", ("kid", "abc123")),
    ],
)
def test_a_code_is_kept_whole_and_in_parts(written, whole, words):
    token = only(written)
    assert token.wholes[0] == whole
    assert token.words == words


def test_a_version_number_answers_to_its_shorter_forms():
    assert set(only("v8.1.2").wholes) >= {"v8.1.2", "8.1.2", "8.1"}


def test_an_organisation_number_in_groups_is_one_number():
    (token,) = tokens("310 128 459")
    assert token.wholes == ("310128459",)
    assert token.words == ("310", "128", "459")


def test_a_hyphenated_word_is_also_its_closed_up_form():
    token = only("ID-porten")
    assert token.wholes == ("idporten",)
    assert token.words == ("id", "porten")


@pytest.mark.parametrize(
    ("written", "parts"), [("clientId", ("client", "id")), ("altinn3", ("altinn", "3"))]
)
def test_words_inside_one_run_are_parts_of_it(written, parts):
    assert only(written).parts == parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SØKNAD", "søknad"),
        ("søknad", "so\u0338knad".replace("o\u0338", "ø")),
        ("Å", "A\u030a"),
        ("sökte", "søkte"),
        ("idé", "ide"),
        ("til\u00adgang", "tilgang"),
        ("ﬁl", "fil"),
    ],
)
def test_spellings_of_the_same_word_fold_together(one, other):
    assert fold_case(one) == fold_case(other)


@pytest.mark.parametrize(
    ("norwegian", "ascii_only"),
    [("søknad", "soeknad"), ("æøå", "aeoeaa"), ("årsskiftet", "aarsskiftet")],
)
def test_norwegian_letters_meet_their_spelled_out_forms(norwegian, ascii_only):
    assert fold_letters(norwegian) == ascii_only
    assert fold_letters(ascii_only) == ascii_only


def test_places_point_into_the_text_as_it_was_given():
    text = "  Får «MP-121» når vi henter to\u0301ken 310 128 459, hvorfor?"
    found = [text[token.start : token.end] for token in tokens(text)]
    assert found == [
        "Får",
        "MP-121",
        "når",
        "vi",
        "henter",
        "to\u0301ken",
        "310 128 459",
        "hvorfor",
    ]


@given(st.text(max_size=300))
@example("\ud800")
@example("a" * 500)
@example("-._/:@" * 40)
@example("\u0301\u00ad\u200b")
def test_any_text_gives_tokens_that_lie_in_it_in_order(text):
    at = 0
    for token in tokens(text):
        assert at <= token.start < token.end <= len(text)
        assert token.words and all(token.words)
        assert all(len(form) <= MAX_TERM_LENGTH for form in (*token.words, *token.wholes))
        at = token.end


@given(st.text(max_size=100))
def test_folding_twice_changes_nothing_more(text):
    once = fold_letters(fold_case(storable(text)))
    assert fold_letters(fold_case(once)) == once


def test_what_no_index_stores_is_taken_out():
    assert storable("a\x00b\ud800c") == "a b?c"


@given(st.text(max_size=120))
@example("Nøkkelen MP-121 i v4.12.3 er 310128459, clientId __ ok")
def test_the_quick_way_through_a_text_gives_the_same_tokens(text):
    runs = plain_runs(text)
    if runs is None:
        assert any(char.isdigit() for char in text) or not text.isascii()
        return
    quick = [token for run in runs if (token := token_of(run))]
    assert [each[2:] for each in quick] == [each[2:] for each in tokens(text)]


def test_spaced_numbers_and_odd_characters_take_the_slow_way():
    assert plain_runs("310 128 459") is None
    assert plain_runs("nøk\u00adkel") is None
