"""What tells who somebody is, found in the text of a case so that a person can take it out.

Names known from the case are sure; a pair of capitalised words and a name under a greeting are
guesses, shown as such. Nothing here decides: whoever publishes looks at every finding and at the
whole text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from search.text.sensitive import find_sensitive
from triage.tickets.references import WRITTEN


class Kind(StrEnum):
    """What sort of thing was found."""

    IDENTITY = "identity"
    EMAIL = "email"
    CASE = "case"
    ORGANISATION_NUMBER = "organisation_number"
    PHONE = "phone"
    ORGANISATION = "organisation"
    NAME = "name"
    PERHAPS_NAME = "perhaps_name"


# In the order in which they are looked for; what one has taken the next does not see.
_WORDS = {
    Kind.EMAIL: ("[e-postadresse]", "[e-postadresse]", "[e-mail address]"),
    Kind.CASE: ("[saksnummer]", "[saksnummer]", "[case number]"),
    Kind.ORGANISATION_NUMBER: (
        "[organisasjonsnummer]",
        "[organisasjonsnummer]",
        "[organisation number]",
    ),
    Kind.PHONE: ("[telefonnummer]", "[telefonnummer]", "[phone number]"),
    Kind.ORGANISATION: ("[virksomhet]", "[verksemd]", "[organisation]"),
    Kind.NAME: ("[navn]", "[namn]", "[name]"),
    Kind.PERHAPS_NAME: ("[navn]", "[namn]", "[name]"),
}
_LANGUAGES = ("nb", "nn", "en")
SHORTEST_NAME = 3  # letters; shorter parts of a name are words too often

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_CASE = re.compile(rf"(?<!\w){WRITTEN}(?!\d)", re.IGNORECASE)
_NINE = re.compile(r"(?<![\w.,-])\d{3}[ \u00a0]?\d{3}[ \u00a0]?\d{3}(?![\w-]|[.,]\d)")
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:(?:\+|00)\d{1,3}[ \u00a0]?)?"
    r"(?:[2-9]\d(?:[ \u00a0]?\d\d){3}|[489]\d\d[ \u00a0]\d\d[ \u00a0]\d{3})(?![\w/-]|[.,]\d)"
)
_NUMBER_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_PERSON = r"[A-ZÆØÅÉ][a-zæøåéèòô]{1,25}(?:-[A-ZÆØÅ][a-zæøåéèòô]{1,25})?"
_GREETING = re.compile(
    r"(?:hilsen|helsing|hilsing|mvh|vh|regards|hei|hallo|hello|hi|dear|kjære|til)[ ,.!:]*\s{0,3}"
    rf"({_PERSON}(?: {_PERSON}){{0,3}})(?!\w)",
    re.IGNORECASE,
)
_PAIR = re.compile(rf"(?<![\w.-])({_PERSON}(?: {_PERSON}){{1,2}})(?![\w-])")
_CAPITALISED = re.compile(rf"{_PERSON}(?: {_PERSON}){{0,3}}")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the case tells: names of people and organisations, and words that are never names."""

    people: Collection[str] = ()
    organisations: Collection[str] = ()
    words: Collection[str] = ()


@dataclass(frozen=True, kw_only=True)
class Found:
    """One thing found, however often it stands there, and what takes its place."""

    kind: Kind
    text: str
    count: int
    replacement: str

    @property
    def key(self) -> str:
        """Stands for it in a form, without being it."""
        return hashlib.sha256(f"{self.kind}:{self.text}".encode()).hexdigest()[:16]


class _Span(NamedTuple):
    start: int
    end: int
    kind: Kind
    replacement: str


def find(text: str, known: Known, language: str = "nb") -> list[Found]:
    """What is found in the text, each thing once, in the order in which it first stands there."""
    counted: dict[tuple[Kind, str], int] = {}
    replacements = {}
    for span in _spans(text, known, language):
        thing = (span.kind, text[span.start : span.end])
        counted[thing] = counted.get(thing, 0) + 1
        replacements[thing] = span.replacement
    return [
        Found(kind=kind, text=written, count=count, replacement=replacements[kind, written])
        for (kind, written), count in counted.items()
    ]


