"""What the name of a label says: a short text to learn from beside the label's own texts. Pure.

Names are chosen by people who knew what they meant: where there are few texts of a label, its name
holds words for the matter that none of them has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

FEW_TEXTS = 5  # of a label, up to which its name helps
_NEW_WORD = re.compile(r"(?<=[^\W\d_A-ZÆØÅ])(?=[A-ZÆØÅ])|[\W_]+")
_SPOKEN = re.compile(r"[^\W\d_]{2}")


def spelled_out(label: str) -> str:
    """The words of a label's name: "CancelOrder", "cancel_order" and "orders/CANCEL-ORDER" as they
    would be written; "" for a mere code or number."""
    words = " ".join(_NEW_WORD.sub(" ", label).lower().split())
    return words if _SPOKEN.search(words) else ""


def names_of_the_rare(labels: Sequence[str]) -> dict[str, str]:
    """What the names of those labels say that so few texts have, by label and in order.

    `labels` has one for each text. Labels whose name says nothing are left out.
    """
    counts = Counter(labels)
    words = {label: spelled_out(label) for label in sorted(counts) if counts[label] <= FEW_TEXTS}
    return {label: said for label, said in words.items() if said}
