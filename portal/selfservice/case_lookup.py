"""A search for a case number leads to the case."""

from __future__ import annotations

from portal.addresses import addresses
from triage.tickets.models import Ticket
from triage.tickets.references import number_alone


def case_address(words: str, user) -> str:
    """The address of the case the words are the number of; "" when it is not this person's."""
    number = number_alone(words)
    if number is None or not user.is_authenticated:
        return ""
    found = Ticket.objects.visible_to(user).filter(pk=number).values_list("pk", flat=True)
    ids = [f"ticket:{pk}" for pk in found]
    return next(iter(addresses(ids, user=user).values()), "")
