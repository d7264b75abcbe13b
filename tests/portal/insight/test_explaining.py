"""The page where a manager says why a deadline was missed, and the pages of closed months."""

from __future__ import annotations

import re
from html import escape, unescape

import pytest
from django.test import Client

from portal.insight import closed
from tests.factories import make_user
from tests.portal.desk.pages import signed_in, text_of
from tests.triage.reporting.scenes import NOW, oslo, promise
from tests.triage.tickets.desk import opened
from triage.oversight import ratings, sources
from triage.reporting import closing
from triage.reporting.closing import BY_NAME
from triage.reporting.models import Baseline, BreachCause, Snapshot
from triage.tickets import services
from triage.tickets.models import Ticket, TicketClock

pytestmark = pytest.mark.django_db
NUMBER = "13097248022"  # synthetic: belongs to nobody
MONTHS = "/rapporter/lukkede-maneder/"
LIST = "/rapporter/saker/missed/"
WRITTEN = {"cause": "fault", "explanation": "Et sertifikat.", "measure": "Varsel.", "seen": "0"}


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    for module in ("explaining", "closed", "views"):
        monkeypatch.setattr(f"portal.insight.{module}.timezone.now", lambda: NOW)


@pytest.fixture
def manager(desk) -> Client:
    return signed_in(desk.people.manager)


@pytest.fixture
def clock(desk) -> TicketClock:
    """A missed guarantee."""
    return promise(
        desk, "2026-10-14 12:00", commitment="guarantee", subject="Nede <b>lenge</b>"
    ).clocks.get()


def address(clock: TicketClock) -> str:
    return f"/rapporter/brudd/{clock.ticket_id}/{clock.kind}/{clock.number}/"


def test_the_report_leads_to_the_form_and_back_with_the_cause_in_place(manager, clock):
    report = "/rapporter/forutsigbarhet/?from=2026-10&to=2026-10"
    page = manager.get(report)
    assert "1 missed guarantee has no cause yet." in text_of(page)
    assert address(clock) in page.content.decode()
    (due,) = re.findall(r'<td class="insight-number">([^<]+)</td>', page.content.decode())
    assert re.search(r"\d\d:\d\d$", due), "the moment it was due, kept on one line"
    response = manager.post(address(clock), {**WRITTEN, "back": report})
    assert response["Location"] == report
    page = text_of(manager.get(report))
    assert "No missed guarantee is without a cause." in page
    assert "A fault in the service took time to mend" in page and "Varsel." in page
    listed = manager.get("/rapporter/saker/missed/?from=2026-10&to=2026-10&cause=fault")
    assert listed.context["page"].count == 1
    none = manager.get("/rapporter/saker/missed/?from=2026-10&to=2026-10&cause=none")
    assert none.context["page"].count == 0


def test_the_form_shows_the_facts_what_stands_and_what_stood(manager, clock):
    manager.post(address(clock), WRITTEN)
    first = BreachCause.objects.get()
    manager.post(address(clock), {**WRITTEN, "cause": "capacity", "seen": str(first.pk)})
    response = manager.get(address(clock))
    page = text_of(response)
    assert "Nede <b>lenge</b>" in page and "still open" in page and "Guarantee" in page
    assert response.context["form"]["cause"].value() == "capacity"
    assert page.count("Lise Leder") >= 2
    assert "<b>lenge</b>" not in response.content.decode()


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_the_form_speaks_both_written_standards(desk, clock, language):
    page = text_of(signed_in(desk.people.manager, language).get(address(clock)))
    assert {"nb": "Hvorfor ble fristen brutt?", "nn": "Kvifor vart fristen broten?"}[
        language
    ] in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cause": ""}, "Choose the cause."),
        ({"cause": "aliens"}, "aliens"),
        ({"measure": ""}, "Write what is done about it."),
        ({"measure": "x" * 2001}, "The text is too long. Use at most 2,000 characters."),
        ({"explanation": "a\x00b"}, "The text holds characters that cannot be used."),
        ({"seen": "x"}, ""),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_what_was_written_stays(manager, clock, changes, said):
    response = manager.post(address(clock), {**WRITTEN, **changes})
    assert response.status_code == 422 and not BreachCause.objects.exists()
    html = unescape(response.content.decode())
    assert said in html and "Et sertifikat." in html or "explanation" in changes


