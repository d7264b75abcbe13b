"""How each person is known in the community."""

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from cms.community.members import LONGEST_HANDLE, member_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def handle_of(name: str) -> str:
    return member_of(make_user(name=name), now=timezone.now()).handle


@pytest.mark.parametrize(
    ("name", "handle"),
    [("Kari Bjørk-Ås", "kari-bjork-as"), ("王小明", "medlem"), ("«...»", "medlem")],
)
def test_a_handle_is_made_of_the_letters_of_a_name(name, handle):
    assert handle_of(name) == handle


def test_people_of_one_name_get_handles_of_their_own():
    assert [handle_of("Ola Vik") for _person in range(3)] == ["ola-vik", "ola-vik-2", "ola-vik-3"]


def test_a_long_name_gives_a_handle_that_fits_and_ends_in_a_letter():
    handle = handle_of("Anne " + "Marie " * 19)
    assert len(handle) <= LONGEST_HANDLE and not handle.endswith("-")


def test_somebody_is_the_same_member_each_time():
    user = make_user(name="Ola Vik")
    first = member_of(user, now=timezone.now())
    assert member_of(user, now=timezone.now()) == first


def test_a_handle_somebody_took_a_moment_ago_leads_to_the_next(monkeypatch):
    handle_of("Ola Vik")
    monkeypatch.setattr(QuerySet, "exists", lambda rows: False)  # looked before it was taken
    assert handle_of("Ola Vik") == "ola-vik-2"
