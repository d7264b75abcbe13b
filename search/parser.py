"""The query language: words, "phrases", -exclusions and filters such as `produkt:maskinporten`.

Every input is a query. What does not fit the language is searched for as it stands: an unknown
`key:value` (scopes and URNs look like that), a lone quotation mark, a lone minus. In a text as
long as a letter, quotation marks and minuses are its own and demand nothing.
"""

import re
from collections.abc import Iterable, Mapping

from search.text.tokens import fold_case, storable
from search.types import Filters, Query, UnknownValue

MAX_CHARACTERS = 4000  # longer text is cut; a whole ticket's first page fits
WORDS_OF_A_LETTER = 12
MAX_PHRASES = 8
MAX_EXCLUDED = 16

_KEYS = {
    "kinds": "type kind slag innhald innhold",
    "products": "produkt produkter product products løsning løysing",
    "languages": "språk spraak sprak språkform language lang",
    "audiences": "målgruppe maalgruppe målgruppa audience",
    "authorities": "tyngde tyngd authority",
}
Names = Mapping[str, Mapping[str, str]]
FILTER_KEYS = {key: name for name, keys in _KEYS.items() for key in keys.split()}
LANGUAGE_NAMES = {
    "nb": "nb", "bokmål": "nb", "bokmaal": "nb",
    "nn": "nn", "nynorsk": "nn",
    "en": "en", "eng": "en", "engelsk": "en", "english": "en",
}  # fmt: skip
AUTHORITY_NAMES = {
    "krav": "binding", "requirement": "binding",
    "veiledning": "guidance", "rettleiing": "guidance", "guidance": "guidance",
    "erfaring": "experience", "experience": "experience",
    "community": "community", "ikke bekreftet": "community", "ikkje stadfesta": "community",
    "not confirmed": "community",
}  # fmt: skip
COMMON_NAMES: Names = {"languages": LANGUAGE_NAMES, "authorities": AUTHORITY_NAMES}
"""What people write in filters that are the same for every site."""

_BOTH_STANDARDS = frozenset({"no", "norsk", "norwegian"})
_NORWEGIAN = frozenset({"nb", "nn"})

# A sign that opens and closes alike may also stand for inches, and then comes after a number.
_QUOTED = (
    r'(?<!\w)"(?!\s)([^"]*)"|“([^“”]*)”|«([^«»]*)»|„([^„“”]*)[“”]'
    r"|(?<!\w)”(?!\s)([^“”]*)”"
)
_QUOTED_VALUE = r'"[^"]+"|“[^“”]+”|«[^«»]+»|„[^„“”]+[“”]|”[^“”]+”'
_PIECE = re.compile(
    rf"""
    (?<!\S)(?P<key>[^\W\d_]{{2,20}}):
        (?:(?P<quoted_value>{_QUOTED_VALUE})|(?P<value>[^\s":“«„”][^\s":]*))(?!\S)
    | (?P<minus>(?<!\S)-)?(?:{_QUOTED})
    | (?<!\S)-(?P<excluded>(?!-)\S+)
    | (?P<word>\S)
    """,
    re.VERBOSE,
)


def parse_query(written: str, names: Names | None = None) -> Query:
    """Return the query somebody wrote. Never fails.

    `names` translates, for a filter such as "kinds" or "products", what people write (folded to
    lower case, for example "artikkel" or "id-porten") to the values documents have. What such a
    translation lacks is no filter but text, and reported as unknown; filters without a translation
    pass as written.
    """
    names = {**(names or {}), **COMMON_NAMES}
    text = storable(written[:MAX_CHARACTERS])
    words: list[str] = []
    unfiltered: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    chosen: dict[str, set[str]] = {name: set() for name in _KEYS}
    unknown: list[UnknownValue] = []
    at = kept = 0
    letter = _is_letter(text)
    for match in _PIECE.finditer(text):
        if match["word"] or (letter and not match["key"]):
            continue
        taken = _take(match, names, phrases, excluded, chosen, unknown)
        if taken:
            words.append(text[at : match.start()])
            at = match.end()
        if taken and match["key"]:
            unfiltered.append(text[kept : match.start()])
            kept = match.end()
    words.append(text[at:])
    unfiltered.append(text[kept:])
    return Query(
        written=written,
        unfiltered=_on_one_line(unfiltered),
        text=_on_one_line(words),
        phrases=tuple(dict.fromkeys(phrases))[:MAX_PHRASES],
        excluded=tuple(dict.fromkeys(excluded))[:MAX_EXCLUDED],
        filters=Filters(**{name: frozenset(values) for name, values in chosen.items()}),
        unknown=tuple(unknown),
    )


def _on_one_line(pieces: Iterable[str]) -> str:
    return " ".join(" ".join(pieces).split())


def _is_letter(text: str) -> bool:
    """Whether there are many words beside those that are quoted or excluded."""
    outside = _PIECE.sub(lambda match: match["word"] or "", text)
    return len(outside.split()) >= WORDS_OF_A_LETTER


def _take(match, names, phrases, excluded, chosen, unknown) -> bool:
    """Put one piece where it belongs; False when it is ordinary text after all."""
    if match["key"]:
        return _take_filter(match, names, chosen, unknown)
    if match["excluded"]:
        return _put(match["excluded"], excluded)
    quoted = next((group for group in match.groups()[4:9] if group is not None), "")
    return _put(quoted, excluded if match["minus"] else phrases)


def _take_filter(match, names, chosen, unknown) -> bool:
    name = FILTER_KEYS.get(fold_case(match["key"]))
    if not name:
        return False
    as_typed = match["value"] or match["quoted_value"][1:-1]
    written = " ".join(fold_case(as_typed).split())
    if name == "languages" and written in _BOTH_STANDARDS:
        chosen[name] |= _NORWEGIAN
        return True
    value = names[name].get(written) if name in names else written
    if not value:
        if written:
            unknown.append(
                UnknownValue(filter=name, value=as_typed, start=match.start(), end=match.end())
            )
        return False
    chosen[name].add(value)
    return True


def _put(text: str, where: list[str]) -> bool:
    """Add `text` when it has a letter or digit in it."""
    if not any(char.isalnum() for char in text):
        return False
    where.append(" ".join(text.split()))
    return True
