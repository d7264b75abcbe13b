"""What else a thing is called: everyday words and the guidance's, in Norwegian and in English.

Our own list (data/concepts.tsv) holds a thing a line, in dictionary forms. What a corpus's
parallel pages teach (`search.corpus`) comes on top of it. Words are compared by their forms, so
that inflections and nynorsk need no lines of their own.
"""

from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations, product
from typing import Protocol

from search.text.forms import compared_form
from search.text.norwegian import stop_words
from search.text.tokens import fold_case

NORWEGIAN, ENGLISH = "nb", "en"
SIDES = (NORWEGIAN, ENGLISH)
PARTICLES = {
    NORWEGIAN: frozenset(
        [
            "av",
            "etter",
            "fra",
            "frå",
            "inn",
            "med",
            "mot",
            "om",
            "opp",
            "over",
            "på",
            "til",
            "under",
            "ut",
            "ved",
        ]
    ),
    ENGLISH: frozenset(["at", "by", "for", "from", "in", "into", "of", "on", "to", "with"]),
}
"""Function words that make another verb of a verb before them: "slå av", "slå opp"."""
ALL_PARTICLES = frozenset().union(*PARTICLES.values())
MOST_PARTICLES = 2  # of one name
ADVERBS = frozenset(["av", "inn", "opp", "på", "ut", "in", "on"])
"""Those that may belong to the verb alone ("sign in"); others begin what follows ("apply for")."""
Forms = tuple[str, ...]
Names = Mapping[Forms, Mapping[Forms, bool]]
Learnt = Mapping[str, Mapping[str, str]]
"""Side → form → the form it is in the other language."""


@dataclass(frozen=True, slots=True)
class OtherName:
    """Another name for some words of a query: its forms, and whether in another language.

    `first` and `last` are the places of the words it stands for, both included; `sure` is false
    where they were read as words of another language than the query's. `phrasal` tells that an
    adverb behind a single English word made it another one ("sign" with "in"); a Norwegian verb
    mostly says much the same alone ("logge" without "inn").
    """

    forms: Forms
    translated: bool
    first: int
    last: int
    sure: bool
    phrasal: bool = False


class NameSource(Protocol):
    """Whatever finds other names for the words of a query."""

    def others(
        self, words: Sequence[str], language: str, after: Sequence[Collection[str]]
    ) -> list[OtherName]:
        """Return what `Concepts.others` does."""


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
            heard = {side: _read(each, side) for side, each in zip(SIDES, line, strict=True)}
            said = {side: _whole(heard[side]) for side in SIDES}
            for side, other_side in product(SIDES, SIDES):
                for (key, name), other in product(heard[side], said[other_side]):
                    longest = max(longest, len(name))
                    if other != name:
                        names[side].setdefault(key, {}).setdefault(other, side != other_side)
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

    def others(
        self, words: Sequence[str], language: str, after: Sequence[Collection[str]] = ()
    ) -> list[OtherName]:
        """Return the other names of folded content `words` that stand in sequence.

        `after` holds for each word the function words behind it, up to the next. Words are read
        as of `language`, and as of the other side too: people mix.
        """
        own = ENGLISH if language == ENGLISH else NORWEGIAN
        return [other for side in SIDES for other in self._on(side, words, after, side == own)]

    def on_side(self, form: str, side: str) -> Mapping[Forms, bool]:
        """Return the other names of one form, and whether each is in the other language."""
        return self._names[side].get((form,), {})

    def _on(
        self, side: str, words: Sequence[str], after: Sequence[Collection[str]], sure: bool
    ) -> Iterator[OtherName]:
        names = self._names[side]
        forms = [form_of(word, side) for word in words]
        for first, last, name in _runs(forms, self._longest):
            for keys in _keys(name, particles_of(after[first : last + 1], side)):
                heard = [key for key in keys if key in names]
                for key in heard:
                    phrasal = side == ENGLISH and _is_another_verb(name, key, names)
                    for other, translated in names[key].items():
                        yield OtherName(other, translated, first, last, sure, phrasal)
                if heard:
                    break


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
            for forms in dict.fromkeys(forms for _key, forms in _read(names, side)):
                things.setdefault((side, forms), []).append(thing)
    return things, max(len(forms) for _side, forms in things)


def _names(side: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in side.split(",") if name.strip())


def _read(names: Iterable[str], side: str) -> list[tuple[Forms, Forms]]:
    """Return for each name what it is looked up by, and the forms of its content words.

    It is looked up by those forms, and by the particles behind the first of them.
    """
    found = []
    for name in names:
        words = fold_case(name).split()
        content = [word for word in words if word not in stop_words("")]
        if content:
            behind = words[words.index(content[0]) + 1 :]
            forms = tuple(form_of(word, side) for word in content)
            particles = particles_of([behind], side, PARTICLES[side])
            found.append((forms + particles[:MOST_PARTICLES], forms))
    return found


def _whole(names: Sequence[tuple[Forms, Forms]]) -> list[Forms]:
    """Return the forms that `_read` found of names which say the same without their particles.

    The "sign" of "sign in" is another word, so no document is searched for by it. All forms where
    every name is such a one.
    """
    whole = [forms for key, forms in names if key == forms or len(forms) > 1]
    return whole or [forms for _key, forms in names]


def form_of(word: str, side: str) -> str:
    """Return the form a word is compared by; with a hyphen it is one word, as in the index."""
    return compared_form(word.replace("-", ""), side)


def _keys(name: Forms, particles: Forms) -> Iterator[list[Forms]]:
    """Yield what a name may be looked up by: first with particles behind it, last by itself.

    "logg" with "inn" is no "logg" that is kept.
    """
    for count in range(min(len(particles), MOST_PARTICLES), -1, -1):
        yield [name + each for each in combinations(particles, count)]


def _is_another_verb(name: Forms, key: Forms, names: Names) -> bool:
    """Whether a key is an English verb with an adverb, and says more than the verb alone."""
    adverb = len(name) == 1 < len(key) and not set(key).isdisjoint(particles_of([ADVERBS], ENGLISH))
    return adverb and not names[key].keys() <= names.get(name, {}).keys()


def particles_of(
    behind: Iterable[Collection[str]], side: str, particles: frozenset[str] = ALL_PARTICLES
) -> Forms:
    """Return the particles among words, told from content words, in an order of their own."""
    words = {word for each in behind for word in each}
    found = words & particles & stop_words("")
    return tuple(sorted(f"+{compared_form(each, side)}" for each in found))
