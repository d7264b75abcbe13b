"""The form a word is compared by, the same for every way to inflect or spell it."""

from functools import lru_cache

from search.text.norwegian import contracted, shared_form
from search.text.stems import lemma, stem
from search.text.tokens import fold_letters

CACHED_WORDS = 262_144
MOST_STEPS = 2


@lru_cache(CACHED_WORDS)
def compared_form(word: str, language: str) -> str:
    """Return lemma, form shared by nb and nn, stem, and ae/oe/aa of a folded word.

    `language` is nb, nn or en. Short words and what is not of letters are only folded.
    """
    if len(word) < 3 or not word.isalpha():
        return fold_letters(word)
    form = _dictionary_form(word, language)
    if language == "en":
        return fold_letters(stem(form, "en"))
    shared = shared_form(form)
    if shared != form:
        shared = _dictionary_form(shared, "nb")
    return fold_letters(contracted(stem(stem(shared, "nb"), "nb")))


def _dictionary_form(word: str, language: str) -> str:
    """The dictionary form, and the one that form has: ansatte, ansatt and ansette are one."""
    form = lemma(word, language)
    for _ in range(MOST_STEPS):
        further = lemma(form, language)
        if further == form:
            break
        form = further
    return form
