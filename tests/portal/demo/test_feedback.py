"""What sample readers thought of articles."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cms.guidance.models import PageFeedback
from portal.demo.feedback import load_feedback
from portal.demo.words import Words
from tests.factories import make_article, make_section
from tests.portal.demo.conftest import AS_OF, SAMPLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def words():
    section = make_section()
    for number, language in enumerate(["nb", "nn", "en"] * 3):
        make_article(section, slug=f"lest-{number}", language=language)
    return Words(SAMPLE / "case_words.yaml")


def test_readers_are_of_both_minds_in_the_months_before(words):
    count = load_feedback(words, as_of=AS_OF)
    found = PageFeedback.objects.all()
    assert found.count() == count > 20
    assert found.filter(useful=True).count() > found.filter(useful=False).count() > 0
    assert found.exclude(comment="").exists()
    assert not found.filter(created_at__gt=AS_OF).exists()
    assert found.filter(created_at__lt=AS_OF - timedelta(days=60)).exists()


def test_owners_get_no_mail_about_what_lies_far_back(words):
    load_feedback(words, as_of=AS_OF)
    waiting = PageFeedback.objects.filter(notified_at=None)
    assert not waiting.filter(created_at__lt=AS_OF - timedelta(days=1)).exists()


def test_the_same_readers_are_not_counted_twice(words):
    count = load_feedback(words, as_of=AS_OF)
    assert load_feedback(words, as_of=AS_OF) == count
    assert PageFeedback.objects.count() == count
