"""The pages of the reports: who gets in, what they say, and where every figure leads."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from portal.insight import words
from portal.insight.purposes import BY_ADDRESS, FIGURES, PURPOSES
from tests.factories import make_organisation, make_product, make_user
from tests.portal.desk.pages import signed_in, text_of
from tests.triage.reporting.scenes import LONG_AGO, NOW, oslo, promise
from tests.triage.tickets.desk import opened
from triage.reporting.figures import Share
from triage.tickets import services
from triage.tickets.models import Ticket

pytestmark = pytest.mark.django_db
PERIOD = "from=2026-09&to=2026-11"
REPORTS = [f"/rapporter/{address}/" for address in BY_ADDRESS]
LISTS = [f"/rapporter/saker/{figure}/" for figure in FIGURES]
BY_MONTH = "/rapporter/forutsigbarhet/frister/by-month"
# Their groups are too few in this scene to be shown or there: they have tests of their own.
SMALL = {
    "/rapporter/kvalitet/",
    "/rapporter/sikkerhet/",
    "/rapporter/community/",
    "/rapporter/forslag/",
}
FILES = [f"{BY_MONTH}.csv", f"{BY_MONTH}.xlsx", "/rapporter/forutsigbarhet.xlsx"]
PAGES = ["/rapporter/", *REPORTS, *LISTS, *FILES]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("portal.insight.views.timezone.now", lambda: NOW)


@pytest.fixture
def manager(desk) -> Client:
    return signed_in(desk.people.manager)


@pytest.fixture
def autumn(desk):
    """Deadlines: September 4 of 4, October 5 of 6; a case of every other kind of figure."""
    for _number in range(4):
        promise(desk, "2026-09-14 12:00", met="2026-09-14 11:00", product=desk.product)
    for met in ("2026-10-14 11:00", "2026-10-14 11:00", "2026-10-14 12:00", "2026-10-15 11:00"):
        promise(desk, "2026-10-14 12:00", met=met, language="nn")
    at = oslo("2026-10-20 10:00")
    ticket = opened(desk, at=at, channel="phone")
    services.consult(ticket=ticket, by=desk.people.agent, team=desk.third, question="?", now=at)
    services.hand_over(
        ticket=ticket, by=desk.people.agent, to=desk.second, reason="unsure", tried="x", now=at
    )
    services.hand_back(ticket=ticket, by=desk.people.expert, reason="Nei", now=at + HOUR)
    solved = opened(desk, at=at, subject="=2+2")
    for person, when in ((ticket, at + 2 * HOUR), (solved, at + 3 * HOUR)):
        services.resolve(
            ticket=person, by=desk.people.agent, solution_code="answer", body="Slik.", now=when
        )
    services.reopen(ticket=ticket, by=desk.people.agent, reason="Mer", now=at + DAY)
    return desk


@pytest.mark.parametrize(
    ("role", "inside"),
    [
        ("manager", True),
        ("administrator", True),
        ("agent", False),
        ("expert", False),
        ("guard", False),
        ("contact", False),
        ("asker", False),
        ("stranger", False),
        ("editor", False),
        ("moderator", False),
    ],
)
def test_managers_and_administrators_get_in_and_nobody_else(desk, role, inside):
    client = signed_in(getattr(desk.people, role, None) or make_user(groups=(role,)))
    for path in PAGES:
        response = client.get(path)
        assert response.status_code == (200 if inside else 403), path
        assert inside or "Reports are for managers." in text_of(response), path


def test_a_visitor_is_asked_to_sign_in_and_comes_back():
    for path in PAGES:
        response = Client().get(path)
        assert response.status_code == 302 and response["Location"].endswith(f"?next={path}")


def test_nothing_is_sent_to_a_report(manager):
    for path in PAGES:
        assert manager.post(path).status_code == 405, path


@pytest.mark.parametrize(
    "path",
    [
        "/rapporter/ukjent/",
        "/rapporter/saker/ukjent/",
        "/rapporter/ukjent.xlsx",
        "/rapporter/forutsigbarhet/frister/ukjent.csv",
        "/rapporter/forutsigbarhet/frister/by-month.pdf",
        "/rapporter/forutsigbarhet/ukjent/by-month.csv",
        "/rapporter/ukjent/frister/by-month.csv",
    ],
)
def test_an_unknown_report_is_a_missing_page(manager, path):
    assert manager.get(path).status_code == 404


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_page_is_there_without_a_single_case_in_every_language(desk, language):
    client = signed_in(desk.people.manager, language)
    for path in PAGES:
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("purpose", PURPOSES, ids=lambda purpose: purpose.address)
def test_no_part_of_a_report_is_called_the_same_as_the_report(manager, autumn, purpose):
    html = manager.get(f"/rapporter/{purpose.address}/").content.decode()
    headings = re.findall(r"<h[12][^>]*>(.*?)</h[12]>", html, re.S)
    assert headings[0] and len(headings) > 1 and len(set(headings)) == len(headings)


def test_the_key_figures_are_sentences_about_the_last_whole_month(manager, autumn):
    page = text_of(manager.get(f"/rapporter/?{PERIOD}"))
    assert "83% of the answer deadlines in October were kept, 17 percentage points down" in page
    assert "The first line solved 50% of the cases solved in October" in page
    assert "2 cases came in during October, and 1 was handed over to another team." in page


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nb", "83 % av svarfristene i oktober ble holdt, 17 prosentpoeng ned fra september."),
        ("nn", "83 % av svarfristane i oktober vart haldne, 17 prosentpoeng ned frå september."),
    ],
)
def test_the_key_figure_in_both_written_standards(autumn, language, sentence):
    response = signed_in(autumn.people.manager, language).get(
        f"/rapporter/forutsigbarhet/?{PERIOD}"
    )
    assert sentence in text_of(response).replace("\xa0", " ")


def test_the_current_month_is_said_to_be_unfinished(manager, autumn):
    page = text_of(manager.get("/rapporter/forutsigbarhet/?from=2026-11&to=2026-11"))
    assert "No answer deadline fell due in November so far." in page


def test_the_report_says_what_is_counted_and_as_of_when(manager, autumn):
    page = text_of(manager.get(f"/rapporter/forutsigbarhet/?{PERIOD}"))
    for sentence in (
        "September 2026 – November 2026",
        "As of Tuesday 24 November",
        "Counts the cases you may open.",
        "What is counted:",
        "one that is still open after its time",
    ):
        assert sentence in page


def test_a_chart_has_the_tables_figures_and_a_text_alternative(manager, autumn):
    html = manager.get(f"/rapporter/forutsigbarhet/?{PERIOD}").content.decode()
    chart = re.search(r"<svg class=\"insight-columns\".*?</svg>", html, re.S).group()
    assert 'role="img"' in chart and "<title" in chart and "<desc" in chart
    heights = re.findall(r'<rect class="insight-bar"[^>]* height="(\d+)"', chart)
    assert heights == ["150", "125", "0"]
    assert "style=" not in html


def test_every_text_alternative_is_whole_sentences(manager, autumn):
    found = []
    for path in REPORTS:
        html = manager.get(f"{path}?{PERIOD}").content.decode()
        found += re.findall(r"<desc[^>]*>(.*?)</desc>", html, re.S)
    assert len(found) > 15
    for said in found:
        before = said.strip().removesuffix("The table below has the same figures.")
        assert before.rstrip().endswith(".") and ".." not in before, said


def test_many_months_are_printed_on_pages_on_their_side(manager, autumn):
    path = "/rapporter/forutsigbarhet/"
    few = manager.get(f"{path}?{PERIOD}").content.decode()
    many = manager.get(f"{path}?from=2025-12&to=2026-11").content.decode()
    assert "insight-broad" not in few and "insight-dense" not in few
    assert 'class="stack insight-broad"' in many and "ds-table insight-dense" in many


def test_on_paper_missed_deadlines_leave_out_what_the_case_says_and_files_keep_it(manager, autumn):
    html = manager.get(f"/rapporter/forutsigbarhet/?{PERIOD}").content.decode()
    assert re.findall(r'class="no-print">(\w+)</th>', html) == ["Priority", "Team"]
    missed = re.search(r"<tbody>.*?</tbody>", html.partition('id="brudd-missed"')[2], re.S)
    assert missed.group().count('<td class="no-print">') == 2 * missed.group().count("<tr>") > 0
    kept = manager.get(f"/rapporter/forutsigbarhet/brudd/missed.csv?{PERIOD}").content.decode()
    assert "Priority" in kept and "Team" in kept


def behind(html: str) -> list[tuple[str, str]]:
    """Every figure of the tables that opens something: its words and its address."""
    cells = re.findall(
        r'<td[^>]*><a class="ds-link" href="(/rapporter/saker/[^"]+)">([^<]+)<', html
    )
    return [(said, unescape(address)) for address, said in cells]


@pytest.mark.parametrize("path", REPORTS)
def test_every_count_opens_as_many_rows_as_it_says(manager, autumn, path):
    links = behind(manager.get(f"{path}?{PERIOD}").content.decode())
    counts = [(int(said), address) for said, address in links if said.isdecimal()]
    assert counts or path in SMALL
    for count, address in counts:
        figure = urlsplit(address).path.split("/")[3]
        page = manager.get(address).context["page"]
        moves = figure in ("handed_over", "handed_back", "consulted")
        assert page.count == count or (moves and page.count <= count), address
        assert len(page.rows) == page.count


def test_the_figures_narrow_by_every_filter_and_say_so(manager, autumn):
    for query, fell_due in (
        ("product=maskinporten", 4),
        ("product=none", 8),
        ("language=nn", 4),
        ("team=autorisasjon", 0),
        ("priority=P1", 0),
        (f"organisation={autumn.organisation.pk}", 12),
        ("organisation=tindv", 12),
        ("commitment=guarantee", 0),
        ("kind=first_response", 10),
    ):
        response = manager.get(f"/rapporter/forutsigbarhet/?from=2026-09&to=2026-10&{query}")
        assert "Counts only:" in text_of(response)
        table = table_of(response, "by-month")
        count = sum(row.cells[-2].value for row in table.rows)
        assert count == fell_due, query


NONSENSE = [
    "product=ukjent",
    "team=' OR 1=1",
    "priority=P9",
    "language=de",
    "organisation=999999",
    "organisation=99999999999999999999999",
    "kind=x",
    "commitment=x",
    "segment=x",
    "channel=x",
    "status=x",
    "age=x",
    "product=<script>alert(1)</script>",
]


def test_a_filter_that_means_nothing_is_named_and_not_used(manager, autumn):
    for query in NONSENSE:
        response = manager.get(f"/rapporter/forutsigbarhet/?{PERIOD}&{query}")
        assert response.status_code == 200
        assert "Not used, because it means nothing here:" in text_of(response)
        assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "from=x&to=y",
        "from=2026-13",
        "from=0001-01",
        "to=9999-12",
        "from=2026-11&to=2020-01",
        "product=%00",
    ],
)
@pytest.mark.parametrize(
    "path", ["/rapporter/", "/rapporter/forutsigbarhet/", "/rapporter/saker/missed/"]
)
def test_a_nonsense_address_still_gives_a_report(manager, path, query):
    assert manager.get(f"{path}?{query}").status_code == 200


def test_the_form_keeps_the_question_and_filters_of_links(manager, autumn):
    form = manager.get(f"/rapporter/forutsigbarhet/?{PERIOD}&language=nn&kind=update").context[
        "form"
    ]
    chosen = {
        select.name: [option.value for option in select.options if option.chosen]
        for select in form.selects
    }
    assert chosen["from"] == ["2026-09"] and chosen["language"] == ["nn"]
    assert form.kept == (("kind", "update"),)


def test_months_that_can_still_fall_say_until_when(manager, autumn):
    rows = table_of(manager.get(f"/rapporter/effektivitet/?{PERIOD}"), "by-month").rows
    notes = {row.name: row.note for row in rows}
    assert notes == {
        "September 2026": "",
        "October 2026": "",
        "November 2026": "can fall until 15 December 2026",
    }


def test_a_list_shows_cases_that_open_at_the_desk(manager, autumn):
    response = manager.get(f"/rapporter/saker/missed/?{PERIOD}")
    page = response.context["page"]
    assert page.count == len(page.rows) > 0
    assert manager.get(page.rows[0].address).status_code == 200
    text = text_of(response)
    assert "Answer deadline" in text and "23 h late" in text
    assert "Kept" in text_of(manager.get(f"/rapporter/saker/targets/?{PERIOD}"))


def _let_the_database_count() -> None:
    """PostgreSQL looks for rows by how many there are, which it finds out after the test asked."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@pytest.mark.parametrize("figure", ["missed", "open", "first-line"])
