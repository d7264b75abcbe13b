"""A promise for some only: written with a reason, tried at a time, and told to those who ask."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import TermsSignature, TermsVersion
from tests.factories import make_organisation, make_product
from tests.portal.cases.pages import DETAILS, WORDS, Journey, text_of
from tests.portal.rules.forms import fields, filled
from tests.triage.sla.times import oslo
from tests.triage.tickets.desk import opened
from triage.sla.policy import DEFAULT_POLICY, NOBODY, SIGNED, Rule, Target
from triage.sla.service_model import current_service_model, service_model, store_version
from triage.tickets import services
from triage.tickets.models import RuleChange

NOW = datetime(2026, 4, 20, 8, 0, tzinfo=UTC)
PAGE = "/tjenestemodell/lofter/"
LAST = len(DEFAULT_POLICY.rules)  # the place of a rule that is added
NEW = f"rules-{LAST}"
QUESTION = next(rule for rule in DEFAULT_POLICY.rules if rule.name == "question_or_order")


@pytest.fixture
def now():
    """The clock of these tests, which some of them move."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def added(manager: Client, **changed) -> dict:
    """The form with a rule more, and fields of it typed over."""
    sent = fields(manager, PAGE)
    sent = filled(manager.post(PAGE, {**sent, "step": "add"}).content.decode())
    own = {f"{NEW}-{name}": value for name, value in changed.items()}
    return {**sent, f"{NEW}-first_response": "30", f"{NEW}-first_response_unit": "minutes", **own}


def changed(manager: Client, sent: dict):
    """The policy after what was sent has been looked at and carried out."""
    look = manager.post(PAGE, {**sent, "step": "look"})
    assert look.status_code == 200, text_of(look)
    sent = filled(look.content.decode())
    manager.post(PAGE, {**sent, "step": "change", "reason": "Avtale", "cases": "new"})
    return service_model(RuleChange.objects.get().after_id).policy


def in_force(*rules: Rule, at: datetime = NOW, **policy) -> None:
    """These rules before the example's."""
    model = current_service_model(at)
    policy = replace(model.policy, rules=(*rules, *model.policy.rules), **policy)
    store_version(replace(model, policy=policy), valid_from=at, note="")


# --- the editor ---------------------------------------------------------------------------------


def test_an_agreement_is_written_with_its_reason_looked_at_and_kept(manager, desk, now):
    sent = added(
        manager,
        organisations="tindvik kommune\n\nTindvik kommune",
        reason="De varsler om drikkevann.",
        case_types=["incident"],
    )
    look = text_of(manager.post(PAGE, {**sent, "step": "look"}))
    assert "Feil, fra Tindvik kommune" in look
    assert "Fordi: De varsler om drikkevann." in look
    policy = changed(manager, sent)
    (rule,) = [each for each in policy.rules if each.organisations]
    assert rule.organisations == (desk.organisation.pk,)
    assert (rule.reason, rule.case_types) == ("De varsler om drikkevann.", ("incident",))
    page = manager.get(PAGE).content.decode()
    assert ">Tindvik kommune</textarea>" in page.replace("\n", "")
    assert "Hvorfor: De varsler om drikkevann." in text_of(manager.get("/tjenestemodell/"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"segments": ["state"]}, "Skriv hvorfor de får noe annet enn andre."),
        ({"organisations": "Tindvik kommune", "reason": "  "}, "Skriv hvorfor"),
        ({"organisations": "Ukjent AS", "reason": "x"}, "Ingen virksomhet heter «Ukjent AS»."),
        ({"organisations": "Like", "reason": "x"}, "Flere virksomheter heter «Like»"),
        ({"organisations": "123456789", "reason": "x"}, "Ingen virksomhet heter"),
        ({"segments": ["sea"], "reason": "x"}, "gyldig"),
        ({"until": "snart"}, "gyldig dato"),
        ({"by_law": "on"}, "Velg sakstypene som loven setter tiden for."),
        ({"by_law": "on", "case_types": ["order"], "until": "2026-05-01"}, "gjelder alle"),
        ({"reason": "x" * 501, "segments": ["state"]}, "500"),
    ],
)
def test_what_cannot_be_is_said_beside_the_rule_and_nothing_is_changed(
    manager, now, wrong, sentence
):
    for _time in range(2):
        make_organisation(name="Like")
    answer = manager.post(PAGE, {**added(manager, **wrong), "step": "look"})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not RuleChange.objects.exists()


