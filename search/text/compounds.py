"""Splitting compounds by a vocabulary: tilgangspakkeområde is tilgang, pakke and område.

The vocabulary is learnt from the words of the corpus itself, on top of a short list of common
elements. Of all ways to write a word as known elements (with the joints -s- and -e- between
them) the cheapest is taken, where a frequent element costs little and every element costs
something, so few and common ones win.
"""

import math
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from search.text.norwegian import nynorsk_words, stop_words
from search.text.stems import lemma, stem

MIN_PART = 4  # letters; shorter elements only from our own list
MIN_WORD = 7
MIN_REST = 3  # letters of a word beside the one element of it that is known
MAX_WORD = 60
MIN_COUNT = 3  # how often a corpus word occurs before it counts as an element
MAX_VOCABULARY = 60_000
COST_PER_PART = 3.0
BASE_COUNT = 30
JOINTS = ("s", "e")
_ENDINGS = """
ende else elser ning ningen inger ingen heten heter lige ligere isk iske ering eringen somt tion
ment ness able ible ions ings ligheter ligheten sjon sjonen sjoner unders ette erte rette lende
ling linger lingen ring ringen ringer ting
"""
_NOT_ELEMENTS = frozenset(_ENDINGS.split())
Split = tuple[float, tuple[str, ...]]


class CompoundSplitter:
    """Splits words by a fixed vocabulary of elements with their counts."""

    def __init__(self, counts: Mapping[str, int] | None = None):
        self.counts = dict(counts or {})
        elements = dict.fromkeys(base_elements(), BASE_COUNT)
        for word, count in self.counts.items():
            elements[word] = elements.get(word, 0) + count
        for nynorsk, bokmaal in nynorsk_elements().items():
            if bokmaal in elements:
                elements.setdefault(nynorsk, elements[bokmaal])
        total = sum(elements.values())
        self._costs = {
            word: COST_PER_PART + math.log(total / count) for word, count in elements.items()
        }
        # The commonest element with each stem, for a last element in a form no list has.
        self._by_stem = {
            stem(word, "nb"): word for word, _ in sorted(elements.items(), key=lambda each: each[1])
        }

    @classmethod
    def learn(cls, counts: Mapping[str, int]) -> "CompoundSplitter":
        """Return a splitter that knows the words of a corpus, given how often each occurs."""
        return cls(elements_of(counts))

    def elements(self, word: str) -> tuple[str, ...]:
        """Return the elements of a folded word and the elements of those, or ()."""
        parts = self.split(word)
        return parts + tuple(inner for part in parts for inner in self.elements(part))

    def split(self, word: str) -> tuple[str, ...]:
        """Return the fewest and commonest elements a folded word consists of, in order, or ()."""
        if not MIN_WORD <= len(word) <= MAX_WORD or not word.isalpha():
            return ()
        reached: list[tuple[int, Split]] = [(0, (0.0, ()))]
        for end in range(2, len(word) + 1):
            if found := self._best_ending_at(word, end, reached):
                reached.append((end, found))
        end, (_cost, parts) = reached[-1]
        return parts if end == len(word) and len(parts) > 1 else ()

    def ends(self, word: str) -> tuple[str, ...]:
        """Return the longest known elements a folded word begins and ends with; none, one or two.

        For words that `split` cannot split: rullegardinmeny ends with meny, where nobody has
        written of rullegardin.
        """
        if not MIN_WORD <= len(word) <= MAX_WORD or not word.isalpha():
            return ()
        shorter = range(len(word) - MIN_REST, MIN_PART - 1, -1)
        first = next((word[:size] for size in shorter if word[:size] in self._costs), "")
        last = next((word[-size:] for size in shorter if word[-size:] in self._costs), "")
        return tuple(filter(None, (first, last)))

    def _best_ending_at(
        self, word: str, end: int, reached: list[tuple[int, Split]]
    ) -> Split | None:
        """Return the cheapest way to write `word[:end]`, a joint after the last element allowed.

        `reached` has the places before it that elements end at, in order, and the way to each.
        """
        options = []
        for start, before in reached:
            if start > end - 2 or (start == 0 and end == len(word)):
                continue
            part = word[start:end]
            cost = self._costs.get(part)
            if cost is None and end < len(word) and part[-1] in JOINTS:
                part = part[:-1]
                cost = self._costs.get(part)
            elif cost is None and start and end == len(word) and len(part) >= MIN_PART:
                part = self._dictionary_form(part)
                cost = self._costs.get(part)
            if cost is not None:
                options.append((before[0] + cost, (*before[1], part)))
        return min(options, default=None)

    def _dictionary_form(self, part: str) -> str:
        """The element an inflected last part is a form of, else the part itself."""
        form = lemma(part, "nb")
        return form if form in self._costs else self._by_stem.get(stem(part, "nb"), part)


def elements_of(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the words of a corpus that may be elements of compounds, and their lemmas."""
    elements: dict[str, int] = {}
    for word, count in counts.items():
        with_joint = word.endswith("s") and word[:-1] in counts
        if count >= MIN_COUNT and not with_joint and _may_be_element(word):
            for form in {word, lemma(word, "nb")}:
                if _may_be_element(form):
                    elements[form] = elements.get(form, 0) + count
    frequent = sorted(elements.items(), key=lambda item: (-item[1], item[0]))
    return dict(frequent[:MAX_VOCABULARY])


def _may_be_element(word: str) -> bool:
    return (
        MIN_PART <= len(word) <= 20
        and word.isalpha()
        and word not in _NOT_ELEMENTS
        and word not in stop_words("")
    )


def count_words(words: Iterable[str], counts: dict[str, int]) -> None:
    """Add the words of one document to `counts`."""
    for word in words:
        counts[word] = counts.get(word, 0) + 1


@cache
def nynorsk_elements() -> dict[str, str]:
    """Return nynorsk words that may be elements of compounds → what they are in bokmål."""
    return {word: bokmaal for word, bokmaal in nynorsk_words().items() if _may_be_element(word)}


@cache
def base_elements() -> frozenset[str]:
    """Return our own list of common elements."""
    text = (files("search.text") / "data" / "compound_parts.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(" ".join(lines).split())
