"""Delivery reports: who reads which, what is in them, and what is agreed."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from html import unescape

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make_membership, make_organisation, make_user
from tests.portal.desk.pages import signed_in, text_of
from tests.triage.reporting.scenes import NOW, oslo, promise
from tests.triage.tickets.desk import opened
from triage.reporting import breaches
from triage.reporting import delivery as reports
from triage.reporting.models import Agreement
from triage.sla.months import Month
from triage.tickets import services

pytestmark = pytest.mark.django_db
NUMBER = "13097248022"  # synthetic: belongs to nobody
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    for module in ("delivery_views", "explaining", "views"):
        monkeypatch.setattr(f"portal.insight.{module}.timezone.now", lambda: NOW)


@pytest.fixture
def manager(desk) -> Client:
    return signed_in(desk.people.manager)


@pytest.fixture
def neighbour(desk):
    """Another organisation with a missed guarantee of its own."""
    other = make_organisation(name="Granskog fylkeskommune")
    promise(
        desk,
        "2026-10-12 12:00",
        organisation=other,
        commitment="guarantee",
        subject="Naboens hemmelighet",
        requester=desk.people.stranger,
    )
    return other


@pytest.fixture
def october(desk):
    """Two kept of three, one missed guarantee with a cause; one case solved, one still open."""
    promise(desk, "2026-10-14 12:00", met="2026-10-14 11:00")
    promise(desk, "2026-10-15 12:00", met="2026-10-15 11:00")
    missed = promise(desk, "2026-10-16 12:00", commitment="guarantee", subject="Nede i går")
    breaches.enter_cause(
        clock=missed.clocks.get(),
        cause="fault",
        explanation="Et sertifikat gikk ut.",
        measure="Vi varsler oss selv 30 dager før.",
        by=desk.people.manager,
        now=NOW,
    )
    solved = opened(desk, at=oslo("2026-10-20 10:00"), case_type="order")
    services.resolve(
        ticket=solved,
        by=desk.people.agent,
        solution_code="answer",
        body="Slik.",
        now=oslo("2026-10-20 11:00"),
    )
    solved.clocks.all().delete()
    return desk


def address(organisation, month: str = "2026-10") -> str:
    return f"/leveranserapporter/{organisation.pk}/{month}/"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("manager", 200),
        ("contact", 200),
        ("asker", 404),
        ("member", 404),
        ("stranger", 404),
        ("agent", 404),
        ("expert", 404),
        ("guard", 404),
    ],
)
def test_managers_and_the_organisations_own_service_management_read_it(desk, role, status):
    client = signed_in(getattr(desk.people, role))
    for path in (
        address(desk.organisation),
        f"{address(desk.organisation)}missed.csv",
        f"/leveranserapporter/{desk.organisation.pk}/2026-10.xlsx",
    ):
        assert client.get(path).status_code == status, path


@pytest.mark.parametrize("role", ["information", "incident", "ordering"])
def test_another_contact_role_is_not_enough(desk, role):
    person = make_user()
    make_membership(person, desk.organisation, roles=(role,))
    assert signed_in(person).get(address(desk.organisation)).status_code == 404
    assert signed_in(person).get("/leveranserapporter/").status_code == 403


def test_a_contact_who_has_left_reads_nothing(desk):
    desk.people.contact.memberships.update(status="left", decided_at=NOW)
    assert signed_in(desk.people.contact).get(address(desk.organisation)).status_code == 404


def test_a_contact_reads_no_other_organisations_report(desk, neighbour):
    assert signed_in(desk.people.contact).get(address(neighbour)).status_code == 404


def test_no_other_organisations_figures_are_in_it(october, neighbour, manager):
    for client in (manager, signed_in(october.people.contact)):
        response = client.get(address(october.organisation))
        page = text_of(response)
        assert "Naboens hemmelighet" not in page and neighbour.name not in page
        table = {placed.anchor: placed.section.table for placed in response.context["sections"]}
        assert [row.cells[2].value for row in table["promises"].rows] == [1, 0]
        assert len(table["missed"].rows) == 1


def test_it_says_what_was_kept_missed_and_why(october, manager):
    page = text_of(manager.get(address(october.organisation)))
    for words in (
        "We kept 67% of the deadlines that fell due in October 2026: 2 of 3.",
        "1 guarantee was missed.",
        "Nede i går",
        "A fault in the service took time to mend. Et sertifikat gikk ut.",
        "Vi varsler oss selv 30 dager før.",
        "In the month, 1 came in and 1 were solved. Open now: 3.",
        "3 cases are open now",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nb", "Vi holdt 67 % av fristene som forfalt i oktober 2026: 2 av 3."),
        ("nn", "Vi heldt 67 % av fristane som forfall i oktober 2026: 2 av 3."),
    ],
)
def test_it_speaks_both_written_standards(october, language, sentence):
    client = signed_in(october.people.contact, language)
    assert sentence in text_of(client.get(address(october.organisation))).replace("\xa0", " ")


def test_cases_open_where_the_reader_may_read_them(october, manager):
    contact = signed_in(october.people.contact)
    for client, start in ((manager, "/desk/saker/"), (contact, "/saker/")):
        response = client.get(address(october.organisation))
        sections = [placed.section for placed in response.context["sections"]]
        links = [
            cell.address
            for section in sections
            if section.table.textual
            for row in section.table.rows
            for cell in row.cells
            if cell.address
        ]
        assert links and all(link.startswith(start) for link in links)
        assert client.get(links[0]).status_code == 200


def test_every_figure_opens_its_cases_for_managers_and_none_does_for_others(october, manager):
    def figures(client):
        sections = client.get(address(october.organisation)).context["sections"]
        tables = [placed.section.table for placed in sections]
        return [
            cell
            for table in tables
            if not table.textual
            for row in table.rows
            for cell in row.cells
            if cell.value
        ]

    opening = figures(manager)
    assert opening and all(cell.address for cell in opening)
    for cell in opening:
        listed = manager.get(cell.address)
        assert "Delivery report" in text_of(listed)  # the way back
        if isinstance(cell.value, int):
            assert len(listed.context["page"].rows) == cell.value, cell.address
    assert not any(cell.address for cell in figures(signed_in(october.people.contact)))


def test_a_neighbours_cases_are_not_behind_the_figures(october, neighbour, manager):
    page = manager.get(address(october.organisation))
    [row, *_more] = page.context["sections"][0].section.table.rows
    for cell in row.cells:
        assert not cell.address or "Naboens" not in text_of(manager.get(cell.address))


def test_security_cases_are_in_it_only_for_those_who_may_read_them(desk):
    promise(desk, "2026-10-14 12:00", case_type="security_incident", subject="Lekkasje")
    assert "Lekkasje" not in text_of(signed_in(desk.people.contact).get(address(desk.organisation)))
    both = make_user()
    make_membership(both, desk.organisation, roles=("service_management", "incident"))
    assert "Lekkasje" in text_of(signed_in(both).get(address(desk.organisation)))


@pytest.mark.parametrize("month", ["2026-12", "2024-11", "2026-13", "x", "2026-1"])
def test_a_month_that_has_not_come_or_is_long_gone_is_a_missing_page(desk, manager, month):
    assert manager.get(address(desk.organisation, month)).status_code == 404


def test_the_current_month_is_said_to_be_unfinished_and_has_no_later_one(desk, manager):
    response = manager.get(address(desk.organisation, "2026-11"))
    assert "so far" in text_of(response) and response.context["later"] is None
    assert manager.get(response.context["earlier"]["address"]).status_code == 200


def test_an_organisation_without_cases_has_an_empty_report(manager):
    page = text_of(manager.get(address(make_organisation())))
    assert "No deadline fell due in October 2026." in page and "No case is open." in page


def test_a_manager_writes_what_is_agreed_and_the_contact_reads_it(october, manager):
    path = address(october.organisation)
    text = f"Vi møtes 3. desember.\n<script>alert(1)</script> {NUMBER}"
    response = manager.post(path, {"text": text, "seen": "0"})
    assert response.status_code == 302 and response["Location"] == f"{path}#agreed"
    response = signed_in(october.people.contact).get(path)
    assert "Vi møtes 3. desember." in text_of(response)
    assert "<script>alert" not in response.content.decode() and NUMBER not in text_of(response)
    assert "<form" not in response.content.decode().split("<main")[1].split("</main")[0]
    assert "Vi møtes" not in text_of(manager.get(address(october.organisation, "2026-09")))


def test_what_stood_before_stays_and_an_empty_text_takes_it_back(october, manager):
    path = address(october.organisation)
    manager.post(path, {"text": "Først", "seen": "0"})
    first = Agreement.objects.get()
    manager.post(path, {"text": "", "seen": str(first.pk)})
    page = text_of(manager.get(path))
    assert "Nothing is written yet." in page and "Først" in page
    assert Agreement.objects.count() == 2


def test_the_same_text_sent_twice_is_one_entry(october, manager):
    for _twice in range(2):
        manager.post(address(october.organisation), {"text": "Avtalt", "seen": "0"})
    assert Agreement.objects.count() == 1


def test_of_two_who_write_at_once_the_later_sees_both_texts(october, manager):
    path = address(october.organisation)
    manager.post(path, {"text": "Den første", "seen": "0"})
    response = manager.post(path, {"text": "Den andre", "seen": "0"})
    html = unescape(response.content.decode())
    assert response.status_code == 409
    assert "Lise Leder wrote something while you were writing: “Den første”." in html
    assert "Den andre" in html
    seen = response.context["form"]["seen"].value()
    assert manager.post(path, {"text": "Den andre", "seen": seen}).status_code == 302
    assert Agreement.objects.latest("pk").text == "Den andre"


@pytest.mark.parametrize("text", ["x" * 2001, "a\x00b"])
def test_what_cannot_be_kept_is_said_and_stays_in_the_form(october, manager, text):
    response = manager.post(address(october.organisation), {"text": text, "seen": "0"})
    assert response.status_code == 422 and not Agreement.objects.exists()


def test_only_managers_write(october):
    contact = signed_in(october.people.contact)
    assert contact.post(address(october.organisation), {"text": "Hei"}).status_code == 403
    with pytest.raises(PermissionDenied):
        reports.write_agreement(
            organisation=october.organisation,
            month=Month(2026, 10),
            text="Hei",
            by=october.people.contact,
            now=NOW,
        )
    assert not Agreement.objects.exists()


def test_what_was_written_before_the_session_ended_is_kept(october):
    client, path = Client(), address(october.organisation)
    response = client.post(path, {"text": "Vi møtes", "seen": "0"})
    assert response.status_code == 302 and not Agreement.objects.exists()
    session = client.session
    kept = dict(session["kept_fields"])
    client.force_login(october.people.manager)
    session = client.session
    session["kept_fields"] = kept
    session.save()
    assert client.get(path).context["form"]["text"].value() == "Vi møtes"


def test_every_table_is_a_file_and_all_of_them_a_workbook(october, manager):
    response = manager.get(address(october.organisation))
    for placed in response.context["sections"]:
        table = placed.section.table
        text = manager.get(placed.csv).content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
        assert rows[0] == table.file_headings and len(rows) == len(table.rows) + 1
        assert manager.get(placed.xlsx).status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(manager.get(response.context["workbook"]).content))
    assert len(book.sheetnames) == len(response.context["sections"])
    assert manager.get(f"{address(october.organisation)}ukjent.csv").status_code == 404


def test_the_list_says_how_the_month_went_for_each_organisation(october, neighbour, manager):
    response = manager.get("/leveranserapporter/?month=2026-10")
    rows = {row.name: row for row in response.context["rows"]}
    own, other = rows["Tindvik kommune"], rows[neighbour.name]
    assert (own.kept.words, own.fell_due, own.unexplained) == ("67%", 3, 0)
    assert (other.kept.words, other.fell_due, other.unexplained) == ("0%", 1, 1)
    found = manager.get("/leveranserapporter/?q=gransk&month=2026-10").context["rows"]
    assert [row.name for row in found] == [neighbour.name]
    assert "No organisation has that" in text_of(manager.get("/leveranserapporter/?q=%00zzz"))


def test_the_organisations_page_leads_its_service_management_to_the_last_whole_month(desk):
    contact = signed_in(desk.people.contact)
    page = contact.get(f"/konto/virksomhet/{desk.organisation.pk}/").content.decode()
    way = f"/leveranserapporter/{desk.organisation.pk}/"
    assert f'href="{way}"' in page
    assert contact.get(way)["Location"] == address(desk.organisation)
    member = signed_in(desk.people.member)
    other = member.get(f"/konto/virksomhet/{desk.organisation.pk}/").content.decode()
    assert way not in other and member.get(way).status_code == 404


def test_a_contact_of_one_organisation_goes_straight_to_its_report(desk, neighbour):
    client = signed_in(desk.people.contact)
    assert client.get("/leveranserapporter/")["Location"] == address(desk.organisation)
    make_membership(desk.people.contact, neighbour, roles=("service_management",))
    client = signed_in(desk.people.contact)
    names = [row.name for row in client.get("/leveranserapporter/").context["rows"]]
    assert names == ["Granskog fylkeskommune", "Tindvik kommune"]


def test_going_through_the_list_shows_every_organisation_once_at_a_constant_cost(desk, manager):
    for number in range(120):
        make_organisation(name=f"Kommune {number % 40:02}")  # names are shared
    seen, path, costs = [], "/leveranserapporter/", set()
    while path:
        with CaptureQueriesContext(connection) as queries:
            context = manager.get(path).context
        costs.add(len(queries))
        seen += [row.address for row in context["rows"]]
        path = context["following"] and f"/leveranserapporter/{context['following']}"
    assert len(seen) == len(set(seen)) == 121
    assert max(costs) - min(costs) <= 1 and max(costs) <= 12


def test_a_report_costs_the_same_with_many_cases(desk, manager):
    costs = []
    for count in (1, 30):
        for number in range(count):
            promise(desk, f"2026-10-14 12:{number:02}", commitment="guarantee")
        with CaptureQueriesContext(connection) as queries:
            manager.get(address(desk.organisation))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 20
