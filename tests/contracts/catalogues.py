"""What is marked for translation in the source, and what the catalogues have for it."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.contracts.source import PACKAGES, ROOT, python_files, short, templates

LANGUAGES = ("nb", "nn")
# Wagtail's own words, where its bokmål is incomplete; the admin is not offered in nynorsk.
NOT_OURS = ROOT / "cms" / "wagtail_words"

KEYWORDS = {
    name + suffix: None
    for name in ("gettext", "ngettext", "pgettext", "npgettext")
    for suffix in ("", "_lazy")
} | {"_": None, "gettext_noop": None}
HOLES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAGS = re.compile(r"</?\w+")

_ENCODING = {"encoding": "utf-8"}

# Context (or nothing) and text of the singular, as catalogues find it.
Key = tuple[str, str]


def folders() -> list[Path]:
    """Every folder of catalogues of ours."""
    found = {
        path.parents[2]
        for package in PACKAGES
        for path in (ROOT / package).rglob("LC_MESSAGES/django.po")
    }
    return sorted(folder for folder in found if NOT_OURS not in folder.parents)


def messages(folder: Path, language: str) -> list[Message]:
    """The messages of a catalogue; empty when there is none."""
    path = folder / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return []
    with path.open("rb") as source:
        return [message for message in read_po(source, locale=language) if message.id]


def key_of(message: Message) -> Key:
    """How the message is found."""
    one = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", one


def texts(value: str | tuple | list) -> list[str]:
    """The forms of a message or of its translation."""
    return [value] if isinstance(value, str) else list(value)


def holes(text: str) -> list[str]:
    """Placeholders and elements, which a translation must have too."""
    return sorted(set(HOLES.findall(text)) | set(TAGS.findall(text)))


def _calls(source: str) -> Iterator[tuple[int, Key]]:
    stream = BytesIO(source.encode())
    for line, name, words, _comments in extract_python(stream, KEYWORDS, [], _ENCODING):
        words = [words] if isinstance(words, str) else list(words or ())
        has_context = name.startswith(("pgettext", "npgettext"))
        wanted = words[: 2 if has_context else 1]
        if wanted and all(isinstance(word, str) and word for word in wanted):
            yield line, (wanted[0] if has_context else "", wanted[-1])


def marked() -> dict[Key, str]:
    """Every text marked for translation in our code and templates, with a place it stands."""
    found: dict[Key, str] = {}
    for path in python_files():
        for line, key in _calls(path.read_text(encoding="utf-8")):
            found.setdefault(key, f"{short(path)}:{line}")
    for path in [*templates(".html"), *templates(".txt")]:
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        # What is not marked is blanked out, but its indentation is no Python.
        for line, key in _calls("\n".join(text.lstrip() for text in code.splitlines())):
            found.setdefault(key, f"{short(path)}:{line}")
    return found
