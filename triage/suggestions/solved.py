"""Which cases are worth reading for somebody with the same trouble."""

from __future__ import annotations

from collections.abc import Collection

from search.registry import number_of
from triage.tickets.models import Ticket
from triage.tickets.states import ENDED_STATUSES


def solved_cases(ids: Collection[str]) -> set[str]:
    """Those of the cases that were answered and solved; never a security case."""
    numbers = [number for each in ids if (number := number_of(each)) is not None]
    found = (
        Ticket.objects.filter(
            pk__in=numbers,
            status__in=ENDED_STATUSES,
            first_responded_at__isnull=False,
            security=False,
        )
        .exclude(solution_code="")
        .values_list("pk", flat=True)
    )
    return {f"ticket:{pk}" for pk in found}
