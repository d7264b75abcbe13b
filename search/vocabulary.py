"""What editors teach the search: best bets, other names for things, and words to pass over.

One value holds all of it, compiled for quick lookup; it is given to a search as an argument, so
that every engine does the same with it. Words are compared by their forms, as Norwegian and as
English, so that inflections and nynorsk need no lines of their own. Names are read as those of our
own list are: what stands behind a verb tells which verb it is.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from search.text.analysis import CODE
from search.text.concepts import (
    LEFT_OUT,
    SIDES,
    Concepts,
    Forms,
    form_of,
    key_of,
    names_among,
    particles_of,
)
from search.text.forms import compared_form
from search.text.norwegian import stop_words
from search.text.tokens import fold_case, fold_letters, tokens

MOST_WORDS = 32  # a longer text is a letter, for which nothing is pinned


@dataclass(frozen=True, kw_only=True, slots=True)
class Bet:
    """A document that editors put first for some phrases, also `within` a longer search or not."""

    phrases: tuple[str, ...]
    document: str
    within: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SameThing:
    """`words` are found as `others` too; with `two_way` all of them are found as each other."""

    words: tuple[str, ...]
    others: tuple[str, ...] = ()
    two_way: bool = False

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield what may be written with what it is found as too."""
        together = tuple(dict.fromkeys((*self.words, *self.others)))
        for word in together if self.two_way else self.words:
            for other in together if self.two_way else self.others:
                if other != word:
                    yield word, other


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """A document to be put first, and the editors' phrase that says so."""

    document: str
    phrase: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What of the editors' words applies to a text.

    `passed_over` are words of the text; `other_names` pairs what was written with its other name.
    """

    passed_over: tuple[str, ...]
    other_names: tuple[tuple[str, str], ...]
    pins: tuple[Pin, ...]


class EditorsWords:
    """Everything the editors have written, ready to be looked up. Empty without arguments.

    The order of `bets` is the order of several for one phrase.
    """

    def __init__(
        self,
        *,
        bets: Iterable[Bet] = (),
        synonyms: Iterable[SameThing] = (),
        passed_over: Iterable[str] = (),
    ):
        self.stop_words = frozenset(folded(word) for word in passed_over)
        self._written: dict[str, dict[Forms, list[tuple[str, str]]]] = {side: {} for side in SIDES}
        self._longest_name = 0
        self.names = self._compile_names(synonyms)
        self._bets = tuple(
            _Phrase.of(place, bet, phrase, self.stop_words)
            for place, bet in enumerate(bets)
            for phrase in bet.phrases
        )
        self._by_words: dict[tuple[str, Forms], list[_Phrase]] = {}
        self._longest = 0
        for each in self._bets:
            for side, forms in each.forms.items():
                key = forms if each.bet.within else tuple(sorted(forms))
                self._by_words.setdefault((side, key), []).append(each)
            self._longest = max(self._longest, len(each.words) if each.bet.within else 0)

    def __bool__(self) -> bool:
        return bool(self._bets or self.names or self.stop_words)

    def pinned(self, text: str) -> tuple[Pin, ...]:
        """Return what is put first for a search: phrases that fit more of it, then in order."""
        if not self._bets:
            return ()
        asked = read_words(text, self.stop_words)
        if not asked.words or len(asked.words) > MOST_WORDS:
            return ()
        found = {
            (-len(phrase.words), phrase.place): phrase
            for side in SIDES
            for phrase in self._fitting(side, asked)
        }
        return _pins(found[key] for key in sorted(found))

    def _fitting(self, side: str, asked: "Words") -> Iterator["_Phrase"]:
        forms = forms_of(asked.words, side)
        for each in self._by_words.get((side, tuple(sorted(forms))), ()):
            if not each.bet.within and each.fits(asked.behind, side):
                yield each
        for first in range(len(forms)):
            for last in range(first + 1, min(first + self._longest, len(forms)) + 1):
                for each in self._by_words.get((side, forms[first:last]), ()):
                    if each.bet.within and each.fits(asked.behind[first:last], side):
                        yield each

    def beginning(self, prefix: str) -> tuple[Pin, ...]:
        """Return what is put first for phrases that may become of what somebody is writing."""
        if not self._bets:
            return ()
        *before, last = words_of(prefix) or ("",)
        if not last:
            return ()
        plain = fold_letters(" ".join((*before, last)))
        told = _read(before, self.stop_words)
        last = fold_letters(last)
        return _pins(each for each in self._bets if each.may_become(plain, told, last))

    def heard(self, text: str) -> Heard:
        """Return what applies to a text, to be told to people."""
        words, behind = read_words(text, self.stop_words)
        words = words[:MOST_WORDS]
        names = dict.fromkeys(
            pair
            for side in SIDES
            for _first, _last, heard, _phrasal in names_among(
                words, behind, side, self._written[side], self._longest_name
            )
            for pairs in heard
            for pair in pairs
        )
        passed = dict.fromkeys(
            word
            for word in words_of(text)
            if fold_letters(word) in self.stop_words and word not in words
        )
        return Heard(passed_over=tuple(passed), other_names=tuple(names), pins=self.pinned(text))

    def _compile_names(self, synonyms: Iterable[SameThing]) -> Concepts | None:
        names: dict[str, dict[Forms, dict[Forms, bool]]] = {side: {} for side in SIDES}
        for word, other in (pair for each in synonyms for pair in each.pairs()):
            name, others = read_words(word, self.stop_words), said(other, self.stop_words)
            self._longest_name = max(self._longest_name, len(name.words))
            terms = {_terms(others, each) for each in SIDES}
            for side in SIDES:
                targets = dict.fromkeys(terms - {forms_of(name.words, side)}, False)
                for key in name.keys(side):
                    names[side].setdefault(key, {}).update(targets)
                    self._written[side].setdefault(key, []).append((word, other))
        return Concepts(names, self._longest_name) if self._longest_name else None


class Words(NamedTuple):
    """The words of a text that count, each once, in order; see `said`.

    `behind` holds for each of them the function words behind it, up to the next.
    """

    words: tuple[str, ...]
    behind: tuple[frozenset[str], ...]

    def keys(self, side: str) -> tuple[Forms, ...]:
        """Return what a name is looked up by.

        One of several words is also heard where those behind them are left out.
        """
        key = key_of(self.words, frozenset().union(*self.behind), side)
        forms = key[: len(self.words)]
        return (key, forms + LEFT_OUT) if key != forms and len(forms) > 1 else (key,)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One phrase of a bet: all of it folded, its words that count, and their forms by side.

    `particles` are by side what stands behind them and tells which verb it is.
    """

    place: int
    bet: Bet
    phrase: str
    plain: str
    words: tuple[str, ...]
    forms: dict[str, Forms]
    particles: dict[str, frozenset[str]]

    @classmethod
    def of(cls, place: int, bet: Bet, phrase: str, passed_over: Collection[str]) -> "_Phrase":
        read = read_words(phrase, passed_over)
        plain = fold_letters(" ".join(words_of(phrase)))
        forms = {side: forms_of(read.words, side) for side in SIDES}
        particles = {side: frozenset(particles_of(read.behind, side)) for side in SIDES}
        return cls(place, bet, phrase, plain, read.words, forms, particles)

    def fits(self, behind: Sequence[Collection[str]], side: str) -> bool:
        """Whether the function words of a search for these words make no other verb of them.

        In a search for several words they may be left out.
        """
        found, own = particles_of(behind, side), self.particles[side]
        return own <= set(found) or (not found and len(self.words) > 1)

    def may_become(self, plain: str, told: Words, last: str) -> bool:
        """Whether what is written, with `last` as a beginning, may become the phrase."""
        if self.plain.startswith(plain):
            return True
        count = len(told.words)
        begins = count < len(self.words) and fold_letters(self.words[count]).startswith(last)
        return begins and any(
            forms[:count] == forms_of(told.words, side) and self._agrees(told, side)
            for side, forms in self.forms.items()
        )

    def _agrees(self, told: Words, side: str) -> bool:
        """Whether of what is written and the phrase one has all particles of the other."""
        found, own = set(particles_of(told.behind, side)), self.particles[side]
        return found <= own or own <= found


