"""A small desk with one person in each role, for tests about tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from accounts.models import Organisation, Team
from accounts.roles import ContactRole
from taxonomy.models import Product, Topic
from tests.factories import (
    make_membership,
    make_organisation,
    make_product,
    make_team,
    make_topic,
    make_user,
)
from triage.intake.services import NewCase, open_ticket
from triage.tickets import services
from triage.tickets.models import Ticket
from triage.tickets.states import Status

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday, 10.00 in Oslo
MINUTE = timedelta(minutes=1)


@dataclass
class Desk:
    """Teams, people, an organisation and a product."""

    first: Team
    second: Team
    third: Team
    guards: Team
    people: SimpleNamespace
    organisation: Organisation
    product: Product
    topic: Topic


def make_desk() -> Desk:
    """First line, two second-line teams, a security team, a manager, and those who ask."""
    first = make_team(slug="servicedesk", name="Servicedesk", line="first")
    second = make_team(slug="autorisasjon", name="Autorisasjon")
    third = make_team(slug="plattform", name="Plattform")
    guards = make_team(slug="sikkerhet", name="Sikkerhet", handles_security=True)
    organisation = make_organisation(name="Tindvik kommune")
    people = SimpleNamespace(
        agent=make_user(name="Ada Lund", teams=(first,)),
        colleague=make_user(name="Bo Nes", teams=(first,)),
        expert=make_user(name="Finn Aas", teams=(second,)),
        outsider=make_user(name="Gro Vik", teams=(third,)),
        guard=make_user(name="Siri Vakt", teams=(guards,)),
        manager=make_user(name="Lise Leder", groups=("manager",)),
        asker=make_user(name="Kari Vik"),
        contact=make_user(name="Ola Dal"),
        member=make_user(name="Nils Hagen"),
        stranger=make_user(name="Tone Lie"),
    )
    for person in (people.asker, people.member):
        make_membership(person, organisation)
    make_membership(people.contact, organisation, roles=(ContactRole.SERVICE_MANAGEMENT,))
    product = make_product(slug="maskinporten", name_nb="Maskinporten")
    topic = make_topic(product, slug="scope", name_nb="Scope")
    return Desk(first, second, third, guards, people, organisation, product, topic)


def opened(desk: Desk, *, at: datetime = NOW, **fields) -> Ticket:
    """A new ticket from the asker."""
    fields = {
        "subject": "Får ikke token",
        "body": "Hei\nVi får invalid_grant.",
        "requester": desk.people.asker,
        "organisation": desk.organisation,
        **fields,
    }
    return open_ticket(NewCase(**fields), now=at)


def in_status(desk: Desk, status: str, *, at: datetime = NOW, **fields) -> Ticket:
    """A ticket brought to a status by what people do."""
    ticket = opened(desk, at=at, **fields)
    agent, then = desk.people.agent, at + MINUTE
    if status == Status.NEW:
        return ticket
    if status == Status.CLOSED:
        services.mark_not_a_case(ticket=ticket, by=agent, now=then)
        return ticket
    services.reply(ticket=ticket, by=agent, body="Vi ser på det.", now=then)
    if status == Status.WAITING_CUSTOMER:
        services.ask_back(ticket=ticket, by=agent, body="Hvilket miljø?", now=then)
    if status == Status.WAITING_THIRD_PARTY:
        services.wait_for_third_party(ticket=ticket, by=agent, reason="Leverandøren", now=then)
    if status == Status.RESOLVED:
        services.resolve(
            ticket=ticket, by=agent, solution_code="answer", body="Slik gjør du.", now=then
        )
    return ticket
