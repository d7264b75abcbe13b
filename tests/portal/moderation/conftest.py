"""People of the community, and browsers of each."""

import pytest
from django.test import Client

from dispatch import outbox
from tests.cms.community.posts import make_people

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def people(db, monkeypatch):
    """One person in each role; what the index would do is left out."""
    monkeypatch.setitem(outbox._handlers, "search", lambda rows: None)
    return make_people()


@pytest.fixture
def browser():
    """A browser with pages in a language, of a visitor or of somebody signed in."""

    def make(user=None, language="nb"):
        client = Client()
        if user is not None and user.is_authenticated:
            client.force_login(user, BACKEND)
        client.cookies["language"] = language
        return client

    return make
