"""The codes an organisation is described with, and their labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganisationType(models.TextChoices):
    """What an organisation does here."""

    SERVICE_OWNER = "service_owner", _("Service owner")
    SYSTEM_SUPPLIER = "system_supplier", _("End-user-system supplier")
    INTERNAL = "internal", _("Internal")


class Segment(models.TextChoices):
    """What kind of body it is."""

    STATE = "state", pgettext_lazy("segment", "State")
    COUNTY = "county", _("County")
    MUNICIPALITY = "municipality", _("Municipality")
    OTHER_PUBLIC = "other_public", _("Other public body")
    SYSTEM_SUPPLIER = "system_supplier", _("End-user-system supplier")
    INTERNAL = "internal", _("Partner or internal")


class Size(models.TextChoices):
    """By the number of people employed."""

    SMALL = "small", pgettext_lazy("size", "Small: under 50 employees")
    MEDIUM = "medium", pgettext_lazy("size", "Medium: 50 to 249 employees")
    LARGE = "large", pgettext_lazy("size", "Large: 250 employees or more")
    UNKNOWN = "unknown", pgettext_lazy("size", "Size not known")


class NoticeKind(models.TextChoices):
    """What the house can send a person mail about: cases, the desk's work, and the community."""

    RECEIPT = "receipt", _("Receipt when you have sent a case")
    ANSWER = "answer", _("Answer in a case")
    QUESTION_BACK = "question_back", _("We need more information from you")
    RESOLVED = "resolved", _("A case is solved")
    ASSIGNED = "assigned", _("You are given a case")
    HANDED_OVER = "handed_over", _("A case is handed over to your team")
    NEW_REPLY = "new_reply", _("New reply in a case you have")
    SEVERE = "severe", _("A case is graded severity A")
    THREAD = "thread", _("Something new in a question you follow")
    MENTION = "mention", _("Somebody mentions you")
    MODERATION = "moderation", _("Word from the moderators about what you have written")
    CONFIRM = "confirm", _("An official answer your team has given is to be confirmed")
    DEADLINE_NEAR = "deadline_near", _("A deadline comes near")
    DEADLINE_MISSED = "deadline_missed", _("A deadline has run out")