def test_scripts_stay_words_and_identity_numbers_are_masked(manager, clock):
    text = f"<script>alert(1)</script> {NUMBER}"
    manager.post(address(clock), {**WRITTEN, "explanation": text, "measure": text})
    html = manager.get(address(clock)).content.decode()
    assert "<script>alert" not in html and NUMBER not in html


def test_sent_twice_it_is_entered_once(manager, clock):
    for _twice in range(2):
        assert manager.post(address(clock), WRITTEN).status_code == 302
    assert BreachCause.objects.count() == 1


def test_of_two_who_write_at_once_the_later_decides_with_open_eyes(manager, clock):
    manager.post(address(clock), WRITTEN)
    late = {**WRITTEN, "cause": "capacity", "explanation": "Ferie."}
    response = manager.post(address(clock), late)
    page = unescape(response.content.decode())
    assert response.status_code == 409
    assert "Lise Leder entered a cause while you were writing." in page and "Ferie." in page
    seen = response.context["form"]["seen"].value()
    assert manager.post(address(clock), {**late, "seen": seen}).status_code == 302
    assert BreachCause.objects.get(current=True).cause == "capacity"


@pytest.mark.parametrize("role", ["agent", "expert", "contact", "asker", "stranger"])
def test_nobody_else_gets_to_the_form(desk, clock, role):
    client = signed_in(getattr(desk.people, role))
    for answer in (client.get(address(clock)), client.post(address(clock), WRITTEN)):
        assert answer.status_code == 403
    assert not BreachCause.objects.exists()


def test_deadlines_that_are_not_there_not_missed_or_not_to_be_seen_are_missing_pages(
    desk, manager, clock
):
    kept = promise(desk, "2026-10-14 12:00", met="2026-10-14 11:00").clocks.get()
    secret = promise(desk, "2026-10-14 12:00", case_type="security_incident").clocks.get()
    for path in (
        address(kept),
        address(secret),
        f"/rapporter/brudd/{clock.ticket_id}/first_response/7/",
        f"/rapporter/brudd/{clock.ticket_id}/ukjent/1/",
        "/rapporter/brudd/999999/first_response/1/",
        f"/rapporter/brudd/{'9' * 30}/first_response/1/",
    ):
        assert manager.get(path).status_code == 404, path
        assert manager.post(path, WRITTEN).status_code == 404, path


NO_WAY_BACK = [
    "https://ondt.example/rapporter/forutsigbarhet/",
    "//ondt.example/rapporter/forutsigbarhet/",
    "javascript:alert(1)",
    "/saker/",
    "/rapporter/../saker/",
    "/rapporter/\\ondt.example/",
    "/rapporter/forutsigbarhet/\r\nX: y",
    "/rapporter/forutsigbarhet.xlsx",
    "/rapporter/forutsigbarhet/?" + "a" * 1000,
]


@pytest.mark.parametrize("back", NO_WAY_BACK)
def test_the_way_back_leads_to_reports_only(manager, clock, back):
    response = manager.post(address(clock), {**WRITTEN, "back": back})
    assert response["Location"] == "/rapporter/forutsigbarhet/#brudd"
    listed = manager.get(LIST, {"from": "2026-10", "to": "2026-10", "back": back})
    assert listed.context["back"] == "/rapporter/forutsigbarhet/?from=2026-10&to=2026-10"


def link(page, beginning: str) -> str:
    """The first address in the page that begins so, as a browser reads it."""
    return re.search(f'href="({re.escape(beginning)}[^"]*)"', unescape(page.content.decode()))[1]


def test_a_list_of_cases_leads_back_to_the_months_and_the_filter_one_left(manager, clock):
    report = "/rapporter/forutsigbarhet/?from=2026-08&to=2026-10&priority=" + clock.ticket.priority
    page = manager.get(report)
    narrowed = link(page, f"{LIST}?from=2026-10&to=2026-10")
    listed = manager.get(narrowed)
    assert listed.context["page"].count == 1
    back = listed.context["back"]
    assert back.partition("#")[0] == report
    assert f'id="{back.partition("#")[2]}"' in page.content.decode()
    folded = link(page, f"{LIST}?{report.partition('?')[2]}&commitment=guarantee")
    place = manager.get(folded).context["back"].partition("#")[2]
    assert f'<div class="stack" id="{place}">' in page.content.decode()
    without = link(listed, "?")
    assert "priority=" not in without.partition("&back=")[0]
    assert manager.get(LIST + without).context["back"] == back


