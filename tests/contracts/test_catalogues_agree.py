"""The same words say the same everywhere: all catalogues are one when the site runs.

Django lays every app's catalogue into one, and the earlier app wins. Where two apps have the same
text with different translations, one of them is never shown. Where the meaning differs, the text
needs a context.
"""

from collections import defaultdict

import pytest

from tests.contracts.catalogues import LANGUAGES, folders, key_of, messages, texts
from tests.contracts.source import short


def disagreements(language: str) -> dict:
    """Texts with more than one translation, each with where it stands."""
    found: dict = defaultdict(lambda: defaultdict(list))
    for folder in folders():
        for message in messages(folder, language):
            forms = tuple(texts(message.string))
            found[key_of(message)][forms].append(short(folder))
    return {key: dict(ways) for key, ways in found.items() if len(ways) > 1}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_translated_in_two_ways(language):
    assert disagreements(language) == {}


FORBIDDEN = {  # what we call it instead
    "virkedag": "arbeidsdag",
    "yrkedag": "arbeidsdag",
    "merkelapp": "emne",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_thing_has_the_same_word(language):
    found = {
        f"{short(folder)}: {text}": f"write {better}"
        for folder in folders()
        for message in messages(folder, language)
        for text in texts(message.string)
        for word, better in FORBIDDEN.items()
        if word in text.lower()
    }
    assert found == {}
