"""What the classifier reads of a case."""

import pytest

from tests.triage.classifier.trained import CASE
from tests.triage.tickets.desk import opened
from triage.classifier.corpus.cases import facts_of, stands, text_of
from triage.tickets.services import add_note

pytestmark = pytest.mark.django_db


def test_only_what_the_requester_wrote_is_read(desk, now):
    ticket = opened(desk, **CASE)
    add_note(ticket=ticket, by=desk.people.agent, body="Intern hemmelighet", now=now)
    text = text_of(ticket)
    assert "AUTH.VLD-00003" in text
    assert "hemmelighet" not in text


def test_facts_are_those_known_when_the_case_comes_in(desk, now):
    ticket = opened(desk, **CASE)
    assert facts_of(ticket) == {
        "organisation": ticket.organisation.segment,
        "channel": "portal",
        "environment": "",
    }
    ticket.environment, ticket.organisation = "tt02", None
    assert facts_of(ticket)["environment"] == "tt02"
    assert facts_of(ticket)["organisation"] == ""


@pytest.mark.parametrize("slug", ["servicedesk", "forstelinja"])
def test_the_first_line_is_one_label_whatever_a_site_calls_it(desk, slug):
    """What was guessed right counted as wrong where the first team made had another short name."""
    ticket = opened(desk, **CASE)
    ticket.team.slug = slug
    assert stands(ticket, "team") == "servicedesk"
    ticket.team = desk.second
    assert stands(ticket, "team") == desk.second.slug


@pytest.mark.parametrize(
    ("channel", "asked_by_somebody", "read"),
    [
        ("community", False, "Varsel til tilsette"),  # a task: what follows the title is ours
        ("community", True, "Varsel til tilsette\n\nHar venta"),
        ("email", False, "Varsel til tilsette\n\nHar venta"),  # somebody without an account
    ],
)
def test_of_a_task_only_the_title_is_read(desk, channel, asked_by_somebody, read):
    ticket = opened(
        desk,
        subject="Varsel til tilsette",
        body="Har venta",
        channel=channel,
        requester=desk.people.asker if asked_by_somebody else None,
        contact_name="Nokon",
    )
    assert text_of(ticket).split() == read.split()