def test_going_through_the_pages_shows_every_row_once(manager, desk, figure):
    for number in range(60):
        ticket = promise(desk, f"2026-10-14 12:{number // 7:02}")
        if figure == "first-line":
            services.resolve(
                ticket=ticket,
                by=desk.people.agent,
                solution_code="answer",
                body="Slik.",
                now=LONG_AGO + DAY,
            )
    months = "from=2026-05&to=2026-05" if figure == "first-line" else PERIOD
    _let_the_database_count()
    seen, address = [], f"/rapporter/saker/{figure}/?{months}"
    while address:
        context = manager.get(address).context
        seen += [row.ticket.pk for row in context["page"].rows]
        address = context["following"] and f"/rapporter/saker/{figure}/{context['following']}"
    assert sorted(seen) == sorted(Ticket.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "-1",
        "9" * 40,
        "²",
        "2026-10-14T10:00:00+00:00_x",
        "_",
        "0001-01-01T00:00:00+14:00_1",
    ],
)
@pytest.mark.parametrize("figure", ["missed", "open"])
def test_a_place_that_is_none_begins_at_the_beginning(manager, autumn, figure, after):
    path = f"/rapporter/saker/{figure}/?{PERIOD}"
    whole = manager.get(path).context["page"].rows
    assert manager.get(path, {"after": after}).status_code == 200
    assert manager.get(f"{path}&after={after}").context["page"].rows == whole


