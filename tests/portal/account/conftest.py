"""Every test begins with unspent limits and a browser that reads English."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client


@pytest.fixture(autouse=True)
def _unspent_limits(_plain_settings):
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def visit():
    """A function that makes a browser: signed in as a person or not, reading a language."""

    def make(user=None, language: str = "en", **options) -> Client:
        client = Client(**options)
        if user is not None:
            client.force_login(user)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client

    return make
