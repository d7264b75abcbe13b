"""By keyboard alone: everything is reached, what has focus is seen, and nothing holds it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from cms.community import services as community
from cms.community.models import Question
from tests.browser import BROWSER_TESTS
from tests.journeys.world import World

pytestmark = BROWSER_TESTS

MOST_STOPS = 200
HIGHEST_HEAD = 130  # px, of a screen that is 500 px high at 320 px width

# What a keyboard must be able to reach: seen, not turned off, one of each group of radio buttons.
# Each is numbered, so that a stop of the Tab key can tell which it was.
NUMBER_THEM = """() => {
  const groups = new Set();
  const all = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')];
  let number = 0;
  for (const each of all) {
    const box = each.getBoundingClientRect();
    const shown = each.checkVisibility({visibilityProperty: true}) && box.width && box.height;
    if (!shown || each.disabled || each.tabIndex < 0) continue;
    if (each.type === 'radio') {
      const group = `${each.form?.action} ${each.name}`;
      if (groups.has(group)) { continue; }
      groups.add(group);
      for (const other of document.getElementsByName(each.name))
        if (other.form === each.form) other.dataset.stop = number;
    }
    each.dataset.stop = number++;
  }
  return number;
}"""

# Where the focus is, and whether one can see it: on the thing itself, or round it and its label.
# The link that skips the head is seen only while it has focus.
LOOK = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const drawn = (each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const around = [here];
  for (let up = here.parentElement; up && up.id !== 'main' && around.length < 4;
       up = up.parentElement) around.push(up);
  const box = here.getBoundingClientRect();
  return {
    stop: here.dataset.stop ?? null,
    seen: around.some(drawn) || here.className === 'ds-skip-link',
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    what: here.outerHTML.slice(0, 120),
  };
}"""


@pytest.fixture
def script() -> bool:
    """Keys of our own need script; links and buttons are the same without."""
    return True


@pytest.fixture(params=["nb"])
def language(request) -> str:
    """Keys are the same in every language."""
    return request.param


@pytest.fixture
def pages(world: World) -> list[tuple]:
    """Who looks at which pages."""
    ticket = world.opened("Får ikke token", "Vi får invalid_grant fra Maskinporten.")
    held(world, "Har noen sett denne siden?")
    world.drain()
    return [
        (None, ["/", "/sok/?q=invalid_grant", "/hjelp/", "/community/spor/", "/konto/logg-inn/"]),
        (world.owner, ["/saker/", f"/saker/{ticket.reference}/", "/konto/meg/"]),
        (world.agent, ["/desk/", f"/desk/saker/{ticket.reference}/", "/desk/ny/"]),
        (world.moderator, ["/moderering/", "/community/forslag/"]),
        (world.manager, ["/rapporter/", "/rapporter/forutsigbarhet/?priority=P3"]),
    ]


def held(world: World, title: str, *, before: timedelta = timedelta(0)) -> Question:
    """A question that waits for a moderator, because somebody new links to another site."""
    return community.ask_question(
        by=world.member,
        title=title,
        body="Se https://x.example/token om det.",
        language="nb",
        product=world.product,
        now=world.now - before,
    )


def test_tab_reaches_everything_shows_where_it_is_and_leaves_again(travel, pages):
    faults = []
    for user, addresses in pages:
        window = travel(user)
        for address in addresses:
            window.go(address)
            faults += [f"{address}: {fault}" for fault in walk(window.page)]
    assert not faults, "\n".join(faults)


def walk(page) -> list[str]:
    """Press Tab through the page, and say what was wrong."""
    count = page.evaluate(NUMBER_THEM)
    reached: set[str] = set()
    faults = []
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(LOOK)
        if here is None or (here["stop"] == "0" and "0" in reached):
            break
        if here["stop"] is not None:
            reached.add(here["stop"])
        if not here["seen"] or not here["inside"]:
            faults.append(f"focus cannot be seen on {here['what']}")
    else:
        faults.append("the keyboard does not come out again")
    for number in sorted({str(n) for n in range(count)} - reached, key=int):
        what = page.locator(f"[data-stop='{number}']").first.evaluate("e => e.outerHTML")
        faults.append(f"not reached: {what[:120]}")
    return faults


