"""Every visible text is marked, and written in bokmål and nynorsk."""

import re

import pytest

from tests.contracts.catalogues import (
    LANGUAGES,
    folders,
    holes,
    key_of,
    marked,
    messages,
    texts,
)
from tests.contracts.source import short, templates

pytestmark = pytest.mark.parametrize("language", LANGUAGES)


def test_every_text_marked_in_the_source_is_in_a_catalogue(language):
    known = {key_of(message) for folder in folders() for message in messages(folder, language)}
    wanted = marked()
    assert len(wanted) > 500
    assert {place: key[1] for key, place in wanted.items() if key not in known} == {}


def test_no_catalogue_has_a_gap_or_a_guess(language):
    gaps = [
        f"{short(folder)}: {key_of(message)[1]}"
        for folder in folders()
        for message in messages(folder, language)
        if message.fuzzy or not all(text.strip() for text in texts(message.string))
    ]
    assert gaps == []


def test_translations_have_the_placeholders_and_elements_of_their_text(language):
    broken = {}
    for folder in folders():
        for message in messages(folder, language):
            originals = [holes(text) for text in texts(message.id)]
            for text in texts(message.string):
                if text and holes(text) not in originals:
                    broken[f"{short(folder)}: {key_of(message)[1]}"] = text
    assert broken == {}


def test_both_written_standards_have_the_same_catalogues(language):
    for folder in folders():
        own = {key_of(message) for message in messages(folder, language)}
        other = {key_of(message) for name in LANGUAGES for message in messages(folder, name)}
        assert own == other, short(folder)


NEITHER_TEXT_NOR_LANGUAGE = re.compile(
    r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|\{%\s*blocktrans.*?endblocktrans\w*\s*%\}"
    r"|\{%\s*block \w*class\w*\s*%\}.*?endblock\s*\w*\s*%\}"  # names of classes
    r"|<(script|style|svg)\b.*?</\1>|<!--.*?-->"
    r"|<(\w+)\b[^<>]*\slang=\"[^<]*?>.*?</\2>",  # says itself which language it is
    re.S,
)
TEMPLATE_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
SPOKEN_ATTRIBUTE = re.compile(r"\b(?:alt|title|aria-label|placeholder)=(\"[^\"]*\"|'[^']*')")
ELEMENT = re.compile(r"<[^>]*>", re.S)
WORD = re.compile(r"[^\W\d_]{2,}")
# Names, keys of the keyboard and file formats are the same in every language.
SAME_EVERYWHERE = {"Veiviser", "Enter", "Esc", "Shift", "Ctrl", "Alt", "PDF", "CSV", "Markdown"}


def unmarked(html: str) -> set[str]:
    """Words of a template that would be shown as they are, whatever the language."""
    html = TEMPLATE_CODE.sub("", NEITHER_TEXT_NOR_LANGUAGE.sub("", html))
    html = html.replace("&nbsp;", " ")
    spoken = " ".join(SPOKEN_ATTRIBUTE.findall(html))
    shown = re.sub(r"&\w+;", " ", ELEMENT.sub(" ", html))
    return set(WORD.findall(f"{spoken} {shown}")) - SAME_EVERYWHERE


def test_no_template_shows_words_that_are_not_marked(language):
    found = {short(path): unmarked(path.read_text(encoding="utf-8")) for path in templates()}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('<p>{% translate "Send" %} {{ name }}</p>', set()),
        ("<p>Send {{ name }}</p>", {"Send"}),
        ('<a title="Lukk"><svg><title>Kryss</title></svg></a>', {"Lukk"}),
        ("{% blocktranslate %}Send it{% endblocktranslate %}{# Later #}", set()),
    ],
)
def test_unmarked_words_are_seen(language, html, words):
    assert unmarked(html) == words
