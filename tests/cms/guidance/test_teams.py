"""Teams in the editors' admin: who comes into one, who leaves it, and what may be deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team
from dispatch.models import Mail
from taxonomy.models import Topic
from tests.factories import make_article, make_product, make_team, make_topic, make_user
from triage.intake.services import NewCase, open_ticket
from triage.sla.agreements import Agreement
from triage.sla.escalation import Escalation
from triage.sla.service_model import (
    ServiceModel,
    current_service_model,
    service_model,
    store_version,
)
from triage.sla.targets import Target

MOVES = {"escalations": (Escalation("flytt", 100, move_to="gjengen"),)}
AGREES = {"agreements": (Agreement("gjengen", "service_hours", Target(minutes=480)),)}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_policies():
    service_model.cache_clear()
    yield
    service_model.cache_clear()


@pytest.fixture
def administrator(client):
    make_article()
    user = make_user(groups=("administrator",))
    client.force_login(user)
    return user


def test_who_comes_into_a_team_and_who_leaves_it_is_recorded_and_told(administrator, client):
    team = make_team(slug="gjengen", name="Gjengen")
    leaves = make_user(teams=(team,))
    comes = make_user(groups=("moderator",))
    client.post(
        reverse("team:edit", args=[team.pk]),
        {"name": "Gjengen", "line": "second", "members": [comes.pk], "lead": comes.pk},
    )
    assert list(team.members.all()) == [comes]
    came, left = comes.staff_changes.get(), leaves.staff_changes.get()
    assert (came.by, came.given) == (administrator, ["lead:gjengen", "team:gjengen"])
    assert (left.by, left.taken) == (administrator, ["team:gjengen"])
    told = Mail.objects.filter(kind="duties_changed").values_list("to", flat=True)
    assert set(told) == {comes.email, leaves.email}


def test_a_new_team_records_those_who_are_in_it_from_the_start(administrator, client):
    person = make_user(groups=("moderator",))
    client.post(
        reverse("team:add"),
        {"name": "Nye", "slug": "nye", "line": "first", "members": [person.pk], "lead": ""},
    )
    assert list(Team.objects.get(slug="nye").members.all()) == [person]
    assert person.staff_changes.get().given == ["team:nye"]


def test_another_name_for_a_team_is_nothing_to_tell_its_people(administrator, client):
    team = make_team(slug="gjengen")
    person = make_user(teams=(team,))
    client.post(
        reverse("team:edit", args=[team.pk]),
        {"name": "Ny", "line": "second", "members": [person.pk], "lead": ""},
    )
    assert Team.objects.get(slug="gjengen").name == "Ny"
    assert not person.staff_changes.exists() and not Mail.objects.exists()


def test_a_team_that_is_used_is_kept_and_the_page_says_why(administrator, client):
    used = make_article().owner_team
    person = make_user(teams=(used,))
    address = reverse("team:delete", args=[used.pk])
    assert client.get(address).status_code == 200
    page = client.post(address, follow=True).content.decode()
    assert f"«{used}» er i bruk, så den kan ikke slettes." in page
    assert used.members.get() == person and not person.staff_changes.exists()


def test_a_team_nothing_uses_is_deleted_and_its_people_are_told(administrator, client):
    team = make_team(slug="feil")
    person = make_user(teams=(team,))
    client.post(reverse("team:delete", args=[team.pk]))
    assert not Team.objects.filter(slug="feil").exists()
    assert person.staff_changes.get().taken == ["team:feil"]
    assert Mail.objects.get(kind="duties_changed").to == person.email


def _naming(model: ServiceModel, **named) -> ServiceModel:
    """The service model with other rules."""
    return replace(model, policy=replace(model.policy, **named))


@pytest.mark.parametrize("coming", [False, True])
@pytest.mark.parametrize(
    ("named", "where"),
    [
        (AGREES, "under «Interne avtaler»"),
        (MOVES, "under «Når tiden går ut»"),
    ],
)
def test_a_team_that_only_the_rules_name_is_kept_and_the_page_says_where(
    administrator, client, named, where, coming
):
    team = make_team(slug="gjengen", name="Gjengen")
    person, now = make_user(teams=(team,)), timezone.now()
    begins = now + timedelta(days=3) if coming else now - timedelta(days=3)
    store_version(_naming(current_service_model(now), **named), valid_from=begins, note="")
    page = client.post(reverse("team:delete", args=[team.pk]), follow=True).content.decode()
    assert f"«Gjengen» er nevnt i tjenestemodellen, {where}" in page
    assert list(team.members.all()) == [person] and not person.staff_changes.exists()


def test_a_team_that_only_rules_of_the_past_name_is_deleted(administrator, client):
    team, now = make_team(slug="gjengen"), timezone.now()
    in_force = current_service_model(now)
    store_version(_naming(in_force, **MOVES), valid_from=now - timedelta(days=3), note="")
    store_version(in_force, valid_from=now - timedelta(days=2), note="")
    client.post(reverse("team:delete", args=[team.pk]))
    assert not Team.objects.filter(pk=team.pk).exists()


def test_a_topic_that_cases_have_is_kept_and_the_page_says_why(administrator, client):
    make_team(line="first")
    topic = make_topic(make_product())
    open_ticket(
        NewCase(
            subject="Hjelp",
            body="Hjelp",
            requester=administrator,
            topic=topic,
            product=topic.product,
        ),
        now=timezone.now(),
    )
    page = client.post(reverse("topic:delete", args=[topic.pk]), follow=True).content.decode()
    assert "er i bruk, så den kan ikke slettes." in page
    assert Topic.objects.filter(pk=topic.pk).exists()
