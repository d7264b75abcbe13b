"""Counting what suggestions led to, without knowing for whom."""

import pytest
from django.utils import timezone

from triage.suggestions.effect import note
from triage.suggestions.models import Effect

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def test_the_same_thing_in_the_same_form_counts_once(now):
    for _ in range(2):
        note("shown", ["article:1", "article:2", "article:1"], place="ask", key="k", now=now)
    assert Effect.objects.count() == 2


def test_another_form_thing_or_place_counts_by_itself(now):
    note("shown", ["article:1"], place="ask", key="k", now=now)
    note("shown", ["article:1"], place="ask", key="l", now=now)
    note("opened", ["article:1"], place="ask", key="k", now=now)
    note("shown", ["article:1"], place="community", key="k", now=now)
    assert Effect.objects.count() == 4


def test_without_a_key_everything_counts(now):
    note("dismissed", ["article:1"], place="ask", key="", now=now)
    note("dismissed", ["article:1"], place="ask", key="", now=now)
    assert Effect.objects.count() == 2


def test_something_without_a_document_counts_once(now):
    note("solved", [], place="ask", key="k", now=now)
    assert Effect.objects.get().document == ""


def test_the_key_itself_is_not_kept(now):
    note("shown", ["article:1"], place="ask", key="hemmelig-nøkkel", now=now)
    assert "hemmelig" not in str(Effect.objects.values().get())


def test_an_unknown_thing_is_refused(now):
    with pytest.raises(ValueError, match="eaten"):
        note("eaten", ["article:1"], place="ask", key="k", now=now)
