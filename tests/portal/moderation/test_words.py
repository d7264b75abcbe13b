"""What happened is told in a sentence, whatever it was."""

import pytest
from django.utils import timezone, translation

from accounts.models import User
from cms.community.models import CommunityEvent
from portal.moderation.words import KIND_NAMES, event_in_words, overtaken_in_words

Kind = CommunityEvent.Kind


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_of_event_has_a_sentence_with_the_name(kind, language):
    event = CommunityEvent(kind=kind, actor=User(name="Moa"), question_id=1, at=timezone.now())
    with translation.override(language):
        told = event_in_words(event)
    assert told.startswith("Moa ") and "%" not in told


def test_the_site_and_those_who_have_left_are_named_too():
    with translation.override("nb"):
        assert event_in_words(CommunityEvent(kind=Kind.HELD)).startswith("Nettstedet holdt")
        assert event_in_words(CommunityEvent(kind=Kind.HIDDEN)).startswith("Tidligere bruker")
        warned = CommunityEvent(kind=Kind.WARNED, actor=User(name="Moa"))
        assert event_in_words(warned) == "Moa advarte medlemmet"


def test_who_came_second_is_told_when_and_why():
    at = timezone.make_aware(timezone.datetime(2026, 11, 25, 10, 15))
    event = CommunityEvent(kind=Kind.HIDDEN, actor=User(name="Moa"), at=at, data={"reason": "Svar"})
    with translation.override("nb"):
        told = overtaken_in_words(event)
    assert told.startswith("Moa skjulte det klokken 10") and told.endswith("Begrunnelse: Svar")


def test_the_kinds_the_log_is_narrowed_to_are_kinds_of_events():
    assert set(KIND_NAMES) <= set(Kind)
