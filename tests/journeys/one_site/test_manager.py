"""A manager's month: key figures, each report, what is behind them, and what is done about it."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import count
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook
from playwright.sync_api import expect

from portal.insight.purposes import PURPOSES
from portal.insight.words import month_and_year
from tests.browser import BROWSER_TESTS
from tests.journeys.world import World
from triage.oversight.models import Criterion, ReviewedAnswer
from triage.reporting import closing
from triage.reporting.models import Agreement, Baseline, BreachCause
from triage.sla.months import Month, month_of
from triage.tickets import services as cases

pytestmark = BROWSER_TESTS

WORDS = {
    "nb": {
        "late": "Får ikke token på morgenen",
        "quick": "Hvor bestiller vi testtilgang?",
        "measure": "Vi får varsel når sertifikatet snart går ut.",
        "agreed": "Felles gjennomgang av tilganger innen 1. mars.",
        "note": "Fint og kort.",
    },
    "nn": {
        "late": "Får ikkje token om morgonen",
        "quick": "Kvar bestiller vi testtilgang?",
        "measure": "Vi får varsel når sertifikatet snart går ut.",
        "agreed": "Felles gjennomgang av tilgangar innan 1. mars.",
        "note": "Fint og kort.",
    },
}
MINUTE = timedelta(minutes=1)
BACK = count(2)  # each journey has a whole month of its own that has settled


@pytest.fixture
def words(world: World) -> dict:
    """What is written here."""
    return WORDS[world.language]


@pytest.fixture
def month(world: World, words: dict) -> Month:
    """A month in which one case was answered late and another at once."""
    zone = timezone.get_default_timezone()
    month = month_of(world.now, zone).plus(-next(BACK))
    start = datetime(month.year, month.number, 10, 9, tzinfo=UTC)
    for subject, wait in ((words["late"], timedelta(days=9)), (words["quick"], MINUTE)):
        ticket = world.opened(subject, "Hvordan?", before=world.now - start, impact=1, urgency=1)
        cases.take_ticket(ticket=ticket, by=world.agent, now=start + wait)
        cases.resolve(
            ticket=ticket, by=world.agent, solution_code="answer", body="Slik.", now=start + wait
        )
    return month


def test_a_manager_reads_the_reports_and_follows_them_up(travel, world, words, month, tmp_path):
    lise = travel(world.manager)
    opens_every_report(lise)
    narrows_and_opens_the_cases(lise, world, words, month)
    downloads(lise, words, tmp_path)
    explains_a_missed_deadline(lise, words)
    closes_months_and_chooses_a_baseline(lise, world, month)
    prints_the_delivery_report(lise, world, words, month)
    draws_a_sample_and_reads_an_answer(lise, words, month)


def name_of(month: Month, language: str) -> str:
    """A month in the words of the language."""
    with translation.override(language):
        return month_and_year(month)


def opens_every_report(lise) -> None:
    """From the key figures by the tabs; each says what it counts."""
    lise.go("/")
    lise.follow("Reports", within=lise.page.get_by_role("banner"))
    lise.heading("Reports")
    assert lise.page.locator(".insight-figures .insight-sentence").count() >= len(PURPOSES)
    for purpose in reversed(PURPOSES):
        lise.page.locator(f".insight-tabs a[href*='/{purpose.address}/']").click()
        lise.page.get_by_role(
            "heading", level=1, name=lise.says(purpose.title._args[0]), exact=True
        ).wait_for()
        lise.sees("What is counted:")
        assert lise.page.locator(".insight-section").count() >= 1


def narrows_and_opens_the_cases(lise, world: World, words: dict, month: Month) -> None:
    """The filter holds from the report to the list of what is behind a figure."""
    lise.page.locator(".insight-filter summary").click()
    lise.field("From month").select_option(str(month))
    lise.field("To month").select_option(str(month))
    lise.field("Organisation").fill(world.organisation.name)
    lise.press("Show")
    chosen = lise.page.locator(".insight-chip")
    expect(chosen).to_have_count(1)
    expect(chosen).to_contain_text(world.organisation.name)
    lise.page.locator(".insight-section td a[href*='/rapporter/saker/']").first.click()
    lise.page.locator("h1").wait_for()
    listed = lise.page.locator("main table")
    expect(listed).to_contain_text(words["late"])
    expect(chosen.filter(has_text=world.organisation.name)).to_have_count(1)
    lise.page.go_back()
    expect(chosen).to_have_count(1)


def downloads(lise, words: dict, folder: Path) -> None:
    """The table of missed deadlines as CSV, and every table in one workbook."""
    section = lise.page.locator(".insight-section", has_text=words["late"])
    with lise.page.expect_download() as taken:
        lise.follow("Download as CSV", within=section, exact=False)
    taken.value.save_as(folder / "table.csv")
    text = (folder / "table.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text), delimiter=";"))
    assert [row for row in rows if words["late"] in row], text
    with lise.page.expect_download() as taken:
        lise.follow("Download every table as XLSX")
    taken.value.save_as(folder / "report.xlsx")
    assert ZipFile(folder / "report.xlsx").testzip() is None
    sheets = load_workbook(folder / "report.xlsx").worksheets
    assert any(words["late"] in row for sheet in sheets for row in sheet.values)


def explains_a_missed_deadline(lise, words: dict) -> None:
    report = lise.page.url.removeprefix(lise.base)
    row = lise.page.locator("tr", has_text=words["late"]).first
    lise.follow("Enter the cause", within=row)
    lise.heading("Why was the deadline missed?")
    lise.press("Save the cause")
    lise.sees("Choose the cause.")
    lise.field("What was the cause?").select_option(BreachCause.Cause.FAULT)
    lise.field("What is done about it?").fill(words["measure"])
    lise.press("Save the cause")
    lise.sees("The cause is saved.")
    lise.go(report)
    expect(lise.page.locator("tr", has_text=words["measure"]).first).to_contain_text(words["late"])


def closes_months_and_chooses_a_baseline(lise, world: World, month: Month) -> None:
    closing.close_months(world.now)
    name = name_of(month, world.language)
    lise.go("/rapporter/")
    lise.follow("Closed months and the baseline")
    lise.heading("Closed months")
    lise.field("From month").select_option(str(month))
    lise.field("To month").select_option(str(month))
    lise.press("Choose the baseline")
    lise.sees("The baseline is chosen.")
    assert str(Baseline.objects.latest("pk").first) == str(month)
    lise.page.locator("table").get_by_role("link", name=name).click()
    lise.page.get_by_role("heading", level=1).filter(has_text=name[1:]).wait_for()
    lise.sees("Every figure is the same as when it was kept.")


def prints_the_delivery_report(lise, world: World, words: dict, month: Month) -> None:
    """What the service owner is given, on paper without what only a screen can use."""
    lise.go("/rapporter/")
    lise.follow("Delivery reports for each organisation")
    lise.heading("Delivery reports")
    lise.field("Month").select_option(str(month))
    lise.field("Part of the name").fill(world.organisation.name)
    lise.press("Show")
    lise.page.locator("table").get_by_role("link", name=world.organisation.name).click()
    lise.page.get_by_role("heading", level=1, name=world.organisation.name).wait_for()
    lise.sees_words(words["measure"])
    lise.field("What is agreed next?").fill(words["agreed"])
    lise.press("Save what is agreed")
    lise.sees("What is agreed is saved.")
    assert Agreement.objects.get(organisation=world.organisation).text == words["agreed"]
    lise.page.emulate_media(media="print")
    expect(lise.page.locator(".insight-letterhead h1")).to_be_visible()
    expect(lise.page.locator("p", has_text=words["agreed"]).first).to_be_visible()
    for unneeded in ("header[role=banner], body > header", ".no-print", "form"):
        assert not any(each.is_visible() for each in lise.page.locator(unneeded).all()), unneeded
    assert lise.page.pdf(format="A4").startswith(b"%PDF")
    lise.page.emulate_media(media="screen")


def draws_a_sample_and_reads_an_answer(lise, words: dict, month: Month) -> None:
    lise.go("/rapporter/")
    lise.follow("Answers to read again")
    lise.heading("Answers to read again")
    lise.page.locator("[name=month]").select_option(str(month))
    lise.field("How many answers").fill("5")
    lise.press("Draw the sample")
    drawn = lise.page.locator(".review-samples li", has_text=name_of(month, lise.language))
    lise.follow("Read the next answer", within=drawn, exact=False)
    lise.sees("The checklist")
    lise.press("Write it down")
    lise.sees("Choose yes or no.")
    for name in Criterion.values:
        lise.page.locator(f"[name={name}][value=yes]").check()
    lise.field("Note").fill(words["note"])
    lise.press("Write it down")
    lise.sees("Written down. Here is the next one, if there is one.")
    read = ReviewedAnswer.objects.get(sample__month=str(month), reviewed_at__isnull=False)
    assert read.note == words["note"] and all(getattr(read, name) for name in Criterion.values)
    assert reverse("review_answer", args=[read.pk]) not in lise.page.url