def test_a_cause_saved_from_a_report_or_its_list_leads_back_to_it(manager, clock):
    report = "/rapporter/forutsigbarhet/?from=2026-08&to=2026-10"
    page = manager.get(report)
    form = manager.get(link(page, address(clock)))
    assert form.context["back"] == f"{report}#brudd-missed"
    assert f'name="back" value="{escape(form.context["back"])}"' in form.content.decode()
    listed = manager.get(link(page, f"{LIST}?from=2026-10&to=2026-10"))
    path = link(listed, address(clock))
    saved = manager.post(path, {**WRITTEN, "back": manager.get(path).context["back"]}, follow=True)
    assert "The cause is saved." in text_of(saved)
    assert saved.context["back"] == listed.context["back"]
    assert saved.context["page"].rows[0].cause == "A fault in the service took time to mend"


def test_what_was_written_before_the_session_ended_comes_back(desk, clock):
    client = Client()
    assert client.post(address(clock), WRITTEN).status_code == 302
    kept = dict(client.session["kept_fields"])
    client.force_login(desk.people.manager)
    session = client.session
    session["kept_fields"] = kept
    session.save()
    assert client.get(address(clock)).context["form"]["measure"].value() == "Varsel."
    assert not BreachCause.objects.exists()


# --- closed months ------------------------------------------------------------------------------


def test_before_a_month_is_closed_the_page_says_which_could_be(manager):
    page = text_of(manager.get(MONTHS))
    assert "No month is kept yet. October 2026 is the last one" in page
    assert manager.get(f"{MONTHS}2026-10/").status_code == 404


def test_closed_months_say_when_by_which_definition_and_whether_the_log_differs(
    desk, manager, clock
):
    promise(desk, "2026-10-15 12:00", met="2026-10-15 11:00", product=desk.product)
    closing.close_months(NOW)
    page = text_of(manager.get(MONTHS))
    assert "October 2026" in page and "Deadlines 2" in page and "Not yet" in page
    TicketClock.objects.update(met_at=None)
    closing.compare_months(NOW)
    assert "The log differs: Deadlines" in text_of(manager.get(MONTHS))
    month = text_of(manager.get(f"{MONTHS}2026-10/"))
    assert "See what has changed" in month and "−1" in month and "Maskinporten" in month
    report = text_of(manager.get("/rapporter/forutsigbarhet/?from=2026-09&to=2026-11"))
    assert "September 2026 to October 2026 are closed" in report
    assert "The log gives other figures for some of them by now." in report
    assert "kept; the log says otherwise now" in report
    narrow = text_of(manager.get("/rapporter/forutsigbarhet/?from=2026-09&channel=portal"))
    assert "Closed months are not kept by «Channel»" in narrow
    assert "The list is the log as it is now." in text_of(
        manager.get("/rapporter/saker/missed/?from=2026-10&to=2026-10")
    )


def test_of_answers_and_grades_a_closed_month_shows_counts_and_no_single_group(desk, manager):
    for _number in range(6):
        ticket = opened(desk, at=oslo("2026-10-20 10:00"))
        services.resolve(
            ticket=ticket,
            by=desk.people.agent,
            solution_code="answer",
            body="Slik.",
            now=oslo("2026-10-20 11:00"),
        )
    closing.close_months(NOW)
    ratings.rate(ticket=Ticket.objects.get(pk=ticket.pk), by=ticket.requester, grade=2, now=NOW)
    blocks = manager.get(f"{MONTHS}2026-10/").context["blocks"]
    found = {block.anchor: block for block in blocks}["satisfaction-ordinary"]
    figures = [[cell.words for cell in row.cells] for row in found.totals.rows]
    assert figures == [["Asked", "6", "6", "0"], ["Said how it went", "0", "1", "+1"]]
    assert not found.cells.rows
    page = text_of(manager.get(f"{MONTHS}2026-10/"))
    assert "The log differs in 1 group of cases. It is not shown" in page


def test_handed_over_cases_of_a_closed_month_are_named_by_the_team_that_got_them(desk, manager):
    at = oslo("2026-10-20 10:00")
    services.hand_over(
        ticket=opened(desk, at=at),
        by=desk.people.agent,
        to=desk.second,
        reason="unsure",
        tried="x",
        now=at,
    )
    closing.close_months(NOW)
    blocks = manager.get(f"{MONTHS}2026-10/").context["blocks"]
    found = {block.anchor: block for block in blocks}["escalated-ordinary"]
    assert [row.name for row in found.totals.rows] == [desk.second.name] * 2


