"""Addresses and languages of texts."""

import pytest

from cms.community.texts import NO_WORDS, address_words, language_of, many_lines, one_line


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Får vi token?", "far-vi-token"),
        ("Ærlig østers på ål", "aerlig-osters-pa-al"),
        ("???", NO_WORDS),
        ("日本", NO_WORDS),
        ("a" * 200, "a" * 80),
        ("ord " * 40, "-".join(["ord"] * 20)),
    ],
)
def test_a_title_becomes_an_address(title, words):
    assert address_words(title) == words


def test_a_line_has_single_spaces_and_a_body_keeps_its_lines():
    assert one_line(" a\n\tb  c ", "nb") == "a b c"
    assert many_lines("\r\na\r\nb\rc\x07\n", "nb") == "a\nb\nc"


def test_a_text_too_short_to_tell_has_the_language_given():
    assert language_of("Ja.", otherwise="nn") == "nn"
    assert language_of("How do we get a token for this API when it fails?", otherwise="nb") == "en"
