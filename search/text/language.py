"""Which language a short text is in: bokmål (nb), nynorsk (nn), English (en) or unsure ("").

Function words weigh most, since they differ between the three; then the spelling of the other
words (endings and letter pairs that one of them has and the others lack); then which word lists
know a word. Each is a small sum of evidence per language; the shares are a softmax of the sums.
"""

import math
import re
from functools import lru_cache
from typing import NamedTuple

from search.text.stems import is_known
from search.text.tokens import fold_case

LANGUAGES = ("nb", "nn", "en")
SURE_SHARE = 0.6
_MAX_CHARACTERS = 4000

WEIGHT_FUNCTION_WORD = 3.2
WEIGHT_SHARED_FUNCTION_WORD = 1.2
WEIGHT_SPELLING = 0.9
WEIGHT_KNOWN_WORD = 0.3
PRIOR = {"nb": 0.3, "nn": -0.3, "en": 0.0}


class LanguageGuess(NamedTuple):
    """`code` is nb, nn, en, or "" when unsure; `shares` tells how likely each of them is."""

    code: str
    confidence: float
    shares: dict[str, float]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ONLY_NB = _words("""
    jeg ikke hva hvordan hvor hvorfor hvem hvilke hvilken hvilket hvis en et noe noen fra mer ble
    blir være vært gjøre gjør gjort finnes dere deres kun bare også uten selv disse de dem hun
    annet andre hver hvert egen eget egne kommer samme flere mye mindre bør siden nå hjem ønsker
    hvilken fordi mot mellom får etter gi gir tjeneste tjenester tjenesten virksomhet virksomheter
    virksomheten bruker brukere brukeren endre endrer sende sender feil velge velger melding
    meldinger spørre søke søker opprette oppretter nødvendig forskjell forskjellen forskjellige
    bedrift penger sted sak sakene opplysninger hente hentes vise vises legge logge skrive lenge
""")
_ONLY_NN = _words("""
    eg ikkje kva korleis kor kvifor kven kvar kvart kvilken viss ein eit noko nokon nokre frå meir
    vert verte vere vera vore blei vart gjere gjer gjort finst dykk dykkar berre òg utan sjølv
    desse dei ho anna eigen eige eigne kjem same fleire mykje mindre bør sidan heim ynskjer
    ønskjer av mellom teneste tenester tenesta verksemd verksemder verksemda brukar brukarar
    brukaren endrar sendar sendast feil vel veljer melding spørje søkje søkjer opprettar naudsynt
    nødvendig skilnad skilnaden ulike bedrift pengar stad opplysningar hentast visast leggje lengje
    me eller båe mange einskild kunne hjå medan dersom korkje skuldast tek gjev seier fortel
    føretak føretaket løysing løysinga løysingar knappar overgang overgangen døme framleis
    utanfor innanfor medan sjå ser seie ferdig kome koma vidare trengst oss gong gongar gongen
    begge deira vidare heile ei mitt di si fyrste høve leggjast gjerast eigne nytte nyttar løyve
""")
_BOTH_NORWEGIAN = _words("""
    og i på til det er som med for av at den har kan skal vil må ved om eller når så han vi du oss
    meg deg seg min din sin ditt sitt dette denne der her opp ut inn over under hos men enn ha få
    gå da ville skulle få mellom hjelp nye ny alle alt noe å siste mitt kunne etter begge gjennom
    før andre ta se år vår våre
""")
_ONLY_EN = _words("""
    the a an of to and is are was were be been what how where why who which when do does did can
    could should would will shall must may might have has had not this that these those it its
    in on at by with from for my your our their we you they he she his her i me us if or but as
    into about there here get use using between than then so such any all some no only also
    need want same more other make without within each many much
""")
_ONLY_NN_STRICT = (
    _ONLY_NN
    - _ONLY_NB
    - _BOTH_NORWEGIAN
    - {
        "av",
        "melding",
        "feil",
        "bedrift",
        "ser",
        "oss",
        "ferdig",
        "overgang",
        "overgangen",
        "ulike",
        "heile",
        "mindre",
        "bør",
        "kunne",
        "no",
    }
)
_FUNCTION_WORDS = {
    "nb": (_ONLY_NB - _ONLY_NN) | _BOTH_NORWEGIAN,
    "nn": _ONLY_NN_STRICT | _BOTH_NORWEGIAN,
    "en": _ONLY_EN,
}

_SPELLING = {
    "nb": re.compile(
        r"(?:lig|lige|ligst|het|heten|heter|ene|else|elser|ert|erte|eren|erne|ede|"
        r"som(?:me)?het|ere)$|^(?:hv|gj?en|tjen|selv|frem|hjem)|øre$"
    ),
    "nn": re.compile(
        r"(?:leg|lege|legare|heit|heiter|heita|leik|leiken|ane|arar|arane|aste|ast|"
        r"inga|ingane|semd|semda|semder|kje|gje|dde|eige|ar|eld)$|"
        r"^(?:kv|ein|heim|sjølv|fram|tenest|einskil)|eig|øyr|eis|kjær"
    ),
    "en": re.compile(
        r"(?:tion|tions|ness|ment|ments|ing|ings|ed|ly|ity|ies|ble|ous|ful|ify|ize|"
        r"ive|ance|ence|ght|ce|ss)$|^(?:wh|th|qu|wr|kn|un|re)|th|ck|wh|ou|ea|oo|c[aeou]|sh|w|y$"
    ),
}
_WORD = re.compile(r"[^\W\d_]+")


def detect_language(text: str) -> LanguageGuess:
    """Return the most likely language of `text`, or code "" where the evidence is too thin."""
    sums = dict(PRIOR)
    found = False
    for raw in _WORD.findall(text[:_MAX_CHARACTERS]):
        for language, weight in _evidence(raw):
            sums[language] += weight
            found = True
    shares = _softmax(sums)
    best = max(LANGUAGES, key=lambda language: shares[language])
    sure = found and shares[best] >= SURE_SHARE
    return LanguageGuess(best if sure else "", shares[best], shares)


@lru_cache(maxsize=65536)
def _evidence(raw: str) -> tuple[tuple[str, float], ...]:
    """What one word as it is written says: pairs of language and weight."""
    word = fold_case(raw)
    function_word = _function_word_evidence(word)
    if function_word:
        return function_word
    evidence = []
    if any(char in "æøå" for char in word):
        evidence += [("nb", 1.0), ("nn", 1.0)]
    evidence += [
        (language, WEIGHT_SPELLING)
        for language in LANGUAGES
        if len(word) > 3 and _SPELLING[language].search(word)
    ]
    evidence += [
        (language, WEIGHT_KNOWN_WORD)
        for language in LANGUAGES
        if len(word) > 2 and is_known(word, language)
    ]
    return tuple(evidence)


def _function_word_evidence(word: str) -> tuple[tuple[str, float], ...]:
    languages = [language for language, words in _FUNCTION_WORDS.items() if word in words]
    weight = WEIGHT_FUNCTION_WORD if len(languages) == 1 else WEIGHT_SHARED_FUNCTION_WORD
    return tuple((language, weight) for language in languages)


def _softmax(sums: dict[str, float]) -> dict[str, float]:
    top = max(sums.values())
    powers = {language: math.exp(value - top) for language, value in sums.items()}
    total = sum(powers.values())
    return {language: power / total for language, power in powers.items()}