def test_of_two_with_the_same_name_the_number_tells_them_apart(manager, now):
    first, second = make_organisation(name="Like"), make_organisation(name="Like")
    sent = added(manager, organisations=f"Like #{second.pk}", reason="Avtale")
    assert changed(manager, sent).rules[-1].organisations == (second.pk,)
    assert f"Like #{second.pk}</textarea>" in manager.get(PAGE).content.decode()
    assert first.pk != second.pk


def test_the_day_a_promise_ends_and_what_law_sets_are_kept_and_shown(manager, now):
    make_product(slug="altinn2", name_nb="Altinn II")
    sent = added(manager, products=["altinn2"], until="2026-04-30", case_types=["question"])
    law = next(
        number for number, rule in enumerate(DEFAULT_POLICY.rules) if rule.name == "access_request"
    )
    assert sent[f"rules-{law}-by_law"] == "on"
    policy = changed(manager, sent)
    assert policy.rules[-1].until == date(2026, 4, 30)
    assert policy.rules[:-1] == DEFAULT_POLICY.rules
    page = text_of(manager.get("/tjenestemodell/"))
    assert "Gjelder saker som kommer inn senest 30. april 2026." in page
    assert "Tiden følger av lov." in page


def test_a_case_is_tried_before_and_after_the_last_day(manager, now):
    make_product(slug="altinn2", name_nb="Altinn II")
    sent = added(manager, products=["altinn2"], until="2026-04-30", case_types=["question"])
    sent |= {"try-case_type": "question", "try-priority": "P4", "try-product": "altinn2"}
    before = text_of(manager.post(PAGE, {**sent, "try-at": "2026-04-30T23:59", "step": "try"}))
    assert f"Regel {LAST + 1}: Spørsmål, Altinn II" in before
    assert "30 minutter (serviceerklæring)" in before
    after = text_of(manager.post(PAGE, {**sent, "try-at": "2026-05-04T09:00", "step": "try"}))
    assert "Løftet tok slutt 30. april 2026." in after
    assert (
        "30 minutter" not in after[after.index("Løfter det gis") :] if "Løfter" in after else True
    )


def test_a_case_is_tried_from_an_organisation_and_a_strange_time_is_refused(manager, desk, now):
    sent = added(manager, organisations="Tindvik kommune", reason="Avtale")
    sent |= {"try-case_type": "incident", "try-priority": "P4"}
    tried = manager.post(PAGE, {**sent, "try-organisation": "Tindvik kommune", "step": "try"})
    assert f"Regel {LAST + 1}: Fra Tindvik kommune" in text_of(tried)
    assert f"Regel {LAST}: " in text_of(manager.post(PAGE, {**sent, "step": "try"}))
    for wrong in ({"try-at": "1875-01-01T00:00"}, {"try-organisation": "Ukjent AS"}):
        assert manager.post(PAGE, {**sent, **wrong, "step": "try"}).status_code == 422


