"""Bokmål and nynorsk as one: regular spelling correspondences, a list of pairs, stop words.

`shared_form` takes a lemma of either standard to one shared form. The rules are applied to both
standards alike, so the result need not be a real word: kvalitet becomes hvalitet on both sides.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files

from search.text.stems import is_known, stem

CACHED_LEMMAS = 16_384

# Where a rule applies, what it becomes. Order matters: the longest endings first.
SPELLING_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^kv(?=[aeiø])", "hv"),  # kvit, kvar / hvit, hver
        (r"^sjølv", "selv"),
        (r"^tenest(?=e|a|$|l|o|s)", "tjenest"),
        (r"^einskild", "enkelt"),
        (r"^fram(?=\w{3})", "frem"),
        (r"^heim(?=\w{2})", "hjem"),
        (r"^eig(?=en|n|ar|e|d)", "ei"),  # eigar / eier
        (r"^før(?=e(?:tak|mål|s|b|h))", "for"),
        (r"^rekne", "regne"),
        (r"legheit(?:a|er|ene)?$", "lighet"),
        (r"(?<=\w{3})heit(?:a|er|ene)?$", "het"),  # nyheit / nyhet
        (r"(?<=\w{2})semd(?:a|er|ene)?$", "somhet"),  # lønsemd / lønnsomhet
        (r"(?<=\w{3})leik(?:en|ar|ane)?$", "het"),
        (r"(?<=\w{2})leg(?:e|are|aste|ast)?$", "lig"),  # offentleg / offentlig
        (r"(?<=\w{3})els(?:e|en|er|ene)$", "ing"),  # opplevelse / oppleving
        (r"(?<=\w{3})inga(?:ne|r)?$", "ing"),
        (r"(?<=\w{3})ingane$", "ing"),
        (r"(?<=\w{3})ar(?:ar|ane|en)$", "er"),  # brukarane / brukere
        (r"(?<=\w{3})ar$", "er"),
        (r"(?<=\w{3})ande$", "ende"),  # gjeldande / gjeldende
        (r"(?<=[kg])j(?=e$|er$|a$|ar$|ing$)", ""),  # søkje, byggje / søke, bygge
        (r"øy(?=s|r|m|yr)", "ø"),  # løyse, høyre / løse, høre
        (r"(?<=\w)leis$", "ledes"),
    )
)
LONGEST_ENDING = 2  # letters, of a dictionary form
_ANY_RULE = re.compile("|".join(pattern.pattern for pattern, _ in SPELLING_RULES))
_CONTRACTED = re.compile(r"(?<=[^aeiouyæøå])el$")
_NOUN_OF_VERB = re.compile(r"(?<=\w{4})(?:ing|else)$")


@lru_cache(CACHED_LEMMAS)
def shared_form(lemma: str) -> str:
    """Return the form a nynorsk and a bokmål lemma share; unchanged where nothing applies."""
    form = nynorsk_words().get(lemma) or _of_inflected(lemma) or lemma
    if not _ANY_RULE.search(form):  # as with most words, which is told in half the time
        return form
    for pattern, replacement in SPELLING_RULES:
        form = pattern.sub(replacement, form)
    return form


def _of_inflected(lemma: str) -> str | None:
    """Return the bokmål lemma for a nynorsk word that was taken for a lemma of its own.

    One that bokmål has too, as "tilsette", may lack one letter only: else "stadig" would be "stad".
    """
    stemmed = stem(lemma, "nn")
    if not is_known(lemma, "nb"):
        return nynorsk_stems().get(stemmed)
    return nynorsk_words().get(stemmed) if stemmed == lemma[:-1] else None


def contracted(stemmed: str) -> str:
    """Return a Norwegian stem as it is before an ending: varsel, varsler and varsle are varsl."""
    return _CONTRACTED.sub("l", stemmed)


def verb_root(form: str) -> str:
    """Return what a noun made from a verb shares with the verb, or "": delegering, delegere."""
    root = _NOUN_OF_VERB.sub("", form)
    return "" if root == form else root


@cache
def nynorsk_words() -> dict[str, str]:
    """Return nynorsk lemma → bokmål lemma, of those that no rule yields."""
    lines = _data("nn_nb.tsv").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


@cache
def nynorsk_stems() -> dict[str, str]:
    """Return stem of a nynorsk lemma, or a short one itself → bokmål lemma.

    Those whose stem lacks more than an ending are left out: that of "bileigar" is "bil".
    """
    words = nynorsk_words()
    stems = {word: stem(word, "nn") for word in words if len(word) > 5}
    return {
        stemmed: words[word]
        for word, stemmed in stems.items()
        if len(word) - len(stemmed) <= LONGEST_ENDING
    } | words


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the function words of nb, nn or en; of all three together for ""."""
    lists: dict[str, set[str]] = {}
    for line in _data("stop_words.txt").splitlines():
        if line.startswith("["):
            current = lists.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            current.update(line.split())
    if language in lists:
        return frozenset(lists[language])
    return frozenset().union(*lists.values())


@cache
def weak_words() -> frozenset[str]:
    """Return words that say little of what is asked, though they are no function words."""
    lines = _data("weak_words.txt").splitlines()
    return frozenset(" ".join(line for line in lines if not line.startswith("#")).split())


def _data(name: str) -> str:
    return (files("search.text") / "data" / name).read_text(encoding="utf-8")
