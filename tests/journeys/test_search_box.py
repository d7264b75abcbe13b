"""The search box while somebody writes in it: by keyboard, and where answers are slow to come."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import BROWSER_TESTS
from tests.journeys.world import World

pytestmark = BROWSER_TESTS

OFFERS = "**/sok/forslag/**"


@pytest.fixture
def script() -> bool:
    """Without script it is an ordinary search box."""
    return True


@pytest.fixture(params=["nb"])
def language(request) -> str:
    """Keys are the same in every language."""
    return request.param


@pytest.fixture
def page(travel, world: World):
    """The search page, with the focus in its box."""
    window = travel()
    window.go("/sok/")
    window.page.get_by_role("combobox").focus()
    return window.page


def writes(page, keys: str) -> None:
    """Write, and wait until what begins like that is asked for."""
    with page.expect_request(OFFERS):
        page.keyboard.type(keys)


def test_titles_come_though_a_key_was_pressed_before_the_answer_to_the_last(page):
    page.route(OFFERS, lambda route: None)  # a slow network
    writes(page, "maski")
    page.unroute(OFFERS)
    writes(page, "n")
    expect(page.get_by_role("option")).not_to_have_count(0)


def test_what_is_written_on_after_choosing_is_searched_for_and_not_the_choice(page):
    writes(page, "maski")
    expect(page.get_by_role("option")).not_to_have_count(0)
    page.keyboard.press("ArrowDown")
    box = page.get_by_role("combobox")
    chosen = page.get_by_role("option", selected=True)
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    page.route(OFFERS, lambda route: None)
    page.keyboard.type("n")
    expect(chosen).to_have_count(0)
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Enter")
    page.wait_for_url("**/sok/?q=maskin")


def test_escape_closes_the_list_keeps_the_words_and_calls_off_what_was_asked(page):
    writes(page, "maski")
    box, options = page.get_by_role("combobox"), page.get_by_role("option")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(options).to_have_count(0)
    with page.expect_event("requestfailed"):
        page.route(OFFERS, lambda route: None)
        writes(page, "n")
        page.keyboard.press("Escape")
    expect(box).to_have_value("maskin")


def test_on_a_narrow_screen_titles_have_the_width_of_the_whole_form(travel, world: World):
    window = travel(viewport={"width": 320, "height": 600})
    window.go("/veiledning/")
    window.page.get_by_role("combobox").focus()
    writes(window.page, "maski")
    titles = window.page.get_by_role("listbox").bounding_box()
    form = window.page.locator(".site-search").bounding_box()
    assert (titles["x"], titles["width"]) == (form["x"], form["width"])
    assert titles["y"] >= form["y"] + form["height"]
