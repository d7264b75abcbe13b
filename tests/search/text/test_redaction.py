"""Identity numbers are found in every shape people write them in, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.redaction import IdentityKind, find_identity_numbers, mask_identity_numbers

FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def made(day: int, month: int, year: int = 90, remainder: int = 0) -> str:
    """A number of that date whose first control sum leaves `remainder`; belongs to nobody."""
    for individual in range(1000):
        nine = f"{day:02}{month:02}{year:02}{individual:03}"
        for first in range(10):
            ten = [int(char) for char in f"{nine}{first}"]
            if sum(w * d for w, d in zip(FIRST, ten, strict=True)) % 11 != remainder:
                continue
            for second in range(10):
                if sum(w * d for w, d in zip(SECOND, [*ten, second], strict=True)) % 11 == 0:
                    return f"{nine}{first}{second}"
    raise AssertionError("no such number")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (made(3, 85), IdentityKind.SYNTHETIC),
        (made(43, 85), IdentityKind.SYNTHETIC),
        (made(43, 5), IdentityKind.D_NUMBER),
        (made(3, 45), IdentityKind.HELP_NUMBER),
        (made(3, 5), IdentityKind.BIRTH_NUMBER),
        (made(3, 5, remainder=1), IdentityKind.BIRTH_NUMBER),
        (made(3, 5, remainder=2), IdentityKind.BIRTH_NUMBER),
        (made(3, 5, remainder=3), IdentityKind.BIRTH_NUMBER),
    ],
)
def test_every_kind_of_number_is_found_also_by_the_rule_from_2032(number, kind):
    (finding,) = find_identity_numbers(f"Brukeren {number} får feil")
    assert finding.kind == kind
    assert finding.end - finding.start == 11


@pytest.mark.parametrize("remainder", [4, 5, 9])
def test_other_remainders_are_no_identity_numbers(remainder):
    assert find_identity_numbers(made(3, 5, remainder=remainder)) == []


@pytest.mark.parametrize("shape", ["{a} {b}", "{a}-{b}", "{a}\u00a0{b}", "fnr:{a}{b}", "({a}{b})"])
def test_numbers_are_found_with_separators_and_beside_signs(shape):
    number = made(3, 85)
    text = shape.format(a=number[:6], b=number[6:])
    masked = mask_identity_numbers(text, "nb")
    assert masked.count == 1
    assert number[:6] not in masked.text and number[6:] not in masked.text


@pytest.mark.parametrize("between", ["\t", "\u200b", "\u200d", "\u200e", "\u2060", "\ufeff"])
def test_cells_of_a_sheet_and_marks_nobody_sees_hide_no_number(between):
    number = made(3, 85)
    masked = mask_identity_numbers(f"Fnr {number[:6]}{between}{number[6:]}.", "nb")
    assert masked == ("Fnr [syntetisk fødselsnummer fjernet].", 1)


@pytest.mark.parametrize(
    "text",
    [
        "12345678901",
        "Konto 1234 56 78903 1",
        f"{made(3, 85)}1",
        "9f1c2d3e-0385-9000-1234-03859000012a",
        "2026-11-25 20:41:34.123456",
        "310 128 459",
    ],
)
def test_other_long_numbers_are_left_alone(text):
    assert mask_identity_numbers(text).text == text


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "fjernet"), ("nn", "fjerna"), ("en", "removed"), ("de", "fjernet")],
)
def test_the_mask_is_in_the_language_of_the_reader(language, words):
    assert words in mask_identity_numbers(made(3, 85), language).text


def test_masking_what_is_masked_changes_nothing():
    once = mask_identity_numbers(f"a {made(3, 85)} b {made(43, 5)}")
    assert once.count == 2
    assert mask_identity_numbers(once.text) == (once.text, 0)


@given(st.text(max_size=60), st.text(max_size=60))
def test_text_around_a_number_is_kept(before, after):
    number = made(3, 85)
    masked = mask_identity_numbers(f"{before} : {number} : {after}")
    assert number not in masked.text
    assert masked.text.startswith(before) or masked.count > 1
