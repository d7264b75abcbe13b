"""Case numbers as they are written and read."""

import pytest

from triage.tickets.references import number_alone, number_typed, reference_of


@pytest.mark.parametrize(
    ("typed", "number"),
    [("12", 12), ("V-00012", 12), ("v-00012", 12), ("sak V-1234567 fra i går", 1234567)],
)
def test_a_number_may_be_typed_bare_or_within_a_sentence(typed, number):
    assert number_typed(typed) == number


@pytest.mark.parametrize("typed", ["", "V-", "V-12", "9" * 13, "²", "٣", "AV-00012", "V-00012x"])
def test_what_is_no_number_of_a_case_leads_to_none(typed):
    assert number_typed(typed) is None


@pytest.mark.parametrize("words", ["V-00012", "v00012", "V 00012"])
def test_a_number_alone_may_lack_its_hyphen(words):
    assert number_alone(words) == 12


@pytest.mark.parametrize("words", ["12", "V-00012 og mer", "V-٠٠٠١٢", "V-0001"])
def test_words_beside_a_number_are_a_search_and_not_a_number(words):
    assert number_alone(words) is None


def test_what_is_written_of_an_id_leads_back_to_it():
    for number in (1, 99_999, 123_456_789_012):
        assert number_alone(reference_of(number)) == number