NO_WORDS = EditorsWords()


def folded(word: str) -> str:
    """Return a word as it is compared where inflections are other words."""
    return fold_letters(fold_case(word.strip()))


def said(text: str, passed_over: Collection[str] = frozenset()) -> tuple[str, ...]:
    """Return the words of `text` that count, each once, in order.

    Function words and words passed over do not, unless there are no others.
    """
    return read_words(text, passed_over).words


def read_words(text: str, passed_over: Collection[str] = frozenset()) -> Words:
    """Return the words that `said` does, and the function words of `text`."""
    words = words_of(text)
    read = _read(words, passed_over)
    if not read.words:
        read = _read(words)
    if not read.words:
        each_once = tuple(dict.fromkeys(words))
        return Words(each_once, (frozenset(),) * len(each_once))
    return read


def _read(words: Iterable[str], passed_over: Collection[str] = frozenset()) -> Words:
    """Return the words that are neither small nor passed over."""
    behind: dict[str, set[str]] = {}
    last: set[str] = set()  # behind the first word that counts
    for word in words:
        if word in stop_words(""):
            last.add(word)
        elif fold_letters(word) in passed_over:
            last = set()
        else:
            last = behind.setdefault(word, set())
    return Words(tuple(behind), tuple(map(frozenset, behind.values())))


def forms_of(words: Sequence[str], side: str) -> Forms:
    """Return the forms that words are compared by, as words of one side."""
    return tuple(form_of(word, side) for word in words)


def _terms(words: Sequence[str], side: str) -> Forms:
    """Return the terms that the index has for words."""
    return tuple(compared_form(word, side) if word.isalnum() else CODE + word for word in words)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words and codes of a text as the analysis of a query sees them."""
    return tuple(token.wholes[0] if token.wholes else token.words[0] for token in tokens(text))


def _pins(phrases: Iterable[_Phrase]) -> tuple[Pin, ...]:
    pins: dict[str, Pin] = {}
    for each in phrases:
        pin = Pin(document=each.bet.document, phrase=each.phrase)
        pins.setdefault(each.bet.document, pin)
    return tuple(pins.values())
