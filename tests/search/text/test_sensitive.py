"""Keys, accounts and passwords are found in the shapes people paste them in, and little else is."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.sensitive import SensitiveKind, find_sensitive, looks_sensitive, mask_sensitive
from tests.growth import grows_in_step

ACCOUNT_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def account(ten: str) -> str | None:
    """An account number beginning with ten digits; None when they can have no control digit."""
    control = -sum(w * int(d) for w, d in zip(ACCOUNT_WEIGHTS, ten, strict=True)) % 11
    return None if control == 10 else f"{ten}{control}"


def card(fifteen: str) -> str:
    """A card number beginning with fifteen digits."""
    for last in string.digits:
        digits = [int(d) for d in f"{fifteen}{last}"]
        doubled = [d if i % 2 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)]
        if sum(doubled) % 10 == 0:
            return f"{fifteen}{last}"
    raise AssertionError("one of ten digits always fits")


ACCOUNT = account("8601111794")
CARD = card("411111111111111")
KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ"
HEX = "9c0d1b7e4f5a6b8c9c0d1b7e4f5a6b8c"
UUID = "8f3a2b1c-9d8e-4f5a-b6c7-d8e9f0a1b2c3"

FOUND = [
    (f"{ACCOUNT[:4]}.{ACCOUNT[4:6]}.{ACCOUNT[6:]}", SensitiveKind.ACCOUNT),
    (f"{ACCOUNT[:4]} {ACCOUNT[4:6]} {ACCOUNT[6:]}", SensitiveKind.ACCOUNT),
    (f"Kontonummer: {ACCOUNT}", SensitiveKind.ACCOUNT),
    (f"betalt til konto nr. {ACCOUNT}.", SensitiveKind.ACCOUNT),
    ("NO93 8601 1117 947", SensitiveKind.ACCOUNT),
    ("IBAN NO9386011117947", SensitiveKind.ACCOUNT),
    ("DE89 3704 0044 0532 0130 00", SensitiveKind.ACCOUNT),
    (CARD, SensitiveKind.CARD),
    (f"{CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]}", SensitiveKind.CARD),
    (f"{CARD[:4]}-{CARD[4:8]}-{CARD[8:12]}-{CARD[12:]}", SensitiveKind.CARD),
    (
        f"-----BEGIN PRIVATE KEY-----\n{KEY}\n{KEY}\n-----END PRIVATE KEY-----",
        SensitiveKind.PRIVATE_KEY,
    ),
    (f"-----BEGIN RSA PRIVATE KEY-----\\n{KEY}\\n", SensitiveKind.PRIVATE_KEY),
    (f"-----BEGIN EC PRIVATE KEY-----\n{KEY}\nog så stopper det", SensitiveKind.PRIVATE_KEY),
    (f'{{"kty": "RSA", "n": "{KEY}", "d": "{KEY}"}}', SensitiveKind.PRIVATE_KEY),
    (JWT, SensitiveKind.TOKEN),
    (f"Authorization: Bearer {HEX}", SensitiveKind.TOKEN),
    (f"curl -H 'Authorization: Bearer {JWT}'", SensitiveKind.TOKEN),
    (f"access_token={HEX}&x=1", SensitiveKind.TOKEN),
    (f'"refresh_token": "{HEX}"', SensitiveKind.TOKEN),
    ("ghp_" + "a1B2c3D4e5" * 4, SensitiveKind.API_KEY),
    ("AKIA" + "ABCDEFGH12345678", SensitiveKind.API_KEY),
    ("xoxb-" + "1234567890-abcdefghij", SensitiveKind.API_KEY),
    (f"client_secret={UUID}", SensitiveKind.API_KEY),
    (f"Ocp-Apim-Subscription-Key: {HEX}", SensitiveKind.API_KEY),
    (f"api-nøkkel: {HEX}", SensitiveKind.API_KEY),
    (f"klienthemmeligheten: {HEX}", SensitiveKind.API_KEY),
    (f"AccountKey={KEY}==;EndpointSuffix=core", SensitiveKind.API_KEY),
    ("passord: Sommer2026!", SensitiveKind.PASSWORD),
    ("Passordet er: Vinter-2026", SensitiveKind.PASSWORD),
    ("passordet mitt er hunter22", SensitiveKind.PASSWORD),
    ("password=korrekthestbatteri", SensitiveKind.PASSWORD),
    ('"password": "korrekthest"', SensitiveKind.PASSWORD),
    ("Server=db;User Id=app;Password=s3kret;", SensitiveKind.PASSWORD),
    ("postgres://app:hemm3lig@db.tindvik.example/sak", SensitiveKind.PASSWORD),
    ("curl -u app:hemm3lig https://api.tindvik.example", SensitiveKind.PASSWORD),
]

LEFT = [
    "Organisasjonsnummer 310 128 459 og 310128459",
    "0192:310128459",
    "Sak 2026-001234 og VEI-2026-000123",
    "2026-11-25 20:41:34.123456 og 2026-11-25T20:41:34.123Z",
    "1764103294123 og 1764103294123456",
    "urn:altinn:accesspackage:lonn og urn:altinn:resource:app_ttd_12345678901",
    f"dialogId {UUID}, instans 50001234/{UUID}",
    f"traceparent 00-{HEX}-b7ad6b7169203331-01",
    "versjon 8.12.3-beta.4 og 2026.11.25.1234",
    "AUTH-00001, MP-112 og 0x80070005",
    "tlf 22 33 44 55, +47 912 34 567",
    "10.0.12.255:8080",
    "12345678901",
    "KID 0012345678903",
    f"-----BEGIN CERTIFICATE-----\n{KEY}\n{KEY}\n-----END CERTIFICATE-----",
    f'{{"kty": "RSA", "e": "AQAB", "n": "{KEY}"}}',
    "Passordet er feil, og passord er minst 12 tegn",
    "Passord: må byttes hver 90. dag",
    "Feil passord: prøv igjen",
    "password: string, required",
    "client_secret: <din hemmelighet>",
    "client_secret_basic, private_key_jwt og client_secret_post",
    "secret = os.environ['SECRET']",
    "password = getpass()",
    "password=${DB_PASSWORD}&x={{ passord }}",
    "Authorization: Bearer <token>",
    "Bearer-token mangler, og bearer autentisering virker ikke",
    "token_endpoint: https://test.maskinporten.no/token",
    "token: ugyldig",
    "scope=digdir:dialogporten&grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer",
    "ssh://git@github.com:22/altinn/app og https://bruker@tindvik.example",
    "Signatur: Kari Nordmann",
    "Vi bruker altinn-app-frontend-react-version-four-and-a-half-million",
]


@pytest.mark.parametrize(("text", "kind"), FOUND, ids=[text[:25] for text, _kind in FOUND])
def test_each_shape_is_found_alone_and_in_a_sentence(text, kind):
    for written in (text, f"Hei.\n\n{text}\n\nHva gjør vi galt?", f"`{text}`"):
        masked = mask_sensitive(written)
        assert masked.counts == {kind: 1}, written
        assert mask_sensitive(masked.text) == (masked.text, {})
    assert mask_sensitive(f"Før {text}").text.startswith("Før ")


@pytest.mark.parametrize("text", LEFT)
def test_what_people_write_of_every_day_is_left_as_it_is(text):
    assert mask_sensitive(text) == (text, {})
    assert not looks_sensitive(text)


@pytest.mark.parametrize("text", [ACCOUNT, f"ref {ACCOUNT}", "aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gH"])
def test_what_may_be_an_account_or_a_key_is_left_to_a_person(text):
    assert mask_sensitive(text).counts == {}
    assert looks_sensitive(text)


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "fjernet"), ("nn", "fjerna"), ("en", "removed"), ("de", "fjernet")],
)
def test_the_mask_is_in_the_language_of_the_reader(language, words):
    for text, _kind in FOUND:
        assert words in mask_sensitive(text, language).text


def test_one_text_with_many_kinds_is_counted_by_kind():
    text = f"{JWT} og {JWT}, passord: Sommer2026! konto {ACCOUNT}"
    assert mask_sensitive(text).counts == {"token": 2, "password": 1, "account": 1}


def test_findings_stand_in_order_and_apart():
    text = " | ".join(text for text, _kind in FOUND)
    found = find_sensitive(text)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))
    assert len(found) >= len(FOUND)


@given(st.text(alphabet=string.digits, min_size=10, max_size=10))
def test_every_account_number_is_found_with_its_groups(ten):
    number = account(ten)
    if number is None or not int(ten[:4]) or not int(number[6:10]):
        return
    grouped = f"{number[:4]}.{number[4:6]}.{number[6:]}"
    counts = mask_sensitive(f"til {grouped}").counts
    # A few are identity numbers as well.
    assert counts in ({SensitiveKind.ACCOUNT: 1}, {SensitiveKind.IDENTITY: 1})


@given(st.text(max_size=200))
def test_whatever_the_text_is_masking_again_changes_nothing(text):
    masked = mask_sensitive(text)
    assert mask_sensitive(masked.text) == (masked.text, {})


@given(st.text(max_size=60), st.sampled_from(FOUND), st.text(max_size=60))
def test_the_text_around_a_secret_is_kept(before, secret, after):
    text, _kind = secret
    masked = mask_sensitive(f"{before}\n\n{text}\n\n{after}")
    assert masked.counts
    assert (
        masked.text.startswith(before) or len(masked.counts) > 1 or sum(masked.counts.values()) > 1
    )


HOSTILE = [
    "-----BEGIN A-----aa",
    '"n":"',
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN A A ",
    "a",
    "passord:",
    "1",
    "1 ",
    "eyJ",
    "eyJaaaaaaaa.",
    "NO93",
    "://a:",
    "token ",
    "password is ",
    "A1b2",
    "1234.56.",
    "konto ",
    "\\n",
    "0-",
    "urn:",
    "secret secret_",
    "sig sig.",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_text_built_to_take_long_takes_time_in_step_with_its_length(piece):
    def read(length: int) -> None:
        text = (piece * (length // len(piece) + 1))[:length]
        mask_sensitive(text)
        looks_sensitive(text)

    assert grows_in_step(read, 40_000)
