"""What is done with a ticket when a share of a target is used up: the policy's rules, carried out.

Everything is logged: the share or the breach as of when it was, and each rule with what it did and
why. Cases of severity A and security cases are never moved without a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import structlog

from accounts.models import Team, User
from triage.sla.clock import Clock
from triage.sla.escalation import RUN_OUT, Escalation
from triage.sla.service_model import service_model
from triage.sla.shares import Share, rules_for
from triage.tickets import deadline_notices
from triage.tickets.clocks import (
    SUMMARY,
    DealtWith,
    computed,
    log_breach,
    log_rows,
    log_warning,
    shares_of,
    store_clocks,
)
from triage.tickets.deadline_notices import What
from triage.tickets.kinds import Priority, Severity
from triage.tickets.models import Ticket, TicketClock
from triage.tickets.states import Action
from triage.tickets.work import changing, log, move_to_team

logger = structlog.get_logger(__name__)


@dataclass
class Escalated:
    """One clock of a locked ticket while its rules are carried out."""

    ticket: Ticket
    clock: Clock
    share: Share
    now: datetime
    told: dict[int, User] = field(default_factory=dict)

    @property
    def has_run_out(self) -> bool:
        """Whether the target has run out, rather than a share of it being used up."""
        return self.share.percent == RUN_OUT


def escalate(ticket: Ticket, row: TicketClock, *, now: datetime) -> None:
    """Deal with what has come due of a clock, of a locked ticket, in the caller's transaction.

    After downtime several shares may have passed: only the last is told of, and the rules of all
    are carried out, the largest share first.
    """
    key = (row.kind, row.number)
    found = computed(ticket, log_rows(ticket), now=now)
    clock = found.clocks.get(key)
    left = shares_of(ticket, clock, found.dealt_with.get(key, DealtWith())) if clock else []
    passed = [share for share in left if share.at < now]
    if passed:
        work = Escalated(ticket, clock, passed[-1], now)
        rules = _rules(work, {share.percent for share in passed})
        _log_share(work)
        for rule in rules:
            _carry_out(rule, work)
        _tell(work)
    store_clocks(ticket, now=now)
    ticket.save(update_fields=SUMMARY)


def _rules(work: Escalated, percents: set[int]) -> list[Escalation]:
    ticket = work.ticket
    rules = rules_for(
        work.clock,
        service_model(ticket.policy_id).policy,
        priority=ticket.priority,
        case_type=ticket.case_type,
    )
    found = [rule for rule in rules if rule.at_percent in percents]
    return sorted(found, key=lambda rule: -rule.at_percent)


def _log_share(work: Escalated) -> None:
    if work.has_run_out:
        log_breach(work.ticket, work.clock)
    else:
        log_warning(work.ticket, work.clock, work.share)


def _carry_out(rule: Escalation, work: Escalated) -> None:
    """Do what one rule says, and log it."""
    done: dict = {}
    people = _people(rule, work)
    if people:
        work.told |= people
        done |= {"notified": list(rule.notify), "people": len(people)}
    if rule.raise_priority:
        done |= _proposal(work.ticket)
    team = None
    if rule.move_to:
        team, outcome = _move(rule, work.ticket)
        done |= outcome
    if not done:
        return
    log(
        work.ticket,
        "escalated",
        by=None,
        now=work.now,
        rule=rule.name,
        clock=work.clock.kind,
        number=work.clock.number,
        percent=rule.at_percent,
        **done,
    )
    if team is not None:
        _hand_to(team, rule, work)


def _people(rule: Escalation, work: Escalated) -> dict[int, User]:
    """Whom a rule tells. Of a share that passed unnoticed, those who hear no more than that."""
    people = {
        person.pk: person
        for role in rule.notify
        for person in deadline_notices.receivers(work.ticket, role, work.clock)
    }
    if rule.at_percent == work.share.percent:
        return people
    return {pk: person for pk, person in people.items() if pk not in work.told}


def _proposal(ticket: Ticket) -> dict:
    """The next higher priority, for a person to decide on; the highest has none."""
    order = list(Priority)
    place = order.index(Priority(ticket.priority))
    return {"proposed": order[place - 1]} if place else {}


def _move(rule: Escalation, ticket: Ticket) -> tuple[Team | None, dict]:
    """The team a rule moves the case to, or None with the reason why it stays."""
    team = Team.objects.filter(slug=rule.move_to).first()
    if team is None:
        logger.warning("a rule moves cases to a team that does not exist", rule=rule.name)
        return None, {"left": rule.move_to, "because": "no_team"}
    if team.pk == ticket.team_id:
        return None, {}
    if ticket.security:
        return None, {"left": team.slug, "because": "security"}
    if ticket.severity == Severity.A:
        return None, {"left": team.slug, "because": "severity"}
    return team, {"moved_to": team.slug}


def _hand_to(team: Team, rule: Escalation, work: Escalated) -> None:
    """Move the case; the new team is told with everything else, not by a mail of its own."""
    ticket = work.ticket
    _tell(work)
    with changing(
        ticket,
        Action.HAND_OVER,
        by=None,
        now=work.now,
        automatic=True,
        rule=rule.name,
        **{"from": ticket.team.slug},
    ) as change:
        move_to_team(change.ticket, team, work.now)
        change.data["to"] = team.slug
    ticket.refresh_from_db()
    _note(work, What.MOVED, deadline_notices.members(team))


def _tell(work: Escalated) -> None:
    """Note for everybody named so far that they are to be told."""
    _note(work, What.MISSED if work.has_run_out else What.NEAR, work.told.values())
    work.told = {}


def _note(work: Escalated, what: What, people) -> None:
    deadline_notices.note(
        ticket=work.ticket,
        clock=work.clock,
        share=work.share,
        what=what,
        people=people,
        now=work.now,
    )
