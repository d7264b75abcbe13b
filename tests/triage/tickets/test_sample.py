"""Reply templates from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories import make_product
from triage.tickets.models import ReplyTemplate
from triage.tickets.sample import TemplateFault, load_reply_templates

SAMPLE = Path(__file__).parents[3] / "sample" / "reply_templates.yaml"

pytestmark = pytest.mark.django_db


def test_the_sample_is_complete_in_three_languages_and_loads_twice():
    make_product(slug="maskinporten")
    count = load_reply_templates(SAMPLE)
    assert count >= 8
    load_reply_templates(SAMPLE)
    assert ReplyTemplate.objects.count() == count
    for template in ReplyTemplate.objects.all():
        texts = {template.text(language) for language in ("nb", "nn", "en")}
        assert len(texts) == 3, template.slug
    holding = ReplyTemplate.objects.filter(counts_as_answer=False)
    assert [template.slug for template in holding] == ["vi-ser-paa-saken"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- {slug: a, name: A, nb: x, nn: y}", "lacks en"),
        ("- {name: A, nb: x, nn: y, en: z}", "lacks a slug"),
        ("- {slug: a, name: A, nb: x, nn: y, en: z, product: finnes-ikke}", "finnes-ikke"),
    ],
)
def test_a_file_with_a_fault_stores_nothing_and_names_it(tmp_path, text, fault):
    path = tmp_path / "templates.yaml"
    path.write_text("- {slug: ok, name: OK, nb: x, nn: y, en: z}\n" + text, encoding="utf-8")
    with pytest.raises(TemplateFault, match=fault):
        load_reply_templates(path)
    assert not ReplyTemplate.objects.exists()


def test_a_language_without_text_falls_back_to_bokmaal():
    template = ReplyTemplate(text_nb="Hei", text_nn="", text_en="Hello")
    assert (template.text("nn"), template.text("en")) == ("Hei", "Hello")
