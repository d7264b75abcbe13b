import pytest
from django.core.exceptions import ValidationError
from django.db.migrations.writer import MigrationWriter

from cms.blocks import ArticleBody, ArticleBodyField, PictureBlock, PointerBlock
from tests.factories import make_article


def test_migrations_do_not_repeat_the_blocks():
    text, imports = MigrationWriter.serialize(ArticleBodyField(verbose_name="text"))

    assert text == "cms.blocks.ArticleBodyField(verbose_name='text')"
    assert imports == {"import cms.blocks"}


def test_picture_needs_alternative_text():
    block = PictureBlock()

    with pytest.raises(ValidationError) as error:
        block.clean(block.to_python({"image": None, "alt_text": "", "caption": ""}))
    assert set(error.value.block_errors) == {"image", "alt_text"}


@pytest.mark.django_db
def test_pointer_has_exactly_one_target_and_a_text_when_it_leads_out():
    page = make_article()
    block = PointerBlock()

    def clean(**value):
        return block.clean(block.to_python({"page": None, "url": "", "text": "", **value}))

    assert clean(page=page.pk)["page"].pk == page.pk
    assert clean(url="https://ute.example/", text="Ute")["text"] == "Ute"
    for wrong in (
        {},
        {"page": page.pk, "url": "https://ute.example/", "text": "x"},
        {"url": "https://ute.example/"},
    ):
        with pytest.raises(ValidationError):
            clean(**wrong)


def test_running_text_has_a_small_set_of_features():
    assert ArticleBody().child_blocks["text"].features == [
        "h2", "h3", "bold", "italic", "ol", "ul", "link", "code"
    ]  # fmt: skip