def test_security_cases_are_neither_counted_nor_listed_for_those_who_may_not_read_them(
    manager, desk
):
    promise(desk, "2026-10-14 12:00", case_type="security_incident", subject="Hemmelig")
    for path in (f"/rapporter/forutsigbarhet/?{PERIOD}", f"/rapporter/saker/missed/?{PERIOD}"):
        assert "Hemmelig" not in text_of(manager.get(path))
    root = signed_in(make_user(is_superuser=True))
    assert "Hemmelig" in text_of(root.get(f"/rapporter/saker/missed/?{PERIOD}"))


def table_of(response, code: str):
    """The first table with this code on a page."""
    sections = [each.section for part in response.context["parts"] for each in part.sections]
    return next(section.table for section in sections if section.code == code)


def workbook_of(response):
    return openpyxl.load_workbook(io.BytesIO(response.content))


def rows_of(response) -> list[list[str]]:
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_a_table_as_csv_has_the_pages_figures(manager, autumn):
    response = manager.get(f"/rapporter/forutsigbarhet/frister/by-month.csv?{PERIOD}")
    heading, september, october, november = rows_of(response)
    assert heading == [
        "Month", "Answer, per cent", "Update, per cent", "Solution, per cent", "Fell due", "Missed",
    ]  # fmt: skip
    assert september == ["September 2026", "100,0", "", "", "4", "0"]
    assert october[:2] == ["October 2026", "83,3"]
    assert november[0] == "November 2026"
    assert 'filename="frister-by-month-2026-09-2026-11.csv"' in response["Content-Disposition"]


