"""Security cases: whether they are reported within 72 hours, and who opened them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from tests.triage.tickets.desk import NOW, opened
from triage.oversight import assessments, readings
from triage.oversight.models import Assessment, Reading
from triage.tickets import files, services
from triage.tickets.exceptions import ActionNotPossible, MissingReason
from triage.tickets.models import Attachment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def breach(desk):
    return opened(desk, security=True)


def assess(ticket, by, **more):
    return assessments.assess(
        **{
            "ticket": ticket,
            "by": by,
            "decision": "reported",
            "reason": "Meldt",
            "now": NOW,
            **more,
        }
    )


def test_those_who_handle_security_decide_and_the_history_is_kept(desk, breach):
    assess(breach, desk.people.guard, decision="not_needed", reason="Ingen data kom ut")
    assess(breach, desk.people.guard, now=NOW + DAY)
    assert [row.decision for row in assessments.history(breach)] == ["not_needed", "reported"]


def test_the_same_sent_twice_is_written_once(desk, breach):
    first = assess(breach, desk.people.guard)
    assert assess(breach, desk.people.guard, now=NOW + DAY) == first
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize("who", ["agent", "expert", "manager", "asker", "stranger", "contact"])
def test_nobody_else_decides(desk, breach, who):
    if who == "agent":  # the first line has the case, so that the security team must take it
        services.hand_over(
            ticket=breach,
            by=desk.people.guard,
            to=desk.guards,
            reason="security",
            tried="x",
            now=NOW,
        )
    with pytest.raises(PermissionDenied):
        assess(breach, getattr(desk.people, who))


def test_a_case_that_is_no_security_case_has_nothing_to_assess(desk):
    with pytest.raises(ActionNotPossible):
        assess(opened(desk), desk.people.guard)


def test_a_reason_is_needed_and_masked(desk, breach):
    with pytest.raises(MissingReason):
        assess(breach, desk.people.guard, reason=" ")
    with pytest.raises(ValueError, match="not a valid Assessment.Decision"):
        assess(breach, desk.people.guard, decision="x")
    row = assess(breach, desk.people.guard, reason="Gjaldt 15076500565")
    assert "15076500565" not in row.reason


def test_an_opened_security_case_is_noted_once_a_person_and_day(desk, breach):
    for person, now in (
        (desk.people.guard, NOW),
        (desk.people.guard, NOW + timedelta(hours=2)),
        (desk.people.guard, NOW + DAY),
        (desk.people.agent, NOW),
    ):
        readings.note_opened(ticket=breach, by=person, now=now)
    assert Reading.objects.count() == 3
    readings.note_opened(ticket=opened(desk), by=desk.people.agent, now=NOW)
    assert Reading.objects.count() == 3


def test_a_fetched_file_is_noted_with_its_case(desk, tmp_path):
    upload = ContentFile(b"%PDF-1.4 x", name="skisse.pdf")
    ticket = opened(desk, files=[files.examine(upload)])
    attachment = Attachment.objects.select_related("message").get()
    for _time in range(2):
        readings.note_fetched(attachment=attachment, by=desk.people.agent, now=NOW)
    row = Reading.objects.get()
    assert (row.ticket, row.what, row.attachment) == (ticket, "file", attachment)


def test_the_readings_of_a_case_are_its_own_the_newest_first(desk, breach):
    other = opened(desk, security=True)
    for ticket, person, now in (
        (breach, desk.people.guard, NOW),
        (breach, desk.people.agent, NOW + timedelta(hours=2)),
        (other, desk.people.guard, NOW + timedelta(hours=1)),
    ):
        readings.note_opened(ticket=ticket, by=person, now=now)
    found = readings.readings_of(breach)
    assert [row.user for row in found] == [desk.people.agent, desk.people.guard]


def test_readings_go_after_two_years(desk, breach):
    for days in (731, 729):
        readings.note_opened(ticket=breach, by=desk.people.guard, now=NOW - days * DAY)
    readings.remove_old_readings(NOW)
    assert [row.at for row in Reading.objects.all()] == [NOW - 729 * DAY]
