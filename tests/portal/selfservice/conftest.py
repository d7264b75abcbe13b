"""A desk with people, an engine with what the tests publish, and browsers."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from search.contract import EngineUnavailable
from search.indexing import rebuild
from tests.triage.tickets.desk import Desk, make_desk
from triage.sla.service_model import service_model

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _fresh_policies():
    """Versions are remembered by their id, and the database of the next test has the ids anew."""
    service_model.cache_clear()
    yield
    service_model.cache_clear()


@pytest.fixture
def desk(db) -> Desk:
    """One person in each role."""
    return make_desk()


@pytest.fixture
def indexed(db):
    """Call it when everything is written: builds the index of this test."""
    return rebuild


@pytest.fixture
def no_engine(monkeypatch):
    """The index cannot be read: whatever is asked of the engine fails as it does then."""

    class Away:
        def __getattr__(self, name):
            def fails(*args, **kwargs):
                raise EngineUnavailable("There is no index")

            return fails

    import portal.selfservice.home_page
    import portal.selfservice.suggesting
    import search.asking

    for module in (
        search.asking,
        portal.selfservice.home_page,
        portal.selfservice.suggesting,
    ):
        monkeypatch.setattr(module, "engine", Away)


@pytest.fixture
def browser():
    """A browser with pages in a language, of a visitor or of somebody signed in."""

    def make(user: User | None = None, language: str = "en") -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, BACKEND)
        client.cookies["language"] = language
        return client

    return make
