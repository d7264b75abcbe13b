"""Which cases get suggestions during a trial: by chance, and the same however often it is asked."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

ON, OFF = "on", "off"
ARMS = (ON, OFF)


def arm_of(key: UUID, ticket_id: int) -> str:
    """The group of a case in the trial with the key.

    Half of all cases are in each. It knows nothing of the case but its number, and of no person.
    """
    return ARMS[sha256(f"{key} {ticket_id}".encode()).digest()[0] % 2]
