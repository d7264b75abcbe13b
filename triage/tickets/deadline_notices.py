"""Who is to be told about deadlines, noted in the transaction in which it happened.

What is noted here is gathered and told by `deadline_mail.py`, which also looks at what each person
wants and may read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Team, User
from accounts.roles import Group, Line
from dispatch.outbox import is_history
from triage.sla.clock import Clock
from triage.sla.escalation import (
    ASSIGNEE,
    FIRST_LINE,
    MANAGERS,
    RUN_OUT,
    SECURITY_TEAM,
    TEAM,
    TEAM_LEAD,
)
from triage.sla.policy import GUARANTEE
from triage.sla.service_model import service_model
from triage.sla.shares import Share, rules_for
from triage.sla.telling import is_urgent, telling_hours, telling_time
from triage.tickets.models import DeadlineNotice, Ticket

What = DeadlineNotice.What

AT_ANY_HOUR = ""  # in place of the name of a calendar

_BY_ROLE = {
    FIRST_LINE: Q(teams__line=Line.FIRST),
    SECURITY_TEAM: Q(teams__handles_security=True),
    MANAGERS: Q(groups__name=Group.MANAGER),
}


def receivers(ticket: Ticket, role: str, clock: Clock) -> list[User]:
    """The people of a role for a clock of this ticket, in a steady order; RECEIVERS are the roles.

    An internal deadline is about the team it is of, also when the case has left it; when that team
    is there no more, nobody is told.
    """
    team, assignee = ticket.team, ticket.assignee
    if clock.team and clock.team != team.slug:
        team, assignee = Team.objects.filter(slug=clock.team).first(), None
        if team is None:
            return []
    one = {ASSIGNEE: assignee, TEAM_LEAD: team.lead}.get(role)
    if one is not None and one.is_active:
        return [one]
    if role in (ASSIGNEE, TEAM, TEAM_LEAD):
        return members(team)
    return _of_role(role)


def security_people() -> list[User]:
    """Everybody in a team that handles security."""
    return _of_role(SECURITY_TEAM)


def _of_role(role: str) -> list[User]:
    return list(User.objects.filter(_BY_ROLE[role], is_active=True).distinct().order_by("pk"))


def members(team: Team) -> list[User]:
    """The people who work in a team."""
    return list(team.members.filter(is_active=True).order_by("pk"))


def note(
    *,
    ticket: Ticket,
    clock: Clock,
    share: Share,
    what: DeadlineNotice.What,
    people: Iterable[User],
    now: datetime,
) -> None:
    """Note that these people are to be told; noting the same twice changes nothing.

    Of what is brought in from the past nobody is told.
    """
    if is_history():
        return
    model = service_model(ticket.policy_id)
    hours = telling_hours(clock, model.policy, priority=ticket.priority, security=ticket.security)
    urgent = is_urgent(clock.commitment, ticket.priority)
    _store(
        share=share,
        people=people,
        ticket=ticket,
        clock=clock.kind,
        number=clock.number,
        what=what,
        guarantee=clock.commitment == GUARANTEE,
        urgent=urgent,
        hours=hours,
        noted_at=now,
        tell_at=telling_time(now, model.calendars[hours], urgent=urgent),
    )


def note_by_the_clock(
    *,
    ticket: Ticket,
    kind: str,
    share: Share,
    what: DeadlineNotice.What,
    people: Iterable[User],
    now: datetime,
) -> None:
    """Note that these people are to be told at once, at any hour, of a clock outside the policy.

    Noting the same twice changes nothing. Of what is brought in from the past nobody is told.
    """
    if is_history():
        return
    _store(
        share=share,
        people=people,
        ticket=ticket,
        clock=kind,
        number=1,
        what=what,
        guarantee=False,
        urgent=True,
        hours=AT_ANY_HOUR,
        noted_at=now,
        tell_at=now,
    )


def _store(*, share: Share, people: Iterable[User], **fields: Any) -> None:
    """A row for each of the people; those there are already are left as they are."""
    rows = [
        DeadlineNotice(user=person, percent=share.percent, happened_at=share.at, **fields)
        for person in people
    ]
    DeadlineNotice.objects.bulk_create(rows, ignore_conflicts=True)


def tell_of_late_end(ticket: Ticket, clock: Clock, *, now: datetime) -> None:
    """A target was met or given up too late before the sweep came: tell those the rules name.

    The clock has ended, so there is nothing to propose and nothing to move.
    """
    if is_history():
        return
    model = service_model(ticket.policy_id)
    rules = rules_for(clock, model.policy, priority=ticket.priority, case_type=ticket.case_type)
    roles = {role for rule in rules if rule.at_percent == RUN_OUT for role in rule.notify}
    people = {person.pk: person for role in roles for person in receivers(ticket, role, clock)}
    note(
        ticket=ticket,
        clock=clock,
        share=Share(clock.due_at, RUN_OUT),
        what=What.MISSED,
        people=people.values(),
        now=now,
    )
