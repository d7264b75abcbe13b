"""What is offered while somebody types costs few statements, whoever types and whatever fits."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import ContactRole
from search.models import KnownQuery
from tests.factories import make_article, make_membership, make_organisation, make_section

SUGGESTIONS = "/sok/forslag/"
# Limit, editors' words, popular searches, closed pages, and what may be seen and where it is.
FOR_VISITORS = 5
# Beside those the session, the person, and what the person is part of.
FOR_STAFF = FOR_VISITORS + 3


def _statements(client, written: str = "nøkk") -> tuple[int, int]:
    """How many titles are offered, and by how many statements."""
    client.get(SUGGESTIONS, {"q": written})
    with CaptureQueriesContext(connection) as captured:
        found = client.get(SUGGESTIONS, {"q": written}).json()["suggestions"]
    return len(found), len(captured)


@pytest.fixture
def section(db):
    return make_section(title="Innlogging")


@pytest.mark.parametrize("articles", [1, 25])
def test_typing_takes_as_many_statements_with_one_title_as_with_many(
    desk, browser, indexed, section, articles
):
    for number in range(articles):
        make_article(section, title=f"Nøkkel nummer {number}")
    indexed()
    shown = min(articles, 8)
    assert _statements(browser()) == (shown, FOR_VISITORS)
    for person in (desk.people.agent, desk.people.guard, desk.people.manager, desk.people.contact):
        assert _statements(browser(person)) == (shown, FOR_STAFF)


def test_more_groups_teams_and_roles_take_no_more_statements(desk, browser, indexed, section):
    make_article(section, title="Nøkkel")
    agent = desk.people.agent
    agent.groups.add(*(Group.objects.create(name=f"gruppe {number}") for number in range(25)))
    agent.teams.add(desk.second, desk.third, desk.guards)
    for number in range(25):
        organisation = make_organisation(name=f"Kommune {number}")
        make_membership(agent, organisation, roles=(ContactRole.INCIDENT, ContactRole.ORDERING))
    KnownQuery.objects.bulk_create(
        KnownQuery(
            text=f"nøkkel {number}", last_day="2026-11-26", popularity=9, language="nb",
            documents=[],
        )
        for number in range(25)
    )  # fmt: skip
    indexed()
    assert _statements(browser(agent)) == (1, FOR_STAFF)


def test_too_few_letters_ask_nothing_but_whether_it_is_too_often(browser, indexed, section):
    indexed()
    assert _statements(browser(), "n") == (0, 1)
