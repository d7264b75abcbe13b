"""Weekly figures, and the alarms that follow from them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.triage.classifier.decided import decided, many
from tests.triage.tickets.desk import NOW, opened
from triage.classifier.decisions import services
from triage.classifier.models import Prediction, Reading
from triage.classifier.monitoring import readings

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
