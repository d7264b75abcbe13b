"""The roles a person can hold, and where each comes from.

Staff roles come from teams (first line, second line) and groups (moderator, editor, manager,
administrator); a service owner is an active member of an organisation; everybody signed in is a
community member.
"""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Group(TextChoices):
    """The groups that give a role: the names of Django's group rows, and what people call them."""

    MODERATOR = "moderator", _("Moderator")
    EDITOR = "editor", _("Editor")
    MANAGER = "manager", _("Manager")
    ADMINISTRATOR = "administrator", _("Administrator")


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
