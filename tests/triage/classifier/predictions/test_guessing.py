"""What is guessed about texts, in each language, and when nothing is said."""

from dataclasses import replace

import numpy as np
import pytest

from triage.classifier.labels import TARGETS
from triage.classifier.learner.committee import WEIGHT_OF_LINEAR, Answer, Committee
from triage.classifier.learner.network import compact
from triage.classifier.predictions.guessing import guess, shares_of_words

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


def test_a_topic_is_guessed_under_its_product(artifact):
    text = "Me får invalid_grant frå Maskinporten når me ber om token med scope"
    found = guess(artifact, text)
    assert found["topic"].label.startswith("maskinporten/")


def test_a_topic_of_another_product_than_the_one_guessed_is_never_said(artifact, monkeypatch):
    text = "Me får invalid_grant frå Maskinporten når me ber om token med scope"
    sure = Answer(label="", confidence=0.99, in_scope=1.0, abstained=False)

    def said(topic: str) -> bool:
        answers = {
            target: replace(sure, label=label)
            for target, label in zip(
                TARGETS, ["maskinporten", "question", "servicedesk", "3x3", topic], strict=True
            )
        }
        monkeypatch.setattr(Committee, "answers", lambda self, row: [answers])
        thresholds = {target: {answers[target].label: 0.5} for target in TARGETS}
        return guess(replace(artifact, thresholds=thresholds), text)["topic"].speaks

    labels = artifact.committee.questions[-1].labels
    own = [label for label in labels if label.startswith("maskinporten/")]
    assert own and len(own) < len(labels)
    assert [label for label in labels if said(label)] == own


def test_the_words_that_spoke_for_it_stand_in_the_text(artifact):
    text = "Leverandøren får ikke godkjent systembrukeren for klientene våre"
    found = guess(artifact, text)["product"]
    assert "systembrukeren" in found.because
    assert all(word in text for word in found.because)


@pytest.mark.parametrize(
    "text",
    [
        "Automatisk svar\nJeg er på ferie til 12. august og leser ikke e-post",
        "Automatic reply\nI am out of office until Monday",
    ],
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


def test_beliefs_in_products_are_shares_and_the_strongest_is_the_guess(artifact):
    text = "Me får invalid_grant frå Maskinporten når me ber om token med scope"
    beliefs = artifact.committee.beliefs(text, "product")
    assert sum(beliefs.values()) == pytest.approx(1, abs=1e-5)
    assert max(beliefs, key=beliefs.get) == guess(artifact, text)["product"].label


def test_words_carry_a_guess_as_much_as_the_score_rises_above_the_mean(artifact):
    text = "Leverandøren får ikke godkjent systembrukeren for klientene våre"
    committee = artifact.committee
    row = committee.vectoriser.transform([text])
    question = committee.questions[0]
    at = question.labels.index("autorisasjon")
    said = np.mean(committee._said(row), axis=0)[0, question.span]
    carried = committee.carried(row, {"product": "autorisasjon"})["product"].sum()
    constant = 0
    for member in committee.members:
        network, (columns, near) = member.network, compact(row)
        open_ = network.shown(columns, near)[0] > 0
        every = (network.bias_[0] * open_) @ network.out_ + network.bias_[1]
        every = every + WEIGHT_OF_LINEAR * member.linear.intercepts_
        own = every[question.span]
        constant += (own[at] - own.mean()) / len(committee.members)
    assert carried + constant == pytest.approx(said[at] - said.mean(), rel=1e-2)


def test_a_column_of_two_words_is_shared_between_them():
    found = shares_of_words([[1, 5], [5, 7], [9]], np.array([1, 5, 9]))
    assert found.toarray().tolist() == [[1, 0.5, 0], [0, 0.5, 0], [0, 0, 1]]


def test_no_words_have_no_share():
    assert shares_of_words([], np.array([1])).shape == (0, 1)


def test_a_very_long_text_with_scripts_and_odd_letters_is_read(artifact):
    text = "<script>alert(1)</script> " + "systembruker Ω≈ç√ " * 20_000
    assert guess(artifact, text)["product"].label == "autorisasjon"