@pytest.mark.parametrize(
    ("language", "said"), [("nb", "Forsinket, timer"), ("nn", "Forseinka, timar")]
)
def test_a_file_says_where_its_figures_are_hours(autumn, language, said):
    manager = signed_in(autumn.people.manager, language)
    heading, *rows = rows_of(manager.get(f"/rapporter/forutsigbarhet/brudd/missed.csv?{PERIOD}"))
    at = heading.index(said)
    assert [row[at] for row in rows][-1] == "23,0"
    book = workbook_of(manager.get(f"/rapporter/forutsigbarhet/brudd/missed.xlsx?{PERIOD}"))
    assert [cell.value for cell in next(book.active.iter_rows())][at] == said


def test_the_front_counts_the_guarantees_without_a_cause_that_the_report_lists(manager, desk):
    for day in ("2026-09-15", "2026-11-16"):
        promise(desk, f"{day} 12:00", commitment="guarantee", met="")
    said = "2 missed guarantees have no cause yet."
    assert said in text_of(manager.get(f"/rapporter/forutsigbarhet/?{PERIOD}"))
    assert said in text_of(manager.get(f"/rapporter/?{PERIOD}"))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_file_is_a_formula(manager, desk, start):
    product = make_product(slug="farlig", name_nb=f'{start}HYPERLINK("http://x")')
    promise(desk, "2026-10-14 12:00", subject=f"{start}2+2", product=product)
    Ticket.objects.update(subject=f"{start}2+2;\nx")
    for table in ("frister/by-product", "brudd/missed"):
        for row in rows_of(manager.get(f"/rapporter/forutsigbarhet/{table}.csv?{PERIOD}")):
            assert not any(cell[:1] in FORMULA_STARTS for cell in row if cell)
    for sheet in workbook_of(manager.get(f"/rapporter/forutsigbarhet.xlsx?{PERIOD}")):
        for cell in [cell for row in sheet.iter_rows() for cell in row]:
            assert cell.data_type != "f"
            assert not str(cell.value).startswith(FORMULA_STARTS), cell.value


