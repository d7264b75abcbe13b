"""The codes a ticket is described with. Labels are translated at the edge."""

from __future__ import annotations

from enum import StrEnum


class CaseType(StrEnum):
    """What a case is about, in the sense of who must do what."""

    QUESTION = "question"
    ORDER = "order"
    INCIDENT = "incident"
    SECURITY_INCIDENT = "security_incident"
    CHANGE_REQUEST = "change_request"
    CONSULTATION_INPUT = "consultation_input"
    AGREEMENT = "agreement"
    FEEDBACK = "feedback"
    ACCESSIBILITY_FEEDBACK = "accessibility_feedback"
    ACCESS_REQUEST = "access_request"
    PRIVACY_REQUEST = "privacy_request"
    NOT_A_CASE = "not_a_case"


class Priority(StrEnum):
    """P1 is the most urgent."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Severity(StrEnum):
    """Grading of an incident: A critical, B reduced or unstable, C ordinary."""

    A = "A"
    B = "B"
    C = "C"


class CloseReason(StrEnum):
    """Why a case was closed without a solution."""

    NOT_A_CASE = "not_a_case"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    COMMUNITY = "community"
