"""What of a case, besides its type and priority, decides what it is promised. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Facts:
    """What holds of a case when it comes in; the log keeps it with the opening.

    `product` is a slug, `segment` the code of the kind of body, `organisation` an id: empty or 0
    when the case has none. `terms` are the names of the versions of the terms of use that the
    organisation had signed by then.
    """

    product: str = ""
    segment: str = ""
    organisation: int = 0
    terms: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The form in which the log keeps them; what is empty is left out."""
        found = {
            "product": self.product,
            "segment": self.segment,
            "organisation": self.organisation,
            "terms": list(self.terms),
        }
        return {name: value for name, value in found.items() if value}


NOTHING_KNOWN = Facts()


def facts_from_data(data: Mapping[str, Any]) -> Facts:
    """Facts from the log's form. Raises ValueError when they cannot be read."""
    try:
        return Facts(
            product=str(data.get("product") or ""),
            segment=str(data.get("segment") or ""),
            organisation=int(data.get("organisation") or 0),
            terms=tuple(map(str, data.get("terms") or ())),
        )
    except (AttributeError, TypeError) as error:
        raise ValueError(f"the facts of the case cannot be read: {error}") from error
