"""Which language a requester writes, told from their own words. Pure.

Error codes, names of fields and numbers are left out: they are the same whoever writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.text.language import detect_language

FEWEST_WORDS = 3  # to tell a language by
_PLAIN_WORD = re.compile(r"[(\"«“]?[A-Za-zÆØÅæøåÉéÈèÒòÔô]+[)\"»”]?[.,:;!?]*")


@dataclass(frozen=True, kw_only=True)
class Written:
    """`language` is nb, nn or en, "" when the words do not tell; `confidence` is 0 to 1."""

    language: str = ""
    confidence: float = 0.0


def written_in(text: str) -> Written:
    """The language of a text by its plain words; unsure of one with hardly any."""
    words = [word for word in text.split() if _PLAIN_WORD.fullmatch(word)]
    if len(words) < FEWEST_WORDS:
        return Written()
    guess = detect_language(" ".join(words))
    return Written(language=guess.code, confidence=guess.confidence if guess.code else 0.0)
