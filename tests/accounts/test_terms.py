"""Terms of use: published once, signed once for each organisation by who answers for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Organisation, TermsSignature, TermsVersion
from accounts.roles import ContactRole
from accounts.terms import (
    AlreadySigned,
    NotOpenForSigning,
    publish_terms,
    sign_terms,
    signatures_by_organisation,
    signed_terms,
    unsigned,
    versions,
)
from tests.factories import make_membership, make_organisation, make_user

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def published(day: date = TODAY, *, now: datetime = NOW, **fields) -> TermsVersion:
    """Terms that hold from a day."""
    fields = {"title": f"Vilkår {day}", "text": "Vi hjelper dere.", "language": "nb", **fields}
    by = fields.pop("by", None) or make_user(groups=("manager",))
    return publish_terms(valid_from=day, by=by, now=now, **fields)


def signer(organisation: Organisation, *roles: ContactRole, name: str = "Ola Dal"):
    """Somebody with these contact roles."""
    person = make_user(name=name)
    make_membership(person, organisation, roles=roles or (ContactRole.SERVICE_MANAGEMENT,))
    return person


@pytest.mark.django_db
class TestPublishing:
    def test_a_version_is_named_by_the_day_it_holds_from(self):
        found = published(date(2027, 1, 1))
        assert found.key == "2027-01-01"
        assert str(found) == "Vilkår 2027-01-01"

    @pytest.mark.parametrize("group", ["editor", "moderator"])
    def test_only_managers_publish(self, group):
        with pytest.raises(PermissionDenied):
            published(by=make_user(groups=(group,)))

    def test_terms_do_not_begin_in_the_past_and_today_is_the_sites_own(self):
        late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # the 25th in Oslo
        with pytest.raises(ValidationError, match="fortiden|past"):
            published(TODAY, now=late)
        assert published(TODAY + timedelta(days=1), now=late).key == "2026-11-25"

    def test_two_versions_do_not_begin_the_same_day(self):
        published()
        with pytest.raises(ValidationError):
            published()
        assert TermsVersion.objects.count() == 1

    def test_the_version_in_force_is_the_latest_that_has_begun(self):
        first, second = published(), published(date(2027, 1, 1))
        at = TermsVersion.objects.in_force
        assert at(date(2026, 11, 23)) is None
        assert (at(TODAY), at(date(2026, 12, 31)), at(date(2027, 1, 1))) == (first, first, second)


@pytest.mark.django_db
class TestSigning:
    def test_a_contact_for_service_management_signs_for_the_organisation(self):
        organisation = make_organisation()
        person, terms = signer(organisation), published()
        found = sign_terms(terms=terms, organisation=organisation, by=person, now=NOW)
        assert (found.signer_name, found.signed_by, found.signed_at) == ("Ola Dal", person, NOW)
        assert signed_terms(organisation.pk, NOW) == (terms.key,)
        assert signed_terms(organisation.pk, NOW - timedelta(seconds=1)) == ()
        assert signed_terms(None, NOW) == ()

    def test_others_do_not_sign_not_even_administrators(self):
        organisation, terms = make_organisation(), published()
        elsewhere = signer(make_organisation())
        others = [
            signer(organisation, ContactRole.INCIDENT),
            elsewhere,
            make_user(groups=("administrator",)),
        ]
        for person in others:
            with pytest.raises(PermissionDenied):
                sign_terms(terms=terms, organisation=organisation, by=person, now=NOW)
        assert not TermsSignature.objects.exists()

    def test_an_organisation_signs_a_version_once(self):
        organisation, terms = make_organisation(), published()
        sign_terms(terms=terms, organisation=organisation, by=signer(organisation), now=NOW)
        second = signer(organisation, name="Kari Vik")
        with pytest.raises(AlreadySigned):
            sign_terms(terms=terms, organisation=organisation, by=second, now=NOW)
        assert TermsSignature.objects.get().signer_name == "Ola Dal"

    def test_terms_that_newer_ones_have_replaced_are_not_signed_and_coming_ones_are(self):
        organisation = make_organisation()
        person = signer(organisation)
        old, new, coming = published(), published(date(2026, 12, 1)), published(date(2027, 1, 1))
        later = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
        with pytest.raises(NotOpenForSigning):
            sign_terms(terms=old, organisation=organisation, by=person, now=later)
        for terms in (coming, new):
            sign_terms(terms=terms, organisation=organisation, by=person, now=later)
        assert signed_terms(organisation.pk, later) == (new.key, coming.key)

    def test_the_name_stays_when_the_person_is_gone(self):
        organisation, terms = make_organisation(), published()
        person = signer(organisation)
        sign_terms(terms=terms, organisation=organisation, by=person, now=NOW)
        person.delete()
        found = TermsSignature.objects.get()
        assert (found.signed_by, found.signer_name) == (None, "Ola Dal")


@pytest.mark.django_db
class TestReading:
    def test_a_version_counts_those_who_have_signed_of_those_it_is_for(self):
        terms = published()
        signed, other = make_organisation(name="Tindvik"), make_organisation(name="Nordlyng")
        make_organisation(name="Fellesetaten", type="internal")
        sign_terms(terms=terms, organisation=signed, by=signer(signed), now=NOW)
        found = versions()
        assert [(each.terms, each.signed, each.of) for each in found] == [(terms, 1, 2)]
        assert list(unsigned(terms)) == [other]

    def test_versions_are_listed_with_the_newest_first(self):
        first, last, between = (published(date(2027, month, 1)) for month in (1, 9, 4))
        assert [each.terms for each in versions()] == [last, between, first]

    def test_who_can_sign_stands_with_each_that_has_not(self, django_assert_num_queries):
        terms = published()
        for number in range(25):
            organisation = make_organisation(name=f"Kommune {number:02}")
            signer(organisation, name=f"Leder {number:02}")
            signer(organisation, ContactRole.INCIDENT, name="Vakt")
        with django_assert_num_queries(2):
            rows = [(row.name, [each.user.name for each in row.signers]) for row in unsigned(terms)]
        assert rows[24] == ("Kommune 24", ["Leder 24"])

    def test_signatures_of_many_are_read_at_once(self, django_assert_num_queries):
        terms = published()
        organisation, other = make_organisation(), make_organisation()
        sign_terms(terms=terms, organisation=organisation, by=signer(organisation), now=NOW)
        with django_assert_num_queries(1):
            found = signatures_by_organisation([organisation.pk, other.pk])
        assert found == {organisation.pk: [(terms.key, NOW)]}
