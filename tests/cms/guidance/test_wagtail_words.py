"""Our bokmål for Wagtail's admin fits the sentences it stands in for."""

import re
from pathlib import Path

import pytest
import wagtail
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from wagtail.models import BaseViewRestriction

from cms.blocks import ArticleBody

FOLDER = Path(settings.BASE_DIR) / "cms" / "wagtail_words" / "locale" / "nb" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
TAG = re.compile(r"</?\w+")


def entries(name):
    with (FOLDER / name).open("rb") as file:
        return [entry for entry in read_po(file) if entry.id]


def forms(text):
    return [text] if isinstance(text, str) else list(text)


@pytest.mark.parametrize("name", ["django.po", "djangojs.po"])
def test_every_entry_is_translated_with_known_placeholders_and_the_same_tags(name):
    for entry in entries(name):
        sources, targets = forms(entry.id), forms(entry.string)
        known = {match for source in sources for match in PLACEHOLDER.findall(source)}
        for target in targets:
            assert target.strip(), entry.id
            assert set(PLACEHOLDER.findall(target)) <= known, entry.id
            assert sorted(TAG.findall(target)) == sorted(TAG.findall(sources[-1])), entry.id


@pytest.mark.parametrize("name", ["django.po", "djangojs.po"])
def test_wagtail_still_has_every_sentence(name):
    catalogues = Path(wagtail.__file__).parent.glob(f"**/locale/en/LC_MESSAGES/{name}")
    known = set()
    for path in catalogues:
        with path.open("rb") as file:
            known |= {(forms(entry.id)[0], entry.context) for entry in read_po(file) if entry.id}

    assert {(forms(entry.id)[0], entry.context) for entry in entries(name)} <= known


def test_who_may_see_a_page_is_told_in_words_of_its_own():
    with translation.override("nb"):
        told = {str(label) for _kind, label in BaseViewRestriction.RESTRICTION_CHOICES}

    assert "Alle" in told  # "Public" is also what the desk calls a message
    assert "Bare medlemmer av gruppene du velger" in told


def test_own_settings_are_called_as_in_the_menu_that_leads_to_them():
    with translation.override("nb"):
        assert translation.gettext("Account") == "Konto"  # in the list of people it is "Bruker"


def test_taking_a_page_down_is_spelled_as_elsewhere():
    with translation.override("nb"):
        assert translation.gettext("Unpublish") == "Avpubliser"


@pytest.mark.parametrize("word", ["Rename", "Moved from '%(old_parent)s' to '%(new_parent)s'"])
def test_history_of_a_page_is_told_in_norwegian(word):
    with translation.override("nb"):
        assert translation.gettext(word) != word


APPROVING = ["Cancel workflow ", "Restart workflow ", "Tasks", "Task submitted by", "Task started"]


@pytest.mark.parametrize("words", APPROVING)
def test_approval_is_called_so_at_its_buttons_and_in_the_list_of_what_waits(words):
    with translation.override("nb"):
        told = translation.gettext(words)

    assert told != words
    assert not re.search("arbeidsflyt|oppgave", told, re.IGNORECASE)


@pytest.mark.parametrize("what", ["document", "image"])
def test_uploaded_file_is_told_of_without_slips(what):
    said = (
        f"Upload successful. Please update this {what} with a more appropriate title, if "
        f"necessary. You may also delete the {what} completely if the upload wasn't required."
    )
    with translation.override("nb"):
        assert "er lastet opp. Gi det en bedre tittel" in translation.gettext(said)


def test_caption_of_a_table_is_not_called_one_of_a_picture():
    picture = ArticleBody().child_blocks["picture"].child_blocks["caption"].label
    with translation.override("nb"):
        assert (str(picture), translation.gettext("Caption")) == ("Bildetekst", "Tabelltekst")
