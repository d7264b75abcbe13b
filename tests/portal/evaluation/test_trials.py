"""Trials with and without suggestions, as administrators, managers and the desk see them."""

from __future__ import annotations

import pytest

from tests.factories import make_user
from tests.portal.desk.pages import address, signed_in, text_of
from tests.triage.experiments.scenes import (
    DAY,
    HOUR,
    cases,
    history,
    solved_trial,
    split_evenly,
    trial,
)
from tests.triage.tickets.desk import NOW, opened
from triage.classifier.models import Prediction
from triage.experiments.arms import OFF, arm_of
from triage.experiments.models import Experiment
from triage.experiments.services import carry_on, stop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("portal.evaluation.trial_views.timezone.now", lambda: NOW)


@pytest.fixture
def boss(desk):
    return make_user(name="Sverre Lie", groups=("administrator",))


def test_the_plan_stands_before_the_button(desk, boss):
    history(desk)
    page = text_of(signed_in(boss).get("/forsok/"))
    made_of = "how long the last 140 cases took"
    assert made_of in page
    assert page.index("Cases in each group") < page.index("Begin the trial")
    assert "There has been no trial yet." in page


def test_an_administrator_begins_one_and_sees_it_under_way(desk, boss):
    history(desk)
    client = signed_in(boss)
    page = text_of(client.post("/forsok/start/", {"effect": "10"}, follow=True))
    made = Experiment.objects.get()
    assert "The trial has begun." in page
    assert "Sverre Lie" in page
    plan = f"{made.in_each:,} cases in each group, reckoned from 140 earlier cases"
    assert plan in page or plan.replace(",", "", 1) in page
    assert "0 with suggestions and 0 without (counted every hour)" in page
    cases(desk, 30, since=NOW, over=HOUR)
    carry_on(NOW + 2 * HOUR)
    groups = Experiment.objects.get().came_in
    page = text_of(client.get(f"/forsok/{made.pk}/"))
    assert f"{groups['on']} with suggestions and {groups['off']} without (last counted" in page
    assert sum(groups.values()) == 30
    listed = text_of(client.get("/forsok/"))
    assert "A trial runs already." in listed
    assert "Begin the trial" not in listed


def test_a_second_one_is_refused_in_a_sentence(desk, boss):
    history(desk)
    trial(desk)
    page = text_of(signed_in(boss).post("/forsok/start/", {"effect": "10"}, follow=True))
    assert "Only one can run at a time." in page
    assert Experiment.objects.count() == 1


@pytest.mark.parametrize("effect", ["", "7", "ten", "-10", "10\x00"])
def test_another_change_is_refused(desk, boss, effect):
    history(desk)
    page = text_of(signed_in(boss).post("/forsok/start/", {"effect": effect}, follow=True))
    assert "Choose which change the trial is to find." in page
    assert not Experiment.objects.exists()


def test_without_enough_cases_it_says_how_many_it_takes(desk, boss):
    client = signed_in(boss)
    assert "it takes 100 cases" in text_of(client.get("/forsok/"))
    page = text_of(client.post("/forsok/start/", {"effect": "10"}, follow=True))
    assert "Too few cases have been solved to plan a trial." in page


def test_a_manager_reads_but_does_not_begin_or_stop(desk):
    history(desk)
    made = trial(desk)
    client = signed_in(desk.people.manager)
    page = text_of(client.get(f"/forsok/{made.pk}/"))
    assert "Stop the trial" not in page
    assert client.post(f"/forsok/{made.pk}/stopp/").status_code == 403
    assert client.post("/forsok/start/", {"effect": "10"}).status_code == 403
    assert Experiment.objects.get().is_running


def test_nothing_is_told_of_the_outcome_while_it_runs(desk, boss):
    made = solved_trial(desk, 60)
    client = signed_in(boss)
    page = text_of(client.get(f"/forsok/{made.pk}/"))
    assert "How soon cases were solved" not in page
    assert client.get(f"/forsok/{made.pk}/times.csv").status_code == 404


def test_when_stopped_it_says_what_it_came_to_and_that_it_was_early(desk, boss):
    made = solved_trial(desk, 400, change=0.5)
    client = signed_in(boss)
    page = text_of(client.post(f"/forsok/{made.pk}/stopp/", {"sure": "yes"}, follow=True))
    assert "All cases get suggestions again." in page
    assert "With suggestions, cases were solved in" in page
    assert "The trial was stopped early." in page
    lines = client.get(f"/forsok/{made.pk}/times.csv").content.decode("utf-8-sig").splitlines()
    result = Experiment.objects.get().result
    assert lines[1] == f"Cases;{result['on']['cases']};{result['off']['cases']}"
    again = text_of(client.post(f"/forsok/{made.pk}/stopp/", {"sure": "yes"}, follow=True))
    assert "The trial had ended already." in again


