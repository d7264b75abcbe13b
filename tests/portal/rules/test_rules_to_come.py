"""Rules that begin on a later day: written, announced, and taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.portal.rules.forms import fields, filled
from triage.sla.models import PolicyVersion
from triage.sla.service_model import current_service_model
from triage.tickets.models import RuleChange

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)  # midnight in Oslo
PAGE, RULES = "/tjenestemodell/lofter/", "/tjenestemodell/"
P3 = "rules-7"  # its place in the example


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def change(client, **more):
    """Promise an answer in two hours, with a look first; the answer to the change."""
    written = {**fields(client, PAGE), f"{P3}-first_response": "2", "step": "look"}
    sent = filled(client.post(PAGE, written).content.decode())
    confirmed = {"step": "change", "reason": "Flere folk", "cases": "open", **more}
    return client.post(PAGE, {**sent, **confirmed})


def first_answer(at: datetime) -> int:
    """Minutes promised for an incident of priority 3 that comes in then."""
    return current_service_model(at).policy.rule_for("incident", "P3").first_response.minutes


def test_rules_begin_at_midnight_of_the_chosen_day_and_the_pages_say_so(manager):
    answer = change(manager, begins="2027-01-01")
    found = RuleChange.objects.get()
    assert answer.headers["Location"] == f"/tjenestemodell/endringer/{found.pk}/"
    assert found.after.valid_from == NEW_YEAR
    assert (first_answer(NEW_YEAR - timedelta(seconds=1)), first_answer(NEW_YEAR)) == (240, 120)
    page = manager.get(answer.headers["Location"]).content.decode()
    assert "De nye reglene gjelder fra 1. januar 2027." in page
    assert "Saker som er åpne da, får de nye reglene." in page and "Trekk reglene tilbake" in page
    overview = manager.get(RULES).content.decode()
    assert "Nye regler gjelder fra:" in overview and "fredag 1. januar 2027" in overview


def test_today_and_no_day_mean_from_now(manager):
    change(manager, begins="2026-11-24")
    assert RuleChange.objects.get().after.valid_from == NOW
    assert (
        "Trekk reglene tilbake"
        not in manager.get(
            f"/tjenestemodell/endringer/{RuleChange.objects.get().pk}/"
        ).content.decode()
    )


@pytest.mark.parametrize("day", ["2026-11-23", "2029-01-01", "9999-12-31", "i morgen"])
def test_a_day_that_cannot_be_is_refused_and_what_was_written_stays(manager, day):
    answer = change(manager, begins=day)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'id="id_begins_error' in html and "Flere folk" in html
    assert not RuleChange.objects.exists()


def test_rules_to_come_are_taken_back_with_one_press(manager):
    address = change(manager, begins="2027-01-01").headers["Location"]
    answer = manager.post(address, follow=True)
    assert answer.redirect_chain[-1][0] == RULES
    assert "Reglene som skulle gjelde senere, er trukket tilbake." in answer.content.decode()
    assert PolicyVersion.objects.count() == 1
    assert manager.get(address).status_code == 404
    assert change(manager, begins="2027-01-01").status_code == 302


def test_rules_that_hold_by_now_are_not_taken_back(manager, desk):
    address = change(manager, begins="2027-01-01").headers["Location"]
    with time_machine.travel(NEW_YEAR, tick=False):
        manager.force_login(desk.people.manager)
        page = manager.post(address, follow=True).content.decode()
        assert "Disse reglene gjelder allerede." in page
        assert "Trekk reglene tilbake" not in page
    assert RuleChange.objects.exists()


def test_while_rules_wait_another_change_is_refused_with_what_to_do(manager):
    change(manager, begins="2027-01-01")
    answer = change(manager)
    assert answer.status_code == 409
    assert "Trekk dem tilbake først" in answer.content.decode()
    assert RuleChange.objects.count() == 1
