"""Chromium for the tests that look at pages as people do, and one person's window in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from time import monotonic

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from tests.shared_database import in_a_file

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

PATIENCE = 60_000  # milliseconds to wait for what is sure to come: the machine may be busy
PARTS_OF_PAGES = {"font", "image", "script", "stylesheet"}
# One process draws all pages, whosever they are: to start another costs as much as to look at one.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-site-isolation-trials",
    "--renderer-process-limit=1",
]


def browser_tests(group: str) -> list[pytest.MarkDecorator]:
    """What every module of browser tests marks itself with; those of a group share a worker."""
    return [
        pytest.mark.browser,
        pytest.mark.xdist_group(group),
        pytest.mark.django_db(transaction=True, serialized_rollback=True),
    ]


BROWSER_TESTS = browser_tests("browser")


@pytest.fixture(scope="module")
def file_database(tmp_path_factory, django_db_setup, django_db_blocker):
    """The server answers several requests at once, while the test looks into the database."""
    with django_db_blocker.unblock(), in_a_file(tmp_path_factory.mktemp("database")):
        yield


@pytest.fixture(scope="module")
def live_server(file_database):
    """A server for the module; pytest-django's own one would stay with the database in memory."""
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running_chromium(file_database):
    """Chromium for all tests of a module: to start it takes longer than most pages."""
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_SERVICES"):
            pytest.fail("Chromium is missing and REQUIRE_SERVICES is set.")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright  # only where there is a browser

    expect.set_options(timeout=PATIENCE)

    with pytest.MonkeyPatch.context() as monkeypatch, sync_playwright() as playwright:
        # Its loop runs in this thread; the database is used between its calls only.
        monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
        # With a loop in its thread Django has a connection apart: the next module's goes elsewhere.
        connections.close_all()


@pytest.fixture
def chromium(running_chromium):
    """A Chromium without windows; those a test opens are closed with it.

    The test is skipped where there is none, unless services are required.
    """
    yield running_chromium
    for context in running_chromium.contexts:
        context.close()


class Window:
    """One person's page, signed in or not, with everything the browser complained about."""

    def __init__(self, chromium, live_server, user=None, *, language="nb", **options) -> None:
        options = {
            "viewport": {"width": 1280, "height": 900},
            "timezone_id": "Europe/Oslo",
            "reduced_motion": "reduce",  # what is looked at stands still
            **options,
        }
        self.base = live_server.url
        self.language = language
        self.context = chromium.new_context(**options)
        self.context.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.page = self.context.new_page()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._note_missing)
        self._begin(user)

    def _begin(self, user) -> None:
        self._set_cookie(settings.LANGUAGE_COOKIE_NAME, self.language)
        if user is not None:
            self.sign_in(user)

    def begin_anew(self, user=None) -> None:
        """As a new window, but for the style sheets and scripts it has got already.

        The process behind the page stays: to start another costs as much as to look at a page.
        """
        if self.page.url.startswith(self.base):
            self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.page.goto("about:blank")
        self.context.clear_cookies()
        self.complaints.clear()
        self._begin(user)

    def _note(self, message) -> None:
        # Pages that say no are looked at too; what a page lacks is noted below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)

    def _note_missing(self, response) -> None:
        if response.status >= 400 and response.request.resource_type in PARTS_OF_PAGES:
            self.complaints.append(f"{response.status} {response.url}")

    def _set_cookie(self, name: str, value: str) -> None:
        self.context.add_cookies([{"name": name, "value": value, "url": self.base}])

    def sign_in(self, user) -> None:
        """Give the window a session of the person, without the pages for it."""
        client = Client()
        client.force_login(user, BACKEND)
        name = settings.SESSION_COOKIE_NAME
        self._set_cookie(name, client.cookies[name].value)

    def lose_session(self) -> None:
        """What a session that has ended leaves: the next request is nobody's."""
        self.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    def wait_until(self, condition: Callable[[], object]) -> None:
        """Wait for what the server does without telling the page."""
        until = monotonic() + PATIENCE / 1000
        while not condition():
            assert monotonic() < until, "it did not happen in time"
            self.page.wait_for_timeout(50)

    def open(self, path: str):
        """Go to an address of the site; returns the page."""
        self.page.goto(self.base + path)
        return self.page
