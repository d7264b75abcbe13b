"""The same visitor may do the same thing so often and no oftener."""

import pytest
from django.contrib.auth.models import AnonymousUser

from portal.limits import too_many
from tests.factories import make_user


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


@pytest.mark.django_db
def test_signed_in_people_behind_one_address_are_counted_apart(rf):
    one, other = make_user(), make_user()
    assert not too_many(request(rf, one), "ask", "1/m")
    assert too_many(request(rf, one), "ask", "1/m")
    assert not too_many(request(rf, other), "ask", "1/m")