def test_a_file_says_in_its_name_what_it_is_narrowed_by(manager, autumn, desk):
    month = "from=2026-10&to=2026-10"
    for path, query, name in (
        ("forutsigbarhet/frister/by-month.csv", "priority=P4", "frister-by-month-2026-10-p4.csv"),
        ("forutsigbarhet.xlsx", 'organisation=Ø "x" kom', "forutsigbarhet-2026-10-x-kom.xlsx"),
        ("forslag/forslag/by-month.csv", "priority=P4", "forslag-by-month-2026-10.csv"),  # of all
    ):
        response = manager.get(f"/rapporter/{path}?{month}&{query}")
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'


def test_where_no_deadline_was_missed_nothing_is_said_of_causes(manager, autumn):
    words = text_of(manager.get("/rapporter/?from=2026-02&to=2026-02"))
    assert "No deadline was missed." in words and "guarantee" not in words


def test_every_table_of_every_report_can_be_downloaded_as_both(manager, autumn):
    for address in BY_ADDRESS:
        parts = manager.get(f"/rapporter/{address}/?{PERIOD}").context["parts"]
        for placed in [placed for part in parts for placed in part.sections]:
            table = placed.section.table
            rows = rows_of(manager.get(placed.csv))
            assert rows[0] == table.file_headings
            assert len(rows) == len(table.rows) + 1
            (sheet,) = workbook_of(manager.get(placed.xlsx))
            assert [cell.value for cell in sheet[1]] == table.file_headings
            assert sheet.max_row == len(table.rows) + 1


def test_a_whole_report_is_a_workbook_with_numbers_as_numbers(manager, autumn):
    response = manager.get(f"/rapporter/forutsigbarhet.xlsx?{PERIOD}")
    assert 'filename="forutsigbarhet-2026-09-2026-11.xlsx"' in response["Content-Disposition"]
    book = workbook_of(response)
    assert len(book.sheetnames) == len(set(map(str.casefold, book.sheetnames))) > 5
    assert [cell.value for cell in book["Kept deadlines by month"][3]] == [
        "October 2026", 83.3, None, 50, 8, 2,
    ]  # fmt: skip


def test_the_number_of_statements_does_not_grow_with_the_cases(manager, desk):
    counts = []
    for _round in range(2):
        counts.append({})
        for path in ("/rapporter/", *REPORTS, *LISTS):
            with CaptureQueriesContext(connection) as queries:
                manager.get(f"{path}?{PERIOD}")
            counts[-1][path] = len(queries)
        for number in range(25):
            at = oslo("2026-10-20 10:00") + number * HOUR
            ticket = opened(desk, at=at, product=make_product(), organisation=make_organisation())
            services.hand_over(
                ticket=ticket,
                by=desk.people.agent,
                to=desk.second,
                reason="unsure",
                tried="x",
                now=at,
            )
    none, many = counts
    assert all(many[path] <= none[path] + 1 for path in many)  # rows to read, once
    assert max(many.values()) <= 33


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (Share(), "–"),
        (Share(0, 7), "0%"),
        (Share(7, 7), "100%"),
        (Share(999, 1000), "99.9%"),
        (Share(9999, 10000), "99.9%"),
        (Share(1, 1000), "0.1%"),
        (Share(1, 3), "33%"),
        (Share(2, 3), "67%"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_nothing(share, said):
    with translation.override("en"):
        assert words.percent(share) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (0, "0 min"), (59, "1 min"), (3600, "1 h"), (3660, "1 h 1 min"), (3599, "1 h")],
)
def test_lengths_of_time_in_words(seconds, said):
    with translation.override("en"):
        assert words.hours(seconds) == said


