"""The sample's organisations and people."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organisation, OrganisationDomain, Team, User
from accounts.sample import load_teams
from markup.written import read_yaml
from portal.demo.people import PASSWORD, listed_people, load_organisations, load_people
from tests.portal.demo.conftest import AS_OF, SAMPLE

pytestmark = pytest.mark.django_db
FILE = SAMPLE / "people.yaml"


@pytest.fixture
def loaded():
    load_teams(SAMPLE / "teams.yaml")
    load_organisations(SAMPLE / "organisations.yaml")
    load_people(FILE, as_of=AS_OF)


def test_organisations_are_of_every_kind_and_two_share_a_domain(loaded):
    assert 12 <= Organisation.objects.count() <= 16
    assert set(Organisation.objects.values_list("segment", flat=True)) == set(
        Organisation.Segment.values
    )
    assert OrganisationDomain.objects.filter(domain="nordlyng.example").count() == 2
    assert Organisation.objects.exclude(external_id="").count() >= 12


def test_every_role_is_there(loaded):
    people = {user.email: user for user in User.objects.all()}
    assert sum(user.is_first_line for user in people.values()) >= 2
    assert sum(user.is_editor for user in people.values()) >= 2
    for has_role in ("is_administrator", "is_manager", "is_moderator", "handles_security"):
        assert any(getattr(user, has_role) for user in people.values()), has_role
    assert {user.language for user in people.values()} == {"nb", "nn", "en"}
    assert any(len(user.organisation_ids) == 2 for user in people.values())
    plain = [
        user for user in people.values() if not user.memberships.exists() and not user.is_support
    ]
    assert plain
    assert Membership.objects.filter(status="requested").count() == 2


def test_every_team_has_somebody_in_it(loaded):
    assert not Team.objects.filter(members__isnull=True).exists()


def test_loading_again_adds_nobody_and_keeps_what_a_person_changed(loaded):
    User.objects.filter(email="sverre.lie@fellesetaten.example").update(name="Sverre B. Lie")
    assert load_organisations(SAMPLE / "organisations.yaml") == Organisation.objects.count()
    assert load_people(FILE, as_of=AS_OF) == 0
    assert User.objects.get(email="sverre.lie@fellesetaten.example").name == "Sverre B. Lie"


def test_the_list_has_one_line_for_each_role_with_a_password_that_works(loaded):
    out = StringIO()
    call_command("demo_people", stdout=out)
    lines = [line.split() for line in out.getvalue().splitlines() if "@" in line]
    roles = [entry["role"] for entry in read_yaml(FILE.read_text("utf-8")) if "role" in entry]
    assert len(lines) == len(roles) >= 12
    email, password = lines[0][-2:]
    client = Client()
    response = client.post(reverse("account_login"), {"login": email, "password": password})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get(email=email).pk)


def test_a_changed_password_is_not_given_away(loaded):
    user = User.objects.get(email="sverre.lie@fellesetaten.example")
    user.set_password("en helt annen setning")
    user.save()
    lines = {person.email: person.password for person in listed_people(FILE)}
    assert lines[user.email] == "(changed)"
    assert lines["jorid.haugen@fellesetaten.example"] == PASSWORD


def test_without_a_sample_the_list_says_how_to_load_it():
    out = StringIO()
    call_command("demo_people", stdout=out)
    assert "load_demo" in out.getvalue()
