"""Topics that are guessed for a case, under the product they belong to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_product, make_topic
from tests.portal.desk.pages import address, signed_in, text_of
from tests.triage.tickets.desk import MINUTE, opened
from triage.classifier.models import Decision, Prediction

pytestmark = pytest.mark.django_db
CHIP = "Topic: Scope very likely, 90 %"


@pytest.fixture
def ticket(desk):
    return opened(desk, at=timezone.now() - 30 * MINUTE)


def _predict(ticket, label="maskinporten/scope"):
    return Prediction.objects.create(
        ticket=ticket,
        target="topic",
        label=label,
        confidence=0.9,
        speaks=True,
        model_version="1",
        at=timezone.now(),
    )


def _page(desk, ticket, language="en"):
    return text_of(signed_in(desk.people.agent, language).get(address(ticket)))


def test_a_topic_stands_as_a_chip_where_the_case_has_no_product_or_its_own(desk, ticket):
    _predict(ticket)
    assert CHIP in _page(desk, ticket)
    ticket.product = desk.product
    ticket.save()
    assert CHIP in _page(desk, ticket)


@pytest.mark.parametrize(("language", "name"), [("nb", "Emne: Scope"), ("nn", "Emne: Scope")])
def test_a_topic_is_called_so_in_norwegian(desk, ticket, language, name):
    _predict(ticket)
    assert name in _page(desk, ticket, language)


def test_a_topic_of_another_product_than_the_case_has_is_not_suggested(desk, ticket):
    _predict(ticket)
    ticket.product = make_product(slug="melding", name_nb="Melding")
    ticket.save()
    assert CHIP not in _page(desk, ticket)


@pytest.mark.parametrize("label", ["maskinporten/gone", "melding/scope", "maskinporten", ""])
def test_a_topic_that_is_not_there_is_not_suggested(desk, ticket, label):
    _predict(ticket, label)
    assert "Topic:" not in _page(desk, ticket)


def test_the_topic_the_case_has_is_not_suggested(desk):
    ticket = opened(desk, product=desk.product, topic=desk.topic)
    _predict(ticket)
    assert "Topic:" not in _page(desk, ticket)


def test_one_press_sets_product_and_topic_and_keeps_both_as_labels(desk, ticket):
    guess = _predict(ticket)
    client = signed_in(desk.people.agent)
    client.post(address(ticket, "produkt"), {"place": "maskinporten/scope"})
    ticket.refresh_from_db()
    guess.refresh_from_db()
    assert (ticket.product, ticket.topic) == (desk.product, desk.topic)
    assert guess.decided == guess.label
    assert set(Decision.objects.values_list("target", "label")) == {
        ("product", "maskinporten"),
        ("topic", "maskinporten/scope"),
    }


def test_another_topic_is_kept_as_a_correction(desk, ticket):
    guess = _predict(ticket)
    make_topic(desk.product, slug="token", name_nb="Token")
    signed_in(desk.people.agent).post(address(ticket, "produkt"), {"place": "maskinporten/token"})
    guess.refresh_from_db()
    assert guess.decided == "maskinporten/token"


def test_a_product_alone_says_nothing_of_the_topic(desk, ticket):
    guess = _predict(ticket)
    signed_in(desk.people.agent).post(address(ticket, "produkt"), {"place": "maskinporten"})
    guess.refresh_from_db()
    assert not guess.is_decided
    assert not Decision.objects.filter(target="topic").exists()
    assert CHIP in _page(desk, ticket)


def test_a_topic_is_labelled_in_the_list_and_not_set_on_the_case(desk, ticket):
    guess = _predict(ticket)
    client, page = signed_in(desk.people.agent), reverse("desk_label", args=["emne", guess.pk])
    assert "Maskinporten – Scope" in text_of(client.get(page))
    assert client.post(page, {"label": "maskinporten/gone"}).status_code == 422
    client.post(page, {"label": "maskinporten/scope"})
    assert Decision.objects.get().label == "maskinporten/scope"
    ticket.refresh_from_db()
    assert ticket.topic is None


def test_the_list_of_topics_takes_as_many_statements_with_many_cases(desk):
    client, page = signed_in(desk.people.agent), reverse("desk_labelling_of", args=["emne"])
    counts = []
    for more in (1, 25):
        for _ in range(more):
            _predict(opened(desk, product=desk.product, topic=desk.topic))
        with CaptureQueriesContext(connection) as queries:
            assert "Maskinporten – Scope" in text_of(client.get(page))
        counts.append(len(queries))
    assert counts[0] == counts[1]
