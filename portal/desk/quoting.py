"""Where a mail ends and what it quotes begins. Pure."""

from __future__ import annotations

import re

FOLDED_FROM = 3  # lines; a shorter quotation stays in view

_HEADERS = re.compile(
    r"^\s*(?:"
    r"-{2,}\s*(?:opprinnelig|opphavleg|original|videresendt|vidaresend|forwarded)\b.*"
    r"|(?:den|på|on)\b.{6,120}\b(?:skrev|skreiv|wrote)\b(?:[^:]{0,80}:)?"
    r"|(?:fra|frå|from):\s.+"
    r")\s*$",
    re.IGNORECASE,
)
_FIELDS = re.compile(r"^\s*(?:sendt|sent|til|to|dato|date|emne|subject)\s*:", re.IGNORECASE)


def split_quoted(text: str) -> tuple[str, str]:
    """What the person wrote and the earlier mail under it; the second is empty when short."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if _begins_quote(lines, number, line):
            quoted = "\n".join(lines[number:]).strip("\n")
            if number > 0 and len(lines) - number >= FOLDED_FROM:
                return "\n".join(lines[:number]).rstrip(), quoted
            return text, ""
    return text, ""


def _begins_quote(lines: list[str], number: int, line: str) -> bool:
    """A run of > to the end, or a mail header that is followed by more of one."""
    if line.lstrip().startswith(">"):
        return all(not rest.strip() or rest.lstrip().startswith(">") for rest in lines[number:])
    if not _HEADERS.match(line):
        return False
    if re.match(r"\s*(?:fra|frå|from):", line, re.IGNORECASE):
        return any(_FIELDS.match(rest) for rest in lines[number + 1 : number + 4])
    return True
