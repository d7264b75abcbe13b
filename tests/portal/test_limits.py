"""The same visitor may do the same thing so often and no oftener."""

import pytest
from django.contrib.auth.models import AnonymousUser

from portal.limits import too_many, visitor_address
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def request(rf, user=None, address: str = "127.0.0.1"):
    made = rf.post("/", REMOTE_ADDR=address)
    made.user = user or AnonymousUser()
    return made


def test_visitor_is_stopped_after_the_rate(rf):
    answers = [too_many(request(rf), "ask", "3/m") for _time in range(5)]
    assert answers == [False, False, False, True, True]


def test_one_thing_does_not_use_up_another(rf):
    for _time in range(5):
        too_many(request(rf), "ask", "1/m")
    assert not too_many(request(rf), "search", "1/m")


def test_visitors_from_different_addresses_are_counted_apart(rf):
    for _time in range(3):
        too_many(request(rf), "ask", "1/m")
    assert not too_many(request(rf, address="127.0.0.2"), "ask", "1/m")


def test_signed_in_people_behind_one_address_are_counted_apart(rf):
    one, other = make_user(), make_user()
    assert not too_many(request(rf, one), "ask", "1/m")
    assert too_many(request(rf, one), "ask", "1/m")
    assert not too_many(request(rf, other), "ask", "1/m")


def behind_proxy(rf, told: str):
    made = rf.post("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=told)
    made.user = AnonymousUser()
    return made


def test_visitors_behind_our_proxy_are_counted_apart(rf, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _time in range(3):
        too_many(behind_proxy(rf, "198.51.100.1"), "ask", "1/m")
    assert too_many(behind_proxy(rf, "198.51.100.1"), "ask", "1/m")
    assert not too_many(behind_proxy(rf, "198.51.100.2"), "ask", "1/m")


def test_what_visitors_claim_of_their_own_address_is_not_believed(rf, settings):
    assert visitor_address(behind_proxy(rf, "198.51.100.1")) == "10.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert visitor_address(behind_proxy(rf, "1.2.3.4, 198.51.100.1")) == "198.51.100.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    told = "1.2.3.4, 198.51.100.1, 203.0.113.7"
    assert visitor_address(behind_proxy(rf, told)) == "198.51.100.1"
    assert visitor_address(behind_proxy(rf, "198.51.100.1")) == "10.0.0.1"


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("198.51.100.1:4711", "198.51.100.1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("9" * 5000, "10.0.0.1"),
    ],
)
def test_addresses_proxies_write_are_read_whatever_they_look_like(rf, settings, told, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert visitor_address(behind_proxy(rf, told)) == address


def test_server_on_a_socket_without_addresses_still_answers(rf):
    assert not too_many(request(rf, address=""), "ask", "1/m")
    assert too_many(request(rf, address=""), "ask", "1/m")


def test_all_addresses_of_one_ipv6_connection_are_one_visitor(rf):
    assert not too_many(request(rf, address="2001:db8:1:1::1"), "ask", "1/m")
    assert too_many(request(rf, address="2001:db8:1:1:ffff::2"), "ask", "1/m")
    assert not too_many(request(rf, address="2001:db8:1:2::1"), "ask", "1/m")


def test_addresses_of_the_old_kind_written_as_the_new_are_not_all_one_visitor(rf):
    assert not too_many(request(rf, address="::ffff:192.0.2.1"), "ask", "1/m")
    assert not too_many(request(rf, address="::ffff:198.51.100.7"), "ask", "1/m")
    assert too_many(request(rf, address="192.0.2.1"), "ask", "1/m")
