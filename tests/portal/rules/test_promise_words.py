"""What differs between two versions of the promises, in words."""

from dataclasses import replace

import pytest

from portal.rules.promise_words import promise_differences
from triage.sla.policy import DEFAULT_POLICY, Rule
from triage.sla.service_model import ServiceModel
from triage.sla.targets import Target
from triage.tickets.kinds import CaseType, Priority

pytestmark = pytest.mark.django_db
FOUR_HOURS, DAY = Target(minutes=240), Target(working_days=1)


def model(*rules: Rule) -> ServiceModel:
    """A model with these promises, the first that fits is the one that holds."""
    return ServiceModel(version_id=1, policy=replace(DEFAULT_POLICY, rules=rules), calendars={})


def rule(target: Target, **limits) -> Rule:
    """A rule that promises a first answer."""
    return Rule("r", "service_hours", first_response=target, **limits)


def abouts(before: ServiceModel, after: ServiceModel) -> list[str]:
    """What each difference is about."""
    return [each.about for each in promise_differences(before, after)]


def test_a_change_for_everything_is_about_all_cases():
    assert abouts(model(rule(DAY)), model(rule(FOUR_HOURS))) == ["Alle saker"]


def test_a_change_for_a_few_types_names_them():
    few = rule(FOUR_HOURS, case_types=(CaseType.QUESTION, CaseType.INCIDENT))
    assert abouts(model(rule(DAY)), model(few, rule(DAY))) == ["Spørsmål / Feil"]


def test_a_change_for_nearly_all_types_names_those_left_out():
    question = rule(DAY, case_types=(CaseType.QUESTION,))
    after = model(question, rule(FOUR_HOURS))
    assert abouts(model(rule(DAY)), after) == ["Alle saker, unntatt Spørsmål"]
    urgent = rule(FOUR_HOURS, priorities=(Priority.P1,))
    assert abouts(model(rule(DAY)), model(question, urgent, rule(DAY))) == [
        "P1 Kritisk, unntatt Spørsmål"
    ]
