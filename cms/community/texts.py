"""What is done to every text before it is stored: masked, cleaned, rendered."""

from __future__ import annotations

from django.utils.text import slugify

from search.text.language import detect_language
from search.text.sensitive import mask_sensitive
from search.text.tokens import as_written

_NORWEGIAN = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})
NO_WORDS = "sporsmal"  # stands in the address when the title has no letters


def one_line(text: str, language: str) -> str:
    """A title or reason: masked, without control characters, white space made single."""
    return mask_sensitive(" ".join(as_written(text).split()), language).text


def many_lines(text: str, language: str) -> str:
    """A body in Markdown: masked, without control characters, line endings made the same."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return mask_sensitive(as_written(text).strip(), language).text


def address_words(title: str) -> str:
    """The title as it stands in the question's address; at most 80 characters, never empty."""
    words = slugify(letters_of(title))[:80]
    return words.rpartition("-")[0] or words if len(words) == 80 else words or NO_WORDS


def letters_of(text: str) -> str:
    """The text in small letters, with the Norwegian ones written as in addresses."""
    return text.lower().translate(_NORWEGIAN)


def language_of(text: str, otherwise: str) -> str:
    """The language a text is written in, or the one given when it is too short to tell."""
    return detect_language(text).code or otherwise
