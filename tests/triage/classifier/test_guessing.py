"""What is guessed about texts, in each language, and when nothing is said."""

import numpy as np
import pytest

from triage.classifier.guessing import guess

TEXTS = [
    ("nb", "Leverandøren får ikke godkjent systembrukeren for klientene våre", "autorisasjon"),
    ("nn", "Korleis gjev eg rekneskapsføraren tilgangspakken for kundane våre?", "autorisasjon"),
    ("en", "Our consent request is rejected, the consent token lacks the right", "samtykke"),
    ("nb", "Hvordan oppdaterer vi en dialog med ny transmission i Dialogporten?", "dialogporten"),
    ("nn", "Me får invalid_grant frå Maskinporten når me ber om token med scope", "maskinporten"),
    ("en", "The form app in Altinn Studio does not deploy, the build fails", "altinn-studio"),
]


@pytest.mark.parametrize(("language", "text", "product"), TEXTS)
def test_the_product_is_guessed_in_each_language(artifact, language, text, product):
    found = guess(artifact, text)["product"]
    assert (found.label, found.speaks) == (product, True)


def test_the_words_that_spoke_for_it_stand_in_the_text(artifact):
    text = "Leverandøren får ikke godkjent systembrukeren for klientene våre"
    found = guess(artifact, text)["product"]
    assert "systembrukeren" in found.because
    assert all(word in text for word in found.because)


@pytest.mark.parametrize(
    "text",
    ["Jeg er på ferie til 12. august og leser ikke e-post", "Out of office until Monday, thanks"],
)
def test_what_is_no_case_is_guessed_no_further(artifact, text):
    found = guess(artifact, text)
    assert found["case_type"].label == "not_a_case"
    assert set(found) == {"case_type"}


@pytest.mark.parametrize("text", ["", "   \n", "\x00"])
def test_an_empty_text_gets_at_most_silence(artifact, text):
    assert not any(each.speaks for each in guess(artifact, text).values())


@pytest.mark.parametrize("text", ["xqzt vkkp blorf", "12345", "👍👍👍"])
def test_a_text_without_known_words_gets_no_product(artifact, text):
    found = guess(artifact, text).get("product")
    assert found is None or not found.speaks


def test_two_products_equally_likely_give_silence(artifact):
    certainty = artifact.certainties["product"]
    tie = np.array([0.2, 0.2] + [0.6 / 11] * 11)
    for label in certainty.thresholds:
        assert not certainty.speaks(label, tie)


def test_confidence_is_a_probability_and_rises_with_belief(artifact):
    certainty = artifact.certainties["product"]
    rows = [np.array([top] + [(1 - top) / 12] * 12) for top in (0.1, 0.3, 0.5, 0.8, 1.0)]
    found = [certainty.probability(row) for row in rows]
    assert found == sorted(found)
    assert all(0 <= each <= 1 for each in found)


def test_a_very_long_text_with_scripts_and_odd_letters_is_read(artifact):
    text = "<script>alert(1)</script> " + "systembruker Ω≈ç√ " * 20_000
    assert guess(artifact, text)["product"].label == "autorisasjon"
