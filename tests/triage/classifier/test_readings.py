"""Weekly figures, and the alarms that follow from them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dispatch.models import Mail
from tests.factories import make_user
from tests.triage.classifier.decided import decided, many
from tests.triage.tickets.desk import NOW, opened
from triage.classifier import alarms, envelope, readings, services
from triage.classifier.current import path
from triage.classifier.models import Alarm, Decision, Prediction, Reading
from triage.classifier.watching import Finding

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
MONDAY = date(2026, 11, 23)


def predict(ticket, label="melding", *, at=NOW, target="product", **fields) -> Prediction:
    values = {"confidence": 0.8, "speaks": True, "model_version": "v1", **fields}
    return Prediction.objects.create(ticket=ticket, target=target, label=label, at=at, **values)


def reading(label="", target="product", week=MONDAY) -> Reading:
    return Reading.objects.get(week=week, target=target, label=label)


def counts(row: Reading) -> tuple:
    return row.guessed, row.silent, row.decided, row.right


def test_a_week_tells_what_was_guessed_and_how_it_went(desk):
    agent = desk.people.agent
    for label, chosen in (("melding", "melding"), ("melding", "samtykke"), ("samtykke", None)):
        ticket = opened(desk)
        predict(ticket, label, speaks=chosen is not None)
        if chosen:
            services.decide(ticket=ticket, target="product", label=chosen, by=agent, now=NOW)
    readings.read_weeks(NOW)
    assert counts(reading("melding")) == (2, 0, 2, 1)
    assert counts(reading("samtykke")) == (1, 1, 0, 0)
    assert counts(reading()) == (3, 1, 2, 1)


def test_weeks_begin_on_monday_by_local_time(desk):
    midnight = timezone.make_aware(timezone.datetime(2026, 11, 23))
    predict(opened(desk), at=midnight)
    predict(opened(desk), at=midnight - timedelta(seconds=1))
    readings.read_weeks(NOW)
    assert counts(reading("melding")) == (1, 0, 0, 0)
    assert counts(reading("melding", week=MONDAY - WEEK)) == (1, 0, 0, 0)


def test_only_the_last_decision_counts_and_sessions_do_not(desk):
    agent, ticket = desk.people.agent, opened(desk)
    predict(ticket)
    services.decide(ticket=ticket, target="product", label="samtykke", by=agent, now=NOW - WEEK)
    services.decide(ticket=ticket, target="product", label="melding", by=agent, now=NOW)
    decided([opened(desk)], "samtykke", source="session", guessed="melding")
    readings.read_weeks(NOW)
    assert counts(reading("melding")) == (2, 0, 1, 1)
    assert not Reading.objects.filter(week=MONDAY - WEEK, decided__gt=0).exists()


def test_what_was_not_said_or_was_taken_back_is_not_counted_as_decided(desk):
    decided([opened(desk)], "melding", guessed="melding", spoke=False)
    decided([opened(desk)], "", guessed="melding")
    readings.read_weeks(NOW)
    assert counts(reading("melding"))[2:] == (0, 0)


def test_unknown_words_are_summed_once_for_each_text(desk):
    for share in (0.2, 0.4):
        ticket = opened(desk)
        for target in ("product", "case_type"):
            predict(ticket, target=target, unknown=share)
    predict(opened(desk), target="case_type", unknown=None)
    readings.read_weeks(NOW)
    row = reading(target="case_type")
    assert (row.read, round(row.unknown, 6), round(row.unknown_squared, 6)) == (2, 0.6, 0.2)
    assert reading().read == 0


def test_reading_again_changes_nothing_and_older_weeks_are_kept(desk):
    predict(opened(desk))
    old = Reading.objects.create(week=MONDAY - 20 * WEEK, target="product", label="", guessed=7)
    readings.read_weeks(NOW)
    once = list(Reading.objects.order_by("week", "target", "label").values("week", "guessed"))
    readings.read_weeks(NOW)
    again = list(Reading.objects.order_by("week", "target", "label").values("week", "guessed"))
    assert once == again
    assert Reading.objects.filter(pk=old.pk).exists()


def test_reading_takes_as_many_statements_for_many_cases(desk):
    taken = []
    for more in (1, 60):
        decided(many(desk, more), "melding", guessed="melding")
        with CaptureQueriesContext(connection) as queries:
            readings.read_weeks(NOW)
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_how_right_labels_are_is_one_statement(desk):
    decided(many(desk, 3), "melding", guessed="melding")
    decided(many(desk, 1), "samtykke", guessed="melding")
    now = timezone.now()
    Reading.objects.create(
        week=readings.week_of(now), target="product", label="melding", decided=4, right=3
    )
    with CaptureQueriesContext(connection) as queries:
        found = readings.how_right([("product", "melding"), ("team", "plattform")])
    assert (found, len(queries)) == ({("product", "melding"): (3, 4)}, 1)
    assert readings.how_right([]) == {}


# --- alarms ---------------------------------------------------------------------------------------


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