def test_guarantees_are_made_binding_towards_those_who_have_signed(manager, now):
    TermsVersion.objects.create(
        key="2026-01-01", title="Bruksvilkår 1.0", text="x", valid_from=date(2026, 1, 1)
    )
    sent = {**fields(manager, PAGE), "options-binds": SIGNED}
    refused = manager.post(PAGE, {**sent, "step": "look"})
    assert "Velg versjonen som må være signert." in text_of(refused)
    sent |= {"options-terms": "2026-01-01"}
    looked_at = text_of(manager.post(PAGE, {**sent, "step": "look"}))
    assert "Bruksvilkår som er signert – Bruksvilkår 1.0" in " ".join(looked_at.split())
    policy = changed(manager, sent)
    assert (policy.binds, policy.terms) == (SIGNED, "2026-01-01")
    told = "som hadde signert «Bruksvilkår 1.0» da saken kom inn"
    assert told in text_of(Client(headers={"accept-language": "nb"}).get("/betjening/"))


# --- those who ask ------------------------------------------------------------------------------


def check_page(asker, **step) -> str:
    """The last page before sending, for a question about the product."""
    journey = Journey(asker, "nb")
    journey.words(**{**WORDS, "product": step.pop("product", "maskinporten")})
    organisation = step.pop("organisation", 0)
    sent = {**DETAILS, "case_type": "question", "impact": "3", "urgency": "3", **step}
    assert journey.details(**sent, organisation=organisation).status_code == 302
    return text_of(journey.client.get(journey.path("sjekk")))


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_asker_is_told_before_sending_that_the_promise_ends_and_has_ended(desk, now, language):
    words = {
        "nb": ("Dette gjelder saker du sender senest 30. april 2026.", "garanterer vi ikke"),
        "nn": ("Dette gjeld saker du sender seinast 30. april 2026.", "garanterer vi ikkje"),
        "en": ("This holds for cases you send by 30 April 2026.", "is not guaranteed"),
    }[language]
    in_force(replace(QUESTION, products=("maskinporten",), until=date(2026, 4, 30), name="old"))
    asker = desk.people.asker
    asker.language = language
    asker.save()
    for at, told, not_told in (
        (oslo("2026-04-30 23:59"), words[0], words[1]),
        (oslo("2026-05-04 09:00"), words[1], words[0]),
    ):
        now.move_to(at)
        journey = Journey(asker, language)
        journey.words(product="maskinporten")
        journey.details(organisation="0", case_type="question", impact="3", urgency="3")
        page = text_of(journey.client.get(journey.path("sjekk")))
        assert told in page
        assert not_told not in page


def test_the_receipt_and_the_case_and_the_desk_say_why_there_is_no_deadline(desk, now):
    in_force(replace(QUESTION, products=("maskinporten",), until=date(2026, 4, 30), name="old"))
    now.move_to(oslo("2026-05-04 09:00"))
    ticket = opened(desk, at=oslo("2026-05-04 09:00"), product=desk.product)
    asker, agent = Journey(desk.people.asker, "nb").client, Journey(desk.people.agent, "nb").client
    receipt = text_of(asker.get(reverse("my_case_receipt", args=[ticket.pk])))
    assert "Vi garanterer ikke svar på denne saken." in receipt
    said = "Etter 30. april 2026 garanterer vi ikke individuell hjelp med Maskinporten."
    assert said in receipt
    assert said in text_of(asker.get(reverse("my_case", args=[ticket.pk])))
    desk_page = reverse("desk_case", args=[ticket.pk])
    assert "Ingen frist: løftet for" in text_of(agent.get(desk_page))
    services.correct_product(
        ticket=ticket, by=desk.people.agent, product=None, topic=None, now=ticket.opened_at
    )
    assert "Ingen frist: løftet for" not in text_of(agent.get(desk_page))


def test_the_page_about_how_we_serve_you_shows_a_promise_that_has_ended(desk, now, db):
    in_force(replace(QUESTION, products=("maskinporten",), until=date(2026, 4, 30), name="old"))
    reader = Client(headers={"accept-language": "nb"})
    assert "Gjelder saker som kommer inn senest 30. april 2026." in text_of(
        reader.get("/betjening/")
    )
    now.move_to(oslo("2026-05-01 00:00"))
    page = text_of(reader.get("/betjening/"))
    in_force_now, over = page.split("Ikke garantert lenger")
    assert "Tok slutt 30. april 2026: For saker som kommer inn senere" in over
    assert "Maskinporten" in over and "Tok slutt" not in in_force_now
    assert "saker som står under tabellen, har ikke noe løfte" in in_force_now


