"""The roles a person can hold, and where each comes from.

Staff roles come from teams (first line, second line) and groups (moderator, editor, manager,
administrator); a service owner is an active member of an organisation; everybody signed in is a
community member.
"""

from enum import StrEnum


class Group(StrEnum):
    """Names of the groups that give a role; also the names of Django's group rows."""

    MODERATOR = "moderator"
    EDITOR = "editor"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class ContactRole(StrEnum):
    """What an organisation's contact answers for (serviceledelse, informasjonsansvarlig …)."""

    SERVICE_MANAGEMENT = "service_management"
    INFORMATION = "information"
    INCIDENT = "incident"
    ORDERING = "ordering"


class Line(StrEnum):
    """Which line of support a team belongs to; another desk takes what is not ours to solve."""

    FIRST = "first"
    SECOND = "second"
    OTHER_DESK = "other_desk"