def test_one_press_does_not_end_what_took_months(desk, boss):
    made = trial(desk)
    client = signed_in(boss)
    page = text_of(client.post(f"/forsok/{made.pk}/stopp/", follow=True))
    assert "The trial goes on." in page and "It cannot be begun again where it was." in page
    assert Experiment.objects.get().is_running


def test_where_nothing_was_found_the_interval_is_told(desk, boss):
    made = solved_trial(desk, 200, change=1.0)
    stop(experiment=made, by=boss, now=NOW)
    page = text_of(signed_in(boss).get(f"/forsok/{made.pk}/"))
    assert "The trial found no difference in how soon cases were solved." in page
    assert "does not mean there is none" in page


def test_where_it_took_longer_that_is_said(desk, boss):
    made = solved_trial(desk, 400, change=2.0)
    Experiment.objects.update(full_at=NOW - 15 * DAY)
    carry_on(NOW)
    page = text_of(signed_in(boss).get(f"/forsok/{made.pk}/"))
    assert "more time to solve" in page
    assert "as many cases as planned" in page


def test_too_few_cases_are_said_to_be_too_few(desk, boss):
    made = trial(desk)
    stop(experiment=made, by=boss, now=NOW)
    page = text_of(signed_in(boss).get(f"/forsok/{made.pk}/"))
    assert "Too few cases were followed" in page
    assert "The groups are not compared" in page and "p = " not in page
    assert "Half were solved within – –" in page  # nothing is said of cases there are none of
    assert "more than 14 days" not in page


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_page_is_in_the_languages_of_norway(desk, boss, language):
    history(desk)
    made = solved_trial(desk, 60)
    client = signed_in(boss, language)
    for page in ("/forsok/", f"/forsok/{made.pk}/"):
        assert "suggest" not in text_of(client.get(page))
    stop(experiment=made, by=boss, now=NOW)
    for page in ("/forsok/", f"/forsok/{made.pk}/"):
        response = client.get(page)
        assert response.status_code == 200
        assert "suggest" not in text_of(response)


@pytest.mark.parametrize("path", ["999/", "999/times.csv", "1/nothing.csv"])
def test_what_there_is_none_of_is_not_found(desk, boss, path):
    assert signed_in(boss).get(f"/forsok/{path}").status_code == 404


def test_the_desk_sees_no_suggestions_for_the_cases_without_and_is_told_why(desk):
    made = trial(desk, days_ago=1)
    found = cases(desk, 12, since=NOW - DAY, over=DAY / 2)
    split_evenly(made, found)
    for ticket in found:
        Prediction.objects.create(
            ticket=ticket,
            target="product",
            label=desk.product.slug,
            confidence=0.9,
            speaks=True,
            model_version="x",
            at=NOW,
        )
    client = signed_in(desk.people.agent)
    for ticket in found:
        page = text_of(client.get(address(ticket)))
        without = arm_of(made.key, ticket.pk) == OFF
        assert ("This case gets no suggestions" in page) == without
        assert ("Suggested from the text" in page) == (not without)


def test_outside_of_a_trial_the_desk_is_told_nothing(desk):
    page = text_of(signed_in(desk.people.agent).get(address(opened(desk))))
    assert "This case gets no suggestions" not in page


def test_open_cases_of_a_trial_are_not_labelled_where_their_guess_is_seen(desk, boss):
    made = trial(desk, days_ago=1)
    new, old = opened(desk, at=NOW - DAY / 2), opened(desk, at=NOW - 3 * DAY)
    for ticket in (new, old):
        Prediction.objects.create(
            ticket=ticket,
            target="product",
            label="melding",
            confidence=0.4,
            speaks=False,
            model_version="x",
            at=NOW,
        )
    client = signed_in(desk.people.agent)
    page = text_of(client.get("/desk/merking/produkt/"))
    assert (new.reference in page, old.reference in page) == (False, True)
    stop(experiment=made, by=boss, now=NOW)
    assert new.reference in text_of(client.get("/desk/merking/produkt/"))


def test_the_queue_marks_no_case_without_suggestions_as_unsure(desk):
    made = trial(desk, days_ago=1)
    found = cases(desk, 12, since=NOW - DAY, over=DAY / 2)
    split_evenly(made, found)
    Prediction.objects.bulk_create(
        Prediction(
            ticket=ticket,
            target="product",
            label="melding",
            confidence=0.2,
            speaks=False,
            model_version="x",
            at=NOW,
        )
        for ticket in found
    )
    page = text_of(signed_in(desk.people.agent).get("/desk/"))
    shown = [ticket for ticket in found if ticket.reference in page]
    without = {ticket.pk for ticket in shown if arm_of(made.key, ticket.pk) == OFF}
    assert (len(shown), len(without)) == (12, 6)
    assert page.count("Unsure category") == 12 - len(without)
