"""Words and codes in a text, with their places, and the foldings that make them comparable.

A word is kept with æ, ø and å (`fold_case`); `fold_letters` writes them ae, oe and aa, so that
"søknad" and "soeknad" meet. Error codes, URNs, scopes, paths, version numbers and organisation
numbers are kept whole and in parts: `AUTH.VLD-00003` gives the code itself and auth, vld, 00003.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

MAX_TERM_LENGTH = 80

_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_SAME_LETTER = str.maketrans({"ä": "æ", "ö": "ø", "đ": "d", "ð": "d", "ß": "ss", "ł": "l"})
_SPELLED_OUT = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})

_JOINTS = r"[-.:/@+'’‐‑=&?#%]+"
_ORG_NUMBER = r"\d{3}[ \u00a0\u202f]\d{3}[ \u00a0\u202f]\d{3}(?!\w)(?![ \u00a0]\d)"
_TOKEN = re.compile(rf"\w+(?:{_JOINTS}\w+)*")
_WITH_NUMBERS = re.compile(rf"({_ORG_NUMBER})|\w+(?:{_JOINTS}\w+)*")
# Combining marks and invisible hyphens belong to the letter before them; they are rare, and the
# pattern that allows for them is slow.
_ODD = re.compile(r"[\u0300-\u036f\u00ad\u200b-\u200d\u2060]")
_RUN = rf"(?:\w{_ODD.pattern}*)+"
_WITH_ODD = re.compile(rf"({_ORG_NUMBER})|{_RUN}(?:{_JOINTS}{_RUN})*")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_SPACED_DIGITS = re.compile(r"\d[ \u00a0\u202f]\d")

_SPLIT = re.compile(r"[\W_]+")
_HYPHENS = re.compile(r"[-‐‑'’]+")
_HYPHENATED = re.compile(r"[^\W\d_]+(?:[-‐‑'’][^\W\d_]+)+")
_VERSION = re.compile(r"v?(\d{1,4}(?:\.\d{1,5}){1,4})")
_CAMEL = re.compile(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])")
_LETTERS_DIGITS = re.compile(r"([^\W\d_]{3,})(\d{1,4})")


class Token(NamedTuple):
    """One word or code. `start` and `end` are places in the text as it was given.

    `words` are the plain words it is written with, in order; phrases are matched on them.
    `wholes` are forms that stand for all of it (a code, a number, a hyphenated word closed up);
    `parts` are words hidden inside one run (`clientId`: client, id). Both are often empty.
    """

    start: int
    end: int
    words: tuple[str, ...]
    wholes: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def fold_case(text: str) -> str:
    """Return `text` composed (NFC), in lower case, without accents; æ, ø and å stay."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).lower()
    text = text.translate(_SAME_LETTER)
    return "".join(map(_without_accent, unicodedata.normalize("NFC", text)))


def storable(text: str) -> str:
    """Return `text` without what no index or database stores: NUL and halves of characters."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode()


def as_written(text: str) -> str:
    """Return `text` without control characters and marks that turn its direction.

    With them a page shows something else than what stands there. Tabs and line ends stay.
    """
    return _UNSEEN.sub("", text)


def _without_accent(char: str) -> str:
    if char < "\x80" or char in "æøå":
        return char
    if unicodedata.combining(char):
        return ""
    return unicodedata.normalize("NFD", char)[0]


def fold_letters(word: str) -> str:
    """Return a folded word with æ, ø, å written ae, oe, aa, so both spellings are one."""
    return word if word.isascii() else word.translate(_SPELLED_OUT)


def unfold_letters(word: str) -> str:
    """Return a word written with ae, oe or aa as it may be spelled with æ, ø, å."""
    return word.replace("ae", "æ").replace("oe", "ø").replace("aa", "å")


def tokens(text: str) -> Iterator[Token]:
    """Yield the words and codes of `text` in order; never fails, whatever the text holds."""
    if not text.isascii() and _ODD.search(text):
        pattern = _WITH_ODD
    else:
        pattern = _WITH_NUMBERS if _SPACED_DIGITS.search(text) else _TOKEN
    for match in pattern.finditer(text):
        forms = _forms if match.end() - match.start() <= MAX_TERM_LENGTH else _forms_uncached
        words, wholes, parts = forms(match[0], pattern is not _TOKEN and bool(match[1]))
        if words:
            yield Token(*match.span(), words, wholes, parts)


def is_plain(text: str) -> bool:
    """Tell whether each run of characters in `text` is a token: no spaced numbers, no odd ones."""
    return not (_SPACED_DIGITS.search(text) or (not text.isascii() and _ODD.search(text)))


def plain_runs(text: str) -> list[str] | None:
    """Return the runs of characters that are the tokens of `text`, as written.

    None for a text that is not plain, where a run is not yet a token.
    """
    return _TOKEN.findall(text) if is_plain(text) else None


def plain_places(text: str) -> Iterator[re.Match[str]]:
    """Yield where the runs of `plain_runs` are in a plain text."""
    return _TOKEN.finditer(text)


def token_of(run: str) -> Token | None:
    """Return the token that a run of `plain_runs` is; None for one without letters or digits."""
    forms = _forms if len(run) <= MAX_TERM_LENGTH else _forms_uncached
    words, wholes, parts = forms(run, False)
    return Token(0, len(run), words, wholes, parts) if words else None


def _forms_uncached(raw: str, is_org_number: bool) -> tuple[tuple[str, ...], ...]:
    """Return (words, wholes, parts) of one run of characters."""
    folded = fold_case(raw)
    if is_org_number:
        groups = tuple(folded.split())
        return groups, ("".join(groups),), ()
    words = tuple(part[:MAX_TERM_LENGTH] for part in _SPLIT.split(folded) if part)
    if len(words) == 1 and words[0] == folded:
        return words, (), _parts_inside(raw, folded)
    if len(words) < 2:
        return words, (), ()
    if _HYPHENATED.fullmatch(folded):
        return words, (_HYPHENS.sub("", folded)[:MAX_TERM_LENGTH],), ()
    return words, _code_forms(folded), ()


_forms = lru_cache(maxsize=131072)(_forms_uncached)


def _parts_inside(raw: str, folded: str) -> tuple[str, ...]:
    """Words of a run without joiners: of camelCase and of names that end in a number."""
    if len(folded) > MAX_TERM_LENGTH or folded.isdigit():
        return ()
    camel = _CAMEL.split(raw)
    if len(camel) > 1:
        return tuple(fold_case(part) for part in camel if part)
    numbered = _LETTERS_DIGITS.fullmatch(folded)
    return numbered.groups() if numbered else ()


def _code_forms(folded: str) -> tuple[str, ...]:
    """The code itself, and for a version number its shorter forms: v4.12.3, 4.12.3, 4.12."""
    code = folded.strip("_")[:MAX_TERM_LENGTH]
    version = _VERSION.fullmatch(code)
    if not version:
        return (code,)
    numbers = version[1].split(".")
    shorter = [".".join(numbers[:count]) for count in range(2, len(numbers) + 1)]
    return tuple(dict.fromkeys([code, *reversed(shorter)]))
