"""Training texts: what files may hold, and what is said of those that cannot be used."""

import pytest
import yaml

from accounts.kinds import Segment
from tests.triage.classifier.trained import SAMPLE
from triage.classifier.corpus import samples
from triage.classifier.corpus.samples import BrokenSample
from triage.classifier.labels import (
    LABELS,
    UnknownLabel,
    product_label,
    product_of_topic,
    topic_label,
)

FAMILY = {
    "family": "f",
    "product": "melding",
    "case_type": "question",
    "team": "servicedesk",
    "impact": 3,
    "urgency": 2,
    "article": "none",
    "tickets": [{"language": "nb", "subject": "SV: Brev", "body": "Hei\nHvor er brevet?\n-- \nX"}],
}


def _folder(tmp_path, *families):
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(list(families)), encoding="utf-8")
    return tmp_path


def test_a_family_gives_one_example_for_each_case(tmp_path):
    (found,) = samples.read_families(_folder(tmp_path, FAMILY))
    assert found.labels == {
        "product": "melding",
        "case_type": "question",
        "team": "servicedesk",
        "priority": "3x2",
    }
    assert (found.text, found.article, found.group) == ("Brev\nHvor er brevet?", "", "f")


def test_a_topic_stands_under_the_product_the_family_has(tmp_path):
    (found,) = samples.read_families(_folder(tmp_path, {**FAMILY, "topic": "melding-sending"}))
    assert found.labels["topic"] == "melding/melding-sending"
    assert product_of_topic(found.labels["topic"]) == found.labels["product"]


def test_what_is_no_case_has_no_topic(tmp_path):
    family = {**FAMILY, "topic": "melding-sending", "case_type": "not_a_case"}
    (found,) = samples.read_families(_folder(tmp_path, family))
    assert found.labels == {"case_type": "not_a_case"}


@pytest.mark.parametrize(
    ("product", "topic", "label"),
    [("id-porten", "flyt", "id-porten/flyt"), (None, "flyt", ""), ("id-porten", None, "")],
)
def test_a_topic_has_a_label_only_with_its_product(product, topic, label):
    assert topic_label(product, topic) == label


def test_the_kind_of_organisation_is_a_fact_beside_the_text(tmp_path):
    tickets = [
        {"subject": "a", "body": "b", "segment": segment} for segment in ("county", "private_user")
    ]
    known, private = samples.read_families(_folder(tmp_path, {**FAMILY, "tickets": tickets}))
    assert known.facts == {"organisation": "county"}
    assert known.read.endswith("a\nb") and known.read != known.text
    assert private.read == private.text


def test_kinds_of_organisations_are_those_of_the_site():
    assert set(samples.SEGMENTS) == set(Segment.values)


def test_what_is_no_case_teaches_nothing_but_that(tmp_path):
    family = {**FAMILY, "case_type": "not_a_case", "product": None}
    (found,) = samples.read_families(_folder(tmp_path, family))
    assert found.labels == {"case_type": "not_a_case"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"case_type": "spam"}, UnknownLabel),
        ({"impact": 7}, UnknownLabel),
        ({"tickets": [{"subject": "x"}]}, BrokenSample),
        ({"tickets": None}, BrokenSample),
    ],
)
def test_a_family_that_cannot_be_used_is_named(tmp_path, change, error):
    with pytest.raises(error, match=r"a\.yaml"):
        samples.read_families(_folder(tmp_path, {**FAMILY, **change}))


def test_a_file_that_is_no_yaml_is_named(tmp_path):
    (tmp_path / "b.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(BrokenSample, match=r"b\.yaml"):
        samples.read_families(tmp_path)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(BrokenSample, match="no sample cases"):
        samples.read_families(tmp_path)


def test_small_products_go_together():
    assert product_label("krr") == "annet"
    assert product_label("melding") == "melding"
    assert product_label(None) == ""


def test_every_hint_has_a_known_label_and_words():
    hints = samples.read_hints()
    assert len(hints) > 500
    assert all(each.text for each in hints)
    assert {each.labels.get("product") for each in hints} >= set(LABELS["product"])


def test_a_changed_text_changes_the_checksum(tmp_path):
    before = samples.checksum(_folder(tmp_path, FAMILY))
    assert samples.checksum(_folder(tmp_path, FAMILY)) == before
    assert samples.checksum(_folder(tmp_path, {**FAMILY, "family": "g"})) != before


def test_the_sample_has_enough_families_of_every_label():
    groups = {}
    for case in samples.read_families(SAMPLE / "train"):
        label = case.labels.get("product", case.labels["case_type"])
        groups.setdefault(label, set()).add(case.group)
    assert all(len(groups[product]) >= 6 for product in LABELS["product"])
    assert len(groups["not_a_case"]) >= 12
    assert sum(map(len, groups.values())) >= 100


def test_no_held_out_text_stands_among_those_trained_on():
    train = {case.text for case in samples.read_families(SAMPLE / "train")}
    hints = {hint.text for hint in samples.read_hints()}
    for case in samples.read_families(SAMPLE / "heldout"):
        assert case.text not in train | hints
