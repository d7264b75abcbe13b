"""What is asked for each product is data, complete in every language; content reads anything."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from triage.intake.content import CaseContent, read_content
from triage.intake.details import DetailsFault, details, read_details
from triage.intake.web import composed

TAXONOMY = Path(__file__).resolve().parents[3] / "sample" / "taxonomy.yaml"


def test_every_product_of_the_sample_asks_for_something_known():
    products = {entry["slug"] for entry in yaml.safe_load(TAXONOMY.read_text())["products"]}
    assert set(details().products) <= products
    for slug in products:
        assert 2 <= len(details().asked_for(slug)) <= 7


def test_who_does_not_know_the_product_is_asked_the_usual():
    assert details().asked_for("") == details().asked_for("finnes-ikke") != []


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_detail_has_words_in_each_language(language):
    for detail in details().fields.values():
        assert detail.label(language)
        assert bool(detail.help(language)) == bool(detail.help("nb"))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("fields: {a: {label: {nb: x}}}\nproducts: {}\ndefault: []", "missing in nn, en"),
        ("fields: {a: {}}\nproducts: {}\ndefault: []", "has no label"),
        (
            "fields: {a: {kind: farge, label: {nb: x, nn: x, en: x}}}\nproducts: {}\ndefault: []",
            "'farge'",
        ),
        ("fields: {}\nproducts: {p: [b]}\ndefault: []", "p asks for b"),
        ("fields: {}\nproducts: {}\ndefault: [b]", "default asks for b"),
    ],
)
def test_a_fault_in_the_file_names_what_is_wrong(fault, words):
    with pytest.raises(DetailsFault, match=words):
        read_details(fault)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"subject": 3, "body": None, "product": []},
        {"impact": True, "urgency": "2", "case_type": "finnes ikke", "organisation": -1},
        {"impact": 9, "urgency": 0, "organisation": "1", "details": "tekst"},
        {"details": {"time": 3, 4: "x"}, "environment": 1},
    ],
)
def test_odd_values_are_as_if_they_were_never_written(data):
    content = read_content(data)
    assert (content.subject, content.body, content.product) == ("", "", "")
    assert (content.impact, content.urgency, content.case_type) == (3, 3, "")
    assert content.organisation is None and not content.is_complete
    assert content.environment == "unknown"
    assert content.answered_details() == []


def test_only_details_of_the_chosen_product_come_along():
    content = CaseContent(
        body="Hei",
        product="avtale",
        details={"agreement": "Bruksvilkår", "client_id": "abc", "organisation_number": " "},
    )
    assert composed(content, "nn") == "Hei\n\nKva avtale, faktura eller vilkår: Bruksvilkår"


def test_a_case_of_details_alone_is_composed_too():
    content = CaseContent(details={"error_text": "en\nto"})
    assert composed(content, "en") == "Error message or response: \nen\nto"
