"""Codes of a ticket with their labels, for models and pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from triage.tickets import kinds, states

CASE_TYPES = [
    (kinds.CaseType.QUESTION, _("Question")),
    (kinds.CaseType.ORDER, _("Order or access")),
    (kinds.CaseType.INCIDENT, _("Fault")),
    (kinds.CaseType.SECURITY_INCIDENT, _("Security incident")),
    (kinds.CaseType.CHANGE_REQUEST, _("Change request")),
    (kinds.CaseType.CONSULTATION_INPUT, _("Input to a consultation")),
    (kinds.CaseType.AGREEMENT, _("Agreement and terms")),
    (kinds.CaseType.FEEDBACK, _("Feedback or complaint")),
    (kinds.CaseType.ACCESSIBILITY_FEEDBACK, _("Feedback on accessibility")),
    (kinds.CaseType.ACCESS_REQUEST, _("Request for access to documents")),
    (kinds.CaseType.PRIVACY_REQUEST, _("Privacy request")),
    (kinds.CaseType.NOT_A_CASE, _("Not a case")),
]

STATUSES = [
    (states.Status.NEW, pgettext_lazy("status", "New")),
    (states.Status.IN_PROGRESS, _("In progress")),
    (states.Status.WAITING_CUSTOMER, _("Waiting for the requester")),
    (states.Status.WAITING_THIRD_PARTY, _("Waiting for a third party")),
    (states.Status.RESOLVED, _("Solved")),
    (states.Status.CLOSED, _("Closed")),
]

PRIORITIES = [
    (kinds.Priority.P1, _("P1 Critical")),
    (kinds.Priority.P2, _("P2 High")),
    (kinds.Priority.P3, _("P3 Normal")),
    (kinds.Priority.P4, _("P4 Low")),
]

SEVERITIES = [
    (kinds.Severity.A, _("A – critical")),
    (kinds.Severity.B, _("B – reduced")),
    (kinds.Severity.C, _("C – ordinary")),
]

IMPACTS = [
    (1, _("All or many organisations")),
    (2, _("One service or several users")),
    (3, _("One user")),
]

URGENCIES = [
    (1, _("Stopped with no way round, or a deadline within two working days")),
    (2, _("Reduced, or there is a way round")),
    (3, _("Can wait")),
]

CLOSE_REASONS = [
    (kinds.CloseReason.NOT_A_CASE, _("Not a case")),
    (kinds.CloseReason.DUPLICATE, _("Duplicate of another case")),
    (kinds.CloseReason.WITHDRAWN, _("Withdrawn")),
    (kinds.CloseReason.COMMUNITY, _("Answered in the community")),
]


class Channel(models.TextChoices):
    """How a case came in."""

    PORTAL = "portal", _("Portal")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    MEETING = "meeting", _("Meeting")
    COMMUNITY = "community", _("Community")
    API = "api", _("API or monitoring")


class Environment(models.TextChoices):
    """Which environment of the platform a case is about."""

    PROD = "prod", _("Production")
    TT02 = "tt02", _("Test (TT02)")
    OTHER = "other", _("Another environment")
    UNKNOWN = "unknown", _("Not relevant or unknown")


class SolutionCode(models.TextChoices):
    """How a case was solved (løsningskode)."""

    ARTICLE = "article", _("Answered with an article")
    ANSWER = "answer", _("Answered without an article")
    CUSTOMER_CONFIG = "customer_config", _("Settings at the requester’s end")
    FIXED = "fixed", _("Fault mended")
    KNOWN_ERROR = "known_error", _("Known fault or way round")
    ACCESS_GIVEN = "access_given", _("Access given")
    OTHER_DESK = "other_desk", _("Passed on to another desk")
    NOT_OURS = "not_ours", _("Not our service")
    SELF_SOLVED = "self_solved", _("The requester solved it")


class HandOverReason(models.TextChoices):
    """Why the first line hands a case over (eskaleringsgrunn)."""

    NO_ACCESS = "no_access", _("We lack access")
    NEEDS_LOGS = "needs_logs", _("Needs logs or code")
    PRODUCT_FAULT = "product_fault", _("Suspected fault in the product")
    LEGAL = "legal", _("Legal question")
    SECURITY = "security", _("Security")
    UNSURE = "unsure", _("Unsure where it belongs")
