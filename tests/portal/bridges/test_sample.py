"""The trial site: late answers and a proposal, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.community import services
from cms.community.models import Answer
from portal.bridges.models import Proposal
from portal.bridges.sample import load_bridges
from tests.portal.bridges.asking import ask
from tests.triage.tickets.desk import opened
from triage.tickets import services as cases


@pytest.fixture
def now():
    return timezone.now()


def test_the_trial_site_has_late_answers_and_a_proposal_that_waits(desk, now):
    asked = now - timedelta(days=3)
    services.give_official_answer(
        question=ask(desk, at=asked), by=desk.people.agent, team=desk.first, body="Slik.", now=asked
    )
    case = opened(
        desk, at=asked, subject="Kari Vik spør", body="Mvh Kari Vik", product=desk.product
    )
    cases.resolve(
        ticket=case, by=desk.people.agent, solution_code="answer", body="Slik.", now=asked
    )
    assert load_bridges(as_of=now) == 2
    assert Answer.objects.get().confirm_by < timezone.localdate()
    found = Proposal.objects.get()
    assert (found.state, found.title) == ("pending", "[navn] spør")
    assert "Kari" not in found.body
    assert load_bridges(as_of=now) == 0


def test_an_empty_site_gets_nothing(desk, now):
    assert load_bridges(as_of=now) == 0
