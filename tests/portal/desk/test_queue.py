"""The queue page, for every role."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_organisation, make_product
from tests.portal.desk.pages import signed_in, text_of
from tests.triage.tickets.desk import opened
from triage.tickets import services
from triage.tickets.models import Ticket

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now():
    return timezone.now()


def test_a_visitor_is_asked_to_sign_in_and_comes_back(desk):
    response = Client().get("/desk/?view=mine")
    assert response.status_code == 302
    assert response["Location"].endswith("?next=/desk/%3Fview%3Dmine")


@pytest.mark.parametrize("role", ["asker", "contact", "stranger"])
@pytest.mark.parametrize("path", ["/desk/", "/desk/ny/", "/desk/taster/", "/desk/nye/"])
def test_the_desk_is_closed_to_those_who_ask(desk, role, path):
    assert signed_in(getattr(desk.people, role)).get(path).status_code == 403


def test_each_worker_lands_on_the_cases_of_the_own_team(desk, now):
    opened(desk, at=now, subject="Hos førstelinje")
    second = opened(desk, at=now, subject="Hos fagteam")
    services.hand_over(
        ticket=second, by=desk.people.agent, to=desk.second, reason="unsure", tried="x", now=now
    )
    first_page = text_of(signed_in(desk.people.agent).get("/desk/"))
    second_page = text_of(signed_in(desk.people.expert).get("/desk/"))
    assert "Hos førstelinje" in first_page and "Hos fagteam" not in first_page
    assert "Hos fagteam" in second_page and "Hos førstelinje" not in second_page
    assert "Hos fagteam" not in text_of(signed_in(desk.people.outsider).get("/desk/"))
    manager = text_of(signed_in(desk.people.manager).get("/desk/"))
    assert "Hos førstelinje" in manager and "Hos fagteam" in manager


def test_security_cases_are_shown_to_those_involved_only(desk, now):
    opened(desk, at=now, subject="Innbrudd", security=True)
    assert "Innbrudd" in text_of(signed_in(desk.people.agent).get("/desk/"))
    assert "Innbrudd" in text_of(signed_in(desk.people.guard).get("/desk/?view=other_teams"))
    assert "Innbrudd" not in text_of(signed_in(desk.people.manager).get("/desk/"))


def test_a_row_says_when_it_is_due_for_whom_and_what_is_new(desk, now):
    ticket = opened(
        desk, at=now - 10 * DAY, product=desk.product, case_type="incident", security=True
    )
    services.customer_reply(ticket=ticket, by=desk.people.asker, body="Hallo?", now=now)
    page = text_of(signed_in(desk.people.agent).get("/desk/"))
    for words in (
        "overdue",
        "P2",
        "Får ikke token",
        "Maskinporten",
        "Fault",
        "Tindvik kommune",
        "Kari Vik",
        "New",
        "Nobody",
        "Security",
        "New reply",
    ):
        assert words in page
    assert "1 overdue" in page and "1 not assigned" in page and "oldest from" in page


def test_no_script_in_a_subject_reaches_the_page(desk, now):
    opened(desk, at=now, subject="<script>alert(1)</script>", body="x")
    html = signed_in(desk.people.agent).get("/desk/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_filters_are_written_in_words_and_taken_away_one_by_one(desk, now):
    other = make_product(slug="melding", name_nb="Melding")
    opened(desk, at=now, subject="Riktig sak", product=desk.product, case_type="incident")
    opened(desk, at=now, subject="Annen sak", product=other)
    client = signed_in(desk.people.agent)
    response = client.get("/desk/?product=maskinporten&type=incident")
    page = text_of(response)
    assert "Riktig sak" in page and "Annen sak" not in page
    assert "Product: Maskinporten" in page and "Type: Fault" in page
    hrefs = re.findall(r'class="desk-chip" href="([^"]+)"', response.content.decode())
    assert hrefs == ["?view=all&amp;type=incident", "?view=all&amp;product=maskinporten"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("assignee=me", {"Min"}),
        ("assignee=none", {"Fri"}),
        ("team=servicedesk", {"Min", "Fri"}),
        ("team=autorisasjon", set()),
        ("priority=P4", {"Min", "Fri"}),
        ("priority=P1", set()),
        ("organisation=nordlyng", {"Fri"}),
        ("organisation=<", set()),
    ],
)
def test_each_filter_demands_what_it_says(desk, now, query, shown):
    other = make_organisation(name="Nordlyng kommune")
    mine = opened(desk, at=now, subject="Min")
    opened(desk, at=now, subject="Fri", organisation=other)
    services.take_ticket(ticket=mine, by=desk.people.agent, now=now)
    html = signed_in(desk.people.agent).get(f"/desk/?{query}").content.decode()
    found = set(re.findall(r'<td role="cell" class="desk-subject"><a href="[^"]+">([^<]+)', html))
    assert found == shown


def test_the_organisation_of_a_row_is_a_filter(desk, now):
    opened(desk, at=now, subject="Saken")
    client = signed_in(desk.people.agent)
    html = client.get("/desk/").content.decode()
    assert f"?view=all&amp;organisation={desk.organisation.pk}" in html
    page = text_of(client.get(f"/desk/?view=all&organisation={desk.organisation.pk}"))
    assert "Organisation: Tindvik kommune" in page and "Saken" in page


@pytest.mark.parametrize(
    "query",
    [
        "product=finnes-ikke",
        "type=xxx",
        "priority=P9",
        "team=%3Cscript%3E",
        "assignee=999999999999999999999999",
        "assignee=-1",
        "organisation=999999",
    ],
)
def test_a_filter_that_means_nothing_is_said_and_not_used(desk, now, query):
    opened(desk, at=now, subject="Saken")
    page = signed_in(desk.people.agent).get(f"/desk/?{query}")
    assert page.status_code == 200
    assert "Not used" in text_of(page) and "Saken" in text_of(page)


def test_a_view_that_does_not_exist_is_not_found(desk):
    assert signed_in(desk.people.agent).get("/desk/?view=xyz").status_code == 404
    assert signed_in(desk.people.manager).get("/desk/?view=mine").status_code == 404


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "2026-01-01_1",
        "2026-13-45T00:00:00Z_1",
        "_",
        "9" * 400,
        "0001-01-01T00:00:00+14:00_1",
        "9999-12-31T23:59:59-14:00_1",
    ],
)
def test_a_page_that_begins_nowhere_begins_at_the_beginning(desk, now, after):
    opened(desk, at=now, subject="Saken")
    page = signed_in(desk.people.agent).get("/desk/", {"after": after})
    assert page.status_code == 200
    assert "Saken" in text_of(page)


def test_the_next_fifty_follow_the_first_fifty(desk, now):
    for number in range(53):
        opened(desk, at=now - timedelta(minutes=53 - number), subject=f"Sak nr {number:02d}")
    client = signed_in(desk.people.agent)
    first = client.get("/desk/")
    link = re.search(r'href="(\?[^"]+)">Next 50', first.content.decode()).group(1)
    second = client.get("/desk/" + link.replace("&amp;", "&"))
    numbers = [re.findall(r"Sak nr (\d\d)", text_of(page)) for page in (first, second)]
    assert numbers[0] == [f"{number:02d}" for number in range(50)]
    assert numbers[1] == ["50", "51", "52"]
    assert "Next 50" not in text_of(second) and "To the beginning" in text_of(second)


def test_the_number_of_statements_does_not_follow_the_number_of_rows(desk, now):
    client = signed_in(desk.people.agent)
    counted = []
    for rows in (1, 50):
        while Ticket.objects.count() < rows:
            number = Ticket.objects.count()
            ticket = opened(
                desk,
                at=now,
                product=make_product(),
                organisation=make_organisation(),
                subject=f"Sak {number}",
            )
            services.take_ticket(ticket=ticket, by=desk.people.colleague, now=now)
        client.get("/desk/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/desk/").status_code == 200
        counted.append(len(captured))
    assert counted[0] == counted[1] <= 20


def test_an_empty_view_says_what_would_be_there(desk):
    page = text_of(signed_in(desk.people.agent).get("/desk/?view=mine"))
    assert "You have no open cases. Take the next one when you are ready." in page


def test_taking_the_next_opens_the_case_that_is_due_first(desk, now):
    opened(desk, at=now)
    due_first = opened(desk, at=now - 14 * DAY)  # with open hours between, holidays or not
    response = signed_in(desk.people.agent).post("/desk/neste/?view=unassigned")
    assert response["Location"] == f"/desk/saker/{due_first.reference}/?view=unassigned"
    due_first.refresh_from_db()
    assert due_first.assignee == desk.people.agent


def test_taking_the_next_of_nothing_says_so(desk):
    response = signed_in(desk.people.agent).post("/desk/neste/", follow=True)
    assert "There is no case to take" in text_of(response)


def test_taking_is_not_done_by_a_link(desk, now):
    ticket = opened(desk, at=now)
    assert signed_in(desk.people.agent).get("/desk/neste/").status_code == 405
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_new_cases_are_told_as_a_line_and_only_when_there_are_some(desk, now):
    client = signed_in(desk.people.agent)
    since = now.isoformat()
    assert client.get("/desk/nye/", {"since": since}).json() == {"count": 0, "words": ""}
    opened(desk, at=now + timedelta(seconds=5))
    answer = client.get("/desk/nye/", {"since": since})
    assert answer.json()["count"] == 1
    assert answer.json()["words"].startswith("1 new case since you looked")
    again = client.get("/desk/nye/", {"since": since}, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("since", ["", "x", "2026-01-01T00:00:00", "2026-99-99T00:00:00Z"])
def test_new_since_no_moment_is_a_bad_question(desk, since):
    assert signed_in(desk.people.agent).get("/desk/nye/", {"since": since}).status_code == 400


def test_the_keys_are_listed_on_a_page_of_their_own(desk):
    page = text_of(signed_in(desk.people.agent).get("/desk/taster/"))
    assert "next row" in page and "Everything the keys do is also a link" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", ["Ta neste", "Forfaller i dag"]), ("nn", ["Ta neste", "Forfell i dag"])],
)
def test_the_queue_speaks_both_standards(desk, now, language, words):
    opened(desk, at=now)
    page = text_of(signed_in(desk.people.agent, language).get("/desk/"))
    for word in words:
        assert word in page
