"""What migrations make of rows that were there before."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from search.current_words import current
from search.editors_words import save_stop_word
from search.models import StopWord

pytestmark = pytest.mark.django_db
MIGRATION = import_module("search.migrations.0005_stop_words_as_searches_see_them")


def test_stop_words_are_written_as_searches_see_them_and_doubles_are_one():
    save_stop_word(word="tips")
    assert current().stop_words == {"tips"}
    for word in ("e-post", "Epost", "Søknad", "a b", "single-sign-on"):
        StopWord.objects.create(word=word)
    before = MigrationLoader(connection).project_state([("search", "0004_withheld_words")])
    for _time in range(2):
        MIGRATION.rewrite(before.apps, None)
        words = set(StopWord.objects.values_list("word", flat=True))
        assert words == {"tips", "epost", "søknad", "a b", "singlesignon"}
    assert "epost" in current().stop_words
