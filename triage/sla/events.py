"""What happened to a ticket and matters to its clocks. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from triage.sla.facts import Facts

CLOCK_EVENTS = (
    "opened",
    "assigned",
    "taken",
    "public_reply",
    "customer_reply",
    "waiting_customer",
    "waiting_third_party",
    "resumed",
    "priority_changed",
    "type_changed",
    "product_changed",
    "handed_over",
    "handed_back",
    "merged",
    "resolved",
    "reopened",
    "closed",
    "rules_changed",
)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a ticket and matters to its clocks.

    `kind` is one of CLOCK_EVENTS. `automatic` marks what no person wrote. `case_type` and
    `priority` are the new values on opened, type_changed and priority_changed ("" keeps the old).
    `reason` says why a case waits. `silent` marks a resolution nobody was told of. On merged,
    `start` is when the absorbed case began and `responded_at` when it was first answered. On
    rules_changed, `version` names the rules from then on. `facts` are known from the opening; on
    rules_changed they stand for those of a case opened before they were kept. `product` is the new
    one on product_changed ("" for none). `team` is the slug of the team that gets the case on
    handed_over and handed_back. `holding` marks a reply that says no more than that somebody is
    looking into it. Instants need a time zone and are kept in UTC.
    """

    kind: str
    at: datetime
    automatic: bool = False
    case_type: str = ""
    priority: str = ""
    reason: str = ""
    silent: bool = False
    start: datetime | None = None
    responded_at: datetime | None = None
    version: int = 0
    facts: Facts | None = None
    product: str = ""
    team: str = ""
    holding: bool = False

    def __post_init__(self) -> None:
        if self.kind not in CLOCK_EVENTS:
            raise ValueError(f"{self.kind!r} is not an event of the clocks")
        for name in ("at", "start", "responded_at"):
            instant = getattr(self, name)
            if instant is not None and instant.tzinfo is None:
                raise ValueError(f"the event {self.kind} at {instant} has no time zone")
            if instant is not None:
                object.__setattr__(self, name, instant.astimezone(UTC))
