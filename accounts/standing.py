"""What a person is part of, read by one statement: groups, teams and contact roles.

Nearly every page asks for all three, and the search box for each letter written in it; so the
statement is written out, and not put together anew each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection

GROUP, TEAM, ROLE = "group", "team", "role"
_STATEMENT = """
SELECT 'group', auth_group.id, auth_group.name, FALSE
  FROM auth_group
  JOIN accounts_user_groups ON accounts_user_groups.group_id = auth_group.id
 WHERE accounts_user_groups.user_id = %s
UNION ALL
SELECT 'team', accounts_team.id, accounts_team.line, accounts_team.handles_security
  FROM accounts_team
  JOIN accounts_team_members ON accounts_team_members.team_id = accounts_team.id
 WHERE accounts_team_members.user_id = %s
UNION ALL
SELECT 'role', accounts_membership.organisation_id, accounts_membershipcontactrole.role, FALSE
  FROM accounts_membership
  JOIN accounts_membershipcontactrole
    ON accounts_membershipcontactrole.membership_id = accounts_membership.id
 WHERE accounts_membership.user_id = %s AND accounts_membership.status = 'active'
"""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Names of groups and lines of teams by id, contact roles by organisation, and whether a
    team of theirs handles security."""

    groups: dict[int, str] = field(default_factory=dict)
    team_lines: dict[int, str] = field(default_factory=dict)
    contact_roles: frozenset[tuple[int, str]] = frozenset()
    handles_security: bool = False


def standing_of(user_id: int) -> Standing:
    """What a person is part of now; contact roles are those of active memberships."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [user_id] * 3)
        rows = cursor.fetchall()
    return Standing(
        groups={number: name for what, number, name, _flag in rows if what == GROUP},
        team_lines={number: line for what, number, line, _flag in sorted(rows) if what == TEAM},
        contact_roles=frozenset((number, role) for what, number, role, _ in rows if what == ROLE),
        handles_security=any(flag for *_what, flag in rows),
    )
