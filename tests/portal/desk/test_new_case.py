"""A case on behalf of somebody who rang or was met."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.models import Team
from dispatch.models import Mail
from tests.factories import make_membership, make_organisation
from tests.portal.desk.pages import hidden, signed_in, text_of
from triage.tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db


def fields(**more) -> dict:
    """A form filled in the simplest valid way."""
    return {
        "channel": "phone",
        "contact_name": "Kari Vik",
        "case_type": "question",
        "subject": "Ringte om tilgang",
        "body": "Får ikke gitt tilgang.",
        "submission_key": str(uuid4()),
        **more,
    }


def test_a_person_with_an_account_is_found_by_address_whatever_the_case_of_letters(desk):
    desk.organisation.written_standard = "nn"
    desk.organisation.save()
    email = desk.people.asker.email
    signed_in(desk.people.agent).post(
        "/desk/ny/", fields(contact_email=email.upper(), contact_name="", take="on")
    )
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.organisation) == (desk.people.asker, desk.organisation)
    assert (ticket.language, ticket.channel, ticket.contact_email) == ("nn", "phone", "")
    assert ticket.assignee == desk.people.agent
    assert ticket.events.get(kind="opened").actor == desk.people.agent


def test_somebody_without_an_account_is_kept_by_name_and_address(desk):
    response = signed_in(desk.people.agent).post(
        "/desk/ny/",
        fields(contact_email="ny@nordlyng.example", channel="meeting", language="en"),
    )
    ticket = Ticket.objects.get()
    assert response["Location"] == f"/desk/saker/{ticket.reference}/"
    assert (ticket.requester, ticket.contact_name) == (None, "Kari Vik")
    assert (ticket.channel, ticket.language, ticket.assignee) == ("meeting", "en", None)
    assert Mail.objects.get(kind="receipt").to == "ny@nordlyng.example"


def test_the_form_shown_can_be_sent(desk):
    client = signed_in(desk.people.agent)
    page = client.get("/desk/ny/")
    key = hidden(page, "submission_key")
    assert client.post("/desk/ny/", fields(submission_key=key)).status_code == 302


def test_the_same_form_sent_twice_opens_one_case(desk):
    client, sent = signed_in(desk.people.agent), fields(take="on")
    for _press in range(2):
        assert client.post("/desk/ny/", sent).status_code == 302
    assert Ticket.objects.count() == 1
    assert Ticket.objects.get().events.filter(kind="taken").count() == 1


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"contact_name": ""}, "Write the name"),
        ({"subject": ""}, "Subject"),
        ({"body": ""}, "What they ask"),
        ({"channel": "email"}, "How it came in"),
        ({"contact_email": "ikke en adresse"}, "E-mail"),
        ({"organisation": "9999"}, "Organisation"),
        ({"product": "x"}, "Product"),
        ({"submission_key": "x"}, ""),
        ({"subject": "a" * 201}, "Subject"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_the_text_is_kept(desk, broken, words):
    response = signed_in(desk.people.agent).post("/desk/ny/", fields(**broken))
    assert response.status_code == 422
    assert words in text_of(response)
    if "body" not in broken:
        assert "Får ikke gitt tilgang." in response.content.decode()
    assert not Ticket.objects.exists()


def test_somebody_in_two_organisations_gets_none_unless_it_is_chosen(desk):
    other = make_organisation(name="Nordlyng kommune")
    make_membership(desk.people.asker, other)
    client = signed_in(desk.people.agent)
    email = desk.people.asker.email
    client.post("/desk/ny/", fields(contact_email=email))
    client.post("/desk/ny/", fields(contact_email=email, organisation=other.pk))
    found = list(Ticket.objects.order_by("pk").values_list("organisation", flat=True))
    assert found == [None, other.pk]


def test_files_come_along(desk):
    from tests.triage.tickets.test_files import PNG, upload

    signed_in(desk.people.agent).post("/desk/ny/", fields(files=[upload("a.png", PNG)]))
    assert Attachment.objects.get().name == "a.png"


def test_without_a_first_line_the_reason_is_said(desk):
    Team.objects.filter(line="first").update(line="second")
    response = signed_in(desk.people.agent).post("/desk/ny/", fields())
    assert response.status_code == 409
    assert "No team is the first line yet" in text_of(response)


def test_the_second_line_may_register_a_case_it_does_not_see_itself(desk):
    client = signed_in(desk.people.expert)
    response = client.post("/desk/ny/", fields(take="on"))
    assert response["Location"] == "/desk/"
    ticket = Ticket.objects.get()
    assert ticket.assignee is None
    assert f"{ticket.reference} is opened" in text_of(client.get("/desk/"))
