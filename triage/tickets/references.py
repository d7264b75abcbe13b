"""Case numbers such as V-00012: what people say and write of a case, and the id behind it."""

import re

WRITTEN = r"V-[0-9]{5,12}"  # an expression for a number as we write it
_ALONE = re.compile(r"V-?\s?([0-9]{5,12})", re.IGNORECASE)
_IN_TEXT = re.compile(r"\bV-([0-9]{5,12})\b", re.IGNORECASE)
_BARE = re.compile(r"([0-9]{1,12})")


def reference_of(number: int) -> str:
    """The case number of a case's id."""
    return f"V-{number:05d}"


def number_alone(text: str) -> int | None:
    """The id behind a text that is a case number and nothing else, with or without the hyphen."""
    return _number(_ALONE.fullmatch(text))


def number_typed(text: str) -> int | None:
    """The id behind what was typed where a case's number is asked for: V-00012, or just 12."""
    return _number(_BARE.fullmatch(text) or _IN_TEXT.search(text))


def _number(found: re.Match[str] | None) -> int | None:
    return int(found.group(1)) if found else None
