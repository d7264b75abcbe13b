"""What tells one browser from another, and what those of one person share."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.utils import timezone

from portal.visitors import is_person, visitor_of
from search.visits import name_of, shared_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def name(address: str = "192.0.2.1", agent: str = "Firefox", user=None) -> str:
    """The day's name of who comes from there with that."""
    request = RequestFactory().get("/", REMOTE_ADDR=address, headers={"user-agent": agent})
    request.user, request.session = user or AnonymousUser(), SessionStore()
    request.session.create()
    return name_of(visitor_of(request), timezone.now())


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ({}, {"agent": "Chrome"}, True),
        ({}, {"address": "192.0.2.2"}, False),
        ({"address": "2001:db8:1:2::3"}, {"address": "2001:db8:1:2:ffff::4", "agent": "x"}, True),
        ({"address": "2001:db8:1:2::3"}, {"address": "2001:db8:1:3::3"}, False),
    ],
)
def test_browsers_at_one_address_differ_and_share_what_is_counted(one, other, shared):
    here, there = name(**one), name(**other)
    assert here != there and name(**one) == here
    assert (shared_in(here) == shared_in(there)) is shared


def test_sessions_of_one_person_differ_and_share_what_is_counted_wherever_they_are():
    kari, ola = make_user(), make_user()
    here, there = name(user=kari), name("192.0.2.9", user=kari)
    assert here != there and shared_in(here) == shared_in(there)
    assert shared_in(name(user=ola)) not in (shared_in(here), shared_in(name()))


@pytest.mark.parametrize(
    ("agent", "person"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", True),
        ("Mozilla/5.0 (compatible; Googlebot/2.1)", False),
        ("WhatsApp/2.23.20.0", False),
        ("Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)", False),
        ("Iframely/1.3.1 (+https://iframely.com/docs/about)", False),
    ],
)
def test_what_fetches_a_link_to_show_it_elsewhere_is_no_person(agent, person):
    assert is_person(RequestFactory().get("/", headers={"user-agent": agent})) is person
