"""From inflected words to stems: lemmas from simplemma first, then the Snowball stemmers.

A word is looked up as what it is claimed to be (nb, nn or en) and, for Norwegian, in the sister
standard after that: texts mix. Words no list knows go to the stemmer as they are; simplemma's
guesses for unknown words are not used, they invent inflections.
"""

import threading
from functools import lru_cache

import Stemmer
from simplemma.strategies import DictionaryLookupStrategy

from search.text.tokens import unfold_letters

_LOOKUP = {"nb": ("nb", "nn"), "nn": ("nn", "nb"), "en": ("en",)}
_SNOWBALL = {"nb": "norwegian", "nn": "norwegian", "en": "english"}
_SPELLED_OUT = ("ae", "oe", "aa")


class _Stemmers(threading.local):
    """One stemmer per algorithm and thread: they keep state while they work."""

    def __init__(self) -> None:
        self.by_language = {
            language: Stemmer.Stemmer(algorithm) for language, algorithm in _SNOWBALL.items()
        }


_stemmers = _Stemmers()
_lists = DictionaryLookupStrategy()


def is_known(word: str, language: str) -> bool:
    """Tell whether the word list of `language` (nb, nn, en) has this folded word."""
    return _listed(word, language) is not None


@lru_cache(maxsize=131072)
def _listed(word: str, language: str) -> str | None:
    """The dictionary form the word list has for a word; None when it does not have the word."""
    return _lists.get_lemma(word, language)


def lemma(word: str, language: str) -> str:
    """Return the dictionary form of a folded word, or the word itself when no list has it."""
    for spelling in _spellings(word, language):
        for lookup in _LOOKUP[language]:
            if (form := _listed(spelling, lookup)) is not None:
                return form.lower()
    return word


def _spellings(word: str, language: str) -> tuple[str, ...]:
    if language != "en" and any(pair in word for pair in _SPELLED_OUT):
        return word, unfold_letters(word)
    return (word,)


def stem(word: str, language: str) -> str:
    """Return the Snowball stem of a folded word."""
    return _stemmers.by_language[language].stemWord(word)
