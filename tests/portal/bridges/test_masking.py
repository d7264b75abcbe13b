"""What tells who somebody is, found and replaced in a text."""

import pytest

from portal.bridges.masking import Kind, Known, counts, find, masked
from tests.growth import grows_in_step

KNOWN = Known(
    people=["Kari Vik", "Ola Nordmann Dal"],
    organisations=["Tindvik kommune", "Tindvik kommune, IT"],
    words=["Altinn", "Studio", "Maskinporten", "Team"],
)
IDENTITY = "13097248022"  # synthetic


def kinds(text: str, language: str = "nb") -> list[tuple[str, str]]:
    return [(found.kind, found.text) for found in find(text, KNOWN, language)]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Ring Kari Vik i dag", Kind.NAME, "Kari Vik"),
        ("Jeg snakket med Kari om det", Kind.NAME, "Kari"),
        ("Det er Kari Viks sak", Kind.NAME, "Kari Viks"),
        ("ring KARI VIK", Kind.NAME, "KARI VIK"),
        ("Vi i Tindvik kommune får feil", Kind.ORGANISATION, "Tindvik kommune"),
        ("tindvik  kommunes nøkkel", Kind.ORGANISATION, "tindvik  kommunes"),
        ("Skriv til kari.vik+x@tindvik.example", Kind.EMAIL, "kari.vik+x@tindvik.example"),
        ("Ring 90 01 23 45", Kind.PHONE, "90 01 23 45"),
        ("Ring +47 900 12 345", Kind.PHONE, "+47 900 12 345"),
        ("Ring 22334455.", Kind.PHONE, "22334455"),
        ("Se sak V-00012", Kind.CASE, "V-00012"),
        ("Org.nr. 974 760 673", Kind.ORGANISATION_NUMBER, "974 760 673"),
        (f"Gjelder {IDENTITY}", Kind.IDENTITY, IDENTITY),
        ("Vi snakket med Per Hansen om det", Kind.PERHAPS_NAME, "Per Hansen"),
        ("Takk!\n\nMvh\nLise Berg", Kind.PERHAPS_NAME, "Lise Berg"),
        ("Hei Anne, takk for svar", Kind.PERHAPS_NAME, "Anne"),
    ],
)
def test_this_is_found(text, kind, found):
    assert (kind, found) in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Vi får invalid_grant i Altinn Studio",
        "Feilkode 123456789 kom 2026-11-24 10:15:00",
        "Maskinporten Test svarer 500 etter 1200 ms",
        "Kariert mønster",
        "Vikingene kom",
        "Versjon 8.2.12345678",
        "Hei, vi får en feil",
        "urn:altinn:resource:12345678-1234",
        "",
    ],
)
def test_this_tells_nobody(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("nb", "[navn] i [virksomhet]: [e-postadresse]"),
        ("nn", "[namn] i [verksemd]: [e-postadresse]"),
        ("en", "[name] i [organisation]: [e-mail address]"),
        ("xx", "[navn] i [virksomhet]: [e-postadresse]"),
    ],
)
def test_the_words_are_in_the_language_of_the_text(language, shown):
    assert masked("Kari Vik i Tindvik kommune: k@t.example", KNOWN, language) == shown


def test_the_longest_name_of_an_organisation_wins():
    assert masked("Hos Tindvik kommune, IT sitter vi", KNOWN) == "Hos [virksomhet] sitter vi"


def test_what_somebody_keeps_stands_and_the_rest_goes():
    text = "Kari Vik ringte 22334455"
    phone = next(found for found in find(text, KNOWN) if found.kind == Kind.PHONE)
    assert masked(text, KNOWN, keep={phone.key}) == "[navn] ringte 22334455"


def test_an_identity_number_is_never_kept():
    (found,) = find(f"Gjelder {IDENTITY}", KNOWN)
    assert IDENTITY not in masked(f"Gjelder {IDENTITY}", KNOWN, keep={found.key})


def test_the_key_of_a_finding_tells_nothing_of_it():
    (found,) = find("Ring 22334455", KNOWN)
    assert "22334455" not in found.key


def test_the_same_thing_is_listed_once_and_counted():
    (found,) = find("Kari Vik, altså Kari Vik", KNOWN)
    assert found.count == 2
    assert counts([found]) == {"name": 2}


def test_a_masked_text_holds_nothing_more():
    text = "Hei Anne,\nKari Vik i Tindvik kommune, 22334455, k@t.example, V-00012.\nMvh\nOla Dal"
    assert find(masked(text, KNOWN), KNOWN) == []


@pytest.mark.parametrize("piece", ["A", "Aa ", "hei ", "1 ", "a@", "Kari Vik ", "+47", "V-", "\n"])
def test_a_long_text_of_any_kind_takes_time_in_step_with_its_length(piece):
    assert grows_in_step(lambda length: find(piece * (length // len(piece)), KNOWN), 40_000)
