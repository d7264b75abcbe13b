"""An ended case taken up again: itself in time, after that a new one linked with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from dispatch.models import Mail
from tests.triage.tickets.desk import MINUTE, NOW, in_status, opened
from tests.triage.tickets.sweeps import all_differences, with_rules
from triage.intake.taking_up import take_up
from triage.sla.policy import DEFAULT_POLICY
from triage.sla.service_model import service_model
from triage.tickets import services
from triage.tickets.exceptions import ActionNotPossible, MissingReason, TicketError
from triage.tickets.models import Participant, Ticket
from triage.tickets.states import Status

pytestmark = pytest.mark.django_db
ENDED = NOW + MINUTE
DAYS = timedelta(days=1)
SECOND = timedelta(seconds=1)
LAST = ENDED + 14 * DAYS  # the last moment at which the case itself is opened again


@pytest.fixture(autouse=True)
def _own_rules_in_english():
    """Stored rules are read once for each process, and a test here stores its own."""
    service_model.cache_clear()
    with translation.override("en"):
        yield
    service_model.cache_clear()


@pytest.fixture
def solved(desk) -> Ticket:
    return in_status(
        desk, Status.RESOLVED, product=desk.product, case_type="incident", impact=2, urgency=1
    )


def taken_up(ticket, by, at, **more) -> Ticket:
    return take_up(ticket=ticket, by=by, reason="Det feiler igjen", now=at, **more)


def test_exactly_fourteen_days_after_the_end_the_case_itself_goes_on(desk, solved):
    assert taken_up(solved, desk.people.asker, LAST) == solved
    solved.refresh_from_db()
    assert solved.status == Status.IN_PROGRESS
    resolution = solved.clocks.get(kind="resolution")
    assert (resolution.number, resolution.started_at) == (1, NOW)
    assert Ticket.objects.count() == 1


def test_a_moment_later_a_new_case_about_the_same_goes_on_with_clocks_of_its_own(desk, solved):
    ended = solved.status, solved.resolved_at, solved.version
    new = taken_up(solved, desk.people.asker, LAST + SECOND)
    solved.refresh_from_db()
    assert (solved.status, solved.resolved_at, solved.version) == ended
    assert (new.continues, solved.continued_by) == (solved, new)
    same = ("subject", "product", "case_type", "impact", "urgency", "organisation", "requester")
    assert [getattr(new, name) for name in same] == [getattr(solved, name) for name in same]
    assert [message.body for message in new.messages.all()] == ["Det feiler igjen"]
    assert set(new.clocks.values_list("number", "started_at")) == {(1, LAST + SECOND)}
    assert new.events.get(kind="opened").data["continues"] == solved.pk
    assert solved.events.get(kind="continued").data == {"into": new.pk}
    assert Mail.objects.filter(kind="receipt", text__contains=new.reference).count() == 1
    assert all_differences(LAST + DAYS) == []


def test_the_days_are_those_of_the_rules_the_case_has(desk):
    with_rules(*DEFAULT_POLICY.escalations, reopen_days=2)
    case = in_status(desk, Status.RESOLVED)
    assert taken_up(case, desk.people.asker, ENDED + 2 * DAYS) == case
    services.resolve(
        ticket=case, by=desk.people.agent, solution_code="answer", body="Slik", now=LAST
    )
    assert taken_up(case, desk.people.asker, LAST + 2 * DAYS + SECOND) != case


def test_a_case_goes_on_in_one_new_case_however_often_it_is_taken_up(desk, solved):
    new = taken_up(solved, desk.people.asker, LAST + DAYS)
    with pytest.raises(TicketError, match=new.reference):
        taken_up(solved, desk.people.contact, LAST + DAYS)
    assert Ticket.objects.count() == 2


def test_the_new_case_can_itself_be_taken_up_later(desk, solved):
    new = taken_up(solved, desk.people.asker, LAST + DAYS)
    services.resolve(
        ticket=new, by=desk.people.agent, solution_code="answer", body="Slik", now=LAST + 2 * DAYS
    )
    newest = taken_up(new, desk.people.asker, LAST + 20 * DAYS)
    assert (newest.continues, newest.continues.continues) == (new, solved)


def test_a_colleague_asks_in_the_new_case_and_those_of_the_old_one_follow_it(desk, solved):
    Participant.objects.create(ticket=solved, user=desk.people.member)
    new = taken_up(solved, desk.people.contact, LAST + DAYS)
    assert new.requester == desk.people.contact
    followers = {part.user for part in Participant.objects.filter(ticket=new)}
    assert followers == {desk.people.asker, desk.people.member}


def test_who_left_the_organisation_asks_for_themselves(desk, solved):
    desk.people.asker.memberships.all().delete()
    asker = type(desk.people.asker).objects.get(pk=desk.people.asker.pk)
    new = taken_up(solved, asker, LAST + DAYS)
    assert (new.requester, new.organisation) == (asker, None)
    assert not Ticket.objects.visible_to(desk.people.contact).filter(pk=new.pk).exists()


def test_the_desk_opens_it_with_the_words_of_the_requester_and_a_note(desk, solved):
    new = taken_up(solved, desk.people.agent, LAST + DAYS)
    assert new.requester == desk.people.asker
    told = [(each.body, each.visibility, each.author) for each in new.messages.order_by("pk")]
    assert told == [
        ("Hei\nVi får invalid_grant.", "public", desk.people.asker),
        ("Det feiler igjen", "internal", desk.people.agent),
    ]
    assert new.events.get(kind="opened").actor == desk.people.agent


def test_somebody_without_an_account_keeps_their_address(desk):
    case = in_status(
        desk, Status.RESOLVED, requester=None, organisation=None, contact_name="Ola Ås",
        contact_email="ola@tindvik.example",
    )  # fmt: skip
    new = taken_up(case, desk.people.agent, LAST + DAYS)
    assert (new.contact_name, new.contact_email) == ("Ola Ås", "ola@tindvik.example")


def test_a_security_case_goes_on_as_one(desk):
    case = in_status(desk, Status.CLOSED, security=True)
    new = taken_up(case, desk.people.asker, LAST + DAYS)
    assert (new.security, new.priority) == (True, "P2")
    assert not Ticket.objects.visible_to(desk.people.manager).filter(pk=new.pk).exists()


def test_others_and_words_that_are_missing_change_nothing(desk, solved):
    with pytest.raises(PermissionDenied):
        taken_up(solved, desk.people.stranger, LAST + DAYS)
    with pytest.raises(MissingReason):
        take_up(ticket=solved, by=desk.people.asker, reason=" \n", now=LAST + DAYS)
    with pytest.raises(TicketError, match="ended long ago"):
        services.reopen(ticket=solved, by=desk.people.asker, reason="Nei", now=LAST + SECOND)
    with pytest.raises(ActionNotPossible):
        taken_up(opened(desk), desk.people.asker, LAST + DAYS)
    assert not Ticket.objects.exclude(continues=None).exists()
    solved.refresh_from_db()
    assert solved.status == Status.RESOLVED
