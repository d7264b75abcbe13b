"""Who a text is about, taken out of it before a machine learns from it. Pure.

Identity numbers are masked when a text is stored. Addresses, telephone numbers and the name of
whoever asks say nothing about the matter, and are not to lie among the words of a classifier.
"""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TELEPHONE = re.compile(r"(?<![\w-])(?:\+\d{1,3}[ ]?)?\d{2,3}(?:[ ]?\d{2,3}){2,3}(?![\w-])")
_WEB = re.compile(r"\bhttps?://\S+", re.IGNORECASE)


def without_people(text: str, name: str = "") -> str:
    """The text without addresses, telephone numbers, links, and the words of this name."""
    for pattern in (_WEB, _ADDRESS, _TELEPHONE):
        text = pattern.sub(" ", text)
    words = [re.escape(word) for word in name.split() if len(word) > 1]
    if words:
        text = re.sub(rf"\b(?:{'|'.join(words)})\b", " ", text, flags=re.IGNORECASE)
    return re.sub(r"[ \t]{2,}", " ", text).strip()
