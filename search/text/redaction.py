"""Finding and masking national identity numbers in any text.

An identity number is eleven digits DDMMYY NNN KK whose two control digits are sums modulo 11.
From 2032 the first sum may leave remainder 0 to 3 (Folkeregisteret's rule for new numbers); both
rules are accepted here. A D-number adds 40 to the day, a help number 40 to the month, a synthetic
test number 80 to the month. Neither sex nor century is derived.
"""

import re
from enum import StrEnum
from typing import NamedTuple


class IdentityKind(StrEnum):
    """What sort of identity number was found; synthetic ones belong to nobody."""

    BIRTH_NUMBER = "birth-number"
    D_NUMBER = "d-number"
    HELP_NUMBER = "help-number"
    SYNTHETIC = "synthetic"


class Finding(NamedTuple):
    """An identity number in a text: `text[start:end]`, separators inside included."""

    start: int
    end: int
    kind: IdentityKind


class Redacted(NamedTuple):
    """The masked text and how many numbers were taken out."""

    text: str
    count: int


MASKS = {
    "nb": {
        IdentityKind.BIRTH_NUMBER: "[fødselsnummer fjernet]",
        IdentityKind.D_NUMBER: "[d-nummer fjernet]",
        IdentityKind.HELP_NUMBER: "[hjelpenummer fjernet]",
        IdentityKind.SYNTHETIC: "[syntetisk fødselsnummer fjernet]",
    },
    "nn": {
        IdentityKind.BIRTH_NUMBER: "[fødselsnummer fjerna]",
        IdentityKind.D_NUMBER: "[d-nummer fjerna]",
        IdentityKind.HELP_NUMBER: "[hjelpenummer fjerna]",
        IdentityKind.SYNTHETIC: "[syntetisk fødselsnummer fjerna]",
    },
    "en": {
        IdentityKind.BIRTH_NUMBER: "[national identity number removed]",
        IdentityKind.D_NUMBER: "[D number removed]",
        IdentityKind.HELP_NUMBER: "[help number removed]",
        IdentityKind.SYNTHETIC: "[synthetic identity number removed]",
    },
}

# What stands between the groups, marks nobody sees included; the look-ahead finds overlapping
# candidates too.
_GAP = r"[ \t\u200b-\u200f\u2060\ufeff\u00a0\u2007\u2009\u202f\u00ad.\-‐‑–]"
_CANDIDATE = re.compile(
    rf"(?<!\d)(?=(\d\d{_GAP}?\d\d{_GAP}?\d\d{_GAP}{{0,3}}\d{{3}}{_GAP}?\d\d)(?!\d))"
)
# Identifiers whose digits are not a person's: UUIDs, long hexadecimal keys, points in time.
_NOT_A_PERSON = re.compile(
    r"""
    [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}
    | (?<![0-9a-z])(?=[0-9a-f]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{20,}(?![0-9a-z])
    | (?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d(?::[0-6]\d(?:[.,]\d+)?)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_FIRST_REMAINDERS = (0, 1, 2, 3)  # only 0 before 2032
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def find_identity_numbers(text: str) -> list[Finding]:
    """Return the identity numbers in `text` from left to right, none overlapping another."""
    matches = list(_CANDIDATE.finditer(text))
    if not matches:
        return []
    taken = [match.span() for match in _NOT_A_PERSON.finditer(text)]
    findings: list[Finding] = []
    for match in matches:
        start, end = match.span(1)
        if findings and start < findings[-1].end:
            continue
        if any(start < other_end and end > other for other, other_end in taken):
            continue
        kind = identity_kind(match.group(1))
        if kind:
            findings.append(Finding(start, end, kind))
    return findings


def mask_identity_numbers(text: str, language: str = "nb") -> Redacted:
    """Replace each identity number in `text` by words in `language` (nb, nn, en; else nb).

    Masking a masked text changes nothing.
    """
    findings = find_identity_numbers(text)
    masks = MASKS.get(language, MASKS["nb"])
    pieces, at = [], 0
    for finding in findings:
        pieces += [text[at : finding.start], masks[finding.kind]]
        at = finding.end
    return Redacted("".join([*pieces, text[at:]]), len(findings))


def identity_kind(written: str) -> IdentityKind | None:
    """Return what kind of identity number these characters are, or None when they are not one."""
    digits = [int(char) for char in written if char.isdecimal()]
    if len(digits) != 11 or not _control_digits_fit(digits):
        return None
    return _kind_of_date(digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])


def _control_digits_fit(digits: list[int]) -> bool:
    first = sum(w * d for w, d in zip(_FIRST_WEIGHTS, digits, strict=False)) % 11
    second = sum(w * d for w, d in zip(_SECOND_WEIGHTS, digits, strict=True)) % 11
    return first in _FIRST_REMAINDERS and second == 0


def _kind_of_date(day: int, month: int) -> IdentityKind | None:
    """Read the additions to day and month; None when no date is left."""
    kind = IdentityKind.BIRTH_NUMBER
    if day > 40:
        day, kind = day - 40, IdentityKind.D_NUMBER
    if month > 80:
        month, kind = month - 80, IdentityKind.SYNTHETIC
    elif month > 40:
        month, kind = month - 40, IdentityKind.HELP_NUMBER
    if 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]:
        return kind
    return None
