"""Finding organisations, requests and invitations."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import queries, services
from accounts.models import Organisation, OrganisationDomain, User
from tests.factories import make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("email", "domains"),
    [
        ("ola@tindvik.example", ["tindvik.example"]),
        ("ola@post.tindvik.example", ["post.tindvik.example", "tindvik.example"]),
        ("OLA@TINDVIK.example", ["tindvik.example"]),
        ("ola@localhost", []),
        ("", []),
    ],
)
def test_domains_of_an_address(email, domains):
    assert queries.domains_of(email) == domains


def with_domain(name: str, domain: str, **fields) -> Organisation:
    organisation = make_organisation(name=name, **fields)
    OrganisationDomain.objects.create(organisation=organisation, domain=domain)
    return organisation


def test_all_organisations_that_share_the_domain_are_suggested():
    first = with_domain("Tindvik kommune", "tindvik.example")
    second = with_domain("Tindvik vann", "tindvik.example")
    with_domain("Fjordgløtt", "fjord.example")
    assert queries.suggested_organisations(make_user()) == [first, second]


def test_organisation_with_two_fitting_domains_is_suggested_once():
    organisation = with_domain("Tindvik kommune", "tindvik.example")
    OrganisationDomain.objects.create(organisation=organisation, domain="post.tindvik.example")
    person = make_user(email="a@post.tindvik.example")
    assert queries.suggested_organisations(person) == [organisation]


def test_domain_that_only_ends_alike_suggests_nothing():
    with_domain("Tindvik kommune", "vik.example")
    assert queries.suggested_organisations(make_user(email="a@tindvik.example")) == []


def test_organisations_one_belongs_to_or_waits_for_are_not_suggested():
    joined = with_domain("Tindvik kommune", "tindvik.example")
    asked = with_domain("Tindvik vann", "tindvik.example")
    user = make_user()
    make_membership(user, joined)
    services.ask_to_join(user=user, organisation=asked, now=NOW)
    assert queries.suggested_organisations(user) == []
    assert queries.find_organisations(user, "tindvik") == []


@pytest.mark.parametrize("text", ["østre", "ØSTRE", "Østre", "  østre\n toten ", "e t"])
def test_organisation_is_found_by_a_part_of_its_name(text):
    organisation = make_organisation(name="Østre Toten kommune")
    assert queries.find_organisations(make_user(), text) == [organisation]


@pytest.mark.parametrize("text", ["", " ", "a", "%%", "__", "\x00", "'; drop table", "x" * 5000])
def test_odd_words_find_nothing(text):
    make_organisation(name="Tindvik kommune")
    assert queries.find_organisations(make_user(), text) == []


def test_internal_organisation_is_found_by_domain_only():
    internal = with_domain("Fellesetaten", "fellesetaten.example", type="internal")
    assert queries.find_organisations(make_user(), "Felles") == []
    colleague = make_user(email="a@fellesetaten.example")
    assert queries.suggested_organisations(colleague) == [internal]


def test_invitations_are_shown_to_the_confirmed_owner_of_the_address_only():
    organisation = make_organisation()
    contact = make_user()
    make_membership(contact, organisation, roles=("incident",))
    contact = User.objects.get(pk=contact.pk)
    guest = make_user(email="gjest@tindvik.example")
    invitation = services.invite(organisation=organisation, email=guest.email, by=contact, now=NOW)
    assert queries.invitations_for(guest, NOW) == []
    services.confirm_address(guest)
    assert queries.invitations_for(guest, NOW) == [invitation]
    assert queries.invitations_for(guest, NOW + timedelta(days=15)) == []
    assert queries.invitations_for(contact, NOW) == []
