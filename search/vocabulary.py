"""What editors teach the search: best bets, other names for things, and words to pass over.

One value holds all of it, compiled for quick lookup; it is given to a search as an argument, so
that every engine does the same with it. Words are compared by their forms, as Norwegian and as
English, so that inflections and nynorsk need no lines of their own.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from search.text.analysis import CODE
from search.text.concepts import SIDES, Concepts, Forms
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
        self._written: dict[tuple[str, Forms], list[tuple[str, str]]] = {}
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
        words = said(text, self.stop_words)
        if not words or len(words) > MOST_WORDS:
            return ()
        found = {
            (-len(phrase.words), phrase.place): phrase
            for side in SIDES
            for phrase in self._fitting(side, forms_of(words, side))
        }
        return _pins(found[key] for key in sorted(found))

    def _fitting(self, side: str, forms: Forms) -> Iterator["_Phrase"]:
        for each in self._by_words.get((side, tuple(sorted(forms))), ()):
            if not each.bet.within:
                yield each
        for first in range(len(forms)):
            for last in range(first + 1, min(first + self._longest, len(forms)) + 1):
                for each in self._by_words.get((side, forms[first:last]), ()):
                    if each.bet.within:
                        yield each

    def beginning(self, prefix: str) -> tuple[Pin, ...]:
        """Return what is put first for phrases that may become of what somebody is writing."""
        if not self._bets:
            return ()
        *before, last = _all_words(prefix) or ("",)
        if not last:
            return ()
        plain = fold_letters(" ".join((*before, last)))
        told = tuple(word for word in dict.fromkeys(before) if not _is_small(word, self.stop_words))
        forms = {side: forms_of(told, side) for side in SIDES}
        last = fold_letters(last)
        return _pins(each for each in self._bets if each.may_become(plain, forms, last))

    def heard(self, text: str) -> Heard:
        """Return what applies to a text, to be told to people."""
        words = said(text, self.stop_words)[:MOST_WORDS]
        names = dict.fromkeys(
            pair
            for side in SIDES
            for first in range(len(words))
            for last in range(first + 1, len(words) + 1)
            for pair in self._written.get((side, forms_of(words[first:last], side)), ())
        )
        passed = dict.fromkeys(
            word
            for word in _all_words(text)
            if fold_letters(word) in self.stop_words and word not in words
        )
        return Heard(passed_over=tuple(passed), other_names=tuple(names), pins=self.pinned(text))

    def _compile_names(self, synonyms: Iterable[SameThing]) -> Concepts | None:
        names: dict[str, dict[Forms, dict[Forms, bool]]] = {side: {} for side in SIDES}
        longest = 0
        for word, other in (pair for each in synonyms for pair in each.pairs()):
            words, others = said(word, self.stop_words), said(other, self.stop_words)
            longest = max(longest, len(words))
            for side in SIDES:
                key = forms_of(words, side)
                targets = names[side].setdefault(key, {})
                targets |= dict.fromkeys({_terms(others, each) for each in SIDES} - {key}, False)
                self._written.setdefault((side, key), []).append((word, other))
        return Concepts(names, longest) if longest else None


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One phrase of a bet: all of it folded, its words that count, and their forms by side."""

    place: int
    bet: Bet
    phrase: str
    plain: str
    words: tuple[str, ...]
    forms: dict[str, Forms]

    @classmethod
    def of(cls, place: int, bet: Bet, phrase: str, passed_over: Collection[str]) -> "_Phrase":
        words = said(phrase, passed_over)
        plain = fold_letters(" ".join(_all_words(phrase)))
        forms = {side: forms_of(words, side) for side in SIDES}
        return cls(place, bet, phrase, plain, words, forms)

    def may_become(self, plain: str, told: dict[str, Forms], last: str) -> bool:
        """Whether what is written, with `last` as a beginning, may become the phrase."""
        if self.plain.startswith(plain):
            return True
        count = len(next(iter(told.values())))
        begins = count < len(self.words) and fold_letters(self.words[count]).startswith(last)
        return begins and any(self.forms[side][:count] == told[side] for side in SIDES)


NO_WORDS = EditorsWords()


def folded(word: str) -> str:
    """Return a word as it is compared where inflections are other words."""
    return fold_letters(fold_case(word.strip()))


def said(text: str, passed_over: Collection[str] = frozenset()) -> tuple[str, ...]:
    """Return the words of `text` that count, each once, in order.

    Function words and words passed over do not, unless there are no others.
    """
    words = tuple(dict.fromkeys(_all_words(text)))
    told = tuple(word for word in words if not _is_small(word))
    wanted = tuple(word for word in told if fold_letters(word) not in passed_over)
    return wanted or told or words


def forms_of(words: Sequence[str], side: str) -> Forms:
    """Return the forms that words are compared by, as words of one side."""
    return tuple(compared_form(word, side) for word in words)


def _terms(words: Sequence[str], side: str) -> Forms:
    """Return the terms that the index has for words."""
    return tuple(compared_form(word, side) if word.isalnum() else CODE + word for word in words)


def _all_words(text: str) -> tuple[str, ...]:
    """Return the words and codes of a text as the analysis of a query sees them."""
    return tuple(token.wholes[0] if token.wholes else token.words[0] for token in tokens(text))


def _is_small(word: str, passed_over: Collection[str] = frozenset()) -> bool:
    return word in stop_words("") or fold_letters(word) in passed_over


def _pins(phrases: Iterable[_Phrase]) -> tuple[Pin, ...]:
    pins: dict[str, Pin] = {}
    for each in phrases:
        pin = Pin(document=each.bet.document, phrase=each.phrase)
        pins.setdefault(each.bet.document, pin)
    return tuple(pins.values())
