"""Managers publish terms of use and see who has signed; the organisation signs on its own page."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import TermsSignature, TermsVersion
from accounts.roles import ContactRole
from tests.factories import make_membership, make_organisation, make_user
from tests.triage.tickets.desk import opened

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LIST, NEW = "/tjenestemodell/vilkar/", "/tjenestemodell/vilkar/ny/"
WRITTEN = {
    "title": "Bruksvilkår 2.0",
    "valid_from": "2027-01-01",
    "language": "nb",
    "text": "Første ledd.\n\n<b>Andre</b> ledd.",
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def client_of(person, language: str = "nb") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    return client


@pytest.fixture
def terms(db) -> TermsVersion:
    """Terms in force."""
    return TermsVersion.objects.create(
        key="2026-06-01", title="Bruksvilkår 1.0", text="Ett ledd.", valid_from=date(2026, 6, 1)
    )


def sign_page(desk, terms) -> str:
    return reverse("account_terms", args=[desk.organisation.pk, terms.key])


# --- publishing ---------------------------------------------------------------------------------


def test_terms_are_looked_at_and_then_published(manager):
    look = manager.post(NEW, {**WRITTEN, "step": "look"}).content.decode()
    assert "Dette er det de signerer" in look
    assert "&lt;b&gt;Andre&lt;/b&gt; ledd." in look
    assert not TermsVersion.objects.exists()
    answer = manager.post(NEW, {**WRITTEN, "step": "publish"}, follow=True)
    assert answer.redirect_chain == [("/tjenestemodell/vilkar/2027-01-01/", 302)]
    assert "Gjelder fra 1. januar 2027" in answer.content.decode()
    again = manager.post(NEW, {**WRITTEN, "step": "publish"})
    assert again.status_code == 422
    assert TermsVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"valid_from": "2026-11-23"}, "Vilkår kan ikke begynne å gjelde i fortiden."),
        ({"valid_from": "2036-12-31"}, None),
        ({"valid_from": "2050-01-01"}, "Er året riktig?"),
        ({"valid_from": "i morgen"}, "gyldig dato"),
        ({"text": " "}, 'id="id_text_error"'),
        ({"title": "x" * 121}, "120"),
        ({"language": "sv"}, "gyldig valg"),
    ],
)
def test_what_cannot_be_published_is_said_and_kept(manager, changed, sentence):
    answer = manager.post(NEW, {**WRITTEN, **changed, "step": "publish"})
    if sentence is None:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not TermsVersion.objects.exists()


def test_the_next_version_begins_with_the_words_of_the_last(manager, terms):
    assert "Ett ledd." in manager.get(NEW).content.decode()


def test_translations_are_looked_at_published_and_carried_on_to_the_next_version(manager):
    written = {**WRITTEN, "translation_nn": "Eitt ledd.", "translation_en": " "}
    looked_at = manager.post(NEW, {**written, "step": "look"}).content.decode()
    assert 'lang="nn"><p>Eitt ledd.</p>' in looked_at
    page = manager.post(NEW, {**written, "step": "publish"}, follow=True).content.decode()
    assert 'lang="nn"><p>Eitt ledd.</p>' in page
    assert TermsVersion.objects.get().translations == {"nn": "Eitt ledd."}
    assert "Eitt ledd.</textarea>" in manager.get(NEW).content.decode()


def test_a_translation_left_behind_by_the_terms_is_pointed_at_before_they_are_published(manager):
    first = {**WRITTEN, "translation_nn": "Eitt ledd.\r\n\r\nTil."}
    manager.post(NEW, {**first, "step": "publish"})
    warning = "Denne oversettelsen er den samme som for vilkårene før disse"

    def looked_at(**changed: str) -> str:
        return manager.post(NEW, {**first, **changed, "step": "look"}).content.decode()

    assert warning in looked_at(text="Noe annet.")
    assert warning not in looked_at(text="Noe annet.", translation_nn="Noko anna.")
    assert warning not in looked_at(text="Noe annet.", translation_nn="")
    assert warning not in looked_at()


def test_a_translation_to_the_standard_that_is_signed_is_refused(manager):
    answer = manager.post(NEW, {**WRITTEN, "translation_nb": "Noe annet.", "step": "publish"})
    assert answer.status_code == 422
    assert "Vilkårene er skrevet på denne målformen allerede" in answer.content.decode()
    assert not TermsVersion.objects.exists()


def test_only_managers_see_and_publish(desk, terms):
    pages = [LIST, NEW, f"{LIST}{terms.key}/", f"{LIST}{terms.key}/ikke-signert.csv"]
    for person in (desk.people.agent, desk.people.contact, desk.people.stranger):
        assert [client_of(person).get(page).status_code for page in pages] == [403] * 4
    assert {Client().get(page).status_code for page in pages} == {302}
    assert client_of(desk.people.agent).post(NEW, {**WRITTEN, "step": "publish"}).status_code == 403
    assert TermsVersion.objects.count() == 1


# --- who has signed -----------------------------------------------------------------------------


def test_the_page_lists_who_has_not_signed_with_who_can_and_who_has(manager, desk, terms):
    make_organisation(name="Uten kontakt")
    make_organisation(name="Oss selv", type="internal")
    page = f"{LIST}{terms.key}/"
    html = manager.get(page).content.decode()
    assert "0 av 2 virksomheter har signert." in html
    assert "Ola Dal" in html
    assert "Ingen: ingen kontakt for serviceledelse" in html
    assert "Oss selv" not in html
    client_of(desk.people.contact).post(sign_page(desk, terms), {"read": "on"})
    html = manager.get(page, {"vis": "signert"}).content.decode()
    assert "Tindvik kommune" in html
    assert "Uten kontakt" not in html
    assert "1 av 2 virksomheter har signert." in manager.get(LIST).content.decode()
    assert "Bruksvilkår 1.0</b>: 1 av 2" in manager.get("/tjenestemodell/").content.decode()


def test_the_list_of_those_who_have_not_signed_is_a_file_for_spreadsheets(
    manager, desk, terms, django_assert_max_num_queries
):
    make_organisation(name="=HYPERLINK(1)", organisation_number="999999999")
    for number in range(60):
        make_organisation(name=f"Kommune {number:02}")
    with django_assert_max_num_queries(12):
        answer = manager.get(f"{LIST}{terms.key}/ikke-signert.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="ikke-signert-{terms.key}.csv"'
    lines = answer.content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Virksomhet;Organisasjonsnummer;Segment;Hvem som kan signere"
    assert [line.split(";")[0] for line in lines if "HYPERLINK" in line] == ["'=HYPERLINK(1)"]
    assert len([line for line in lines if line.startswith("Kommune")]) == 60
    assert any(line.startswith("Tindvik kommune;") and "Ola Dal" in line for line in lines)
    client_of(desk.people.contact).post(sign_page(desk, terms), {"read": "on"})
    assert "Tindvik" not in manager.get(f"{LIST}{terms.key}/ikke-signert.csv").content.decode()


def test_fifty_are_on_a_page_and_the_statements_do_not_grow(
    manager, terms, django_assert_max_num_queries
):
    for number in range(60):
        organisation = make_organisation(name=f"Kommune {number:02}")
        make_membership(make_user(), organisation, roles=(ContactRole.SERVICE_MANAGEMENT,))
    page = f"{LIST}{terms.key}/"
    with django_assert_max_num_queries(20):
        html = manager.get(page).content.decode()
    assert "Kommune 48" in html
    assert "Kommune 59" not in html
    assert "Kommune 59" in manager.get(page, {"side": "2"}).content.decode()
    assert manager.get(page, {"side": "mange"}).status_code == 200


def test_an_unknown_version_is_not_found(manager, desk, terms):
    assert manager.get(f"{LIST}1999-01-01/").status_code == 404
    contact = client_of(desk.people.contact)
    assert contact.get(sign_page(desk, TermsVersion(key="nothing"))).status_code == 404


# --- signing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "missing", "signed"),
    [("nb", "Ikke signert", "Signert av Ola Dal"), ("nn", "Ikkje signert", "Signert av Ola Dal")],
)
def test_the_contact_reads_and_signs_on_the_organisations_page(
    desk, terms, language, missing, signed
):
    desk.people.contact.language = language
    desk.people.contact.save()
    contact = client_of(desk.people.contact, language)
    own = reverse("account_organisation", args=[desk.organisation.pk])
    assert missing in contact.get(own).content.decode()
    page = sign_page(desk, terms)
    assert "Ett ledd." in contact.get(page).content.decode()
    unread = contact.post(page, {})
    assert unread.status_code == 422
    assert not TermsSignature.objects.exists()
    assert signed in contact.post(page, {"read": "on"}, follow=True).content.decode()
    assert missing not in contact.get(own).content.decode()
    assert "read" not in contact.get(page).context["form"].data


def test_terms_are_read_in_the_readers_standard_and_what_is_signed_is_one_press_away(desk, terms):
    terms.translations = {"nn": "Eitt <b>ledd</b>."}
    terms.save()
    page = sign_page(desk, terms)

    def read(language: str, **asked: str) -> str:
        desk.people.contact.language = language
        desk.people.contact.save()
        return client_of(desk.people.contact, language).get(page, asked).content.decode()

    assert 'lang="nn"><p>Eitt &lt;b&gt;ledd&lt;/b&gt;.</p>' in read("nn")
    assert "Dette er ei omsetjing" in read("nn") and 'href="?tekst=nb"' in read("nn")
    assert "Ett ledd." in read("nn", tekst="nb")
    assert "Dette er ei omsetjing" not in read("nn", tekst="nb")
    for asked in ("sv", "en", "<script>"):
        assert "Ett ledd." in read("en", tekst=asked)


def test_signed_twice_it_stands_once_and_says_so(desk, terms):
    contact = client_of(desk.people.contact)
    for _time in range(2):
        answer = contact.post(sign_page(desk, terms), {"read": "on"}, follow=True)
    assert "har signert disse vilkårene allerede" in answer.content.decode()
    assert TermsSignature.objects.count() == 1


def test_members_read_and_see_who_signs_and_strangers_see_nothing(desk, terms):
    page = sign_page(desk, terms)
    html = client_of(desk.people.member).get(page).content.decode()
    assert "Kontaktene for serviceledelse signerer:" in html
    assert "Ola Dal" in html
    assert client_of(desk.people.member).post(page, {"read": "on"}).status_code == 403
    assert client_of(desk.people.manager).post(page, {"read": "on"}).status_code == 403
    assert client_of(desk.people.stranger).get(page).status_code == 404
    assert client_of(desk.people.stranger).post(page, {"read": "on"}).status_code == 404
    assert Client().post(page, {"read": "on"}).status_code == 302
    assert not TermsSignature.objects.exists()


def test_terms_that_no_longer_hold_are_read_and_not_signed(desk, terms):
    TermsVersion.objects.create(
        key="2026-11-01", title="Bruksvilkår 2.0", text="Nytt.", valid_from=date(2026, 11, 1)
    )
    contact = client_of(desk.people.contact)
    html = contact.get(sign_page(desk, terms)).content.decode()
    assert "Disse vilkårene gjelder ikke lenger" in html
    answer = contact.post(sign_page(desk, terms), {"read": "on"}, follow=True)
    assert "Disse vilkårene gjelder ikke lenger" in answer.content.decode()
    assert not TermsSignature.objects.exists()


def test_the_desk_sees_whether_the_organisation_has_signed(desk, terms):
    ticket = opened(desk)
    agent = client_of(desk.people.agent)
    page = reverse("desk_case", args=[ticket.pk])
    assert "Har ikke signert Bruksvilkår 1.0" in agent.get(page).content.decode()
    client_of(desk.people.contact).post(sign_page(desk, terms), {"read": "on"})
    assert "Har signert Bruksvilkår 1.0" in agent.get(page).content.decode()
