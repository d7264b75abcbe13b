"""What everybody may see of how promises were kept, and of the versions they have had."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache

from portal.selfservice.track_record import quarter_of
from tests.portal.desk.pages import text_of
from tests.portal.selfservice.test_service_page import rows
from tests.triage.tickets.desk import make_desk, opened
from triage.reporting.closing import close_months
from triage.reporting.models import Snapshot, SnapshotCell
from triage.sla.months import Month
from triage.sla.policy import DEFAULT_POLICY, Rule, Target
from triage.sla.service_model import current_service_model, store_example, store_version
from triage.tickets import services
from triage.tickets.models import Ticket

DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
AUGUST = datetime(2026, 8, 12, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HEADING = "Kept deadlines last quarter"


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def desk(db):
    store_example(AUGUST)
    return make_desk()


def answered(desk, *, after, count, **fields):
    """Faults of P2, with an hour to an answer, answered so long after they came."""
    for _ in range(count):
        ticket = opened(desk, at=AUGUST, case_type="incident", impact=1, urgency=2, **fields)
        services.reply(ticket=ticket, by=desk.people.agent, body="Slik.", now=AUGUST + after)


def page(browser, *, at=NOVEMBER, language="en", address="/betjening/"):
    with time_machine.travel(at, tick=False):
        return browser(language=language).get(address)


def test_last_quarter_is_three_months_that_have_settled():
    assert [str(month) for month in quarter_of(Month(2026, 10))] == [
        "2026-07",
        "2026-08",
        "2026-09",
    ]
    assert [str(month) for month in quarter_of(Month(2026, 9))] == ["2026-07", "2026-08", "2026-09"]
    assert [str(month) for month in quarter_of(Month(2026, 2))] == ["2025-10", "2025-11", "2025-12"]


def test_answers_in_time_and_late_are_counted_for_everybody_to_see(desk, browser):
    answered(desk, after=HOUR / 2, count=6)
    answered(desk, after=2 * HOUR, count=2)
    found = page(browser)
    assert rows(found, HEADING)[0] == ["Case", "First answer", "Update", "Solution"]
    assert rows(found, HEADING)[1][:2] == ["P2 High", "75% of 8"]
    assert "July 2026 to September 2026" in text_of(found)
    assert "Of the 8 first answers shown here, 75% came in time." in text_of(found)


def test_figures_of_closed_months_are_those_that_were_kept(desk, browser):
    answered(desk, after=HOUR / 2, count=8)
    close_months(NOVEMBER)
    assert Snapshot.objects.filter(measure="deadlines", month="2026-08").exists()
    before = rows(page(browser), HEADING)
    assert before[1][1] == "100% of 8"
    cache.clear()
    Ticket.objects.first().clocks.filter(kind="first_response").update(met_at=NOVEMBER)
    assert rows(page(browser), HEADING) == before


def test_each_kind_of_case_has_a_row_in_the_order_of_the_promises(desk, browser):
    answered(desk, after=HOUR / 2, count=6)
    for case_type, count in (("order", 5), ("question", 2), ("change_request", 3)):
        for _ in range(count):
            ticket = opened(desk, at=AUGUST, case_type=case_type)
            services.reply(
                ticket=ticket, by=desk.people.agent, body="Slik.", now=AUGUST + 100 * HOUR
            )
    close_months(NOVEMBER)
    found = page(browser)
    assert [row[:2] for row in rows(found, HEADING)[1:]] == [
        ["P2 High", "100% of 6"],
        ["Question / Order or access", "0% of 7"],
        ["Change request", "Fewer than five"],
    ]
    promised = [row[0] for row in rows(found, "Promises")[1:]]
    assert promised.index("P2 High") < promised.index("Question / Order or access")
    assert "Of the 13 first answers shown here, 46% came in time." in text_of(found)

    cache.clear()
    Ticket.objects.update(case_type="incident", priority="P1")
    assert rows(page(browser), HEADING) == rows(found, HEADING)


def test_a_quarter_with_a_month_kept_before_types_were_has_a_row_for_each_priority(desk, browser):
    answered(desk, after=HOUR / 2, count=6)
    close_months(NOVEMBER)
    SnapshotCell.objects.update(case_type="")
    Snapshot.objects.update(definition=1)
    found = page(browser)
    assert rows(found, "Kept deadlines last quarter, by priority")[1][:2] == [
        "P2 High",
        "100% of 6",
    ]


def test_security_cases_are_not_counted_and_few_cases_not_told(desk, browser):
    answered(desk, after=HOUR / 2, count=5, security=True)
    assert HEADING not in page(browser).content.decode()
    cache.clear()
    answered(desk, after=HOUR / 2, count=4)
    assert rows(page(browser), HEADING)[1][1] == "Fewer than five"
    assert "first answers shown" not in text_of(page(browser))
    close_months(NOVEMBER)
    cache.clear()
    assert rows(page(browser), HEADING)[1][1] == "Fewer than five"


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Ingen frister gikk ut fra juli 2026 til september 2026"),
     ("nn", "Ingen fristar gjekk ut frå juli 2026 til september 2026")],
)  # fmt: skip
def test_a_quarter_without_cases_says_so(desk, browser, language, words):
    assert words in text_of(page(browser, language=language))


def test_an_earlier_version_can_be_read_and_says_when_it_held(desk, browser):
    model = current_service_model(AUGUST)
    slower = Rule("all", "service_hours", first_response=Target(minutes=600))
    policy = replace(DEFAULT_POLICY, rules=(slower,))
    store_version(replace(model, policy=policy), valid_from=AUGUST, note="Hemmelig grunn")
    now = page(browser)
    assert rows(now, "Promises")[1][1] == "10 hours"
    assert "Since 12 August 2026: in force" in text_of(now)
    assert "Hemmelig grunn" not in text_of(now)
    earlier = page(browser, address=f"/betjening/?versjon={model.version_id}")
    assert rows(earlier, "Promises")[1][1] == "15 minutes"
    assert "until 12 August 2026" in text_of(earlier)


def test_a_version_to_come_is_told_and_can_be_read_before_it_holds(desk, browser):
    model = current_service_model(AUGUST)
    slower = Rule("all", "service_hours", first_response=Target(minutes=600))
    policy = replace(DEFAULT_POLICY, rules=(slower,))
    coming = store_version(replace(model, policy=policy), valid_from=DECEMBER, note="Hemmelig")
    now = page(browser)
    assert rows(now, "Promises")[1][1] == "15 minutes"
    assert "Our promises change from 1 December 2026." in text_of(now)
    then = page(browser, address=f"/betjening/?versjon={coming.pk}")
    assert rows(then, "Promises")[1][1] == "10 hours"
    assert "These promises hold for cases that come in from 1 December 2026 on." in text_of(then)
    assert "Hemmelig" not in text_of(now) + text_of(then)


def test_a_version_to_come_that_promises_readers_the_same_is_no_news(desk, browser):
    model = current_service_model(AUGUST)
    quiet = replace(DEFAULT_POLICY, escalations=())
    store_version(replace(model, policy=quiet), valid_from=DECEMBER, note="")
    assert "Our promises change" not in text_of(page(browser))


def test_versions_there_are_not_show_what_holds_now(desk, browser):
    model = current_service_model(AUGUST)
    for asked in (model.version_id, 9999, "x", "-1", "9" * 30, "²"):
        found = page(browser, address=f"/betjening/?versjon={asked}")
        assert rows(found, "Promises")[1][1] == "15 minutes"
        assert "earlier version" not in text_of(found)
