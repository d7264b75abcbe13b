"""The language a requester writes, told from their own words."""

import pytest

from triage.tickets.written import Written, written_in


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Jeg får ikke logget inn, hva skal jeg gjøre?", "nb"),
        ("Eg får ikkje logga inn, kva skal eg gjere?", "nn"),
        ("What should I do when I cannot sign in?", "en"),
    ],
)
def test_the_language_is_told_with_how_sure_that_is(text, language):
    found = written_in(text)
    assert found.language == language
    assert found.confidence > 0.6


@pytest.mark.parametrize("text", ["", "404 AUTH-00003", "token scope", "x1 y2 z3 q4"])
def test_too_few_words_tell_nothing(text):
    assert written_in(text) == Written()


def test_error_codes_and_names_of_fields_do_not_make_a_text_english():
    text = "Eg får ikkje token: access_denied invalid_grant the_request_was_refused"
    assert written_in(text).language == "nn"
