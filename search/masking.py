"""Words somebody searched for, without what tells who it was or whom it is about.

Masked is a little too much rather than too little: a number that may be of a person is of no use
to those who read what people search for.
"""

import re
import unicodedata

from search.text.norwegian import stop_words
from search.text.sensitive import mask_sensitive
from search.text.tokens import fold_case, storable

LONGEST = 200  # characters
LONGEST_READ = 2000  # characters of a text that are looked through for people
MASK_EMAIL = "[e-post]"
MASK_PHONE = "[telefon]"
MASK_ELEVEN = "[elleve siffer]"
MASK_NAME = "[navn]"
MOST_NAMES = 4  # of one person, written with capitals
MOST_PLAIN_NAMES = 2  # without

_EMAIL = re.compile(
    r"(?<![^\s@<>()])([^\s@<>()]+)( ?)(?:@|[(\[]at[)\]]) ?[^\s@<>()]+\.\w+", re.IGNORECASE
)
# No digits of a code; but "tlf.92345678" and "kontonr.12345678903" are numbers by themselves.
_ALONE = (
    r"(?:(?<![\w.+-])|(?<=tlf)|(?<=tel)|(?<=mob)"
    r"|(?<=tlf\.)|(?<=tel\.)|(?<=mob\.)|(?<=nr\.)|(?<=kto\.))"
)
# "feil 404-10-200", "versjon 22.10.11.12"
_NO_CODE = "".join(
    rf"(?<!{word}[ ])" for word in ("feil", "error", "kode", "code", "versjon", "version", "ip")
)
# Also where the control digits say that it is nobody's: it may be somebody's with a slip in it.
_ELEVEN = re.compile(rf"{_ALONE}\d(?:[ .-]?\d){{10}}(?!\w|[ .-]?\d)", re.IGNORECASE)
_PHONE = re.compile(
    rf"""{_ALONE}(?:\(?(?:\+|00)[ ]?47\)?[ .-]?)?
    (?: (?:47(?=[49]))?[2-9](?:[ ]?\d){{7}}
      | {_NO_CODE}[2-9]\d([.-])\d\d\1\d\d\1\d\d
      | {_NO_CODE}[2-9]\d\d([.-])\d\d\2\d\d\d )
    (?![\w-]|[ ]?\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_PHONE_ABROAD = re.compile(r"(?<![\w+])\+[1-9](?:[ .()-]{0,2}\d){7,14}(?![\w-]|[ ]?\d)")
_SOMEBODY = (
    r"jeg|eg|han|hun|ho|hen"
    r"|(?:(?:ansatt|tilsett|kollega|medarbeid|bruker|brukar|leder|leiar|sjef|person|mann|dame"
    r"|kvinne|sønn|son|datter|dotter|barn|bror|brør|søster|syster|ektefelle|ektemann|ektemake"
    r"|samboer|sambuar|kjæreste|kjærast|nabo|venn|pasient|elev)[^\W\d_]{0,4}"
    r"|kon[ea]|(?:mor|far)(?:a|en)?)(?:[ ](?:min|mi|mitt|vår))?(?:[ ]som)?"
)
_QUOTES = "«\"“”„'‘’"
_SAYS_A_NAME = re.compile(
    rf"""(?<!\w)
    (?: (?:{_SOMEBODY})[ ](?:heter|heiter|ved[ ]na[vm]n|med[ ]na[vm]n)
      | (?:mitt|hans|hennes|hennar)[ ](?:fulle[ ])?na[vm]n(?:[ ]er|(?=:))
      | na[vm]net[ ](?:mitt|hans|hennes|hennar)(?:[ ]er|(?=:))
      | (?:my|his|her)[ ](?:full[ ])?name(?:[ ]is|['’]s|(?=:)) )
    :?[ ][{_QUOTES}]?""",
    re.IGNORECASE | re.VERBOSE,
)
_BEGINS = rf"(?:(?<=[ {_QUOTES}])|[ ])"  # the first right here, those after it behind a space
_NAME = re.compile(rf"{_BEGINS}([^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*\.?)")
# "van der Berg"; where what follows has no capital, only those that are no words of ours.
_PARTICLES = re.compile(rf"(?:{_BEGINS}(?:van|von|af|av|de|den|der|di|da|du|la|le|ter|zu)(?=[ ]))+")
_FOREIGN = ("van", "von")
_ABBREVIATED = 4  # characters with the full stop; a longer word with one ends a sentence


def without_people(text: str, language: str) -> str:
    """The words on one line, cut to fit; masked are names, numbers and addresses of a person."""
    composed = unicodedata.normalize("NFC", storable(text[:LONGEST_READ]))
    masked = " ".join(mask_sensitive(composed, language).text.split())
    masked = _EMAIL.sub(_masked_email, masked)
    for pattern, mask in (
        (_ELEVEN, MASK_ELEVEN),
        (_PHONE_ABROAD, MASK_PHONE),
        (_PHONE, MASK_PHONE),
    ):
        masked = pattern.sub(mask, masked)
    return _without_names(masked)[:LONGEST]


def _masked_email(found: re.Match) -> str:
    """The mask; but "hva er @ altinn.no" asks about a sign."""
    asks = found[2] and fold_case(found[1]) in stop_words("")
    return found[0] if asks else MASK_EMAIL


def _without_names(text: str) -> str:
    """Mask who somebody says they are, or somebody else is: "jeg heter Kari"."""
    pieces, at = [], 0
    for said in _SAYS_A_NAME.finditer(text):
        end = _end_of_name(text, said.end())
        if said.start() >= at and end > said.end():
            pieces += [text[at : said.end()], MASK_NAME]
            at = end
    return "".join([*pieces, text[at:]])


def _end_of_name(text: str, start: int) -> int:
    """Where the names that begin here end; the same place where there are none.

    A name that begins with a capital goes on as long as its words do.
    """
    end, most = start, MOST_NAMES
    for number in range(MOST_NAMES):
        word = _NAME.match(text, _after_particles(text, end))
        if number == most or not word or _is_small_word(word[1], text[start:end]):
            break
        if not word[1][0].isupper():
            if number and most == MOST_NAMES:
                break
            most = MOST_PLAIN_NAMES
        end = word.end()
    return end


def _after_particles(text: str, start: int) -> int:
    """Where the name itself begins after "van der"; the same place where it has none."""
    found = _PARTICLES.match(text, start)
    if not found:
        return start
    follows = text[found.end() + 1 : found.end() + 2]
    return found.end() if follows.isupper() or found[0].split()[0] in _FOREIGN else start


def _is_small_word(word: str, before: str) -> bool:
    """Whether this is "og" after a name, or begins the next sentence; "My" and "Are" are names."""
    if fold_case(word) not in stop_words(""):
        return False
    last = before.rpartition(" ")[2]
    ended = last.endswith(".") and len(last) > _ABBREVIATED
    return ended or not (word[0].isupper() and word[1:].islower())
