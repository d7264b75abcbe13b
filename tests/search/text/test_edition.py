"""What terms are made by is told from what made those of an older index."""

import pytest

from search.text import edition as module
from search.text.edition import LISTS, edition


@pytest.fixture
def lists(tmp_path, monkeypatch):
    """A copy of the lists that may be changed."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in LISTS:
        (folder / name).write_bytes((module.files("search.text") / "data" / name).read_bytes())
    monkeypatch.setattr(module, "files", lambda package: tmp_path)
    edition.cache_clear()
    yield folder
    edition.cache_clear()


@pytest.mark.parametrize("name", LISTS)
def test_a_word_more_in_any_list_is_another_edition(lists, name):
    before = edition()
    with (lists / name).open("a", encoding="utf-8") as file:
        file.write("ord\tord\n")
    edition.cache_clear()
    assert edition() != before


def test_the_same_lists_are_the_same_edition(lists):
    before = edition()
    edition.cache_clear()
    assert edition() == before


def test_another_version_of_a_library_is_another_edition(lists, monkeypatch):
    before = edition()
    monkeypatch.setattr(module, "version", lambda name: "0.0")
    edition.cache_clear()
    assert edition() != before
