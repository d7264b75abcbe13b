"""What the names of labels say."""

import pytest

from triage.classifier.learner.label_names import FEW_TEXTS, names_of_the_rare, spelled_out


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("cancel_order", "cancel order"),
        ("CANCEL_ORDER", "cancel order"),
        ("AddToPlaylist", "add to playlist"),
        ("alarm/set_alarm", "alarm set alarm"),
        ("påloggingFeil", "pålogging feil"),
        ("id-porten", "id porten"),
        ("100_NIGHT_TRIAL", "100 night trial"),
        ("Faktura og betaling", "faktura og betaling"),
        ("<script>alert(1)</script>", "script alert 1 script"),
    ],
)
def test_a_name_is_spelled_out_as_it_would_be_written(label, words):
    assert spelled_out(label) == words


@pytest.mark.parametrize("label", ["17", "A1", "x", "", "---", "4_2"])
def test_a_mere_code_says_nothing(label):
    assert spelled_out(label) == ""


def test_labels_of_few_texts_are_named_once_and_others_are_not():
    labels = ["sign_up", *["login"] * FEW_TEXTS, "7", "sign_up", *["faq"] * (FEW_TEXTS + 1)]
    assert names_of_the_rare(labels) == {"login": "login", "sign_up": "sign up"}
