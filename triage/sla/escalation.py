"""What happens when a share of a target is used up, and when it has run out: rules as data. Pure.

A rule has conditions (kind of target, commitment, priority, case type), a share of the target in
per cent (100 is the moment it runs out), and what is done: people are told, a higher priority is
proposed, the case is moved to another team. People decide about priorities; and the most severe and
all security cases are moved by people alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from triage.sla.targets import CLOCK_KINDS, COMMITMENTS, TARGET_KINDS, PolicyError

ASSIGNEE, TEAM, TEAM_LEAD, FIRST_LINE, SECURITY_TEAM, MANAGERS = RECEIVERS = (
    "assignee",
    "team",
    "team_lead",
    "first_line",
    "security_team",
    "managers",
)
RUN_OUT = 100
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Escalation:
    """One rule. Empty `commitments`, `priorities` and `case_types` fit all.

    Empty `targets` fit everything that is promised; a rule about the internal deadlines of teams
    names them.
    `notify` are RECEIVERS: "assignee" is the team when nobody has the case, "team_lead" the team
    when it has no lead. `raise_priority` proposes the next higher priority to whoever has the case.
    `move_to` is the slug of a team that gets the case.
    """

    name: str
    at_percent: int
    targets: tuple[str, ...] = ()
    commitments: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    case_types: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    raise_priority: bool = False
    move_to: str = ""

    def __post_init__(self) -> None:
        if not self.name or len(self.name) > _LONGEST_NAME:
            raise PolicyError(f"an escalation has a name of 1 to {_LONGEST_NAME} characters")
        if type(self.at_percent) is not int or not 1 <= self.at_percent <= RUN_OUT:
            raise self._fault(f"at_percent is a whole number from 1 to {RUN_OUT}")
        if type(self.raise_priority) is not bool or type(self.move_to) is not str:
            raise self._fault("raise_priority is true or false and move_to the slug of a team")
        self._check("targets", CLOCK_KINDS)
        self._check("commitments", COMMITMENTS)
        self._check("notify", RECEIVERS)
        if not (self.notify or self.raise_priority or self.move_to):
            raise self._fault("it does nothing: give notify, raise_priority or move_to")

    def check_names(
        self,
        case_types: Iterable[str],
        priorities: Iterable[str],
        teams: Iterable[str] | None,
    ) -> None:
        """Raise PolicyError unless what the rule names outside the policy exists."""
        self._check("case_types", case_types)
        self._check("priorities", priorities)
        if self.move_to and teams is not None and self.move_to not in tuple(teams):
            raise self._fault(f"move_to names the team {self.move_to!r}, which does not exist")

    def fits(self, kind: str, commitment: str, priority: str, case_type: str) -> bool:
        """Whether this rule is about such a target of such a case."""
        wanted = (
            (self.targets or TARGET_KINDS, kind),
            (self.commitments, commitment),
            (self.priorities, priority),
            (self.case_types, case_type),
        )
        return all(not some or value in some for some, value in wanted)

    def _check(self, field: str, known: Iterable[str]) -> None:
        known = tuple(known)
        for value in getattr(self, field):
            if value not in known:
                raise self._fault(f"{field} has {value!r}: use {', '.join(known)}")

    def _fault(self, what: str) -> PolicyError:
        return PolicyError(f"escalation {self.name!r}: {what}")


_LISTS = ("targets", "commitments", "priorities", "case_types", "notify")
_KNOWN = tuple(field.name for field in fields(Escalation))


def escalation_to_json(rule: Escalation) -> dict[str, Any]:
    """The stored form that `escalation_from_json` reads."""
    return {key: list(value) if key in _LISTS else value for key, value in asdict(rule).items()}


def escalation_from_json(item: Mapping[str, Any]) -> Escalation:
    """A rule from its stored form. Raises PolicyError for what it does not know or cannot read."""
    unknown = set(item) - set(_KNOWN)
    if unknown:
        raise PolicyError(
            f"an escalation has no field {min(unknown)!r}: it has {', '.join(_KNOWN)}"
        )
    values = dict(item)
    for field in _LISTS:
        listed = values.get(field) or ()
        if isinstance(listed, str):
            raise PolicyError(f"an escalation has a list in {field}, not the text {listed!r}")
        values[field] = tuple(listed)
    return Escalation(**values)
