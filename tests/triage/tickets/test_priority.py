"""Priority from impact, urgency, severity and the security flag."""

import pytest

from triage.tickets.kinds import CaseType, Priority
from triage.tickets.priority import priority_for


@pytest.mark.parametrize(
    ("impact", "urgency", "expected"),
    [
        (1, 1, "P1"),
        (1, 2, "P2"),
        (2, 1, "P2"),
        (1, 3, "P3"),
        (2, 2, "P3"),
        (3, 1, "P3"),
        (2, 3, "P4"),
        (3, 2, "P4"),
        (3, 3, "P4"),
    ],
)
def test_the_matrix(impact, urgency, expected):
    assert priority_for(impact, urgency) == expected


@pytest.mark.parametrize(
    ("matrix", "severity", "security", "expected"),
    [
        ((3, 3), "A", False, "P1"),
        ((3, 3), "B", False, "P2"),
        ((3, 3), "C", False, "P4"),
        ((3, 3), None, False, "P4"),
        ((3, 3), "", False, "P4"),
        ((1, 1), "B", False, "P1"),
        ((1, 1), "C", False, "P1"),
        ((3, 3), None, True, "P2"),
        ((2, 2), "C", True, "P2"),
        ((1, 1), None, True, "P1"),
        ((3, 3), "A", True, "P1"),
    ],
)
def test_severity_and_security_are_floors(matrix, severity, security, expected):
    assert priority_for(*matrix, severity=severity, security=security) is Priority(expected)


@pytest.mark.parametrize(("impact", "urgency"), [(0, 1), (1, 4), (None, 1), ("1", "1")])
def test_other_values_than_1_to_3_are_refused(impact, urgency):
    with pytest.raises(ValueError, match="are 1, 2 or 3"):
        priority_for(impact, urgency)


def test_an_unknown_severity_is_refused():
    with pytest.raises(ValueError, match="'D'"):
        priority_for(1, 1, severity="D")


def test_the_codes_of_case_types_and_priorities():
    assert list(CaseType) == [
        "question",
        "order",
        "incident",
        "security_incident",
        "change_request",
        "consultation_input",
        "agreement",
        "feedback",
        "accessibility_feedback",
        "access_request",
        "privacy_request",
        "not_a_case",
    ]
    assert list(Priority) == ["P1", "P2", "P3", "P4"]
