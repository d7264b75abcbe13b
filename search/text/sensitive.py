"""Finding and masking what must not be published: identity numbers, accounts, keys, passwords.

Sure findings are masked. What only may be an account or a key is reported by `looks_sensitive`
and left for a person to judge. Organisation numbers, case numbers, error codes, versions, points
in time, URNs, UUIDs and public certificates are none of these. Every pattern looks at each
character a bounded number of times, whatever the text is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from search.text.redaction import MASKS as IDENTITY_MASKS
from search.text.redaction import find_identity_numbers


class SensitiveKind(StrEnum):
    """What sort of thing was found, as it is told to the writer."""

    IDENTITY = "identity"
    ACCOUNT = "account"
    CARD = "card"
    PRIVATE_KEY = "private_key"
    TOKEN = "token"  # noqa: S105  a kind, not a token
    API_KEY = "api_key"
    PASSWORD = "password"  # noqa: S105  a kind, not a password


class Sensitive(NamedTuple):
    """One finding: `text[start:end]` is replaced by the words of `mask` (by language)."""

    start: int
    end: int
    kind: SensitiveKind
    mask: dict[str, str]


class Masked(NamedTuple):
    """The masked text, and how many of each kind were taken out; never what they were."""

    text: str
    counts: dict[SensitiveKind, int]


def _mask(nb: str, nn: str, en: str) -> dict[str, str]:
    return {"nb": f"[{nb}]", "nn": f"[{nn}]", "en": f"[{en}]"}


MASKS = {
    SensitiveKind.ACCOUNT: _mask(
        "kontonummer fjernet", "kontonummer fjerna", "account number removed"
    ),
    SensitiveKind.CARD: _mask("kortnummer fjernet", "kortnummer fjerna", "card number removed"),
    SensitiveKind.PRIVATE_KEY: _mask(
        "privat nøkkel fjernet", "privat nøkkel fjerna", "private key removed"
    ),
    SensitiveKind.TOKEN: _mask("token fjernet", "token fjerna", "token removed"),
    SensitiveKind.API_KEY: _mask("nøkkel fjernet", "nøkkel fjerna", "key removed"),
    SensitiveKind.PASSWORD: _mask("passord fjernet", "passord fjerna", "password removed"),
}

# --- accounts and cards -----------------------------------------------------------------------

_GAP = r"[ \u00a0\u2007\u2009\u202f.\-]"
_GROUPED_ACCOUNT = re.compile(
    rf"(?<![\d.,\-/])(\d{{4}}(?P<gap>{_GAP})\d\d(?P=gap)\d{{5}})(?![\d/]|[.,\-]\d)"
)
_BARE_ACCOUNT = re.compile(r"(?<![\w.,\-/])\d{11}(?![\w/]|[.,\-]\d)")
_ACCOUNT_WORD = re.compile(r"(?:konto|account|acct|bankgiro)[^\d\n]{0,30}\Z", re.IGNORECASE)
_BEFORE = 45  # characters before a bare number in which the word "konto" explains it
_ACCOUNT_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_CARD = re.compile(r"(?<![\w.,\-/])\d(?:[ \u00a0\-]?\d){13,18}(?![\w/]|[.,\-]\d)")
_IBAN_START = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}\d\d(?=[ 0-9A-Z])")
_IBAN_LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18,
    "EE": 20, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GL": 18, "GR": 27, "HR": 21,
    "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip
# Digits inside these belong to something else: UUIDs, long hexadecimal values, points in time.
_SOMETHING_ELSE = re.compile(
    r"""
    (?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])
    | (?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d(?::[0-6]\d(?:[.,]\d{1,9})?)?
    | (?<![\w.])urn:[a-z0-9:._\-]{1,200}
    """,
    re.IGNORECASE | re.VERBOSE,
)

# --- keys, tokens and passwords ---------------------------------------------------------------

_KEY_BEGINS = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_KEY_ENDS = re.compile(r"-----END (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_KEY_LINES = re.compile(r"(?:\\n|\s){0,4}(?:[A-Za-z0-9+/=]{16,}(?:\\[rn]|\s){0,4})+")
_JWK_MEMBER = re.compile(r'"(?:d|p|q|dp|dq|qi|k)"\s{0,20}:\s{0,20}"(?P<value>[\w\-=]{16,})"')
_JWT = re.compile(r"(?<![\w\-])eyJ[\w\-]{8,}\.[\w\-]{8,}(?:\.[\w\-]*)*", re.ASCII)
_BEARER = re.compile(
    r"(?<![\w])(?:bearer|basic|apikey|dpop)[ \t:=\"']{1,5}(?P<value>[\w.~+/\-]{16,}={0,2})",
    re.IGNORECASE | re.ASCII,
)
_KNOWN_KEYS = re.compile(
    r"""
    (?<![A-Za-z0-9])(?:
        (?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Z])
      | gh[pousr]_[A-Za-z0-9]{30,}
      | github_pat_\w{22,}
      | gl(?:pat|dt|rt|ptt|cbt)-[\w\-]{20,}
      | xox[abeprs]-[A-Za-z0-9\-]{10,}
      | xapp-\d-[A-Za-z0-9\-]{10,}
      | AIza[\w\-]{35}
      | ya29\.[\w\-]{20,}
      | [srp]k_(?:live|test)_[0-9A-Za-z]{16,}
      | whsec_[0-9A-Za-z+/]{20,}
      | sk-[A-Za-z0-9_\-]{20,}
      | npm_[A-Za-z0-9]{36}
      | pypi-[\w\-]{40,}
      | SG\.[\w\-]{16,}\.[\w\-]{16,}
      | hvs\.[\w\-]{20,}
      | do[opr]_v1_[0-9a-f]{64}
      | AGE-SECRET-KEY-1[0-9A-Z]{50,}
      | [\w~.\-]{3}8Q~[\w~.\-]{31,34}
      | SK[0-9a-f]{32}(?![0-9a-f])
    )
    | (?<=hooks\.slack\.com/services/)[\w/]{20,}
    """,
    re.VERBOSE | re.ASCII,
)
# user:PASSWORD@host of an address, and user:PASSWORD after curl's -u.
_IN_ADDRESS = re.compile(r"://[^\s/:@]{0,100}:(?P<value>[^\s/@]{3,200})@(?=[\w\[])")
_CURL_USER = re.compile(
    r"(?<!\S)(?:-u|--user)[ =]{1,3}[\"']?[^\s:\"']{1,100}:(?P<value>[^\s\"']{4,})"
)
_SEPARATOR = r"[\"'`*]{0,3}\s{0,3}(?::=|=>|[:=])\s{0,3}"
_VALUE = r"(?P<open>[\"'`]?)(?P<value>[^\s\"'`<>,;&|]{4,300})"
_PASSWORDS_CALLED = r"pass(?:ord(?:et)?|word|wd|phrase|kode)|pwd|kennwort"
_KEYS_CALLED = (
    r"(?:client|klient|app|shared|delt|consumer)?[_\-. ]?(?:secret|hemmelighe(?:t|it)(?:en|a)?)"
    r"(?:[_\-. ]?(?:key|access[_\-. ]?key))?"
    r"|(?:x[_\-])?(?:api|access|private|privat|account|storage|subscription|abonnements?|aws[_\-]secret[_\-]access)"
    r"[_\-. ]?(?:key|nøkkel(?:en)?)"
    r"|(?:sharedaccess)?signature|sig"
)
_TOKENS_CALLED = (
    r"(?:access|refresh|id|auth|session|api|bearer|csrf|altinn|maskinporten)?[_\-. ]?token(?:et)?"
)
_NAMED_PASSWORD = re.compile(
    rf"(?<![^\W_])(?:{_PASSWORDS_CALLED}){_SEPARATOR}{_VALUE}", re.IGNORECASE
)
_NAMED_KEY = re.compile(rf"(?<![^\W_])(?:{_KEYS_CALLED}){_SEPARATOR}{_VALUE}", re.IGNORECASE)
_NAMED_TOKEN = re.compile(rf"(?<![^\W_])(?:{_TOKENS_CALLED}){_SEPARATOR}{_VALUE}", re.IGNORECASE)
_SAID_PASSWORD = re.compile(
    r"(?<!\w)pass(?:ord(?:et)?|word|koden?)(?: (?:mitt|vårt|hans|hennes|til \S{1,40}))? "
    r"(?:er|is|var|was)[: ] ?[\"'`«]?(?P<value>[^\s\"'`»<>,;]{5,100})",
    re.IGNORECASE,
)
# Not a value but where one would stand, or how code gets it.
_STAND_IN = re.compile(
    r"""
    [\[({$%*…#] | x{3,} | \.{2,} | -{2,} | _{2,}
    | (?:your|din|ditt|min|mitt|my|the|en|et|ein|eit|some|new|old)[\-_.]
    | (?:null|none|nil|true|false|undefined|string|str|text|changeme|change-me|redacted|removed
        |fjernet|fjerna|hemmelig|skjult|hidden|secret|password|passord|example|eksempel|value|verdi
        |required|optional|int|bytes|object|token|bearer|https?)\b
    | (?:os|process|env|environ|config|configuration|settings|options|self|this|secrets|vault
        |request|req|ctx|context|args|params|builder|app|services|getenv)\b[.\[(]
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HEXADECIMAL_ID = re.compile(r"(?:0x)?[0-9a-f\-]+\Z", re.IGNORECASE)
_RANDOM_WORD = re.compile(r"(?<![\w+/=.\-:@])[\w+/\-]{32,}={0,2}(?![\w+/=.\-@])", re.ASCII)

# What everybody may have: certificates, and the public members of keys.
_PUBLIC = re.compile(
    r"-----BEGIN [A-Z0-9 ]{1,40}-----[A-Za-z0-9+/=\s\\]{0,8000}"
    r'|"(?:n|x|y|x5c|x5t|x5t#S256|kid)"\s{0,9}:\s{0,9}\[?\s{0,9}"[^"]{0,4000}"'
)


def find_sensitive(text: str) -> list[Sensitive]:
    """What must not be published in `text`, from left to right, none overlapping another."""
    found = sorted(_everything(text), key=lambda each: (each.start, -each.end))
    kept: list[Sensitive] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def mask_sensitive(text: str, language: str = "nb") -> Masked:
    """Replace each finding in `text` by words in `language` (nb, nn, en; else nb).

    Masking a masked text changes nothing.
    """
    pieces, at, counts = [], 0, Counter()
    for found in find_sensitive(text):
        pieces += [text[at : found.start], found.mask.get(language, found.mask["nb"])]
        at = found.end
        counts[found.kind] += 1
    return Masked("".join([*pieces, text[at:]]), dict(counts))


def looks_sensitive(text: str) -> bool:
    """Whether something that is not masked may yet be an account or a key.

    Eleven digits that fit an account number without a word that says so, or a long word of
    letters in both cases and digits. For a masked text.
    """
    elsewhere = _spans_elsewhere(text)
    bare = any(
        _is_account(each.group()) and not _inside(each.span(), elsewhere)
        for each in _BARE_ACCOUNT.finditer(text)
    )
    rest = _PUBLIC.sub(" ", text)
    return bare or any(_is_random(each.group()) for each in _RANDOM_WORD.finditer(rest))


def _everything(text: str) -> Iterator[Sensitive]:
    for number in find_identity_numbers(text):
        words = {code: masks[number.kind] for code, masks in IDENTITY_MASKS.items()}
        yield Sensitive(number.start, number.end, SensitiveKind.IDENTITY, words)
    yield from _accounts_and_cards(text)
    yield from _private_keys(text)
    yield from _keys_by_shape(text)
    yield from _keys_by_name(text)


def _finding(span: tuple[int, int], kind: SensitiveKind) -> Sensitive:
    return Sensitive(*span, kind, MASKS[kind])


def _accounts_and_cards(text: str) -> Iterator[Sensitive]:
    elsewhere = _spans_elsewhere(text)
    for match in _GROUPED_ACCOUNT.finditer(text):
        if _is_account(match.group()) and not _inside(match.span(), elsewhere):
            yield _finding(match.span(), SensitiveKind.ACCOUNT)
    for match in _BARE_ACCOUNT.finditer(text):
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        if _ACCOUNT_WORD.search(before) and _is_account(match.group()):
            yield _finding(match.span(), SensitiveKind.ACCOUNT)
    for match in _IBAN_START.finditer(text):
        end = _end_of_iban(text, match.start())
        if end:
            yield _finding((match.start(), end), SensitiveKind.ACCOUNT)
    for match in _CARD.finditer(text):
        if _is_card(match.group()) and not _inside(match.span(), elsewhere):
            yield _finding(match.span(), SensitiveKind.CARD)


def _private_keys(text: str) -> Iterator[Sensitive]:
    at, ends = 0, True
    while begin := _KEY_BEGINS.search(text, at):
        end = _KEY_ENDS.search(text, begin.end()) if ends else None
        ends = end is not None
        rest = _KEY_LINES.match(text, begin.end())
        at = end.end() if end else rest.end() if rest else begin.end()
        # A trailing line break belongs to what comes after.
        stop = begin.start() + len(text[begin.start() : at].rstrip())
        yield _finding((begin.start(), stop), SensitiveKind.PRIVATE_KEY)
    for match in _JWK_MEMBER.finditer(text):
        yield _finding(match.span("value"), SensitiveKind.PRIVATE_KEY)


def _keys_by_shape(text: str) -> Iterator[Sensitive]:
    for match in _JWT.finditer(text):
        yield _finding(match.span(), SensitiveKind.TOKEN)
    for match in _BEARER.finditer(text):
        if _has_letter_and_digit(match["value"]):
            yield _finding(match.span("value"), SensitiveKind.TOKEN)
    for match in _KNOWN_KEYS.finditer(text):
        yield _finding(match.span(), SensitiveKind.API_KEY)
    for pattern in (_IN_ADDRESS, _CURL_USER):
        for match in pattern.finditer(text):
            if not _STAND_IN.match(match["value"]):
                yield _finding(match.span("value"), SensitiveKind.PASSWORD)


def _keys_by_name(text: str) -> Iterator[Sensitive]:
    for match in _NAMED_PASSWORD.finditer(text):
        if _is_value(match, sure="=" in match.group()[: -len(match["value"])]):
            yield _finding(_value_span(match), SensitiveKind.PASSWORD)
    for match in _SAID_PASSWORD.finditer(text):
        if _is_password_in_prose(match["value"]):
            yield _finding(_value_span(match), SensitiveKind.PASSWORD)
    for match in _NAMED_KEY.finditer(text):
        if len(match["value"]) >= 8 and _is_value(match, sure=False):
            yield _finding(_value_span(match), SensitiveKind.API_KEY)
    for match in _NAMED_TOKEN.finditer(text):
        if len(match["value"]) >= 12 and _is_value(match, sure=False):
            yield _finding(_value_span(match), SensitiveKind.TOKEN)


def _value_span(match: re.Match[str]) -> tuple[int, int]:
    """Where the value stands, without the sign that ends its sentence."""
    start, end = match.span("value")
    stripped = match["value"].rstrip(".:)]}")
    return start, start + len(stripped) if stripped else end


def _is_value(match: re.Match[str], *, sure: bool) -> bool:
    """Whether what stands after a name is a secret, and not a word about one."""
    value = match["value"]
    if _STAND_IN.match(value) or "://" in value or "(" in value:
        return False  # code that gets it
    if sure or match["open"] in ("'", '"', "`"):
        return len(value) >= 4
    return _is_password_in_prose(value)


def _is_password_in_prose(value: str) -> bool:
    """Whether a word in running text is no word: digits or signs among its letters."""
    value = value.rstrip(".:)!?")
    if _STAND_IN.match(value) or len(value) < 5:
        return False
    return any(char.isdigit() for char in value) and any(char.isalpha() for char in value)


def _has_letter_and_digit(value: str) -> bool:
    return bool(re.search(r"\d", value)) and bool(re.search(r"[A-Za-z]", value))


def _spans_elsewhere(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _SOMETHING_ELSE.finditer(text)]


def _inside(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    """Whether a span overlaps one of the others, which are in order and apart."""
    low, high = 0, len(others)
    while low < high:
        middle = (low + high) // 2
        if others[middle][1] <= span[0]:
            low = middle + 1
        else:
            high = middle
    return low < len(others) and others[low][0] < span[1]


def _digits(written: str) -> list[int]:
    return [int(char) for char in written if char.isdecimal()]


def _is_account(written: str) -> bool:
    """Whether eleven digits have the control digit of a Norwegian account number."""
    digits = _digits(written)
    # No bank has register number 0000; a zero group is a pattern, not an account.
    if not any(digits[:4]) or not any(digits[6:10]):
        return False
    control = -sum(w * d for w, d in zip(_ACCOUNT_WEIGHTS, digits, strict=False)) % 11
    return control == digits[10]


def _is_card(written: str) -> bool:
    """Whether the digits begin as cards do, are as many, and fit Luhn's sum."""
    digits = _digits(written)
    if not _issuer_fits("".join(map(str, digits[:6])), len(digits)):
        return False
    doubled = (2 * d - 9 if d > 4 else 2 * d for d in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _issuer_fits(first: str, length: int) -> bool:
    four, two = int(first[:4]), int(first[:2])
    if length == 16:
        return (
            first[0] == "4"
            or 51 <= two <= 55
            or 2221 <= four <= 2720
            or 3528 <= four <= 3589
            or two == 65
            or four == 6011
        )
    return (length == 15 and two in (34, 37)) or (length == 14 and two in (36, 38))


def _end_of_iban(text: str, start: int) -> int:
    """Where the IBAN that begins here ends; 0 when there is none."""
    wanted = _IBAN_LENGTHS.get(text[start : start + 2], 0)
    written, at = [], start
    while len(written) < wanted and at < len(text):
        char = text[at]
        if char in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            written.append(char)
        elif char not in " \u00a0" or text[at - 1] in " \u00a0":
            return 0
        at += 1
    if not wanted or len(written) < wanted or text[at : at + 1].isalnum():
        return 0
    turned = "".join(str(int(char, 36)) for char in [*written[4:], *written[:4]])
    return at if int(turned) % 97 == 1 else 0


def _is_random(word: str) -> bool:
    """Whether a long word mixes small letters, capitals and digits as only keys do."""
    if _HEXADECIMAL_ID.match(word) or "/" in word.strip("/"):
        return False
    changes = sum(_class(a) != _class(b) for a, b in zip(word, word[1:], strict=False))
    return len({_class(char) for char in word} - {"sign"}) == 3 and changes >= len(word) // 3


def _class(char: str) -> str:
    if char.isdigit():
        return "digit"
    if char.isalpha():
        return "capital" if char.isupper() else "small"
    return "sign"