def test_the_first_stop_skips_the_head(travel, pages):
    window = travel()
    window.go("/sok/?q=invalid_grant")
    window.page.keyboard.press("Tab")
    skip = window.page.locator(":focus")
    assert skip.inner_text() == window.says("Skip to main content")
    box = skip.bounding_box()
    assert box["width"] > 40 and box["height"] > 20 and box["y"] >= 0
    window.page.keyboard.press("Enter")
    expect(window.page.locator("#main")).to_be_focused()
    window.page.keyboard.press("Tab")
    assert window.page.locator("#main :focus").count() == 1


@pytest.mark.parametrize("width", [320, 1280])
def test_the_head_is_gone_through_row_by_row(travel, world, width):
    nils = travel(world.owner, viewport={"width": width, "height": 500})
    nils.go("/saker/")
    stops = []
    nils.page.keyboard.press("Tab")  # past the skip link
    for _stop in range(6):
        nils.page.keyboard.press("Tab")
        stops.append(nils.page.locator(":focus").bounding_box())
    rows = [round(box["y"] + box["height"] / 2, -1) for box in stops]
    assert rows == sorted(rows)
    assert width > 320 or len(set(rows)) > 1


@pytest.mark.parametrize("script", [True, False])
def test_on_a_narrow_screen_the_menu_and_the_languages_open_by_keyboard(travel, world, script):
    nils = travel(world.owner, viewport={"width": 320, "height": 500})
    nils.go("/saker/")
    page, keys = nils.page, nils.page.keyboard
    assert page.locator(".site-header").bounding_box()["height"] <= HIGHEST_HEAD
    menu = page.get_by_role("navigation", name=nils.says("Main menu"))
    english = page.get_by_role("button", name="English")
    expect(menu).to_be_hidden()
    button = page.get_by_role("button", name=nils.says("Menu"))
    button.focus()
    keys.press("Enter")
    expect(menu).to_be_visible()
    keys.press("Escape")
    expect(menu).to_be_hidden()
    keys.press("Enter")
    for _each in range(3):  # past two languages to the third
        keys.press("Tab")
    expect(english).to_be_focused()
    keys.press("Tab")
    expect(menu.get_by_role("link").first).to_be_focused()
    keys.press("Enter")
    page.wait_for_url("**/veiledning/")


def at_a_desk_of_three(travel, world):
    """Somebody who answers cases, with three of them in the queue."""
    for number, subject in enumerate(("Den første", "Den andre", "Den tredje")):
        world.opened(subject, "Et spørsmål.", before=timedelta(hours=3 - number))
    world.drain()
    ada = travel(world.agent)
    ada.go("/desk/")
    return ada


def test_the_desk_is_worked_with_single_keys(travel, world):
    ada = at_a_desk_of_three(travel, world)
    page, focused = ada.page, ada.page.locator(":focus")
    for key, subject in zip("jjkjjjk", (0, 1, 0, 1, 2, 2, 1), strict=True):
        page.keyboard.press(key)
        expect(focused).to_have_text(("Den første", "Den andre", "Den tredje")[subject])
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(focused).to_have_text("Den andre")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Den andre").wait_for()
    page.wait_for_load_state()  # keys work when the page's scripts have been read
    page.keyboard.press("r")
    expect(page.locator("#answer-form textarea")).to_be_focused()
    page.keyboard.type("jkru?")
    expect(page.locator("#answer-form textarea")).to_have_value("jkru?")
    page.locator("h1").click()
    page.keyboard.press("n")
    page.locator("#composer[data-kind=note]").wait_for()
    page.locator("#composer textarea").fill("Ringte og fikk svar.")
    page.locator("#composer textarea").press("Control+Enter")
    expect(page.locator(".desk-message").last).to_contain_text("Ringte og fikk svar.")
    page.keyboard.press("t")
    expect(page.locator("aside").first).to_contain_text(world.agent.name)
    page.wait_for_load_state()
    page.keyboard.press("v")
    page.locator("form textarea").first.wait_for()
    page.go_back()
    page.keyboard.press("u")
    page.locator(".desk-table").wait_for()
    page.wait_for_load_state()
    page.keyboard.press("t")
    page.get_by_role("heading", level=1, name="Den første").wait_for()