def masked(text: str, known: Known, language: str = "nb", *, keep: Collection[str] = ()) -> str:
    """The text with everything found replaced, but for what somebody chose to keep, by its key.

    Identity numbers, accounts and keys are never kept.
    """
    pieces, at = [], 0
    for span in _spans(text, known, language):
        written = text[span.start : span.end]
        found = Found(kind=span.kind, text=written, count=1, replacement=span.replacement)
        if found.key in keep and span.kind != Kind.IDENTITY:
            continue
        pieces += [text[at : span.start], span.replacement]
        at = span.end
    return "".join([*pieces, text[at:]])


def counts(found: Iterable[Found]) -> dict[str, int]:
    """How many of each kind, for keeping: never what they were."""
    result: dict[str, int] = {}
    for each in found:
        result[each.kind] = result.get(each.kind, 0) + each.count
    return result


def _spans(text: str, known: Known, language: str) -> list[_Span]:
    """Everything to be replaced, from left to right, none overlapping another."""
    spans: list[_Span] = []
    taken = bytearray(len(text))
    for span in _everything(text, known, language):
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"x" * (span.end - span.start)
            spans.append(span)
    return sorted(spans)


def _everything(text: str, known: Known, language: str) -> Iterator[_Span]:
    for each in find_sensitive(text):
        words = each.mask.get(language, each.mask["nb"])
        yield _Span(each.start, each.end, Kind.IDENTITY, words)
    place = _LANGUAGES.index(language) if language in _LANGUAGES else 0
    for kind, start, end in _named(text, known):
        yield _Span(start, end, kind, _WORDS[kind][place])


def _named(text: str, known: Known) -> Iterator[tuple[Kind, int, int]]:
    yield from _matches(Kind.EMAIL, _EMAIL, text)
    yield from _matches(Kind.CASE, _CASE, text)
    for match in _NINE.finditer(text):
        if _is_organisation_number(match.group()):
            yield Kind.ORGANISATION_NUMBER, *match.span()
    yield from _matches(Kind.PHONE, _PHONE, text)
    yield from _phrases(Kind.ORGANISATION, known.organisations, text)
    yield from _phrases(Kind.NAME, known.people, text)
    yield from _phrases(Kind.NAME, _parts(known.people), text, exactly=True)
    yield from _guesses(text, {word.casefold() for word in known.words})


def _matches(kind: Kind, pattern: re.Pattern[str], text: str) -> Iterator[tuple[Kind, int, int]]:
    for match in pattern.finditer(text):
        yield kind, *match.span()


def _phrases(
    kind: Kind, phrases: Collection[str], text: str, *, exactly: bool = False
) -> Iterator[tuple[Kind, int, int]]:
    """Where whole phrases stand, the longest first; genitives (Tindvik kommunes) count too."""
    lowered = " ".join(text.casefold().split())
    wanted = {each.strip() for each in phrases if " ".join(each.casefold().split()) in lowered}
    for phrase in sorted(wanted - {""}, key=len, reverse=True):
        words = r"\s+".join(map(re.escape, phrase.split()))
        flags = 0 if exactly else re.IGNORECASE
        for match in re.finditer(rf"(?<!\w){words}(?:['’]?s)?(?!\w)", text, flags):
            yield kind, *match.span()


def _parts(people: Collection[str]) -> set[str]:
    """First names and last names by themselves, as they are written."""
    parts = {part for name in people for part in name.split()}
    return {part for part in parts if len(part) >= SHORTEST_NAME and part[0].isupper()}


def _guesses(text: str, words: Collection[str]) -> Iterator[tuple[Kind, int, int]]:
    """What looks like a name: after a greeting, or two capitalised words that are no product."""
    for match in _GREETING.finditer(text):
        start, end = match.span(1)
        if _CAPITALISED.fullmatch(text[start:end]) and not _is_vocabulary(match.group(1), words):
            yield Kind.PERHAPS_NAME, start, end
    for match in _PAIR.finditer(text):
        if not _is_vocabulary(match.group(1), words) and not _begins_sentence(text, match.start()):
            yield Kind.PERHAPS_NAME, *match.span(1)


def _is_vocabulary(phrase: str, words: Collection[str]) -> bool:
    return any(word.casefold() in words for word in phrase.split())


def _begins_sentence(text: str, at: int) -> bool:
    """Whether the first of the words is capitalised by its place alone, not as a signature."""
    before = text[:at].rstrip(" ")
    return bool(before) and before[-1] in ".!?:" and before[-1] != "\n"


def _is_organisation_number(written: str) -> bool:
    digits = [int(char) for char in written if char.isdecimal()]
    control = -sum(w * d for w, d in zip(_NUMBER_WEIGHTS, digits, strict=False)) % 11
    return control == digits[8]
