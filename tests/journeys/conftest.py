"""A world to travel in, and windows that speak its language."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext, pgettext

from tests.browser import Window
from tests.journeys.world import PASSWORD, World, make_world
from triage.sla.service_model import service_model

SAME = {"Community", "Send", "Team"}  # as in English


@pytest.fixture(autouse=True)
def _fresh_memory():
    """Versions are remembered by id, and limits by visitor: each world begins anew."""
    service_model.cache_clear()
    cache.clear()
    yield
    service_model.cache_clear()


# Each language and each way is travelled once; all four with --thorough, at half a minute each.
SPARED = ({"language": "nb", "script": False}, {"language": "nn", "script": True})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the ways that are spared to the thorough run."""
    if config.getoption("--thorough"):
        return
    spared = [item for item in items if _way(item) in SPARED]
    if spared:
        config.hook.pytest_deselected(items=spared)
        items[:] = [item for item in items if _way(item) not in SPARED]


def _way(item: pytest.Item) -> dict[str, object]:
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return {name: params[name] for name in ("language", "script") if name in params}


@pytest.fixture(params=["nb", "nn"])
def language(request) -> str:
    """The written standard of the journey."""
    return request.param


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def script(request) -> bool:
    """Whether the browser runs script."""
    return request.param


@pytest.fixture
def world(transactional_db, language) -> World:
    """The world in the language of the journey."""
    return make_world(language)


class Traveller(Window):
    """A person's window, which finds things by what the page calls them in its language."""

    def __init__(self, chromium, live_server, world: World, *, script: bool = True, **options):
        super().__init__(
            chromium,
            live_server,
            language=world.language,
            java_script_enabled=script,
            **options,
        )

    def says(self, text: str, context: str = "") -> str:
        """Our words in the language of the journey; they must differ from the English ones."""
        with translation.override(self.language):
            words = pgettext(context, text) if context else gettext(text)
        assert words != text or text in SAME, f"{text!r} is not translated into {self.language}"
        return words

    def go(self, path: str) -> None:
        """Open an address, or a link out of a mail."""
        address = path.removeprefix(settings.PUBLIC_URL)
        self.is_answered(address, 200)
        assert self.page.locator("html").get_attribute("lang") == self.language

    def is_answered(self, address: str, status: int) -> None:
        """Open an address that gives this status."""
        response = self.page.goto(self.base + address)
        assert response.status == status, (address, response.status)

    def sees(self, text: str, *, context: str = "") -> None:
        """Wait until the page says this."""
        self.sees_words(self.says(text, context))

    def sees_words(self, words: str) -> None:
        """Wait until the page holds these words, wherever they come from."""
        self.page.get_by_text(words).locator("visible=true").first.wait_for()
        self.page.wait_for_load_state()  # the rest of the page, and what its scripts listen to

    def heading(self, text: str) -> None:
        """Wait until the page's own heading is this."""
        self.page.get_by_role("heading", level=1, name=self.says(text), exact=True).wait_for()
        self.page.wait_for_load_state()

    def press(self, text: str, *, context: str = "", within=None, exact: bool = True) -> None:
        """Press a button by its words."""
        place = within or self.page.locator("main")
        place.get_by_role("button", name=self.says(text, context), exact=exact).first.click()

    def follow(self, text: str, *, context: str = "", within=None, exact: bool = True) -> None:
        """Follow a link by its words."""
        place = within or self.page.locator("main")
        place.get_by_role("link", name=self.says(text, context), exact=exact).first.click()

    def field(self, text: str):
        """The field with this label; optional ones say so after it."""
        return self.page.locator("main").get_by_label(self.says(text)).first

    def signs_in(self, user) -> None:
        """Through the sign-in page, which stands here already."""
        self.heading("Sign in")
        self.page.locator("#id_login").fill(user.email)
        self.page.locator("#id_password").fill(PASSWORD)
        self.press("Sign in")


@pytest.fixture
def travel(chromium, live_server, world, script):
    """Make windows; when all is done none may have complained."""
    made: list[Traveller] = []

    def make(user=None, **options) -> Traveller:
        window = Traveller(chromium, live_server, world, script=script, **options)
        if user is not None:
            window.sign_in(user)
        made.append(window)
        return window

    yield make
    assert [window.complaints for window in made if window.complaints] == []