def test_a_newer_definition_is_pointed_out(desk, manager, clock):
    closing.close_months(NOW)
    Snapshot.objects.filter(measure="deadlines").update(definition=0)
    assert "counted by a newer definition today" in text_of(manager.get(MONTHS))
    assert "Counted by definition 2 today." in text_of(manager.get(f"{MONTHS}2026-10/"))


def test_security_cases_of_closed_months_are_for_those_who_may_read_them(desk, manager):
    promise(desk, "2026-10-14 12:00", case_type="security_incident")
    closing.close_months(NOW)
    TicketClock.objects.update(met_at="2026-10-14T09:00:00Z")
    closing.compare_months(NOW)
    for path in (MONTHS, f"{MONTHS}2026-10/"):
        page = text_of(manager.get(path))
        assert "security cases" not in page.replace("Security cases are", "")
        assert "The log differs" not in page
    root = signed_in(make_user(is_superuser=True))
    assert "Deadlines, security cases" in text_of(root.get(f"{MONTHS}2026-10/"))
    assert "The log differs: Deadlines" in text_of(root.get(MONTHS))


def test_a_baseline_is_chosen_and_the_reports_are_held_against_it(desk, manager, clock):
    promise(desk, "2026-09-14 12:00", met="2026-09-14 11:00")
    opened(desk, at=NOW)
    closing.close_months(NOW)
    response = manager.post(MONTHS, {"first": "2026-09", "last": "2026-09"})
    assert response.status_code == 302
    assert "Lise Leder" in text_of(manager.get(MONTHS))
    page = text_of(manager.get("/rapporter/forutsigbarhet/?from=2026-09&to=2026-11"))
    assert "100 percentage points down from the baseline September 2026." in page
    assert "The baseline September 2026: 100%" in page


def test_guidance_and_satisfaction_are_held_against_the_baseline_too(desk, manager):
    for month, used, grades in (("09", True, (4, 5, 5, 4, 5)), ("10", False, (1, 2, 5, 5, 2))):
        at = oslo(f"2026-{month}-14 10:00")
        for grade in grades:
            ticket = opened(desk, at=at)
            services.hand_over(
                ticket=ticket, by=desk.people.agent, to=desk.second, reason="unsure", tried="x",
                now=at,
            )  # fmt: skip
            if used:
                sources.note_articles(ticket=ticket, articles={"article:7": at}, now=at)
            services.resolve(
                ticket=ticket, by=desk.people.expert, solution_code="answer", body="Slik.", now=at
            )
            ticket.refresh_from_db()
            ratings.rate(ticket=ticket, by=ticket.requester, grade=grade, now=at)
    closing.close_months(NOW)
    manager.post(MONTHS, {"first": "2026-09", "last": "2026-09"})
    efficiency = text_of(manager.get("/rapporter/effektivitet/?from=2026-09&to=2026-11"))
    assert "100 percentage points down from the baseline September 2026." in efficiency
    quality = text_of(manager.get("/rapporter/kvalitet/?from=2026-09&to=2026-11"))
    assert "60 percentage points down from the baseline September 2026." in quality


@pytest.mark.parametrize(
    "chosen",
    [
        {"first": "2026-10", "last": "2026-09"},
        {"first": "2026-10", "last": "2026-11"},
        {"first": "x", "last": "2026-10"},
        {},
    ],
)
def test_a_baseline_of_months_that_are_not_closed_is_refused(desk, manager, clock, chosen):
    closing.close_months(NOW)
    assert manager.post(MONTHS, chosen).status_code == 422
    assert not Baseline.objects.exists()


@pytest.mark.parametrize("text", ["2026-13", "x", "2026-1", "2019-01", "%00"])
def test_a_month_that_is_not_kept_is_a_missing_page(manager, clock, text):
    closing.close_months(NOW)
    assert manager.get(f"{MONTHS}{text}/").status_code == 404


def test_every_measure_that_months_are_kept_by_has_words_for_what_it_counts():
    assert set(closed.TITLES) == set(closed.SUMS) == set(BY_NAME)
