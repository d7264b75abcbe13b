"""Bokmål, nynorsk or English, from a few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.language import LANGUAGES, detect_language

TEXTS = [
    ("nb", "Hvordan får jeg tilgang til organisasjonen i Studio?"),
    ("nb", "Vi har ikke mottatt varselet ennå"),
    ("nb", "Nøkkelen vår er utløpt, hva gjør vi nå?"),
    ("nb", "Hvilke tilgangspakker bør brukeren ha"),
    ("nn", "Korleis får eg tilgang til organisasjonen?"),
    ("nn", "Vi har ikkje fått varselet enno"),
    ("nn", "Kva for tilgangspakkar bør brukaren ha?"),
    ("nn", "Kven kan gje fullmakt frå verksemda"),
    ("en", "How do I get access to the organisation?"),
    ("en", "The key has expired, what should we do now?"),
    ("en", "Which access package should the user have"),
    ("en", "Token is rejected with an error"),
]


@pytest.mark.parametrize(("code", "text"), TEXTS)
def test_a_sentence_tells_its_language(code, text):
    assert detect_language(text).code == code


@pytest.mark.parametrize("text", ["", "   ", "12345", "MP-121", "?!…"])
def test_a_text_without_evidence_has_no_language(text):
    assert detect_language(text).code == ""


@given(st.text(max_size=200))
def test_shares_are_a_distribution_for_any_text(text):
    guess = detect_language(text)
    assert set(guess.shares) == set(LANGUAGES)
    assert abs(sum(guess.shares.values()) - 1) < 1e-9
    assert guess.code in ("", *LANGUAGES)