def test_links_between_reports_carry_the_question_along(manager, autumn):
    tabs = manager.get(f"/rapporter/forutsigbarhet/?{PERIOD}&language=nn").context["tabs"]
    assert [tab["current"] for tab in tabs] == [False, True, *[False] * (len(BY_ADDRESS) - 1)]
    for tab in tabs:
        query = parse_qs(urlsplit(tab["address"]).query)
        assert query["language"] == ["nn"] and query["from"] == ["2026-09"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("frister/", "forutsigbarhet/#frister"),
        ("svartid/?from=2026-09&to=2026-10", "kvalitet/?from=2026-09&to=2026-10#svartid"),
        ("forstelinje/", "effektivitet/#forstelinje"),
        ("brukerforum/?from=2026-10", "community/?from=2026-10"),
    ],
)
def test_old_addresses_of_reports_lead_to_where_they_are_now(manager, old, new):
    response = manager.get(f"/rapporter/{old}")
    assert (response.status_code, response["Location"]) == (301, f"/rapporter/{new}")


def test_what_is_secondary_is_folded_with_its_finding_in_sight(autumn, manager):
    html = manager.get(f"/rapporter/forutsigbarhet/?{PERIOD}").content.decode()
    folded = re.findall(r'<details class="ds-details insight-fold"(.*?)</summary>', html, re.S)
    assert [re.search(r'id="([-a-z]+)">', each)[1] for each in folded] == [
        "frister-by-commitment",
        "frister-by-priority",
        "frister-by-team",
        "frister-by-product",
        "brudd-causes",
        "apne-saker-by-status",
        "apne-saker-by-priority",
        "apne-saker-by-product",
        "apne-saker-by-team",
    ]
    assert "Most open cases: " in folded[5]


@pytest.mark.parametrize("address", BY_ADDRESS)
def test_every_measure_has_a_definition(autumn, manager, address):
    for part in manager.get(f"/rapporter/{address}/?{PERIOD}").context["parts"]:
        for placed in part.sections:
            assert placed.section.definition, placed.anchor


NOT_BEGUN = "There is nothing to count yet in the months you chose"


@pytest.mark.parametrize("path", ["/rapporter/", "/rapporter/forutsigbarhet/", LISTS[0]])
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2026-12&to=2027-02", True),
        ("from=2026-11&to=2027-02", False),  # this month is among them
        ("from=2026-09&to=2026-10", False),
    ],
)
def test_months_that_have_not_begun_are_said_to_have_nothing(manager, autumn, path, query, said):
    text = text_of(manager.get(f"{path}?{query}"))
    assert (NOT_BEGUN in text) == said
    if said:
        assert "December 2026 – February 2027" in text


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("kvalitet", "priority=P4", "Not used: Priority."),  # drawn among all answers
        ("community", "product=portal&team=first-line", "Not used: Team."),
        ("community", "product=portal", ""),
        ("forslag", "product=portal", "Not used: Product."),  # forms do not say whose they are
        ("kvalitet", "", ""),
        ("forutsigbarhet", "priority=P4", ""),
    ],
)
def test_a_part_that_cannot_be_narrowed_says_so(manager, desk, path, query, said):
    make_product(slug="portal")
    query = query.replace("first-line", desk.first.slug)
    text = text_of(manager.get(f"/rapporter/{path}/?{PERIOD}&{query}"))
    assert ("The figures here cannot be narrowed like that." in text) == bool(said)
    assert said in text


def test_moments_are_moments_in_a_workbook_and_sort_as_text_in_csv(manager, desk):
    promise(desk, "2026-10-14 12:00")
    path = "/rapporter/forutsigbarhet/brudd/missed"
    (sheet,) = workbook_of(manager.get(f"{path}.xlsx?{PERIOD}"))
    column = [cell.value for cell in sheet[1]].index("Was due")
    assert sheet[2][column].value == datetime(2026, 10, 14, 12, 0)
    assert sheet[2][column].number_format == "yyyy-mm-dd hh:mm"
    _headings, row = rows_of(manager.get(f"{path}.csv?{PERIOD}"))
    assert row[column] == "2026-10-14 12:00"


def test_sheets_are_called_what_tells_them_apart(manager, autumn):
    names = workbook_of(manager.get(f"/rapporter/kvalitet.xlsx?{PERIOD}")).sheetnames
    assert [name for name in names if name.endswith("channel")]
    assert all(len(name) <= 31 for name in names)
    assert not [name for name in names if name[-1].isdigit()]