def test_an_agreement_is_told_to_its_own_and_to_nobody_else(desk, now):
    half = Target(minutes=30, commitment="guarantee")
    in_force(
        Rule(
            "own",
            "service_hours",
            first_response=half,
            organisations=(desk.organisation.pk, make_organisation(name="Nabo kommune").pk),
            reason="De varsler om drikkevann.",
        )
    )
    own = Journey(desk.people.asker, "nb").client
    page = text_of(own.get("/betjening/"))
    assert "Fra Tindvik kommune" in page
    assert "Nabo kommune" not in page
    for other in (Journey(desk.people.stranger, "nb"), Journey()):
        assert "De varsler" not in text_of(other.client.get("/betjening/"))
    manager = Journey(desk.people.manager, "nb").client
    assert "Fra Tindvik kommune / Nabo kommune" in text_of(manager.get("/betjening/"))
    told = check_page(desk.people.asker, organisation=desk.organisation.pk)
    assert "Vi garanterer svar innen 30 minutter" in told
    assert "Dette er etter avtalen med virksomheten din." in told
    assert "30 minutter" not in check_page(desk.people.asker)


@pytest.mark.parametrize(
    ("signed", "binds", "told"),
    [
        (True, SIGNED, "Vi garanterer svar innen 1 time"),
        (False, SIGNED, "fordi virksomheten din ikke har signert bruksvilkårene"),
        (True, NOBODY, "Målet vårt er svar innen 1 time"),
    ],
)
def test_whether_it_is_a_guarantee_is_told_before_sending(desk, now, signed, binds, told):
    terms = TermsVersion.objects.create(
        key="2026-01-01", title="Vilkår", text="x", valid_from=date(2026, 1, 1)
    )
    if signed:
        TermsSignature.objects.create(
            terms=terms, organisation=desk.organisation, signer_name="x", signed_at=NOW
        )
    in_force(binds=binds, terms=terms.key if binds == SIGNED else "")
    page = check_page(
        desk.people.asker,
        organisation=desk.organisation.pk,
        case_type="incident",
        impact="1",
        urgency="2",
    )
    assert told in page
    assert ("Vi garanterer" in page) is (signed and binds == SIGNED)


# --- the report on equal treatment --------------------------------------------------------------


def test_the_report_shows_whom_why_what_others_get_and_how_many_cases(desk, now):
    in_force(
        Rule(
            "own",
            "service_hours",
            case_types=("incident",),
            priorities=("P2",),
            first_response=Target(minutes=30, commitment="guarantee"),
            organisations=(desk.organisation.pk,),
            reason="De varsler om drikkevann.",
            until=date(2026, 12, 31),
        ),
        at=datetime(2026, 4, 1, tzinfo=UTC),
    )
    opened(desk, at=NOW, case_type="incident", impact=1, urgency=2)
    manager = Journey(desk.people.manager, "nb").client
    page = text_of(manager.get("/rapporter/kvalitet/?from=2026-04&to=2026-04"))
    for said in (
        "Feil, P2 Høy, fra Tindvik kommune",
        "Første svar: 30 minutter (garanti)",
        "Første svar: 1 time (garanti)",
        "De varsler om drikkevann.",
        "fra 1. april 2026, for saker som kommer inn senest 31. desember 2026",
    ):
        assert said in page
    assert re.search(r"1 løfte er bare for noen kunder, med en skriftlig grunn\.", page)
    empty = text_of(manager.get("/rapporter/kvalitet/?from=2026-01&to=2026-01"))
    assert "Alle blir lovet det samme" in empty
