"""Internal agreements: how long a second-line team has from when a case is handed to it. Pure.

An agreement is between the teams that work on cases. It is no promise to whoever sent the case and
is never shown to them; what they are promised runs on beside it and is not reset by a hand-over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from triage.sla.targets import DECLARATION, PolicyError, Target


@dataclass(frozen=True)
class Agreement:
    """What a team, named by its slug, has agreed for cases of some priorities; none named: all.

    The target is used up from the hand-over on, in the open hours of `calendar`, until the team
    hands the case back or on, or solves it.
    """

    team: str
    calendar: str
    target: Target
    priorities: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.team:
            raise PolicyError("an internal agreement names a team")
        if self.target.commitment != DECLARATION:
            raise PolicyError(f"the internal agreement of {self.team!r} cannot be a guarantee")

    @property
    def name(self) -> str:
        """What its clocks call it."""
        return self.team

    def fits(self, team: str, priority: str) -> bool:
        """Whether it is about such a case with this team."""
        return team == self.team and (not self.priorities or priority in self.priorities)


def agreement_for(agreements: Iterable[Agreement], team: str, priority: str) -> Agreement | None:
    """The agreement that decides: one for the priority before the team's for all; None for none."""
    fitting = [each for each in agreements if each.fits(team, priority)]
    return min(fitting, key=lambda each: not each.priorities, default=None)


def check_agreements(
    agreements: Iterable[Agreement],
    *,
    calendars: Iterable[str],
    priorities: Iterable[str],
    teams: Iterable[str] | None,
) -> None:
    """Raise PolicyError unless what they name exists and each case has one agreement at most.

    `teams` are the slugs of the desk's teams; without them nothing is said about teams.
    """
    calendars, priorities = tuple(calendars), tuple(priorities)
    known = None if teams is None else tuple(teams)
    seen: set[tuple[str, str]] = set()
    for each in agreements:
        fault = f"the internal agreement of {each.team!r}"
        if known is not None and each.team not in known:
            raise PolicyError(f"{fault} is with a team that does not exist")
        if each.calendar not in calendars:
            raise PolicyError(f"{fault} uses the calendar {each.calendar!r}, which does not exist")
        for priority in each.priorities or ("",):
            if priority and priority not in priorities:
                raise PolicyError(f"{fault} names the priority {priority!r}, which does not exist")
            if (each.team, priority) in seen:
                raise PolicyError(f"{fault} says two things of priority {priority or 'all'!r}")
            seen.add((each.team, priority))


def agreement_to_json(agreement: Agreement) -> dict[str, Any]:
    """The stored form that `agreement_from_json` reads."""
    target = agreement.target
    amount = (
        {"working_days": target.working_days}
        if target.working_days is not None
        else {"minutes": target.minutes}
    )
    return {
        "team": agreement.team,
        "calendar": agreement.calendar,
        "priorities": list(agreement.priorities),
        **amount,
    }


def agreement_from_json(item: Mapping[str, Any]) -> Agreement:
    """An agreement from its stored form. Raises PolicyError, KeyError or TypeError for others."""
    return Agreement(
        team=item["team"],
        calendar=item["calendar"],
        priorities=tuple(item.get("priorities") or ()),
        target=Target(minutes=item.get("minutes"), working_days=item.get("working_days")),
    )
