"""Administrators are told when guesses have become worse."""

from datetime import timedelta

import pytest

from dispatch.models import Mail
from tests.factories import make_user
from tests.triage.classifier.decided import decided, many
from tests.triage.tickets.desk import NOW
from triage.classifier.artifacts import envelope
from triage.classifier.artifacts.current import path
from triage.classifier.models import Alarm, Decision, Reading
from triage.classifier.monitoring import alarms, readings
from triage.classifier.monitoring.checks import Finding

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def found(*, rings=True, calm=False, kind="quality", label="melding") -> Finding:
    return Finding(
        kind=kind, target="product", label=label, rings=rings, calm=calm, figures={"right": 3}
    )


@pytest.fixture
def administrator(db):
    return make_user(groups=("administrator",), language="nb")


def test_a_new_alarm_is_told_to_every_administrator_once(administrator, desk):
    make_user(groups=("administrator",), language="nn")
    alarms.settle([found()], NOW)
    alarms.settle([found()], NOW + WEEK)
    assert Alarm.objects.count() == 1
    assert sorted(Mail.objects.values_list("language", flat=True)) == ["nb", "nn"]
    mail = Mail.objects.get(to=administrator.email)
    assert mail.kind == "classifier"
    assert "/drift/klassifisering/" in mail.text
    assert "melding" not in mail.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Forslagene er for ofte feil"), ("nn", "Framlegga er for ofte feil")],
)
def test_the_mail_is_in_the_language_of_its_reader(language, words):
    make_user(groups=("administrator",), language=language)
    alarms.settle([found()], NOW)
    assert words in Mail.objects.get().text


def test_an_alarm_ends_when_it_is_well_again_and_not_before(administrator):
    alarms.settle([found()], NOW)
    alarms.settle([found(rings=False)], NOW + WEEK)
    alarms.settle([], NOW + WEEK)
    assert Alarm.objects.get().ended_at is None
    alarms.settle([found(rings=False, calm=True)], NOW + 2 * WEEK)
    assert Alarm.objects.get().ended_at == NOW + 2 * WEEK
    assert len(alarms.settle([found()], NOW + 3 * WEEK)) == 1


def test_what_does_not_ring_is_no_alarm(administrator):
    assert alarms.settle([found(rings=False), found(rings=False, calm=True)], NOW) == []
    assert not Mail.objects.exists()


def test_guesses_that_became_wrong_are_noticed_after_full_weeks(administrator, desk):
    """From decisions on cases to the mail, by the job that runs by itself."""
    decided(many(desk, 40), "samtykke", guessed="melding", at=NOW - WEEK)
    decided(many(desk, 40), "annet", guessed="annet", at=NOW - WEEK)
    alarms.watch(NOW)
    rang = Alarm.objects.get(kind="quality", label="melding")
    assert rang.figures == {"decided": 40, "right": 0, "bar": 0.7}
    assert not Alarm.objects.filter(label="annet").exists()
    assert Mail.objects.filter(kind="classifier").count() == 1
    assert Decision.objects.count() == 80


@pytest.mark.parametrize(
    ("since", "rings"),
    [
        ({"guessed": 5, "silent": 4}, True),  # still said, too seldom to tell
        ({"guessed": 5, "silent": 5}, False),
        (None, False),
    ],
)
def test_an_alarm_about_what_is_said_no_more_ends(administrator, desk, since, rings):
    """It rang for ever, of a team that was closed: nobody decides about what is not said."""
    alarms.settle([found()], NOW - 6 * WEEK)
    week = readings.week_of(NOW - WEEK)
    Reading.objects.create(week=week, target="product", label="annet", guessed=9)
    if since:
        Reading.objects.create(week=week, target="product", label="melding", **since)
    alarms.settle(alarms.look(NOW), NOW)
    assert Alarm.objects.filter(ended_at=None).exists() == rings


def test_no_alarm_ends_because_nothing_was_counted(administrator, desk):
    alarms.settle([found()], NOW - 6 * WEEK)
    alarms.settle(alarms.look(NOW), NOW)
    assert Alarm.objects.get().ended_at is None


def test_the_week_under_way_is_not_judged(administrator, desk):
    decided(many(desk, 40), "samtykke", guessed="melding", at=NOW)
    alarms.watch(NOW)
    assert not Alarm.objects.exists()


def _weeks_of(desk, labels, *, at):
    for label, count in labels.items():
        Reading.objects.create(
            week=readings.week_of(at), target="product", label=label, guessed=count
        )


def test_a_shift_is_seen_against_the_weeks_before(administrator, desk):
    _weeks_of(desk, {"melding": 90, "samtykke": 90}, at=NOW - 6 * WEEK)
    _weeks_of(desk, {"melding": 100, "samtykke": 95}, at=NOW - 2 * WEEK)
    assert not [each for each in alarms.look(NOW) if each.rings]
    Reading.objects.filter(label="samtykke", guessed=95).update(guessed=2)
    [shifted] = [each for each in alarms.look(NOW) if each.rings]
    assert (shifted.kind, shifted.figures["label"]) == ("shift", "melding")


def test_a_classifier_that_knows_what_it_guessed_when_it_was_made_is_held_against_that(
    administrator, desk, stored
):
    header, payload = envelope.read(path())
    header["window"]["reference"] = {
        "labels": {"product": {"samtykke": 200}},
        "unknown": {"read": 150, "sum": 7.5, "squares": 0.5},
    }
    envelope.write(path(), header, payload)
    _weeks_of(desk, {"melding": 150}, at=NOW - WEEK)
    Reading.objects.create(
        week=readings.week_of(NOW - WEEK),
        target="case_type",
        read=150,
        unknown=45,
        unknown_squared=14,
    )
    assert {each.kind for each in alarms.look(NOW) if each.rings} == {"shift", "unknown"}


def test_without_a_usable_classifier_the_weeks_before_are_used(desk, stored):
    path().write_bytes(b"x")
    assert [each for each in alarms.look(NOW) if each.rings] == []
