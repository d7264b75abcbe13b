"""What reviewers found: counted of what is read, never by who wrote it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.triage.reporting.scenes import oslo, scope_of
from tests.triage.tickets.desk import opened
from triage.oversight import reviews
from triage.oversight.models import Criterion
from triage.reporting import reviewed
from triage.reporting.figures import Share
from triage.sla.months import Month
from triage.tickets import services

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)
AT, NOW = oslo("2026-10-14 12:00"), oslo("2026-11-24 10:00")


@pytest.fixture
def sample(desk):
    """Eight answers, six read: all friendly, every second one plain."""
    for number in range(8):
        language = "nn" if number < 2 else "nb"
        ticket = opened(desk, at=AT, language=language)
        services.reply(
            ticket=ticket, by=desk.people.agent, body="Slik.", now=AT + timedelta(hours=number)
        )
    scope = scope_of(desk.people.manager)
    sample = reviews.draw(
        month=OCTOBER,
        zone=scope.period.zone,
        by=desk.people.manager,
        size=8,
        reviewers=[],
        now=NOW,
        seed=3,
    )
    unread = sample.answers.filter(language="nb").order_by("place")[4:]
    for number, answer in enumerate(sample.answers.exclude(pk__in=[row.pk for row in unread])):
        found = dict.fromkeys(Criterion.values, True) | {"plain": number % 2 == 0}
        reviews.review(answer=answer, by=desk.people.manager, found=found, now=NOW)
    return sample


def test_shares_are_of_what_is_read(desk, sample):
    found = reviewed.reviews(scope_of(desk.people.manager))
    total = found.total()
    assert (total.drawn, total.read) == (8, 6)
    assert total.share("friendly") == Share(6, 6) and total.share("plain") == Share(3, 6)
    assert found.by_month()[OCTOBER] == total and not total.hidden


def test_a_written_standard_with_few_read_answers_is_hidden(desk, sample):
    by_language = reviewed.reviews(scope_of(desk.people.manager)).by_language()
    assert (by_language["nn"].read, by_language["nn"].hidden) == (2, True)
    assert by_language["nb"].drawn == 6


def test_months_without_a_sample_have_nothing(desk, sample):
    found = reviewed.reviews(scope_of(desk.people.manager, first="2026-11"))
    assert found.cells == {} and found.total().hidden
