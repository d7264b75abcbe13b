"""The sample's texts: nobody real, and an answer in the language of the question."""

from __future__ import annotations

from random import Random

from markup.written import read_yaml
from portal.demo.families import NOT_A_CASE
from search.text.redaction import IdentityKind, find_identity_numbers
from tests.portal.demo.conftest import SAMPLE


def _files():
    return [path for path in SAMPLE.rglob("*") if path.suffix in (".yaml", ".md")]


def test_no_text_of_the_sample_holds_a_number_that_could_be_somebodys():
    for path in _files():
        found = find_identity_numbers(path.read_text(encoding="utf-8"))
        assert all(each.kind == IdentityKind.SYNTHETIC for each in found), path.name


def test_what_is_loaded_holds_no_identity_number_at_all():
    for path in _files():
        if "heldout" not in path.parts:
            assert not find_identity_numbers(path.read_text(encoding="utf-8")), path.name


def test_addresses_of_people_and_organisations_lead_nowhere():
    people = read_yaml((SAMPLE / "people.yaml").read_text(encoding="utf-8"))
    organisations = read_yaml((SAMPLE / "organisations.yaml").read_text(encoding="utf-8"))
    addresses = [person["email"] for person in people]
    addresses += [domain for each in organisations for domain in each["domains"]]
    assert addresses and all(address.endswith(".example") for address in addresses)


def test_every_case_can_be_answered_in_the_language_it_is_asked_in(source):
    for asked in source.families.questions:
        assert asked.family.solutions[asked.wording.language].strip()
    languages = {asked.wording.language for asked in source.families.questions}
    assert languages == {"nb", "nn", "en"}


def test_translated_answers_belong_to_families_that_are_asked_in_that_language(source):
    translated = read_yaml((SAMPLE / "solutions.yaml").read_text(encoding="utf-8"))
    asked_in = {
        family.slug: {wording.language for wording in family.wordings}
        for family in source.families.families
    }
    for slug, answers in translated.items():
        assert set(answers) <= asked_in[slug], slug


def test_the_texts_kept_for_evaluation_are_not_used(source):
    kept = {
        ticket["body"].strip()
        for path in (SAMPLE / "tickets" / "heldout").glob("*.yaml")
        for family in read_yaml(path.read_text(encoding="utf-8"))
        for ticket in family["tickets"]
    }
    used = {asked.wording.body for asked in source.families.questions + source.families.noise}
    assert kept and not kept & used


def test_what_is_no_case_is_kept_apart_from_questions(source):
    assert all(asked.family.case_type == NOT_A_CASE for asked in source.families.noise)
    assert all(asked.family.case_type != NOT_A_CASE for asked in source.families.questions)


def test_somebody_asks_for_the_organisation_the_text_names(source):
    named = [
        asked.wording
        for asked in source.families.questions
        if "Tindvik kommune" in asked.wording.body and asked.wording.segment == "municipality"
    ]
    assert named
    for wording in named:
        for number in range(5):
            assert "Tindvik" in source.cast.for_wording(wording, Random(number)).organisation
