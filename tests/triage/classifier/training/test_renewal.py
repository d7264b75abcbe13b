"""A challenger goes live only when later cases, which neither has read, show it better."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_article
from tests.triage.classifier.decided import decided, many, word
from tests.triage.classifier.trained import TINY
from tests.triage.tickets.desk import NOW
from triage.classifier.artifacts import archive, current, releases
from triage.classifier.artifacts.artifact import save
from triage.classifier.learner.articles import ArticleModel
from triage.classifier.models import Challenge, Decision, Release
from triage.classifier.predictions.guessing import Guess
from triage.classifier.training import fitting, nightly, renewal
from triage.oversight.models import UsedArticle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NIGHT = NOW.replace(hour=1, minute=30)  # 02.30 in Oslo


def renew(folder, at=NOW) -> Challenge:
    return renewal.renew(now=lambda: at, folder=folder, progress=lambda words: None)


@pytest.fixture
def cases(desk):
    """Solved cases of a product that is asked for in words nobody has met."""
    found = many(desk, 260)
    for number, ticket in enumerate(found):
        ticket.subject = f"{ticket.subject} {'flaggrute' if number % 2 else 'tankeboks'}"
        ticket.messages.update(body=f"Vi spør om {ticket.subject}")
    type(found[0]).objects.bulk_update(found, ["subject"])
    decided(found[1::2], "maskinporten")
    decided(found[::2], "melding")
    return found


def _fake(monkeypatch, stored, answer):
    """A challenger that is not trained: `answer(text)` is what it says, the other says melding."""
    challenger = replace(stored, version="better-1")

    def learn(folder, material, split, *, now, progress):
        return replace(challenger, window={**stored.window, "until": split.until.isoformat()})

    def guess(artifact, text):
        label = answer(text) if artifact.version == "better-1" else "melding"
        found = Guess(target="product", label=label, confidence=0.9, speaks=bool(label))
        return {"product": found}

    monkeypatch.setattr(renewal, "learn", learn)
    monkeypatch.setattr(renewal, "guess", guess)


def _put_into_the_answers_of(tickets) -> str:
    """The id of an article that no sample case knows."""
    article = f"article:{make_article(slug='flaggruter').pk}"
    UsedArticle.objects.bulk_create(
        UsedArticle(ticket=ticket, document=article, published_at=NOW - DAY, used_at=NOW)
        for ticket in tickets
    )
    return article


def _right(text):
    return "maskinporten" if "flaggrute" in text else "melding"


def test_a_challenger_that_learnt_new_words_is_better_and_put_to_use(
    cases,
    small_sample,
    stored,
    monkeypatch,
):
    monkeypatch.setattr(fitting, "plan_for_the_desk", lambda _texts: replace(TINY, rounds=6))
    article = _put_into_the_answers_of(cases[1::2])
    challenge = renew(small_sample)
    assert challenge.outcome == "promoted", challenge.figures
    together, articles, product = challenge.figures["compared"]
    assert articles["challenger"]["right"] > articles["champion"]["right"] + 20
    assert product["challenger"]["right"] > product["champion"]["right"] + 20
    assert together["chance"] <= challenge.figures["risk"]
    live = current.current()
    assert (live.version, challenge.against) == (challenge.version, "test-1")
    assert live.window["own"] == challenge.figures["learnt"] == 182
    assert live.window["answered"] == 91
    beliefs = live.articles.beliefs(live.committee.vectoriser.transform(["Vi spør om flaggrute"]))
    assert max(beliefs, key=beliefs.get) == article
    assert renewal.end_of(live) == challenge.until
    assert sum(live.window["reference"]["labels"]["product"].values()) == 78
    assert live.window["reference"]["unknown"]["read"] == 78
    assert Release.objects.get().why == "promoted"
    assert "test-1" in archive.versions()


def test_every_case_asked_about_is_later_than_all_that_was_learnt(
    cases, small_sample, stored, monkeypatch
):
    seen = {}
    _fake(monkeypatch, stored, _right)
    learn = renewal.learn

    def looked_at(folder, material, split, **rest):
        seen["learnt"] = [material.cases[n].opened_at for n in split.learnt]
        seen["asked"] = [material.cases[n].opened_at for n in split.asked]
        return learn(folder, material, split, **rest)

    monkeypatch.setattr(renewal, "learn", looked_at)
    challenge = renew(small_sample)
    assert max(seen["learnt"]) <= challenge.until < min(seen["asked"])


def test_one_that_is_no_better_is_not_put_to_use_and_its_figures_are_kept(
    cases,
    small_sample,
    stored,
    monkeypatch,
):
    _fake(monkeypatch, stored, lambda text: "melding")
    challenge = renew(small_sample)
    assert challenge.outcome == "kept_out"
    assert challenge.figures["compared"][0]["gain"] == 0
    assert current.current().version == "test-1"
    assert not archive.file_of("better-1").exists()


def test_each_further_try_against_the_same_one_must_show_more(
    cases, small_sample, stored, monkeypatch
):
    _fake(monkeypatch, stored, lambda text: "melding")
    risks = [renew(small_sample).figures["risk"] for _ in range(3)]
    assert risks == sorted(risks, reverse=True)
    assert sum(risks) < 0.05


def _always(artifact, article: str, version: str):
    """The classifier, believing of every text that the article answers it; "" is none."""
    columns = artifact.committee.vectoriser.transform(["x"]).shape[1]
    names = ("", article or "article:0")
    return replace(
        artifact,
        version=version,
        articles=ArticleModel(
            names=names,
            weights=np.zeros((columns, 2), np.float16),
            intercepts=np.array([not article, bool(article)], np.float32),
        ),
    )


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [("right", "wrong", "kept_out"), ("right", "", "kept_out"), ("", "right", "promoted")],
)
def test_one_that_finds_the_answering_articles_worse_is_kept_out_however_well_it_sorts(
    cases, small_sample, stored, monkeypatch, before, after, outcome
):
    known = _put_into_the_answers_of(cases)
    articles = {"right": known, "wrong": "article:999999", "": ""}
    _fake(monkeypatch, _always(stored, articles[after], "test-1"), _right)
    monkeypatch.setattr(renewal, "current", lambda: _always(stored, articles[before], "test-1"))
    challenge = renew(small_sample)
    (row,) = [each for each in challenge.figures["compared"] if each["target"] == "article"]
    assert challenge.outcome == outcome
    assert (row["gain"] > 0) == (outcome == "promoted")
    assert row["champion"]["right"] == (row["cases"] if before == "right" else 0)
    assert challenge.figures["worse"] == ([] if outcome == "promoted" else ["article"])


def test_articles_are_compared_only_where_it_is_known_which_answered(
    cases, small_sample, stored, monkeypatch
):
    _put_into_the_answers_of(cases[-10:])
    _fake(monkeypatch, stored, _right)
    challenge = renew(small_sample)
    (row,) = [each for each in challenge.figures["compared"] if each["target"] == "article"]
    assert row["cases"] == 10
    assert row["gain"] == 0


def test_after_somebody_went_back_a_better_one_waits_for_a_person(
    cases,
    small_sample,
    stored,
    monkeypatch,
):
    archive.keep(stored)
    releases.put_to_use(version="test-1", why="rolled_back", now=NOW)
    _fake(monkeypatch, stored, _right)
    assert renew(small_sample).outcome == "held"
    assert current.current().version == "test-1"
    releases.put_to_use(version="better-1", why="chosen", now=NOW)
    assert current.current().version == "better-1"


def test_one_that_has_beaten_what_is_in_use_no_more_waits_for_a_person(
    cases, small_sample, stored, monkeypatch
):
    """Somebody put another to use while it was trained, which it was never compared with."""
    _fake(monkeypatch, stored, _right)
    learn = renewal.learn

    def meanwhile(*arguments, **options):
        archive.keep(replace(stored, version="chosen-1"))
        releases.put_to_use(version="chosen-1", why="chosen", now=NOW)
        return learn(*arguments, **options)

    monkeypatch.setattr(renewal, "learn", meanwhile)
    assert renew(small_sample).outcome == "held"
    assert current.current().version == "chosen-1"
    assert "better-1" in archive.versions()


def test_after_one_was_put_to_use_only_cases_later_than_it_has_read_count(
    cases,
    small_sample,
    stored,
    monkeypatch,
):
    _fake(monkeypatch, stored, _right)
    first = renew(small_sample)
    assert first.outcome == "promoted"
    second = renew(small_sample)
    assert (second.outcome, second.against) == ("kept_out", "better-1")
    assert second.until == first.until
    type(cases[0]).objects.filter(pk__in=[case.pk for case in cases[100:]]).update(
        opened_at=first.until - DAY
    )
    assert renew(small_sample).outcome == "too_few"


def test_few_decided_cases_are_no_ground_for_another_classifier(desk, small_sample, stored):
    decided(many(desk, 90), "melding")
    challenge = renew(small_sample)
    assert (challenge.outcome, challenge.decided) == ("too_few", 90)


def test_without_a_usable_classifier_there_is_nothing_to_compare_with(cases, small_sample):
    with pytest.raises(CommandError, match="no trained classifier"):
        call_command("classifier_renew", "--sample", str(small_sample), stdout=StringIO())
    challenge = Challenge.objects.get()
    assert (challenge.outcome, bool(challenge.finished_at)) == ("failed", True)
    assert "train_classifier" in challenge.trouble


def test_a_fault_is_noted_without_its_words_and_the_classifier_stays(
    cases,
    small_sample,
    stored,
    monkeypatch,
):
    def broken(*arguments, **options):
        raise ValueError("Kari Vik")

    monkeypatch.setattr(renewal, "learn", broken)
    with pytest.raises(ValueError, match="Kari"):
        renew(small_sample)
    assert Challenge.objects.get().trouble == "ValueError"
    assert current.current().version == "test-1"


def test_two_at_once_are_one_and_a_killed_one_is_not_waited_for(desk, small_sample, stored):
    Challenge.objects.create(started_at=NOW)
    with pytest.raises(renewal.AlreadyUnderWay):
        renew(small_sample, NOW + timedelta(hours=1))
    assert renew(small_sample, NOW + timedelta(hours=4)).outcome == "too_few"
    assert Challenge.objects.get(trouble="Stopped").outcome == "failed"


def test_the_command_tells_the_figures(cases, small_sample, stored, monkeypatch):
    _fake(monkeypatch, stored, _right)
    out = StringIO()
    call_command("classifier_renew", "--sample", str(small_sample), stdout=out)
    assert "Better, and put to use: better-1" in out.getvalue()
    assert "champion: 39 right, 39 wrong, 0 silent; challenger: 78 right, 0 wrong" in out.getvalue()


# --- at night -------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [0, 4, 9, 14, 22])
def test_by_day_nothing_is_trained(cases, hours):
    assert nightly.is_due(NIGHT)
    day = NIGHT + timedelta(hours=hours)
    assert nightly.is_due(day) == (hours == 0)


def test_with_few_decided_cases_nothing_is_trained(desk):
    decided(many(desk, 150), "melding")
    assert not nightly.is_due(NIGHT)


def test_it_is_trained_anew_only_when_enough_is_new(cases, desk):
    fields = {"finished_at": NOW, "outcome": "kept_out", "decided": 260}
    Challenge.objects.create(started_at=NOW, **fields)
    assert not nightly.is_due(NIGHT + 2 * DAY)
    later = many(desk, 49)
    decided(later, "melding", at=NOW + DAY)
    assert not nightly.is_due(NIGHT + 2 * DAY)
    decided(many(desk, 1, subject="Enda en"), "melding", at=NOW + DAY)
    assert nightly.is_due(NIGHT + 2 * DAY)
    Challenge.objects.update(decided=900)
    assert not nightly.is_due(NIGHT + 2 * DAY)
    assert Decision.objects.count() == 310


def _judged_against(version) -> Challenge:
    fields = {"finished_at": NOW, "outcome": "kept_out", "decided": 260}
    return Challenge.objects.create(started_at=NOW, against=version, **fields)


def test_a_classifier_that_has_read_none_of_the_sites_cases_is_challenged_the_next_night(
    cases, stored
):
    """After an upgrade the one that had learnt from them was replaced, for weeks, by one from the
    sample."""
    _judged_against("gone-1")
    assert nightly.is_due(NIGHT + 2 * DAY)
    Challenge.objects.update(against=stored.version)
    assert not nightly.is_due(NIGHT + 2 * DAY)


def test_with_few_decided_cases_such_a_classifier_stays(desk, stored):
    decided(many(desk, 150), "melding")
    _judged_against("gone-1")
    assert not nightly.is_due(NIGHT + 2 * DAY)


def test_one_that_has_learnt_from_the_sites_cases_waits_for_new_ones(cases, artifact):
    save(replace(artifact, window={**artifact.window, "own": 182}), current.path())
    _judged_against("gone-1")
    assert not nightly.is_due(NIGHT + 2 * DAY)


def test_it_is_tried_once_a_night_and_not_beside_another(cases):
    Challenge.objects.create(started_at=NIGHT, finished_at=NIGHT, outcome="failed")
    decided(cases[:60], "melding", at=NIGHT + timedelta(minutes=1))
    assert not nightly.is_due(NIGHT + timedelta(hours=1))
    assert nightly.is_due(NIGHT + DAY)
    Challenge.objects.create(started_at=NIGHT + timedelta(hours=21))
    assert not nightly.is_due(NIGHT + DAY)


@pytest.mark.parametrize(
    "fields",
    [{"outcome": "running"}, {"outcome": "failed", "finished_at": NIGHT}],
    ids=["killed", "failed"],
)
def test_after_one_that_came_to_nothing_another_is_tried_the_next_night(cases, fields):
    """A reboot in the night left one that never ended; no other was ever trained after it."""
    Challenge.objects.create(started_at=NIGHT + DAY, decided=260, **fields)
    assert not nightly.is_due(NIGHT + DAY + timedelta(hours=1))
    assert nightly.is_due(NIGHT + 2 * DAY)


def test_training_runs_in_a_process_of_its_own_and_only_one(cases, monkeypatch):
    started = []

    class Process:
        pid = 1

        def __init__(self, command, **options):
            started.append(command[-2:])

        def poll(self):
            return None

    monkeypatch.setattr(nightly.subprocess, "Popen", Process)
    monkeypatch.setattr(nightly, "_process", None)
    nightly.train_at_night(NIGHT)
    nightly.train_at_night(NIGHT)
    nightly.train_at_night(NIGHT + timedelta(hours=12))
    assert started == [["classifier_renew", "--polite"]]


def test_words_of_tests_are_their_own():
    assert len({word(number) for number in range(10_000)}) == 10_000
