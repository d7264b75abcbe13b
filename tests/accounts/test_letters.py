"""Mails about people: complete in three languages, plain text, nothing from strangers' hands."""

from datetime import UTC, datetime

import pytest

from accounts import letters, services
from accounts.models import User
from dispatch.models import Mail
from tests.factories import make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WORDS = {
    "organisation": "Tindvik & sønner",
    "person": "Ola <b>Nordmann</b>",
    "link": "http://veiviser.example/x/",
    "password_link": "http://veiviser.example/y/",
    "roles": ["Bestiller"],
    "expires": NOW,
    "days": 3,
}


def letter(kind: str, language: str) -> Mail:
    letters.send(kind, to="a@tindvik.example", language=language, name="Åse", **WORDS)
    return Mail.objects.latest("pk")


@pytest.mark.parametrize("kind", letters.SUBJECTS)
def test_letter_is_complete_in_every_language(kind):
    texts = [letter(kind, language) for language in ("nb", "nn", "en")]
    assert len({mail.subject for mail in texts}) >= 2
    assert len({mail.text for mail in texts}) == 3
    bokmal, nynorsk, english = (mail.text for mail in texts)
    shared = set(bokmal.splitlines()) & set(english.splitlines())
    assert {line for line in shared if line and "http" not in line and line[0] != "-"} <= {
        "Veiviser, Fellesetaten"
    }
    assert nynorsk.startswith("Hei, Åse\n")


@pytest.mark.parametrize("kind", letters.SUBJECTS)
def test_letter_is_plain_text_without_gaps(kind):
    text = letter(kind, "nb").text
    assert "&amp;" not in text
    assert "&lt;" not in text
    assert "\n\n\n" not in text
    assert "http://veiviser.example/" in text


def test_letters_are_in_the_receivers_language():
    organisation = make_organisation()
    for language in ("nn", "en"):
        make_membership(make_user(language=language), organisation, roles=("incident",))
    services.ask_to_join(user=make_user(), organisation=organisation, now=NOW)
    subjects = dict(Mail.objects.values_list("language", "subject"))
    assert subjects == {
        "nn": f"Nokon ber om å bli med i {organisation.name}",
        "en": f"Somebody asks to join {organisation.name}",
    }


def test_invitation_follows_the_organisations_written_standard_until_there_is_an_account():
    organisation = make_organisation(written_standard="nn")
    contact = make_user()
    make_membership(contact, organisation, roles=("incident",))
    contact = User.objects.get(pk=contact.pk)
    known = make_user(language="en")
    for email in ("ukjend@tindvik.example", known.email):
        services.invite(organisation=organisation, email=email, by=contact, now=NOW)
    assert list(Mail.objects.order_by("pk").values_list("language", flat=True)) == ["nn", "en"]


def test_roles_are_named_in_the_members_language():
    organisation = make_organisation()
    membership = make_membership(make_user(language="nn"), organisation)
    services.set_contact_roles(
        membership=membership,
        roles=["incident"],
        by=make_user(groups=("administrator",)),
    )
    assert "- Hendingsansvarleg" in Mail.objects.get().text


def test_loss_of_every_role_is_said_plainly():
    organisation = make_organisation()
    membership = make_membership(make_user(), organisation, roles=("incident",))
    services.set_contact_roles(
        membership=membership, roles=[], by=make_user(groups=("administrator",))
    )
    assert "ikke lenger noen kontaktrolle" in Mail.objects.get().text
