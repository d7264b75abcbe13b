"""What editors teach the search: best bets, other names for things, and words to pass over.

One value holds all of it, compiled for quick lookup; it is given to a search as an argument, so
that every engine does the same with it. Words are compared by their forms, as Norwegian and as
English, so that inflections and nynorsk need no lines of their own. What stands behind a verb tells
which verb it is; `_Phrase.fits` is the rule, for best bets, names and the search box alike.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from search.text.analysis import CODE
from search.text.concepts import (
    ADVERBS,
    ENGLISH,
    NORWEGIAN,
    SIDES,
    Forms,
    OtherName,
    form_of,
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
        self.names = EditorsNames.of(synonyms, self.stop_words)
        self._bets = tuple(
            _BetPhrase.of(place, bet, phrase, self.stop_words)
            for place, bet in enumerate(bets)
            for phrase in bet.phrases
        )
        self._within = _Lookup(each for each in self._bets if each.bet.within)
        self._whole: dict[tuple[str, Forms], list[_BetPhrase]] = {}
        for each in self._bets:
            for side in SIDES:
                if not each.bet.within:
                    key = (side, _in_any_order(each.read, side))
                    self._whole.setdefault(key, []).append(each)

    def __bool__(self) -> bool:
        return bool(self._bets or self.names or self.stop_words)

    def pinned(self, text: str) -> tuple[Pin, ...]:
        """Return what is put first for a search: phrases that fit more of it, then in order."""
        return _pins(self._fitting(text))

    def beginning(self, prefix: str) -> tuple[Pin, ...]:
        """Return what is put first for what somebody is writing, then for what it may become."""
        if not self._bets:
            return ()
        *before, last = words_of(prefix) or ("",)
        if not last:
            return ()
        plain = fold_letters(" ".join((*before, last)))
        told = _read(before, self.stop_words)
        last = fold_letters(last)
        becoming = (each for each in self._bets if each.may_become(plain, told, last))
        return _pins((*self._fitting(prefix), *becoming))

    def _fitting(self, text: str) -> list["_BetPhrase"]:
        if not self._bets:
            return []
        asked = read_words(text, self.stop_words)
        if not asked.words or len(asked.words) > MOST_WORDS:
            return []
        found = {
            (-len(phrase.read.words), phrase.place): phrase
            for side in SIDES
            for phrase in self._fitting_on(side, asked)
        }
        return [found[key] for key in sorted(found)]

    def _fitting_on(self, side: str, asked: "Words") -> Iterator["_BetPhrase"]:
        for each in self._whole.get((side, _in_any_order(asked, side)), ()):
            if each.fits(asked, side, ends=True):
                yield each
        for _first, _part, fitting in self._within.among(asked, side):
            yield from fitting

    def heard(self, text: str) -> Heard:
        """Return what applies to a text, to be told to people."""
        words, behind = read_words(text, self.stop_words)
        asked = Words(words[:MOST_WORDS], behind[:MOST_WORDS])
        names = dict.fromkeys(
            (name.text, name.other)
            for side in SIDES
            for _first, _last, name in (self.names.among(asked, side) if self.names else ())
        )
        passed = dict.fromkeys(
            word
            for word in words_of(text)
            if fold_letters(word) in self.stop_words and word not in asked.words
        )
        return Heard(passed_over=tuple(passed), other_names=tuple(names), pins=self.pinned(text))


class EditorsNames:
    """Finds what editors have said that the words of a query are found as too."""

    def __init__(self, names: Iterable["_Name"]):
        self._names = _Lookup(names)

    @classmethod
    def of(
        cls, synonyms: Iterable[SameThing], passed_over: Collection[str] = frozenset()
    ) -> "EditorsNames | None":
        """Return the names in synonyms, None where there are none."""
        names = [
            _Name.of(word, other, passed_over) for each in synonyms for word, other in each.pairs()
        ]
        return cls(names) if names else None

    def others(
        self, words: Sequence[str], language: str, after: Sequence[Collection[str]]
    ) -> list[OtherName]:
        """Return the other names of words that stand in sequence; see `Concepts.others`."""
        own = ENGLISH if language == ENGLISH else NORWEGIAN
        asked = Words(tuple(words), tuple(map(frozenset, after)))
        return [
            OtherName(target, False, first, last, side == own)
            for side in SIDES
            for first, last, name in self.among(asked, side)
            for target in name.targets
            if target != forms_of(name.read.words, side)
        ]

    def among(self, asked: "Words", side: str) -> Iterator[tuple[int, int, "_Name"]]:
        """Yield the names heard in a text and the places of their first and last words.

        Of several for the same words those are heard that have most of what stands behind them,
        and least that does not.
        """
        for first, part, fitting in self._names.among(asked, side):
            last = first + len(part.words) - 1
            closest = max((each.closeness(part, side) for each in fitting), default=None)
            for each in fitting:
                if each.closeness(part, side) == closest:
                    yield first, last, each


class Words(NamedTuple):
    """The words of a text that count, each once, in order; see `said`.

    `behind` holds for each of them the function words behind it, up to the next.
    """

    words: tuple[str, ...]
    behind: tuple[frozenset[str], ...]

    def key(self, side: str) -> Forms:
        """Return what is the same for phrases that fit the same texts."""
        return forms_of(self.words, side) + particles_of(self.behind, side)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Phrase:
    """What an editor wrote, and what is read of it."""

    text: str
    read: Words

    def fits(self, asked: Words, side: str, *, ends: bool) -> bool:
        """Whether a text with these words means the phrase, by the particles in both.

        It does with all particles of the phrase. With some or none of them it does where the
        phrase has several words and the text no others. Those behind the last word belong to what
        follows ("tilgang altinn på mobil"), unless the phrase has some there, or nothing follows
        since the text `ends` with an adverb ("slå varsling på").
        """
        own = set(particles_of(self.read.behind, side))
        has_last = particles_of(self.read.behind[-1:], side)
        found = set(particles_of(asked.behind if has_last else asked.behind[:-1], side))
        if ends:
            found |= set(particles_of(asked.behind[-1:], side, ADVERBS))
        return own <= found or (len(self.read.words) > 1 and found <= own)


@dataclass(frozen=True, kw_only=True, slots=True)
class _BetPhrase(_Phrase):
    """One phrase of the bet at a place; `plain` is all of it folded."""

    place: int
    bet: Bet
    plain: str

    @classmethod
    def of(cls, place: int, bet: Bet, text: str, passed_over: Collection[str]) -> "_BetPhrase":
        plain = fold_letters(" ".join(words_of(text)))
        read = read_words(text, passed_over)
        return cls(place=place, bet=bet, text=text, plain=plain, read=read)

    def may_become(self, plain: str, told: Words, last: str) -> bool:
        """Whether what is written, with `last` as a beginning, may become a text that it fits."""
        if self.plain.startswith(plain):
            return True
        words, behind = self.read
        count = len(told.words)
        if count >= len(words) or not fold_letters(words[count]).startswith(last):
            return False
        continued = Words((*told.words, *words[count:]), (*told.behind, *behind[count:]))
        return any(
            forms_of(told.words, side) == forms_of(words[:count], side)
            and self.fits(continued, side, ends=False)
            for side in SIDES
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Name(_Phrase):
    """A name, what was written as its `other` one, and the terms that this is found by."""

    other: str
    targets: tuple[Forms, ...]

    @classmethod
    def of(cls, text: str, other: str, passed_over: Collection[str]) -> "_Name":
        others = said(other, passed_over)
        targets = tuple(dict.fromkeys(_terms(others, side) for side in SIDES))
        return cls(text=text, other=other, read=read_words(text, passed_over), targets=targets)

    def closeness(self, asked: Words, side: str) -> tuple[int, int]:
        """Return more the more of its particles a text has, and then the fewer it has not."""
        own = set(particles_of(self.read.behind, side))
        common = len(own.intersection(particles_of(asked.behind, side)))
        return common, common - len(own)


P = TypeVar("P", bound=_Phrase)


class _Lookup(Generic[P]):
    """Finds phrases in longer texts."""

    def __init__(self, phrases: Iterable[P]):
        self._by_forms: dict[tuple[str, Forms], list[P]] = {}
        self._longest = 0
        for each in phrases:
            self._longest = max(self._longest, len(each.read.words))
            for side in SIDES:
                key = (side, forms_of(each.read.words, side))
                self._by_forms.setdefault(key, []).append(each)

    def among(self, asked: Words, side: str) -> Iterator[tuple[int, Words, list[P]]]:
        """Yield the place and the words of each part of a text that phrases fit, and these."""
        forms = forms_of(asked.words, side)
        for first in range(len(forms)):
            for end in range(first + 1, min(first + self._longest, len(forms)) + 1):
                known = self._by_forms.get((side, forms[first:end]))
                if known:
                    part = Words(asked.words[first:end], asked.behind[first:end])
                    ends = end == len(forms)
                    fitting = [each for each in known if each.fits(part, side, ends=ends)]
                    yield first, part, fitting


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
    """Return the words that are neither small nor passed over.

    What stands behind a word passed over is behind the word before it: "logge altinn inn".
    """
    behind: dict[str, set[str]] = {}
    last: set[str] = set()  # behind the first word that counts
    for word in words:
        if word in stop_words(""):
            last.add(word)
        elif fold_letters(word) not in passed_over:
            last = behind.setdefault(word, set())
    return Words(tuple(behind), tuple(map(frozenset, behind.values())))


def forms_of(words: Sequence[str], side: str) -> Forms:
    """Return the forms that words are compared by, as words of one side."""
    return tuple(form_of(word, side) for word in words)


def _in_any_order(read: Words, side: str) -> Forms:
    return tuple(sorted(forms_of(read.words, side)))


def _terms(words: Sequence[str], side: str) -> Forms:
    """Return the terms that the index has for words."""
    return tuple(compared_form(word, side) if word.isalnum() else CODE + word for word in words)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words and codes of a text as the analysis of a query sees them."""
    return tuple(token.wholes[0] if token.wholes else token.words[0] for token in tokens(text))


def _pins(phrases: Iterable[_BetPhrase]) -> tuple[Pin, ...]:
    pins: dict[str, Pin] = {}
    for each in phrases:
        pin = Pin(document=each.bet.document, phrase=each.text)
        pins.setdefault(each.bet.document, pin)
    return tuple(pins.values())
