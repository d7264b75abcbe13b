"""The query log knows what was searched for and never who did."""

import pytest
from django.db import DatabaseError
from django.utils import timezone

from search import querylog
from search.models import LoggedQuery
from search.querylog import LONGEST, note
from search.types import Page

pytestmark = pytest.mark.django_db


FOUND = Page(total=3, answerable=0.5)


def logged(text: str, page: Page = FOUND, **fields) -> LoggedQuery | None:
    """The line a search leaves, if any."""
    values = {"language": "nb", "place": "search", "now": timezone.now()}
    note(text, page, **(values | fields))
    return LoggedQuery.objects.order_by("-pk").first()


def test_a_search_leaves_its_words_and_how_it_went():
    row = logged("bytte  nøkkel\n")
    assert (row.text, row.total, row.answerable, row.language, row.place) == (
        "bytte nøkkel",
        3,
        0.5,
        "nb",
        "search",
    )


def test_there_is_no_room_for_a_person():
    names = {field.name for field in LoggedQuery._meta.get_fields()}
    assert names == {
        "id", "text", "language", "total", "answerable", "good", "place", "at", "visit", "refined",
        "asked", "clicks",
    }  # fmt: skip
    assert not [each for each in LoggedQuery._meta.get_fields() if each.many_to_one]


@pytest.mark.parametrize("person", ["03859010120", "038590 10120", "kari.vik@tindvik.example"])
def test_identity_numbers_and_addresses_are_masked(person):
    row = logged(f"feil for {person} i går")
    assert person not in row.text
    assert row.text.startswith("feil for [") and row.text.endswith("] i går")


@pytest.mark.parametrize(
    "number", ["03859010121", "038590 10121", "03 85 90 10121", "01.01.01.12345"]
)
def test_eleven_digits_are_masked_though_one_of_them_is_a_slip(number):
    assert logged(f"feil for {number} i går").text == "feil for [elleve siffer] i går"


@pytest.mark.parametrize(
    "code", ["310128459", "310 128 459", "MP-12345678901", "123456789012", "1.1.1.1"]
)
def test_numbers_that_are_of_no_person_are_kept(code):
    assert logged(f"feil for {code} i går").text == f"feil for {code} i går"


@pytest.mark.parametrize("text", ["", "   ", "\x00"])
def test_blank_searches_are_left_out(text):
    assert logged(text) is None


def test_later_pages_are_not_searches_of_their_own():
    assert logged("nøkkel", Page(number=2)) is None


def test_long_and_odd_texts_are_cut_to_fit():
    row = logged("\ud800ord " * 500, language="nb-NO", place="p" * 50)
    row.refresh_from_db()
    assert len(row.text) <= LONGEST


def test_a_search_whose_line_cannot_be_written_is_still_answered(monkeypatch):
    def fails(**fields):
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(LoggedQuery.objects, "create", fails)
    querylog.note("nøkkel", Page(), language="nb", place="search", now=timezone.now())
    assert not LoggedQuery.objects.exists()