def test_several_rows_of_the_desk_are_chosen_and_taken_with_keys(travel, world):
    ada = at_a_desk_of_three(travel, world)
    page, focused = ada.page, ada.page.locator(":focus")
    bar = page.locator("#desk-several")
    expect(bar).to_be_hidden()
    for key in "jxjjx":
        page.keyboard.press(key)
    expect(focused).to_have_text("Den tredje")
    expect(bar.locator("[role=status]")).to_have_text(ada.says("{n} cases chosen").format(n=2))
    bar.get_by_role("button", name=ada.says("Choose all")).press("Enter")
    expect(bar.locator("[role=status]")).to_have_text(ada.says("{n} cases chosen").format(n=3))
    page.locator(".desk-choose").nth(1).press("Space")
    page.keyboard.press("b")
    expect(focused).to_have_text(ada.says("Take the case"))
    page.keyboard.press("Enter")
    page.locator(".messages").wait_for()
    rows = page.locator("[data-row]").filter(has_text=world.agent.name)
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Den andre")).to_have_count(0)


def test_the_moderators_queue_is_worked_with_single_keys(travel, world):
    titles = ("Den første siden?", "Den andre siden?", "Den tredje siden?")
    first, second, third = (
        held(world, title, before=timedelta(hours=3 - number))
        for number, title in enumerate(titles)
    )
    moa = travel(world.moderator)
    moa.go("/moderering/")
    page, focused = moa.page, moa.page.locator(":focus")
    for key, title in zip("jjjkk", (0, 1, 2, 1, 0), strict=True):
        page.keyboard.press(key)
        expect(focused).to_contain_text(titles[title])
    page.keyboard.press("a")
    moa.sees("It is approved. Everybody can see it.")
    page.keyboard.press("j")
    expect(focused).to_contain_text(titles[1])
    page.keyboard.press("h")
    moa.heading("Hide the question")
    tab_to(page, page.locator("[name=reason]"))
    page.keyboard.type("Hold deg til jakt på svar.")
    tab_to(page, page.locator("main button[type=submit]"))
    page.keyboard.press("Enter")
    moa.sees("It is hidden. Only the author and the moderators see it.")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1).filter(has_text=titles[2]).wait_for()
    for question in (first, second, third):
        question.refresh_from_db()
    assert (first.is_held, second.is_hidden, third.is_held) == (False, True, True)


def tab_to(page, wanted) -> None:
    """Press Tab until something has the focus."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError("Tab does not come there.")


def test_a_report_is_narrowed_and_its_figure_opened_by_keyboard(travel, world):
    world.opened("Får ikke token", "Vi får invalid_grant.")
    lise = travel(world.manager)
    lise.go("/rapporter/forutsigbarhet/")
    page = lise.page
    tab_to(page, page.locator(".insight-filter summary"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#filter-organisation"))
    page.keyboard.type(world.organisation.name)
    page.keyboard.press("Enter")
    page.locator(".insight-chip", has_text=world.organisation.name).wait_for()
    page.wait_for_load_state()
    opened = page.locator("main td a[href*='/rapporter/saker/']").first
    tab_to(page, opened)
    page.keyboard.press("Enter")
    page.locator("main table", has_text="Får ikke token").wait_for()
    page.wait_for_load_state()
    tab_to(page, page.locator(".insight-chip").first)
    page.keyboard.press("Enter")
    expect(page.locator(".insight-chip", has_text=world.organisation.name)).to_have_count(0)
