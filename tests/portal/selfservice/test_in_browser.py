"""The titles under the search box in a real browser: by keyboard, by rule, and without script."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from search.indexing import rebuild
from tests.browser import BROWSER_TESTS
from tests.factories import make_article, make_product, make_section, make_team

pytestmark = BROWSER_TESTS

BOX = "#search-words"
OPTIONS = f"{BOX}-list [role=option]"


@pytest.fixture
def articles(db):
    section, product, team = make_section(), make_product(), make_team()
    for title in ("Velg riktig tilgangspakke", "Når ingen tilgangspakke passer"):
        make_article(section, title=title, products=[product], owner_team=team)
    rebuild()


def write(page, words: str) -> None:
    """All at once: after a pause between keys, titles would be asked for more than once."""
    page.locator(BOX).focus()
    page.keyboard.insert_text(words)


def test_a_title_is_chosen_with_the_arrow_keys_alone(chromium, articles, live_server):
    page = chromium.new_page(viewport={"width": 320, "height": 700})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.goto(live_server.url)
    box = page.locator(BOX)
    write(page, "tilgangsp")
    page.locator(OPTIONS).nth(1).wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    box.press("ArrowDown")
    first = page.locator(OPTIONS).first
    assert first.get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "tilgangsp"
    box.press("a")
    page.locator(OPTIONS).first.wait_for()
    box.press("ArrowUp")
    chosen = page.locator(f"{OPTIONS}[aria-selected=true] span").first.inner_text()
    box.press("Enter")
    page.wait_for_url("**/veiledning/**")
    assert page.locator("h1").inner_text() == chosen
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_suggestions_and_hits_break_no_rule_of_accessibility(
    chromium, articles, live_server, scheme
):
    context = chromium.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for address in ("/", "/sok/?q=tilgangspakke", "/betjening/", "/personvern/", "/finnes-ikke/"):
        page.goto(live_server.url + address)
        found = Axe().run(page)
        assert found.violations_count == 0, (address, found.generate_report())
    page.goto(live_server.url)
    write(page, "tilgangsp")
    page.locator(OPTIONS).first.wait_for()
    page.locator(BOX).press("ArrowDown")
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()


def test_without_script_the_box_searches_and_filters_are_links(chromium, articles, live_server):
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(live_server.url)
    page.fill(BOX, "tilgangspakke")
    with page.expect_event("load"):
        page.press(BOX, "Enter")
    assert page.locator(".hit").count() == 2
    assert page.input_value(BOX) == "tilgangspakke"
    page.locator(".hit__why summary").first.click()
    page.locator(".hit__why p").first.wait_for()
    with page.expect_event("load"):
        page.locator(".hit h2 a").first.click()
    assert "tilgangspakke" in page.locator("h1").inner_text()
