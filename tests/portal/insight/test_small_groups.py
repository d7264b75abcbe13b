"""Small groups on the pages, in the files, in the charts and across filtered pages."""

from __future__ import annotations

import csv
import io
from itertools import product

import pytest

from tests.factories import make_organisation, make_product
from tests.portal.desk.pages import signed_in, text_of
from tests.triage.reporting.scenes import NOW, oslo
from tests.triage.tickets.desk import opened
from triage.tickets import services

pytestmark = pytest.mark.django_db
PERIOD = "from=2026-09&to=2026-11"
AT = oslo("2026-10-20 10:00")
HIDDEN = ["hidden"] * 5


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("portal.insight.views.timezone.now", lambda: NOW)


def answer(desk, count: int, *, hours: int = 1, **fields) -> None:
    for _number in range(count):
        ticket = opened(desk, at=AT, **fields)
        services.reply(
            ticket=ticket,
            by=desk.people.agent,
            body="Slik.",
            now=oslo(f"2026-10-20 {10 + hours}:00"),
        )


def table(client, code: str, query: str = "", part: str = "svartid") -> dict[str, list[str]]:
    response = client.get(f"/rapporter/kvalitet/?{PERIOD}&{query}")
    found = next(
        placed.section.table
        for each in response.context["parts"]
        if each.name == part
        for placed in each.sections
        if placed.section.code == code
    )
    return {row.name: [cell.words for cell in row.cells] for row in found.rows}


def test_a_small_group_takes_the_next_smallest_along_and_both_open_nothing(desk):
    answer(desk, 3, language="nn")
    answer(desk, 6, language="en")
    answer(desk, 30, language="nb")
    client = signed_in(desk.people.manager)
    rows = table(client, "by-language")
    assert rows["Nynorsk"] == rows["English"] == HIDDEN
    assert rows["Bokmål"][0] == "30"
    html = client.get(f"/rapporter/kvalitet/?{PERIOD}").content.decode()
    assert "language=nb" in html and "language=nn" not in html and "language=en" not in html


def test_without_a_small_group_only_the_empty_ones_are_hidden(desk):
    answer(desk, 5, language="nn")
    answer(desk, 6, language="nb")
    rows = table(signed_in(desk.people.manager), "by-language")
    assert (rows["Nynorsk"][0], rows["Bokmål"][0], rows["English"]) == ("5", "6", HIDDEN)


def test_the_file_and_the_chart_hide_what_the_table_hides(desk):
    answer(desk, 3, language="nn", hours=2)
    answer(desk, 6, language="en")
    answer(desk, 30, language="nb")
    client = signed_in(desk.people.manager)
    path = f"/rapporter/kvalitet/svartid/by-language.csv?{PERIOD}"
    text = client.get(path).content.decode().lstrip("\ufeff")
    lines = {line[0]: line[1:] for line in csv.reader(io.StringIO(text), delimiter=";")}
    assert set(lines["Nynorsk"]) == set(lines["English"]) == {"hidden"}
    response = client.get(f"/rapporter/kvalitet/?{PERIOD}")
    chart = next(
        placed.section.chart
        for part in response.context["parts"]
        for placed in part.sections
        if placed.section.code == "by-language" and part.name == "svartid"
    )
    bars = {bar.label: bar for bar in chart.bars}
    assert bars["Nynorsk"].words == bars["English"].words == "hidden"
    assert "0.00%" in bars["Nynorsk"].length and "2 h" not in chart.description


def test_no_count_of_a_group_comes_out_by_taking_filtered_pages_from_each_other(desk):
    products = [desk.product, make_product(slug="annet", name_nb="Annet")]
    for language, kind, count in (
        ("nb", products[0], 30),
        ("nb", products[1], 20),
        ("nn", products[0], 12),
        ("nn", products[1], 2),
        ("en", products[0], 8),
        ("en", products[1], 9),
    ):
        answer(desk, count, language=language, product=kind)
    client = signed_in(desk.people.manager)
    everything = table(client, "by-language")
    pages = {item.slug: table(client, "by-language", f"product={item.slug}") for item in products}
    assert everything["Nynorsk"][0] == "14" and pages["annet"]["Nynorsk"] == HIDDEN
    assert pages["maskinporten"]["Nynorsk"] == HIDDEN, "14 less 12 is 2"
    for language in ("Bokmål", "English"):
        shown = [pages[item.slug][language] != HIDDEN for item in products]
        assert shown[0] == shown[1], "one shown gives the other away"
    for code, item in product(("nb", "nn", "en"), products):
        rows = table(client, "by-month", f"product={item.slug}&language={code}")
        hidden = code == "nn" or pages[item.slug][{"nb": "Bokmål", "en": "English"}[code]] == HIDDEN
        assert (rows["October 2026"] == HIDDEN) is hidden, (code, item.slug)


def test_narrowed_to_an_organisation_no_groups_are_shown(desk):
    other = make_organisation(size="small")
    answer(desk, 20, language="nn", organisation=other)
    answer(desk, 20, language="nb", organisation=other)
    client = signed_in(desk.people.manager)
    query = f"organisation={other.pk}"
    assert set(map(tuple, table(client, "by-language", query).values())) == {tuple(HIDDEN)}
    assert table(client, "by-month", query)["October 2026"][0] == "40"


def test_by_size_small_organisations_stand_beside_large_ones(desk):
    answer(desk, 6, organisation=make_organisation(size="small"), hours=3)
    answer(desk, 7, organisation=make_organisation(size="large"), hours=1)
    response = signed_in(desk.people.manager).get(f"/rapporter/kvalitet/?{PERIOD}")
    assert (
        "Half of the answers came within 1 h for “Large: 250 employees or more”, and within 3 h "
        "for “Small: under 50 employees”."
    ) in text_of(response)
    size = table(signed_in(desk.people.manager), "by-size", "size=small")
    assert size["Small: under 50 employees"][0] == "6"
    assert size["Large: 250 employees or more"] == HIDDEN
    wrong = signed_in(desk.people.manager).get(f"/rapporter/kvalitet/?{PERIOD}&size=x")
    assert "Not used, because it means nothing here: x" in text_of(wrong)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Grupper på færre enn fem er skjult så ingen blir gjenkjent."),
        ("nn", "Grupper på færre enn fem er skjulte så ingen blir kjende att."),
    ],
)
def test_why_they_are_hidden_is_said_in_both_written_standards(desk, language, words):
    client = signed_in(desk.people.manager, language)
    assert words in text_of(client.get(f"/rapporter/kvalitet/?{PERIOD}"))
