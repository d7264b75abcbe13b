"""What else a thing is called: everyday words and the guidance's, in Norwegian and in English.

Our own list (data/concepts.tsv) holds a thing a line, in dictionary forms. What a corpus's
parallel pages teach (`search.corpus`) comes on top of it. Words are compared by their forms, so
that inflections and nynorsk need no lines of their own.
"""

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product

from search.text.forms import compared_form
from search.text.norwegian import stop_words
from search.text.tokens import fold_case

NORWEGIAN, ENGLISH = "nb", "en"
SIDES = (NORWEGIAN, ENGLISH)
Forms = tuple[str, ...]
Names = Mapping[Forms, Mapping[Forms, bool]]
Learnt = Mapping[str, Mapping[str, str]]
"""Side → form → the form it is in the other language."""


@dataclass(frozen=True, slots=True)
class OtherName:
    """Another name for some words of a query: its forms, and whether in another language.

    `first` and `last` are the places of the words it stands for, both included; `sure` is false
    where they were read as words of another language than the query's.
    """

    forms: Forms
    translated: bool
    first: int
    last: int
    sure: bool


class Concepts:
    """Finds other names for the words of a query."""

    def __init__(self, names: Mapping[str, Names], longest: int):
        self._names = names
        self._longest = longest

    @classmethod
    def of(cls, lines: Iterable[Sequence[Sequence[str]]]) -> "Concepts":
        """Return concepts from lines of names in bokmål and names in English."""
        names: dict[str, dict[Forms, dict[Forms, bool]]] = {side: {} for side in SIDES}
        longest = 0
        for line in lines:
            sides = {side: _forms(each, side) for side, each in zip(SIDES, line, strict=True)}
            for side, other_side in product(SIDES, SIDES):
                for name, other in product(sides[side], sides[other_side]):
                    longest = max(longest, len(name))
                    if other != name:
                        names[side].setdefault(name, {}).setdefault(other, side != other_side)
        return cls(names, longest)

    def with_learnt(self, learnt: Learnt) -> "Concepts":
        """Return these concepts with what a corpus taught on top; these stay as they are."""
        names = dict(self._names)
        for side, pairs in learnt.items():
            more = {
                (form,): {(other,): True, **self.on_side(form, side)}
                for form, other in pairs.items()
            }
            names[side] = ChainMap(more, names[side])
        return Concepts(names, max(self._longest, 1))

    def others(self, words: Sequence[str], language: str) -> list[OtherName]:
        """Return the other names of folded `words` that stand in sequence.

        They are read as words of `language`, and as words of the other side too: people mix.
        """
        own = ENGLISH if language == ENGLISH else NORWEGIAN
        return [other for side in SIDES for other in self._on(side, words, side == own)]

    def on_side(self, form: str, side: str) -> Mapping[Forms, bool]:
        """Return the other names of one form, and whether each is in the other language."""
        return self._names[side].get((form,), {})

    def _on(self, side: str, words: Sequence[str], sure: bool) -> Iterator[OtherName]:
        names = self._names[side]
        forms = [compared_form(word, side) for word in words]
        for first, last, name in _runs(forms, self._longest):
            for other, translated in names.get(name, {}).items():
                yield OtherName(other, translated, first, last, sure)


@cache
def _our_lines() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return our own list: names in bokmål and names in English, a thing each."""
    text = (files("search.text") / "data" / "concepts.tsv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(tuple(map(_names, line.split("\t"))) for line in lines)


@cache
def our_concepts() -> Concepts:
    """Return our own list, with nothing learnt."""
    return Concepts.of(_our_lines())


def things_named(forms: Sequence[str], language: str) -> list[str]:
    """Return the things that words in sequence name by our own list, in their order.

    `forms` are those of content words. A thing goes by one name, whatever it was called and in
    whichever language.
    """
    things, longest = _things()
    side = ENGLISH if language == ENGLISH else NORWEGIAN
    return [
        thing
        for _first, _last, name in _runs(forms, longest)
        for thing in things.get((side, name), ())
    ]


def _runs(forms: Sequence[str], longest: int) -> Iterator[tuple[int, int, Forms]]:
    """Yield every run of at most so many forms: the places of its first and last, and itself."""
    for first in range(len(forms)):
        for last in range(first, min(first + longest, len(forms))):
            yield first, last, tuple(forms[first : last + 1])


@cache
def _things() -> tuple[Mapping[tuple[str, Forms], Sequence[str]], int]:
    """Return what each name stands for, by side and forms, and how many words the longest has."""
    things: dict[tuple[str, Forms], list[str]] = {}
    for line in _our_lines():
        thing = "=".join(names[0] for names in line if names)
        for side, names in zip(SIDES, line, strict=True):
            for forms in dict.fromkeys(_forms(names, side)):
                things.setdefault((side, forms), []).append(thing)
    return things, max(len(forms) for _side, forms in things)


def _names(side: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in side.split(",") if name.strip())


def _forms(names: Iterable[str], side: str) -> list[Forms]:
    """Return the forms of the content words of each name."""
    found = []
    for name in names:
        words = [word for word in fold_case(name).split() if word not in stop_words("")]
        if words:
            found.append(tuple(compared_form(word, side) for word in words))
    return found
