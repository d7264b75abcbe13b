"""Priority from impact and urgency, with severity and security as floors. Pure."""

from __future__ import annotations

from triage.tickets.kinds import Priority, Severity

IMPACTS = (1, 2, 3)  # all or many organisations · one service or several users · one user
URGENCIES = (1, 2, 3)  # stopped, no way round · reduced, or a way round exists · can wait

MATRIX: dict[tuple[int, int], Priority] = {
    (1, 1): Priority.P1,
    (1, 2): Priority.P2,
    (2, 1): Priority.P2,
    (1, 3): Priority.P3,
    (2, 2): Priority.P3,
    (3, 1): Priority.P3,
    (2, 3): Priority.P4,
    (3, 2): Priority.P4,
    (3, 3): Priority.P4,
}

SEVERITY_FLOOR: dict[Severity, Priority] = {
    Severity.A: Priority.P1,
    Severity.B: Priority.P2,
    Severity.C: Priority.P4,
}
SECURITY_FLOOR = Priority.P2


def priority_for(
    impact: int, urgency: int, *, severity: str | None = None, security: bool = False
) -> Priority:
    """The priority of a case: the matrix, raised to what severity and the security flag demand.

    `impact` and `urgency` are 1 (highest) to 3; `severity` is A, B, C, or empty when not graded.
    Raises ValueError for other values.
    """
    try:
        floors = [MATRIX[impact, urgency]]
    except KeyError:
        raise ValueError(
            f"impact and urgency are 1, 2 or 3, not {impact!r} and {urgency!r}"
        ) from None
    if severity:
        floors.append(SEVERITY_FLOOR[Severity(severity)])
    if security:
        floors.append(SECURITY_FLOOR)
    return min(floors)
