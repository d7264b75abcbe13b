"""A search for a case number leads to the case."""

from __future__ import annotations

import re

from portal.addresses import addresses
from triage.tickets.models import Ticket

CASE_NUMBER = re.compile(r"[vV]-?\s?(\d{5,12})")


def case_address(words: str, user) -> str:
    """The address of the case the words are the number of; "" when it is not this person's."""
    number = CASE_NUMBER.fullmatch(words)
    if number is None or not user.is_authenticated:
        return ""
    found = Ticket.objects.visible_to(user).filter(pk=int(number[1])).values_list("pk", flat=True)
    ids = [f"ticket:{pk}" for pk in found]
    return next(iter(addresses(ids, user=user).values()), "")
