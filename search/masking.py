"""Words somebody searched for, without what tells who it was or whom it is about.

Masked is a little too much rather than too little: a number that may be of a person is of no use
to those who read what people search for.
"""

import re

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

_EMAIL = re.compile(r"[^\s@<>()]+ ?(?:@|[(\[]at[)\]]) ?[^\s@<>()]+\.\w+", re.IGNORECASE)
# No digits of a code; but "tlf.92345678" and "kontonr.12345678903" are numbers by themselves.
_ALONE = r"(?:(?<![\w.+-])|(?<=tlf\.)|(?<=tel\.)|(?<=mob\.)|(?<=nr\.)|(?<=kto\.))"
# Also where the control digits say that it is nobody's: it may be somebody's with a slip in it.
_ELEVEN = re.compile(rf"{_ALONE}\d(?:[ .-]?\d){{10}}(?!\w|[ .-]?\d)", re.IGNORECASE)
_PHONE = re.compile(
    rf"""{_ALONE}(?:\(?(?:\+|00)[ ]?47\)?[ .-]?)?
    (?: [2-9](?:[ ]?\d){{7}}
      | [2-9]\d([.-])\d\d\1\d\d\1\d\d
      | [2-9]\d\d([.-])\d\d\2\d\d\d )
    (?![\w-]|[ ]?\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_PHONE_ABROAD = re.compile(r"(?<![\w+])\+[1-9](?:[ .()-]{0,2}\d){7,14}(?![\w-]|[ ]?\d)")
_SOMEBODY = (
    r"jeg|eg|han|hun|ho|hen"
    r"|(?:ansatt|tilsett|kollega|medarbeid|bruker|brukar|leder|leiar|sjef|person|mann|dame|kvinne"
    r"|sønn|son|datter|dotter|barn)[^\W\d_]{0,4}(?:[ ](?:min|mi|mitt|vår))?(?:[ ]som)?"
)
_SAYS_A_NAME = re.compile(
    rf"""(?<!\w)
    (?: (?:{_SOMEBODY})[ ](?:heter|heiter|ved[ ]na[vm]n|med[ ]na[vm]n)
      | (?:mitt|hans|hennes|hennar)[ ](?:fulle[ ])?na[vm]n[ ]er
      | na[vm]net[ ](?:mitt|hans|hennes|hennar)[ ]er
      | (?:my|his|her)[ ](?:full[ ])?name(?:[ ]is|'s) )
    :?(?=[ ])""",
    re.IGNORECASE | re.VERBOSE,
)
_NAME = re.compile(r"[ ]([^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*\.?)")


def without_people(text: str, language: str) -> str:
    """The words on one line, cut to fit; masked are names, numbers and addresses of a person."""
    masked = " ".join(mask_sensitive(storable(text[:LONGEST_READ]), language).text.split())
    for pattern, mask in (
        (_EMAIL, MASK_EMAIL),
        (_ELEVEN, MASK_ELEVEN),
        (_PHONE_ABROAD, MASK_PHONE),
        (_PHONE, MASK_PHONE),
    ):
        masked = pattern.sub(mask, masked)
    return _without_names(masked)[:LONGEST]


def _without_names(text: str) -> str:
    """Mask who somebody says they are, or somebody else is: "jeg heter Kari"."""
    pieces, at = [], 0
    for said in _SAYS_A_NAME.finditer(text):
        end = _end_of_name(text, said.end())
        if said.start() >= at and end > said.end():
            pieces += [text[at : said.end()], " ", MASK_NAME]
            at = end
    return "".join([*pieces, text[at:]])


def _end_of_name(text: str, start: int) -> int:
    """Where the names that begin here end; the same place where there are none.

    A name that begins with a capital goes on as long as its words do.
    """
    end, most = start, MOST_NAMES
    for number in range(MOST_NAMES):
        word = _NAME.match(text, end)
        if number == most or not word or fold_case(word[1]) in stop_words(""):
            break
        if not word[1][0].isupper():
            if number and most == MOST_NAMES:
                break
            most = MOST_PLAIN_NAMES
        end = word.end()
    return end
