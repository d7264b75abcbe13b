"""What a person is part of, read by one statement: groups, teams and contact roles.

Nearly every page asks for all three, and the search box for each letter written in it; so the
statement is put together once in a process, and not anew each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet, Value

GROUP, TEAM, ROLE = "group", "team", "role"
_ANYBODY = -1  # stands in the statement where the id of the person will


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
    statement, values = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [user_id if value == _ANYBODY else value for value in values])
        rows = cursor.fetchall()
    return Standing(
        groups={number: name for what, number, name, _flag in rows if what == GROUP},
        team_lines={number: line for what, number, line, _flag in sorted(rows) if what == TEAM},
        contact_roles=frozenset((number, role) for what, number, role, _ in rows if what == ROLE),
        handles_security=any(flag for *_what, flag in rows),
    )


@cache
def _statement() -> tuple[str, tuple]:
    """The statement and its values: what it is of, the row's id, its name and a flag."""
    return _rows_of(_ANYBODY).query.sql_with_params()


def _rows_of(user_id: int) -> QuerySet:
    people, roles = (apps.get_model("accounts", name) for name in ("User", "MembershipContactRole"))
    no = Value(False)
    groups = people.groups.through.objects.filter(user_id=user_id)
    teams = people.teams.through.objects.filter(user_id=user_id)
    held = roles.objects.filter(membership__user_id=user_id, membership__status="active")
    return groups.values_list(Value(GROUP), "group_id", "group__name", no).union(
        teams.values_list(Value(TEAM), "team_id", "team__line", "team__handles_security"),
        held.values_list(Value(ROLE), "membership__organisation_id", "role", no),
        all=True,
    )
