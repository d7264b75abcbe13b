"""The life of the classifier on its page: what is in use, how it does, and the way back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_user
from tests.portal.desk.pages import signed_in, text_of
from tests.triage.classifier.trained import make_artifact
from triage.classifier.artifacts import archive, current, releases
from triage.classifier.artifacts.artifact import save
from triage.classifier.models import Alarm, Challenge, Reading, Release
from triage.classifier.monitoring import readings

pytestmark = pytest.mark.django_db
PAGE, USE = "/drift/klassifisering/", "/drift/klassifisering/bruk/"
WEEK = timedelta(days=7)


@pytest.fixture
def person(db):
    return make_user(name="Sverre Lie", groups=("administrator",))


@pytest.fixture
def admin(person):
    return signed_in(person)


@pytest.fixture
def stored():
    artifact = make_artifact()
    save(artifact, current.path())
    return artifact


def challenge(**fields) -> Challenge:
    now = timezone.now()
    values = {"started_at": now, "finished_at": now, "outcome": "kept_out", **fields}
    return Challenge.objects.create(**values)


FIGURES = {
    "learnt": 1182,
    "asked": 78,
    "risk": 0.025,
    "compared": [
        {
            "target": target,
            "cases": 78,
            "families": 70,
            "champion": {"right": 39, "wrong": 39, "silent": 0},
            "challenger": {"right": 70, "wrong": 3, "silent": 5},
            "gain": 1.847,
            "chance": 0.0004,
        }
        for target in ("", "article", "product")
    ],
}


def test_without_a_classifier_the_page_says_what_to_do(admin):
    page = text_of(admin.get(PAGE))
    assert "because no classifier is trained yet. Run the command train_classifier" in page
    assert "No full week with suggestions yet." in page
    assert "None has been trained yet." in page


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_without_a_classifier_no_english_is_left_over(person, language):
    page = text_of(signed_in(person, language).get(PAGE))
    assert "er trent en" in page and "trained" not in page


def test_the_page_tells_what_is_in_use_and_since_when(admin, stored, person):
    archive.keep(replace(stored, version="v2", window={**stored.window, "own": 1234}))
    releases.put_to_use(version="v2", why="promoted", now=timezone.now())
    page = text_of(admin.get(PAGE))
    for words in ("Version v2", "Better on fresh cases", "learnt from 1,234", "Go back to test-1"):
        assert words in page


def test_going_back_is_one_press_and_every_process_follows(admin, stored, person):
    archive.keep(replace(stored, version="v2"))
    releases.put_to_use(version="v2", why="promoted", now=timezone.now())
    assert current.current().version == "v2"
    page = text_of(admin.post(USE, follow=True))
    assert "test-1 is in use from the next case on." in page
    assert "Somebody went back to this one." in page
    assert current.current().version == "test-1"
    row = Release.objects.last()
    assert (row.by, row.why) == (person, "rolled_back")
    assert "Rolled back · Sverre Lie" in page


def test_two_who_go_back_at_once_come_one_back(admin, stored):
    """The second press went on to the one before, which nobody had been shown."""
    for version in ("v2", "v3"):
        archive.keep(replace(stored, version=version))
        releases.put_to_use(version=version, why="promoted", now=timezone.now())
    form = admin.get(PAGE).content.decode().split(f'action="{USE}"')[1].split("</form")[0]
    assert "Go back to v2" in form
    sent = {"version": re.search(r'name="version" value="([^"]+)"', form)[1]}
    for words in ("v2 is in use from the next case on.", "v2 is in use already."):
        assert words in text_of(admin.post(USE, sent, follow=True))
    assert current.current().version == "v2"


def test_a_challenger_that_waited_is_put_to_use_and_the_waiting_ends(admin, stored):
    archive.keep(replace(stored, version="v2"))
    releases.put_to_use(version="v2", why="promoted", now=timezone.now())
    admin.post(USE)
    archive.keep(replace(stored, version="v3"))
    page = text_of(admin.post(USE, {"version": "v3"}, follow=True))
    assert "v3 is in use" in page and "Somebody went back" not in page
    assert Release.objects.last().why == "chosen"


@pytest.mark.parametrize("version", ["none", "../x", "a\x00b", "x" * 500, "<script>"])
def test_what_is_not_kept_changes_nothing(admin, stored, version):
    response = admin.post(USE, {"version": version}, follow=True)
    assert "Nothing was changed. There is no classifier" in text_of(response)
    assert "<script>'" not in response.content.decode()
    assert current.current().version == "test-1"


def test_with_nothing_to_go_back_to_nothing_changes(admin, stored):
    assert "Nothing was changed." in text_of(admin.post(USE, follow=True))


def test_a_kept_one_that_is_broken_has_its_sentence_and_no_button(admin, stored):
    archive.keep(replace(stored, version="v2"))
    archive.file_of("v2").write_bytes(b"x")
    response = admin.get(PAGE)
    assert "it is of another kind or version" in text_of(response)
    assert 'name="version" value="v2"' not in response.content.decode()


def test_challengers_are_told_with_their_figures(admin):
    challenge(version="v2", figures=FIGURES)
    challenge(outcome="too_few", decided=1, figures={"least_learnt": 80, "least_asked": 45})
    challenge(outcome="failed", trouble="MemoryError")
    challenge(outcome="failed", trouble="Stopped")
    Challenge.objects.create(started_at=timezone.now())
    page = text_of(admin.get(PAGE))
    for words in (
        "Not shown to be better",
        "It learnt from 1,182 decided cases and was asked about 78 later ones.",
        "by chance at most 2.5% of the time",
        "Product and team 78 70 39 right, 39 wrong, 0 silent 70 right, 3 wrong, 5 silent +1.85",
        "Article that answers 78 70 39 right",
        "1 case had a decision. It took at least 80 cases to learn from, and after them "
        "later cases about at least 45 other matters.",
        "It was broken off before it was done (Stopped)",
        "MemoryError",
        "Under way",
    ):
        assert words in page


def test_alarms_stand_on_both_pages_until_they_end(admin):
    now = timezone.now()
    alarm = {"target": "product", "raised_at": now}
    shares = {"share_before": 0.2, "share_now": 0.55}
    rows = [
        Alarm(
            kind="quality", label="annet", figures={"right": 3, "decided": 40, "bar": 0.7}, **alarm
        ),
        Alarm(kind="shift", figures={"label": "annet", **shares}, **alarm),
        Alarm(kind="unknown", figures=shares, **{**alarm, "target": "case_type"}),
    ]
    Alarm.objects.bulk_create(rows)
    page = text_of(admin.get(PAGE))
    for words in (
        "Product: Another product: guesses are wrong too often",
        "3 of 40 were right, and at least 70% should be.",
        "Another product is now guessed for 55% of the cases, before for 20%.",
        "55% of the words in cases are new to it, before 20%.",
    ):
        assert words in page
    assert "3 things need a look" in text_of(admin.get("/drift/"))
    Alarm.objects.update(ended_at=now)
    assert "Needs a look" not in text_of(admin.get(PAGE))
    assert "need a look" not in text_of(admin.get("/drift/"))


def _reading(label, *, ago, **counts):
    week = readings.week_of(timezone.now()) - ago * WEEK
    Reading.objects.create(week=week, target="product", label=label, **counts)


def test_labels_stand_with_how_they_went_now_and_before(admin):
    _reading("", ago=1, guessed=1100, silent=275, decided=100, right=90)
    _reading("annet", ago=1, guessed=900, silent=225, decided=60, right=30)
    _reading("melding", ago=2, guessed=200, silent=50, decided=19, right=1)
    _reading("annet", ago=6, guessed=50, silent=0, decided=10, right=8)
    _reading("annet", ago=0, guessed=5000, silent=0, decided=0, right=0)
    page = text_of(admin.get(PAGE))
    assert "All together 1,100 25% 100 90% – Well" in page
    assert "Another product 900 25% 60 50% 80% Below the bar" in page
    assert "melding 200 25% 19 5% – Too few decided" in page
    assert "5,000" not in page


def test_as_many_statements_with_much_as_with_little(admin, stored):
    taken = []
    for more in (25, 0):
        with CaptureQueriesContext(connection) as queries:
            admin.get(PAGE)
        taken.append(len(queries))
        for number in range(more):
            challenge(version=f"v{number}", figures=FIGURES)
            releases.note(version="x", replaced="y", why="trained", now=timezone.now())
            for target in ("product", "team"):
                label = f"label-{number}"
                Alarm.objects.create(
                    kind="quality",
                    target=target,
                    label=label,
                    raised_at=timezone.now(),
                    figures={"right": 3, "decided": 40, "bar": 0.7},
                )
                week = readings.week_of(timezone.now()) - WEEK
                Reading.objects.create(week=week, target=target, label=label, guessed=3)
    assert taken[1] <= taken[0] + 4  # the names of products and teams, once each


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "prøvd på senere saker"), ("nn", "prøvd på seinare saker")],
)
def test_the_page_in_both_written_standards(person, language, words):
    challenge(version="v2", figures=FIGURES)
    assert words in text_of(signed_in(person, language).get(PAGE))
