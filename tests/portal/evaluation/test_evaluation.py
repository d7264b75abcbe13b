"""How good the suggestions are, as the desk and managers read it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from portal.evaluation.names import Names
from tests.factories import make_product
from tests.portal.desk.pages import signed_in, text_of
from tests.portal.evaluation.judgements import EXCERPT, store
from tests.triage.tickets.desk import opened
from triage.classifier.artifacts import current
from triage.classifier.decisions import services
from triage.classifier.models import Prediction

pytestmark = pytest.mark.django_db
PRODUCT = "/treffsikkerhet/produkt/"
DAY = timedelta(days=1)


@pytest.fixture
def agent(desk):
    make_product(slug="melding", name_nb="Melding", name_nn="Melding", name_en="Messages")
    return signed_in(desk.people.agent)


def _predict(desk, label, decided="", confidence=0.8, *, days=1, **case) -> Prediction:
    now = timezone.now()
    ticket = opened(desk, at=now - (days + 1) * DAY, **case)
    made = Prediction.objects.create(
        ticket=ticket,
        target="product",
        label=label,
        confidence=confidence,
        speaks=True,
        because=["vedlegg"],
        model_version="x",
        at=now - (days + 1) * DAY,
    )
    if decided:
        by = desk.people.agent
        at = now - days * DAY
        services.decide(ticket=ticket, target="product", label=decided, by=by, now=at)
    return made


def test_the_first_page_says_of_each_question_how_often_it_is_right(agent, judged_classifier):
    page = text_of(agent.get("/treffsikkerhet/"))
    assert "75% of the cases, and the suggestion is right in 83% of them: 15 of 18" in page
    assert "2026-11-20-abc" in page
    assert "924 cases about 204 matters" in page


def test_a_question_tells_what_it_was_measured_on_and_how_sure_that_is(agent, judged_classifier):
    page = text_of(agent.get(PRODUCT))
    assert "24 cases about 11 matters it had not seen" in page
    # 15 of 18 right, as sure as 10 matters make it, by Wilson
    assert "between 52 and 96%" in page


def test_the_most_mixed_up_pair_comes_first_by_the_names_people_know(agent, judged_classifier):
    page = text_of(agent.get(PRODUCT))
    assert "samtykke, suggested as Messages 3 38%" in page
    assert "3 cases got a wrong suggestion" in page


def test_each_label_has_precision_recall_and_the_counts_behind_them(agent, judged_classifier):
    page = text_of(agent.get(PRODUCT))
    # 16 cases, 13 suggestions, 10 right: of 13 and of 16, suggested from 60%
    assert re.search(r"Messages few of them: says little 16 13 10 77% \S+ 62% \S+ 60%", page)


def test_the_curves_are_drawn_and_the_point_in_use_is_marked(agent, judged_classifier):
    html = agent.get(PRODUCT).content.decode()
    assert html.count('class="insight-curve"') == 2
    # 18 of 24 cases across, 15 of 18 up: 24 + 150 * (1 - 15/18)
    assert '<circle class="insight-mark" cx="75.00%" cy="49.0" r="8"/>' in html
    assert "Today: suggests something for 75% of the cases, right in 83%." in html
    assert "style=" not in html.split("<main")[1]


def test_the_whole_table_has_a_row_for_what_was_and_a_column_for_what_was_said(
    agent, judged_classifier
):
    lines = agent.get("/treffsikkerhet/produkt/all.csv").content.decode("utf-8-sig").splitlines()
    assert lines == [
        "It was;Messages;samtykke;Nothing",
        "Messages;10;0;6",
        "samtykke;3;5;0",
    ]


def test_examples_are_shown_as_text(agent, judged_classifier):
    html = agent.get(PRODUCT).content.decode()
    assert EXCERPT not in html
    assert "Vedlegget &lt;b&gt;kom&lt;/b&gt; ikke fram" in html


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("page", ["", "produkt/", "sakstype/", "team/", "prioritet/"])
def test_every_page_opens_in_every_language(desk, judged_classifier, language, page):
    response = signed_in(desk.people.manager, language).get(f"/treffsikkerhet/{page}")
    assert response.status_code == 200
    if language != "en":
        assert "suggest" not in text_of(response)


def test_what_was_learnt_from_our_own_cases_is_told_with_its_end(agent):
    window = {"cases": 1000, "families": 280, "hints": 838, "own": 76, "answered": 41}
    store(window=window | {"until": "2026-11-19T03:00:00+00:00"})
    page = text_of(agent.get("/treffsikkerhet/"))
    assert "76 of the cases are our own, decided by people before" in page
    assert "19" in page.split("decided by people before")[1][:40]
    assert "Of 41 of them it is known which guidance answered, or that none did." in page


def test_without_a_classifier_the_page_says_so(agent):
    assert "There are no suggestions" in text_of(agent.get("/treffsikkerhet/"))
    assert "There are no suggestions" in text_of(agent.get(PRODUCT))


@pytest.mark.parametrize("judgement", [None, {"product": {"cases": "many"}}, [1], "x"])
def test_a_classifier_that_was_not_judged_says_what_to_do(agent, judgement):
    store(judgement=judgement)
    assert "Make it anew" in text_of(agent.get(PRODUCT))


@pytest.mark.parametrize("header", [{"window": 3}, {"trained_at": "last week"}])
def test_a_strange_header_is_no_classifier(agent, header):
    store(**header)
    assert "There are no suggestions" in text_of(agent.get(PRODUCT))


def test_a_file_that_was_cut_off_is_no_classifier(agent, judged_classifier):
    current.path().write_bytes(current.path().read_bytes()[:200])
    assert "There are no suggestions" in text_of(agent.get(PRODUCT))


@pytest.mark.parametrize(
    "address",
    [
        "/treffsikkerhet/alt/",
        "/treffsikkerhet/alt/labels.csv",
        "/treffsikkerhet/produkt/nothing.csv",
        "/treffsikkerhet/team/labels.csv",  # was not judged
        "/treffsikkerhet/produkt/people-labels.csv",  # nobody has decided
    ],
)
def test_what_there_is_none_of_is_not_found(agent, judged_classifier, address):
    assert agent.get(address).status_code == 404


def test_a_table_is_a_spreadsheet_too(agent, judged_classifier):
    response = agent.get("/treffsikkerhet/produkt/labels.xlsx")
    assert response.content.startswith(b"PK")
    assert "produkt-labels.xlsx" in response["Content-Disposition"]


def test_what_people_decided_is_counted_apart(desk, agent):
    for _number in range(3):
        _predict(desk, "melding", "melding")
    _predict(desk, "melding", "samtykke")
    _predict(desk, "melding")
    page = text_of(agent.get(PRODUCT))
    assert "the suggestion is right in 75% of them: 3 of 4" in page
    assert "samtykke, suggested as Messages 1 100%" in page


def test_cases_nothing_was_guessed_of_say_nothing_of_the_guesses(desk, agent):
    """Cases from before there was a classifier counted as missed by it, and as well judged."""
    now, by = timezone.now(), desk.people.agent
    services.decide(ticket=opened(desk, at=now), target="product", label="melding", by=by, now=now)
    assert "Nobody has accepted or changed" in text_of(agent.get(PRODUCT))
    _predict(desk, "melding", "melding")
    assert "suggests something for 100% of the cases" in text_of(agent.get(PRODUCT))


def test_what_people_decided_is_told_without_limits_of_one_version(desk, agent):
    _predict(desk, "melding", "melding")
    page = text_of(agent.get(PRODUCT))
    assert "Right when suggested" in page and "Suggested from certainty" not in page


def test_old_decisions_and_security_cases_are_left_out(desk, agent):
    _predict(desk, "melding", "melding")
    _predict(desk, "melding", "samtykke", days=120)
    _predict(desk, "melding", "samtykke", security=True)
    assert "right in 100% of them: 1 of 1" in text_of(agent.get(PRODUCT))


def test_a_case_decided_otherwise_is_listed_for_those_who_may_open_it(desk, agent):
    made = _predict(desk, "melding", "samtykke", 0.97)
    assert f"97% {made.ticket.reference} samtykke Messages Set on the case" in text_of(
        agent.get(PRODUCT)
    )
    other = text_of(signed_in(desk.people.expert).get(PRODUCT))
    assert made.ticket.reference not in other
    assert "0 of 1" in other


def test_a_decision_taken_back_is_none(desk, agent):
    made = _predict(desk, "melding", "samtykke")
    now = datetime.now(UTC)
    by = desk.people.agent
    services.decide(ticket=made.ticket, target="product", label="", by=by, now=now)
    assert "Nobody has accepted or changed" in text_of(agent.get(PRODUCT))


def test_what_stood_when_a_case_was_solved_counts_and_what_was_labelled_in_a_session_does_not(
    desk, agent
):
    now = timezone.now()
    for source, label in (("resolved", "melding"), ("session", "samtykke")):
        made = _predict(desk, "melding")
        services.note(
            ticket=made.ticket,
            target="product",
            label=label,
            prediction=made,
            by=desk.people.agent,
            now=now - DAY,
            source=source,
        )
    assert "right in 100% of them: 1 of 1" in text_of(agent.get(PRODUCT))


def test_the_newest_decision_of_a_case_counts(desk, agent):
    made = _predict(desk, "melding", "samtykke")
    by, now = desk.people.agent, timezone.now() - DAY / 2
    services.decide(ticket=made.ticket, target="product", label="melding", by=by, now=now)
    assert "right in 100% of them: 1 of 1" in text_of(agent.get(PRODUCT))


def test_the_page_asks_no_more_of_the_database_with_many_decisions(
    desk, agent, django_assert_max_num_queries
):
    for _number in range(30):
        _predict(desk, "melding", "samtykke")
    with django_assert_max_num_queries(25):
        agent.get(PRODUCT)


def test_those_who_handle_no_cases_are_not_let_in(desk, judged_classifier):
    assert signed_in(desk.people.asker).get("/treffsikkerhet/").status_code == 403


def test_numbers_in_names_of_labels_are_explained(desk):
    with translation.override("en"):
        assert "Impact: 1 all or many organisations; 2 one" in Names("priority").explanation
        assert "Urgency: 1 stopped with no way round" in Names("priority").explanation
        assert Names("product").explanation == ""


@pytest.mark.parametrize(
    ("target", "label", "name"),
    [
        ("product", "annet", "Another product"),
        ("case_type", "not_a_case", "Not a case"),
        ("team", "autorisasjon", "Autorisasjon"),
        ("team", "gone", "gone"),
        ("priority", "1x2", "P2 (impact 1, urgency 2)"),
        ("priority", "high", "high"),
        ("product", "", "Nothing"),
    ],
)
def test_labels_are_called_what_people_call_them(desk, target, label, name):
    with translation.override("en"):
        assert Names(target).of(label) == name
