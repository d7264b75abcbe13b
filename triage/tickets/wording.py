"""What a long text is about, as far as words go: greetings, signatures and quoted heads left out.

Pure. Somebody's case is a letter; only the part that asks something is worth searching for.
"""

from __future__ import annotations

import re

from search.text.redaction import mask_identity_numbers

LONGEST = 4000  # characters; what comes after is seldom the question

_GREETING = re.compile(
    r"^\s*(?:hei|hallo|heisann|god (?:morgen|morgon|dag|kveld)|hello|hi|dear|good (?:morning|day))"
    r"\b[^.?!\n]{0,30}[,.!]?\s*$",
    re.IGNORECASE,
)
_GOODBYE = re.compile(
    r"^\s*(?:(?:med )?(?:vennlig|vennleg|beste?|venleg|hjertelig) (?:hilsen|helsing)"
    r"|mvh|vh|hilsen|helsing|(?:kind |best )?regards|(?:på )?førehand takk|på forhånd takk"
    r"|takk(?: for hjelpen?)?|thanks?(?: in advance)?|ha en (?:fin|god) dag)\b[^?\n]{0,60}$",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"^[\s>]*(?:fra|frå|from|til|to|sendt|sent|dato|date|emne|subject|kopi|cc):\s.*$", re.IGNORECASE
)
_REPLY_MARK = re.compile(r"^\s*(?:(?:sv|vs|re|fw|fwd|aw)\s*:\s*)+", re.IGNORECASE)
_SIGNATURE = re.compile(r"^\s*(?:--|__+|\*\*\*+)\s*$")


def asking_part(text: str) -> str:
    """The part of a letter that asks, identity numbers masked; "" when nothing is left."""
    kept: list[str] = []
    for line in text[: LONGEST * 2].splitlines():
        if _SIGNATURE.match(line):
            break
        if _GOODBYE.match(line) and len(kept) > 1:
            break
        line = _REPLY_MARK.sub("", line)
        if line.strip() and not _GREETING.match(line) and not _HEAD.match(line):
            kept.append(line.strip("> \t"))
    return mask_identity_numbers("\n".join(kept)[:LONGEST], "nb").text.strip()
