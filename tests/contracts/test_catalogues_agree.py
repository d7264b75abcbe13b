"""The same words say the same everywhere: all catalogues are one when the site runs.

Django lays every app's catalogue into one, and the earlier app wins. Where two apps have the same
text with different translations, one of them is never shown. Where the meaning differs, the text
needs a context.
"""

from collections import defaultdict
from pathlib import Path

import pytest
import wagtail
from babel.messages.mofile import read_mo

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


SAID_OUR_WAY = {"draft"}  # the same thing: we call it «utkast» in Wagtail's admin too


def wagtails_words() -> dict[str, set[str]]:
    """What Wagtail's own bokmål says for each text without a context."""
    found: dict = defaultdict(set)
    for path in Path(wagtail.__file__).parent.rglob("locale/nb/LC_MESSAGES/django.mo"):
        with path.open("rb") as compiled:
            for message in read_mo(compiled):
                if message.id and not message.context:
                    found[key_of(message)[1]].add(texts(message.string)[0])
    return found


def test_no_text_of_ours_says_something_else_in_wagtails_admin():
    theirs = wagtails_words()
    taken = {
        f"{short(folder)}: {text}": sorted(theirs[text])
        for folder in folders()
        for message in messages(folder, "nb")
        for context, text in [key_of(message)]
        if not context and text in theirs and texts(message.string)[0] not in theirs[text]
        if text not in SAID_OUR_WAY
    }
    assert len(theirs) > 500 and taken == {}  # give ours a context


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
