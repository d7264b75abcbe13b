"""What of a letter is worth searching for."""

import pytest

from triage.tickets.wording import LONGEST, asking_part

NUMBER = "15819000066"  # synthetic: its month is above 80
LETTER = """SV: Tilgang

Hei!
Fra: Kari
Hvorfor får vi ikke tilgang til skjemaet?
> Se under

Med vennlig hilsen
Kari Vik, Tindvik kommune
--
Tenk på miljøet"""


def test_greeting_signature_and_heads_are_left_out():
    assert asking_part(LETTER) == ("Tilgang\nHvorfor får vi ikke tilgang til skjemaet?\nSe under")


@pytest.mark.parametrize(
    ("goodbye"), ["Mvh Kari", "Vennleg helsing", "Best regards", "På førehand takk", "Takk!"]
)
def test_what_follows_a_goodbye_is_left_out(goodbye):
    assert asking_part(f"Emne\nKva no?\n{goodbye}\nKommunen vår") == "Emne\nKva no?"


def test_a_question_that_begins_with_a_greeting_is_kept():
    assert "invalid_grant" in asking_part("Hei, hvorfor får vi invalid_grant fra Maskinporten?")


def test_thanks_that_are_the_whole_letter_are_kept():
    assert asking_part("Takk for hjelpen") == "Takk for hjelpen"


def test_identity_numbers_are_masked():
    assert NUMBER not in asking_part(f"Gjelder {NUMBER}, får ikke logget inn")


@pytest.mark.parametrize("text", ["", "\n\n", "Hei\n\nMvh\nKari"])
def test_a_letter_that_asks_nothing_has_no_such_part(text):
    assert "Hei" not in asking_part(text)


def test_a_very_long_letter_is_cut():
    assert len(asking_part("ord " * 100_000)) <= LONGEST
