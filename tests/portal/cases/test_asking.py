"""Asking for help: three steps, whatever is typed, pressed twice, or stopped half-way."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.addresses import confirm_address
from accounts.models import Membership, Team
from cms.community.models import Question
from dispatch.models import Mail
from tests.cms.community.posts import asked
from tests.factories import make_membership, make_organisation, make_product
from tests.portal.cases.pages import NUMBER, WORDS, Journey, hidden, signed_in, text_of
from tests.triage.tickets.test_files import ELF, PDF, PNG, upload
from triage.intake.models import Draft, DraftFile
from triage.suggestions.models import Effect, KeptLesson
from triage.suggestions.suggest import Suggested
from triage.tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(monkeypatch, db):
    """Search finds one article for every text."""
    from tests.factories import make_article

    article = make_article(title="Slik mender du invalid_grant")

    def found(text, **more):
        return [
            Suggested(
                id=f"article:{article.pk}",
                kind="article",
                title=article.title,
                excerpt_html="Bytt <mark>nøkkel</mark>.",
                reason="Writes about nøkkel, as you do.",
                language="nb",
                score=1.0,
            )
        ]

    monkeypatch.setattr("portal.cases.offers.suggest", found)
    return article


@pytest.mark.parametrize(
    ("language", "said"), [("nb", ""), ("nn", "på bokmål"), ("en", "in bokmål")]
)
def test_an_offer_in_another_language_says_which_in_the_words_of_the_page(
    desk, answer, language, said
):
    journey = Journey(desk.people.asker, language)
    journey.words(body="Vi får invalid_grant fra Maskinporten.")
    page = text_of(journey.client.get(journey.path("forslag")))
    assert answer.title in page
    assert ("bokmål" in page.replace("Bokmål", "")) == bool(said)
    assert said in page


# --- the whole way ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ("Be om hjelp", "Opplysninger", "Se over og send", "Du får svar innen", "sendt")),
        ("nn", ("Be om hjelp", "Opplysningar", "Sjå over og send", "Du får svar innan", "sendt")),
        ("en", ("Ask for help", "Details", "Check and send", "You get an answer by", "sent")),
    ],
)
def test_the_three_steps_lead_to_a_case_and_its_receipt(desk, language, words):
    journey = Journey(desk.people.asker, language)
    start, details, check, promise, sent = words
    assert start in text_of(journey.client.get("/hjelp/"))
    journey.words()
    assert details in text_of(journey.client.get(journey.path("opplysninger")))
    journey.details(organisation=desk.organisation.pk, d_error_text="invalid_grant")
    page = text_of(journey.client.get(journey.path("sjekk")))
    assert check in page and promise in page and desk.organisation.name in page
    response = journey.send()
    ticket = Ticket.objects.get()
    receipt = text_of(journey.client.get(response["Location"]))
    assert ticket.reference in receipt and promise in receipt and sent in receipt


def test_the_case_holds_what_was_written_chosen_and_answered(desk):
    product = make_product(slug="melding", name_nb="Melding")
    journey = Journey(desk.people.asker, "nb")
    journey.words(product=product.slug)
    journey.details(
        organisation=desk.organisation.pk,
        case_type="incident",
        impact="1",
        urgency="1",
        d_environment="tt02",
        d_reference_id="dialog 17",
        d_error_text="linje en\r\nlinje to",
    )
    journey.send()
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.product) == (WORDS["subject"], product)
    assert (ticket.requester, ticket.organisation) == (desk.people.asker, desk.organisation)
    assert (ticket.case_type, ticket.impact, ticket.urgency) == ("incident", 1, 1)
    assert (ticket.priority, ticket.environment, ticket.channel) == ("P1", "tt02", "portal")
    body = ticket.messages.get().body
    assert body.startswith(WORDS["body"])
    assert "ID på det som ble sendt eller opprettet: dialog 17" in body
    assert "Feilmelding eller svar: \nlinje en\nlinje to" in body
    assert Mail.objects.get(kind="receipt").to == desk.people.asker.email
    assert not Draft.objects.exists()


def test_the_details_asked_for_follow_the_product(desk):
    make_product(slug="altinn-studio")
    make_product(slug="avtale")
    journey = Journey(desk.people.asker, "nb")
    journey.words(product="altinn-studio")
    page = text_of(journey.client.get(journey.path("opplysninger")))
    assert "Appen eller tjenesten" in page and "Klient-ID" not in page
    journey.words(product="avtale")
    page = text_of(journey.client.get(journey.path("opplysninger")))
    assert "Hvilken avtale" in page and "Korrelasjons-ID" not in page


@pytest.mark.parametrize(
    ("subject", "body", "interface", "language"),
    [
        ("Får ikkje token", "Vi får ikkje token frå tenesta, korleis gjer vi det?", "nb", "nn"),
        ("Får ikke token", "Jeg vet ikke hvorfor vi ikke får token fra dere.", "nn", "nb"),
        ("No token", "We cannot get a token and do not know what is wrong.", "nb", "en"),
        ("invalid_grant", "AUTH.VLD-00003", "nn", "nn"),
    ],
)
def test_the_case_is_in_the_language_it_is_written_in(desk, subject, body, interface, language):
    journey = Journey(desk.people.asker, interface)
    journey.words(subject=subject, body=body)
    journey.details(organisation="0")
    journey.send()
    assert Ticket.objects.get().language == language


@pytest.mark.parametrize("page", ["/tilgjengelighet/", "/personvern/", "/betjening/"])
def test_the_kind_of_case_comes_along_to_step_two_and_may_be_changed(desk, page):
    kinds = {
        "/tilgjengelighet/": "accessibility_feedback",
        "/personvern/": "privacy_request",
        "/betjening/": "feedback",
    }
    journey = Journey(desk.people.asker, "nb")
    address = re.search(r'"(/hjelp/\?type=[^"]+)"', journey.client.get(page).content.decode())
    first = journey.client.get(unescape(address[1]))
    assert hidden(first, "case_type") == kinds[page]
    journey.words(case_type=hidden(first, "case_type"))
    assert _chosen_kind(journey) == kinds[page]
    journey.details(case_type="question", organisation="0")
    journey.words()
    assert _chosen_kind(journey) == "question"


@pytest.mark.parametrize("code", ["not_a_case", "", "x" * 300, "<script>"])
def test_a_kind_nobody_can_choose_is_not_carried_along(desk, code):
    journey = Journey(desk.people.asker, "nb")
    first = journey.client.get("/hjelp/", {"q": "Hei", "type": code})
    assert 'name="case_type" value' not in first.content.decode()
    assert journey.words(case_type=code).status_code == 302
    assert _chosen_kind(journey) is None


def _chosen_kind(journey) -> str | None:
    html = journey.client.get(journey.path("opplysninger")).content.decode()
    radios = re.findall(r'<input[^>]*name="case_type"[^>]*>', html)
    assert radios
    chosen = [re.search(r'value="(\w+)"', radio)[1] for radio in radios if "checked" in radio]
    return chosen[0] if chosen else None


def test_words_come_along_from_a_search(desk):
    make_product(slug="melding")
    page = signed_in(desk.people.asker).get(
        "/hjelp/", {"q": "  vedlegg\n feiler ", "text": f"Mer {NUMBER}", "product": "melding"}
    )
    html = page.content.decode()
    assert 'value="vedlegg feiler"' in html
    assert '<option value="melding" selected>' in html
    assert NUMBER not in re.search(r"<textarea.*?</textarea>", html, re.DOTALL).group()


def test_a_holiday_on_the_way_is_told_with_the_promise(desk, time_machine):
    time_machine.move_to("2026-12-24T13:00:00+01:00")
    journey = Journey(desk.people.asker, "nb")
    journey.to_check()
    page = text_of(journey.client.get(journey.path("sjekk")))
    assert "Fredag 25. desember er 1. juledag, og vi har stengt." in page
    assert "Vi regner bare timene vi har åpent." in page


def test_a_critical_case_is_promised_an_answer_at_any_hour(desk, time_machine):
    time_machine.move_to("2026-12-24T13:00:00+01:00")
    journey = Journey(desk.people.asker, "nb")
    journey.to_check(impact="1", urgency="1")
    page = text_of(journey.client.get(journey.path("sjekk")))
    assert "Du får svar innen torsdag 24. desember kl. 13.15." in page
    assert "Vi garanterer svar innen 15 minutter i slike saker. Tiden går døgnet rundt." in page


def test_who_will_read_a_security_case_is_fewer_people(desk):
    journey = Journey(desk.people.asker)
    journey.to_check(organisation=desk.organisation.pk)
    assert "The contacts at Tindvik kommune." in text_of(journey.client.get(journey.path("sjekk")))
    journey.details(organisation=desk.organisation.pk, case_type="security_incident")
    page = text_of(journey.client.get(journey.path("sjekk")))
    assert "The contact for incidents at Tindvik kommune." in page
    assert "handle security" in page
    journey.send()
    assert Ticket.objects.get().security


# --- organisations ------------------------------------------------------------------------------


def test_somebody_without_an_organisation_is_told_what_that_means_and_can_send(desk):
    journey = Journey(desk.people.stranger)
    journey.words()
    page = text_of(journey.client.get(journey.path("opplysninger")))
    assert "You are not a member of an organisation" in page
    assert journey.details().status_code == 302
    journey.send()
    assert Ticket.objects.get().organisation is None


def test_a_member_of_several_has_to_choose(desk):
    other = make_organisation(name="Nordlyng kommune")
    make_membership(desk.people.asker, other)
    journey = Journey(desk.people.asker)
    journey.words()
    response = journey.details()
    assert response.status_code == 422
    assert "Choose which organisation it concerns." in text_of(response)
    journey.details(organisation=other.pk)
    journey.send()
    assert Ticket.objects.get().organisation == other


def test_an_organisation_one_does_not_belong_to_cannot_be_chosen(desk):
    other = make_organisation(name="Nordlyng kommune")
    journey = Journey(desk.people.asker)
    journey.words()
    assert journey.details(organisation=other.pk).status_code == 422
    draft = journey.draft()
    draft.data |= {"case_type": "question", "organisation": other.pk}
    draft.save()
    page = journey.client.get(journey.path("sjekk"))
    assert "Nordlyng kommune" not in text_of(page)
    assert journey.send()["Location"] == journey.path("opplysninger")
    assert not Ticket.objects.exists()


def test_a_membership_that_ends_before_sending_is_said_and_the_draft_stays(desk):
    journey = Journey(desk.people.asker)
    journey.to_check(organisation=desk.organisation.pk)
    Membership.objects.filter(user=desk.people.asker).update(status="left")
    response = journey.send()
    assert "no longer a member" in text_of(journey.client.get(response["Location"]))
    assert journey.draft().data["subject"] == WORDS["subject"]


# --- what is typed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"subject": ""}, "Say it in one line"),
        ({"subject": "   "}, "Say it in one line"),
        ({"subject": "\u200b ?!"}, "Say it in one line"),
        ({"body": ""}, "Tell us more"),
        ({"product": "finnes-ikke"}, "What is it about?"),
        ({"subject": "a" * 201}, "Say it in one line"),
        ({"body": "a" * 20_001}, "Tell us more"),
        ({"body": "x\x00y"}, "Tell us more"),
    ],
)
def test_what_is_wrong_in_step_one_is_said_and_the_rest_is_kept(desk, broken, words):
    journey = Journey(desk.people.asker)
    response = journey.words(**broken)
    assert response.status_code == 422
    assert words in text_of(response)
    kept = journey.draft().data
    for name in ("subject", "body"):
        assert kept[name].startswith(WORDS[name]) or name in broken


@pytest.mark.parametrize(
    "broken",
    [
        {"case_type": ""},
        {"case_type": "not_a_case"},
        {"case_type": "<script>"},
        {"impact": "9"},
        {"impact": "x"},
        {"urgency": ""},
        {"organisation": "99999999999999999999"},
        {"organisation": "x"},
        {"d_environment": "mars"},
        {"d_error_text": "a" * 4001},
    ],
)
def test_what_is_wrong_in_step_two_is_said_and_the_rest_is_kept(desk, broken):
    journey = Journey(desk.people.asker)
    journey.words()
    fields = {"organisation": desk.organisation.pk, "d_time": "i går kl. 12", **broken}
    response = journey.details(**fields)
    assert response.status_code == 422
    assert "i går kl. 12" in response.content.decode()
    assert journey.draft().data["details"]["d_time".removeprefix("d_")] == "i går kl. 12"
    assert not Ticket.objects.exists()


def test_scripts_in_text_and_file_names_are_shown_as_text(desk):
    journey = Journey(desk.people.asker)
    journey.words(subject="<script>alert(1)</script>", body="<img src=x onerror=alert(2)>")
    journey.details(
        organisation="0",
        d_error_text="</textarea><script>alert(3)</script>",
        files=[upload('"><script>alert(4).txt', b"en linje")],
    )
    pages = [journey.client.get(journey.path(step)) for step in ("", "opplysninger", "sjekk")]
    journey.send()
    ticket = Ticket.objects.get()
    pages += [journey.client.get(f"/saker/{ticket.reference}/"), journey.client.get("/saker/")]
    for page in pages:
        html = page.content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html


@pytest.mark.parametrize(
    ("language", "line", "kind"),
    [
        (
            "nb",
            "Si det på én linje: Skriv på én linje hva det gjelder.",
            "Hva slags sak er det? Velg",
        ),
        (
            "nn",
            "Sei det på éi linje: Skriv på éi linje kva det gjeld.",
            "Kva slags sak er det? Vel",
        ),
    ],
)
def test_what_is_left_empty_is_named_in_plain_words_in_the_summary(desk, language, line, kind):
    journey = Journey(desk.people.asker, language)

    assert line in text_of(journey.words(subject=""))
    journey.words()
    assert kind in text_of(journey.details(case_type=""))


def test_text_in_a_wrong_encoding_is_taken_in_without_an_error(desk):
    client = signed_in(desk.people.asker)
    response = client.post(
        f"/hjelp/{uuid4()}/",
        b"subject=F\xe5r+ikke+token&body=Vi+f\xe5r+feil&product=",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 302
    assert "ikke token" in Draft.objects.get().data["subject"]


def test_an_enormous_form_is_refused_with_a_page(desk):
    journey = Journey(desk.people.asker)
    response = journey.words(body="a" * (3 * 1024 * 1024))
    assert response.status_code in (400, 413)
    assert not Ticket.objects.exists()


# --- identity numbers ---------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["subject", "body"])
def test_an_identity_number_is_warned_about_and_never_kept(desk, field):
    journey = Journey(desk.people.asker)
    response = journey.words(**{field: f"Gjelder {NUMBER} her"})
    assert response.status_code == 422
    assert "We cannot take in national identity numbers" in text_of(response)
    assert NUMBER in response.content.decode()  # the person sees what they typed
    assert NUMBER not in str(journey.draft().data)


def test_an_identity_number_is_masked_with_one_press(desk):
    journey = Journey(desk.people.asker)
    assert journey.words(body=f"Gjelder {NUMBER} her", mask="1").status_code == 302
    kept = journey.draft().data["body"]
    assert "identity number removed" in kept and NUMBER not in kept


def test_identity_numbers_in_details_and_file_names_are_caught(desk):
    journey = Journey(desk.people.asker)
    journey.words()
    fields = {"organisation": "0", "d_error_text": f"feil for {NUMBER}"}
    response = journey.details(files=[upload(f"skjerm {NUMBER}.png", PNG)], **fields)
    assert response.status_code == 422
    assert NUMBER not in str(journey.draft().data)
    assert NUMBER not in DraftFile.objects.get().name
    assert journey.details(mask="1", **fields).status_code == 302
    journey.send()
    assert NUMBER not in Ticket.objects.get().messages.get().body
    assert NUMBER not in Attachment.objects.get().name


# --- attachments --------------------------------------------------------------------------------


def test_files_are_added_and_removed_without_losing_others_or_words(desk):
    journey = Journey(desk.people.asker)
    journey.words()
    journey.details(attach="1", files=[upload("a.png", PNG), upload("b.pdf", PDF)], d_time="nå")
    journey.details(attach="1", files=[upload("c.txt", b"tekst")], d_time="nå igjen")
    names = list(journey.draft().files.order_by("pk").values_list("name", flat=True))
    assert names == ["a.png", "b.pdf", "c.txt"]
    gone = journey.draft().files.get(name="b.pdf")
    journey.details(remove=str(gone.pk), d_time="straks")
    assert journey.draft().data["details"]["time"] == "straks"
    journey.details(organisation="0")
    journey.send()
    found = Attachment.objects.order_by("pk")
    assert [item.name for item in found] == ["a.png", "c.txt"]
    assert found[0].file.read() == PNG


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("virus.png", ELF, "a kind of file we cannot take in"),
        ("side.html", b"<html>", "a kind of file we cannot take in"),
        ("tom.txt", b"", "is empty"),
    ],
)
def test_a_file_that_is_not_let_in_costs_nothing_else(desk, name, data, words):
    journey = Journey(desk.people.asker)
    journey.words()
    response = journey.details(
        organisation="0", d_time="i går", files=[upload("god.png", PNG), upload(name, data)]
    )
    assert response.status_code == 422
    assert words in text_of(response)
    assert [item.name for item in journey.draft().files.all()] == ["god.png"]
    assert journey.draft().data["details"]["time"] == "i går"


def test_a_file_refused_while_attaching_blames_no_field_that_has_not_been_reached(desk):
    journey = Journey(desk.people.asker)
    journey.words()
    page = text_of(journey.details(attach="1", case_type="", files=[upload("tom.txt", b"")]))
    assert "is empty" in page
    assert "Choose what fits best." not in page
    assert "Choose what fits best." in text_of(journey.details(case_type=""))


def test_a_file_that_is_too_large_is_refused_with_the_limit(desk, settings):
    settings.ATTACHMENT_MAX_MB = 1
    journey = Journey(desk.people.asker)
    journey.words()
    response = journey.details(files=[upload("stor.txt", b"a" * (1024 * 1024 + 1))])
    assert "larger than 1 MB" in text_of(response)


def test_more_files_than_allowed_are_refused_and_those_before_stay(desk, settings):
    settings.ATTACHMENT_MAX_COUNT = 2
    journey = Journey(desk.people.asker)
    journey.words()
    response = journey.details(files=[upload(f"{n}.txt", b"linje %d" % n) for n in range(3)])
    assert "at most 2 files" in text_of(response)
    assert journey.draft().files.count() == 2


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30, "0"])
def test_removing_a_file_that_is_not_there_changes_nothing(desk, number):
    journey = Journey(desk.people.asker)
    journey.words()
    journey.details(attach="1", files=[upload("a.png", PNG)])
    assert journey.details(remove=number).status_code == 302
    assert journey.draft().files.count() == 1


def test_somebody_elses_file_cannot_be_removed(desk):
    theirs, mine = Journey(desk.people.asker), Journey(desk.people.member)
    for journey in (theirs, mine):
        journey.words()
    theirs.details(attach="1", files=[upload("a.png", PNG)])
    mine.details(remove=str(DraftFile.objects.get().pk))
    assert DraftFile.objects.count() == 1


# --- who may -------------------------------------------------------------------------------------

ROLES = ("agent", "expert", "guard", "manager", "contact", "member", "stranger")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("step", ["", "forslag", "opplysninger", "sjekk", "kast"])
def test_nobody_else_opens_a_draft(desk, role, step):
    journey = Journey(desk.people.asker)
    journey.to_check()
    other = signed_in(getattr(desk.people, role))
    assert other.get(journey.path(step)).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_nobody_else_changes_sends_or_throws_away_a_draft(desk, role):
    journey = Journey(desk.people.asker)
    journey.to_check()
    before = journey.draft().data
    other = signed_in(getattr(desk.people, role))
    other.post(journey.path(), {**WORDS, "subject": "Kapret"})
    for step in ("opplysninger", "sjekk", "kast"):
        assert other.post(journey.path(step), {}).status_code == 404
    assert journey.draft().data == before
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "path",
    ["/hjelp/x/", "/hjelp/123/sjekk/", f"/hjelp/{UUID(int=1)}/", f"/hjelp/{UUID(int=2)}/sjekk/"],
)
def test_a_draft_that_does_not_exist_is_not_found(desk, path):
    assert signed_in(desk.people.asker).get(path).status_code == 404


def test_a_visitor_writes_signs_in_and_goes_on_without_losing_a_word(desk):
    journey = Journey()
    assert "You sign in before you send" in text_of(journey.client.get("/hjelp/"))
    journey.words()
    response = journey.client.get(journey.path("opplysninger"))
    assert response["Location"].startswith("/konto/") and str(journey.key) in response["Location"]
    assert journey.draft().owner is None
    confirm_address(desk.people.asker)
    journey.client.post(
        "/konto/logg-inn/",
        {"login": desk.people.asker.email, "password": "passord-for-alle"},
    )
    journey.client.get(journey.path("opplysninger"))
    assert journey.draft().owner == desk.people.asker
    journey.details(organisation="0")
    journey.send()
    assert Ticket.objects.get().requester == desk.people.asker


def test_a_visitors_draft_is_not_open_to_another_visitor(desk):
    journey = Journey()
    journey.words()
    assert Client().get(journey.path()).status_code == 302
    Client().post(journey.path(), {**WORDS, "subject": "Kapret"})
    assert journey.draft().data["subject"] == WORDS["subject"]


def test_words_and_files_written_after_the_session_ended_are_laid_into_the_draft(desk):
    journey = Journey(desk.people.asker)
    journey.to_check(organisation=desk.organisation.pk, d_correlation_id="abc")
    journey.client.logout()
    response = journey.client.post(
        journey.path("opplysninger"),
        {"case_type": "question", "d_time": "rett nå", "files": [upload("ny.png", PNG)]},
    )
    assert "/konto/" in response["Location"]
    journey.client.force_login(
        desk.people.asker, "allauth.account.auth_backends.AuthenticationBackend"
    )
    page = journey.client.get(journey.path("opplysninger"))
    assert "rett nå" in page.content.decode() and "ny.png" in text_of(page)
    data = journey.draft().data
    assert (data["case_type"], data["organisation"]) == ("question", desk.organisation.pk)
    assert data["details"]["correlation_id"] == "abc"
    assert Draft.objects.count() == 1


def test_what_was_written_after_the_session_ended_goes_to_who_signs_in(desk):
    journey = Journey(desk.people.asker)
    journey.words()
    journey.client.logout()
    journey.client.post(journey.path(), {**WORDS, "subject": "Skrevet etterpå"})
    journey.client.force_login(
        desk.people.member, "allauth.account.auth_backends.AuthenticationBackend"
    )
    response = journey.client.get(journey.path(), follow=True)
    assert "Skrevet etterpå" in response.content.decode()
    assert journey.draft().data["subject"] == WORDS["subject"]  # the asker's is untouched


def test_an_autosave_after_the_session_ended_is_refused_and_makes_nothing(desk):
    journey = Journey(desk.people.asker)
    journey.words()
    journey.client.logout()
    response = journey.client.post(journey.path("opplysninger"), {"autosave": "1", "d_time": "x"})
    assert response.status_code == 403
    assert Draft.objects.count() == 1


def test_the_draft_saves_itself_while_one_answers(desk):
    journey = Journey(desk.people.asker)
    journey.words()
    assert journey.details(autosave="1", d_time="i går").status_code == 204
    assert journey.draft().data["details"]["time"] == "i går"


# --- sending ------------------------------------------------------------------------------------


def test_sending_twice_gives_one_case_and_the_same_receipt(desk):
    journey = Journey(desk.people.asker)
    journey.to_check()
    first, second = journey.send(), journey.send()
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1
    assert Mail.objects.filter(kind="receipt").count() == 1
    for step in ("", "opplysninger", "sjekk"):
        assert journey.client.get(journey.path(step))["Location"] == first["Location"]


def test_the_first_form_sent_twice_makes_one_draft(desk):
    journey = Journey(desk.people.asker)
    for _press in range(2):
        journey.words()
    assert Draft.objects.count() == 1


def test_a_step_cannot_be_jumped_over(desk):
    journey = Journey(desk.people.asker)
    journey.words(body="")
    assert journey.client.get(journey.path("opplysninger"))["Location"] == journey.path()
    assert journey.client.get(journey.path("forslag"))["Location"] == journey.path()
    assert journey.send()["Location"] == journey.path()
    journey.words()
    assert journey.send()["Location"] == journey.path("opplysninger")
    assert not Ticket.objects.exists()


def test_without_a_first_line_the_reason_is_said_and_the_draft_stays(desk):
    journey = Journey(desk.people.asker)
    journey.to_check()
    Team.objects.filter(line="first").update(line="second")
    response = journey.send()
    assert response.status_code == 503
    assert "The draft is kept" in text_of(response)
    assert journey.draft().data["subject"] == WORDS["subject"]


def test_a_fault_while_sending_leaves_the_draft_and_no_case(desk, monkeypatch):
    journey = Journey(desk.people.asker)
    journey.to_check(files=[upload("a.png", PNG)])
    journey.client.raise_request_exception = False

    def fault(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("triage.intake.services.notices.to_requester", fault)
    assert journey.send().status_code == 500
    assert not Ticket.objects.exists()
    monkeypatch.undo()
    assert journey.draft().files.count() == 1


def test_too_many_in_a_short_time_are_told_to_wait_and_lose_nothing(desk, monkeypatch):
    monkeypatch.setattr("portal.cases.sending.SENDS", "0/h")
    journey = Journey(desk.people.asker)
    journey.to_check()
    response = journey.send()
    assert response.status_code == 429
    assert journey.draft() and not Ticket.objects.exists()
    monkeypatch.setattr("portal.cases.sending.WRITES", "0/h")
    response = journey.details(d_time="i går")
    assert response.status_code == 429 and "i går" in response.content.decode()
    monkeypatch.setattr("portal.cases.asking.WRITES", "0/h")
    response = journey.words(subject="Ny tekst")
    assert response.status_code == 429 and "Ny tekst" in response.content.decode()


# --- suggestions ----------------------------------------------------------------------------------


def test_suggestions_are_a_step_before_the_case_for_those_without_script(desk, answer):
    journey = Journey(desk.people.asker)
    response = journey.words()
    assert response["Location"] == journey.path("forslag")
    page = journey.client.get(journey.path("forslag"))
    assert "Slik mender du invalid_grant" in text_of(page)
    assert "<mark>nøkkel</mark>" in page.content.decode()
    assert "No, go on with the case" in text_of(page)
    assert "/community/spor/?q=F%C3%A5r%20ikke%20token" in page.content.decode()
    assert Effect.objects.filter(what="shown", document=f"article:{answer.pk}").count() == 1


def test_an_article_in_two_languages_is_offered_once(desk, answer, monkeypatch):
    from portal.cases import offers
    from tests.factories import make_article

    twin = make_article(title="Troubleshoot invalid_grant", language="en", translation_of=answer)
    (first,) = offers.suggest("")
    second = replace(first, id=f"article:{twin.pk}", title=twin.title, language="en")
    monkeypatch.setattr(offers, "suggest", lambda text, **more: [first, second])

    journey = Journey(desk.people.asker, "nb")
    journey.words()
    page = text_of(journey.client.get(journey.path("forslag")))

    assert answer.title in page
    assert twin.title not in page


def test_who_has_seen_the_suggestions_while_writing_goes_on_at_once(desk, answer):
    journey = Journey(desk.people.asker)
    assert journey.words(seen="yes")["Location"] == journey.path("opplysninger")


def test_suggestions_come_while_writing_and_the_words_are_kept(desk, answer):
    client = signed_in(desk.people.asker)
    key = uuid4()
    response = client.post("/hjelp/forslag/", {**WORDS, "key": str(key)})
    assert "This solved it" in text_of(response)
    assert response["Draft-Key"] == str(key)
    assert Draft.objects.get().data["subject"] == WORDS["subject"]
    assert client.get(response["Draft-Address"]).status_code == 200


@pytest.mark.parametrize("fields", [{}, {"subject": " ", "body": ""}])
def test_a_lookup_without_words_makes_nothing(desk, fields):
    assert signed_in(desk.people.asker).post("/hjelp/forslag/", fields).status_code == 204
    assert not Draft.objects.exists()


def test_who_is_not_signed_in_fills_no_table_while_writing(desk, monkeypatch):
    monkeypatch.setattr("portal.cases.held.BEGUN_SIGNED_OUT", "1/h")
    client, key = Client(), str(uuid4())
    for _number in range(3):  # one draft, however often it is saved
        assert client.post("/hjelp/forslag/", {**WORDS, "key": key}).status_code == 200
    assert client.post("/hjelp/forslag/", {**WORDS, "key": str(uuid4())}).status_code == 204
    assert [str(pk) for pk in Draft.objects.values_list("pk", flat=True)] == [key]


def test_a_lookup_is_not_an_address_to_visit(desk, monkeypatch):
    client = signed_in(desk.people.asker)
    assert client.get("/hjelp/forslag/").status_code == 405
    monkeypatch.setattr("portal.cases.asking.LOOKUPS", "0/m")
    assert client.post("/hjelp/forslag/", WORDS).status_code == 204


def test_opening_a_suggestion_is_counted_and_leads_to_it(desk, answer):
    client = signed_in(desk.people.asker)
    response = client.get("/hjelp/forslag/apne/", {"d": f"article:{answer.pk}", "n": "k"})
    assert response["Location"] == answer.get_url()
    assert Effect.objects.get().what == "opened"


@pytest.mark.parametrize(
    "document",
    [
        "",
        "x",
        "article:999999",
        "article:x",
        "ticket",
        "article:1\x00",
        "a" * 500,
        "article:" + "9" * 20,
        "ticket:" + "9" * 20,
        "ticket:1",
    ],
)
def test_a_suggestion_that_does_not_exist_is_not_found(desk, document):
    client = signed_in(desk.people.asker)
    assert client.get("/hjelp/forslag/apne/", {"d": document}).status_code == 404
    assert not Effect.objects.exists()


def test_the_address_of_what_one_may_not_read_is_not_told(desk, answer):
    """It is made of the title."""
    question = asked(desk.people.asker, title="Et skjult spørsmål om noen", product=make_product())
    Question.objects.filter(pk=question.pk).update(hidden_at=timezone.now(), hidden_reason="Navn")
    answer.unpublish()
    client = Client()
    for document in (f"question:{question.pk}", f"article:{answer.pk}"):
        assert client.get("/hjelp/forslag/apne/", {"d": document}).status_code == 404
        client.post("/hjelp/lost/", {"document": document})
    assert not Effect.objects.exists()


def test_this_solved_it_closes_with_thanks_counts_and_puts_the_draft_away(desk, answer):
    journey = Journey(desk.people.asker)
    journey.words()
    fields = {"key": str(journey.key), "document": f"article:{answer.pk}"}
    for _press in range(2):
        response = journey.client.post("/hjelp/lost/", fields, follow=True)
    assert "Good that it was solved" in text_of(response)
    assert Effect.objects.filter(what="solved").count() == 1
    assert not Draft.objects.exists()
    kept = KeptLesson.objects.get()
    assert (kept.document, kept.helped, kept.ticket) == (f"article:{answer.pk}", True, None)


def test_what_one_visitor_opens_and_calls_solved_very_often_counts_no_more(
    desk, answer, monkeypatch
):
    monkeypatch.setattr("portal.cases.asking.COUNTED", "1/h")
    document = f"article:{answer.pk}"
    for number in range(3):
        journey = Journey(desk.people.asker)
        journey.words(subject=f"Får ikke token {number}")
        opened = journey.client.get("/hjelp/forslag/apne/", {"d": document, "n": str(journey.key)})
        assert opened["Location"] == answer.get_url()
        fields = {"key": str(journey.key), "document": document}
        solved = journey.client.post("/hjelp/lost/", fields, follow=True)
        assert "Good that it was solved" in text_of(solved)
    assert Effect.objects.filter(what="opened").count() == 1
    assert Effect.objects.filter(what="solved").count() == 1
    assert not Draft.objects.exists()


def test_solved_does_not_touch_somebody_elses_draft(desk, answer):
    journey = Journey(desk.people.asker)
    journey.words()
    other = signed_in(desk.people.member)
    other.post("/hjelp/lost/", {"key": str(journey.key), "document": "article:x"})
    assert journey.draft()
    assert not Effect.objects.filter(what="solved").exists()


def test_a_dead_search_engine_stops_nobody(desk, settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "not" / "there"
    journey = Journey(desk.people.asker)
    assert journey.words()["Location"] == journey.path("forslag")
    assert journey.client.get(journey.path("forslag"))["Location"] == journey.path("opplysninger")
    response = journey.client.post("/hjelp/forslag/", {**WORDS, "key": str(journey.key)})
    assert response.status_code == 200 and "This may answer it" not in text_of(response)
    journey.details(organisation="0")
    journey.send()
    assert Ticket.objects.count() == 1


# --- drafts ---------------------------------------------------------------------------------------


def test_drafts_are_listed_gone_on_with_and_thrown_away(desk):
    journey = Journey(desk.people.asker)
    journey.words(subject="Et halvt brev")
    for path in ("/hjelp/", "/saker/"):
        page = text_of(journey.client.get(path))
        assert "Your drafts" in page and "Et halvt brev" in page
    assert "Et halvt brev" in text_of(journey.client.get(journey.path("kast")))
    assert Draft.objects.exists()
    page = journey.client.post(journey.path("kast"), follow=True)
    assert "The draft is thrown away." in text_of(page)
    assert not Draft.objects.exists()


def test_a_key_that_is_made_up_begins_a_new_draft(desk):
    response = signed_in(desk.people.asker).post("/hjelp/", {**WORDS, "key": "tull"})
    assert re.match(r"/hjelp/[0-9a-f-]{36}/", response["Location"])
    assert Draft.objects.count() == 1


def test_a_draft_without_words_has_a_name_in_the_list(desk):
    Draft.objects.create(owner=desk.people.asker, changed_at=timezone.now() - timedelta(hours=1))
    assert "Nothing written yet" in text_of(signed_in(desk.people.asker).get("/hjelp/"))


@pytest.mark.parametrize("data", [{}, {"subject": 3, "details": [], "impact": True}, {"body": 0}])
def test_a_draft_with_odd_values_is_shown_all_the_same(desk, data):
    draft = Draft.objects.create(owner=desk.people.asker, data=data)
    assert signed_in(desk.people.asker).get(f"/hjelp/{draft.pk}/").status_code == 200


def test_files_from_visitors_fill_no_disk_and_their_words_are_kept_all_the_same(desk, monkeypatch):
    monkeypatch.setattr("portal.cases.held.FILES_SIGNED_OUT", "1/h")
    journey = Journey(desk.people.asker)
    journey.words()
    client = Client()
    for _time in range(2):
        fields = {"case_type": "question", "files": upload("a.pdf", PDF)}
        answer = client.post(journey.path("opplysninger"), fields)
        assert answer.status_code == 302
    assert DraftFile.objects.count() == 1
    assert "Legg dem ved på nytt" in text_of(client.get("/konto/logg-inn/"))
