"""What can be promised: kinds of targets, commitments, and a promise of open time. Pure.

Targets are promises to whoever sent the case; internal agreements are between teams, beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST_RESPONSE, UPDATE, RESOLUTION = TARGET_KINDS = ("first_response", "update", "resolution")
INTERNAL = (
    "internal"  # what a second-line team has agreed with the first line; no promise to anybody
)
CLOCK_KINDS = (*TARGET_KINDS, INTERNAL)
GUARANTEE, DECLARATION = COMMITMENTS = ("guarantee", "declaration")


class PolicyError(ValueError):
    """The policy cannot be used as it stands; the message names the rule and the remedy."""


@dataclass(frozen=True)
class Target:
    """A promise of open time: minutes or working days, one of the two, at least 1.

    `commitment` is "guarantee" (binding, a breach is reported) or "declaration" (a goal).
    """

    minutes: int | None = None
    working_days: int | None = None
    commitment: str = DECLARATION

    def __post_init__(self) -> None:
        amounts = [n for n in (self.minutes, self.working_days) if n is not None]
        if len(amounts) != 1 or type(amounts[0]) is not int or amounts[0] < 1:
            raise PolicyError("a target has either minutes or working_days, a whole number above 0")
        if self.commitment not in COMMITMENTS:
            raise PolicyError(f"commitment is {' or '.join(COMMITMENTS)}, not {self.commitment!r}")
