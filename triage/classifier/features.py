"""What the classifier reads in a text: words in their common form, and what they stand for. Pure.

A reader that has learnt nothing sees words and pairs of words next to each other or with one
between, the beginning and the end of the text among them; in short texts of many labels that
carries more of what is meant than words alone. One that has learnt from a site's cases sees the
elements of compounds, codes, and concepts that several words stand for instead: in letters, pairs
are too many and too seldom the same. Facts beside a text, such as the way it came in, are put
before it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from search.text.analysis import CODE, EXACT, PART, Analyser, plain_words
from search.text.compounds import CompoundSplitter
from search.text.forms import compared_form
from search.text.language import LANGUAGES, detect_language
from search.text.tokens import fold_case, tokens

CONCEPT = "~"
START, END = "<", ">"
BESIDE_WORDS = PART + CODE  # sorts of terms a word brings beside its common form
FACT = "§"
MARK, BETWEEN = "\x1e", "\x1f"  # around all facts, and between two


def with_facts(text: str, facts: Mapping[str, str]) -> str:
    """A text with what is known beside it, by name; empty facts are left out."""
    known = [f"{name}={value}" for name, value in facts.items() if value]
    text = text.replace(MARK, " ")
    return f"{MARK}{BETWEEN.join(known)}{MARK}{text}" if known else text


def without_facts(text: str) -> str:
    """The text alone."""
    return _parted(text)[1]


def _parted(text: str) -> tuple[list[str], str]:
    if not text.startswith(MARK):
        return [], text
    facts, ended, rest = text[len(MARK) :].partition(MARK)
    return (facts.split(BETWEEN), rest) if ended else ([], text)


class Reader:
    """Turns texts into terms.

    `concepts` has a line for each, "name: word word"; words of one line mean about the same, and
    "two-words" stands for two after one another. `elements` are words others are made of, with how
    often they were met, "word=3 other=2". Without either only words and pairs are seen.
    """

    def __init__(self, concepts: str = "", elements: str = ""):
        self.concepts = concepts
        self.elements = elements
        self._analyser: Analyser | None = None
        self._single: dict[str, set[str]] = defaultdict(set)
        self._pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
        if concepts or elements:
            self._prepare()

    @classmethod
    def learn(cls, texts: Iterable[str], concepts: str) -> Reader:
        """A reader that knows these concepts, and which words the texts' words are made of."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(plain_words(without_facts(text)))
        learnt = CompoundSplitter.learn(counts).counts
        return cls(concepts, " ".join(f"{word}={count}" for word, count in sorted(learnt.items())))

    def terms(self, text: str) -> list[str]:
        """The terms of a text and of the facts beside it."""
        facts, text = _parted(text)
        language = detect_language(text).code or "nb"
        words = [compared_form(word, language) for word in plain_words(text)]
        beside = _pairs_of(words) if self._analyser is None else self._beside(text, language)
        return words + beside + [FACT + fact for fact in facts]

    def words(self, text: str) -> Iterator[tuple[str, list[str]]]:
        """Each word as it is written, with the terms it brings; none when it says little."""
        text = without_facts(text)
        language = detect_language(text).code or "nb"
        for token in tokens(text):
            found = [compared_form(word, language) for word in token.words]
            if self._analyser is not None:
                brought = self._analyser.token_terms(token, language)
                found = [*found, *self._marked(brought), *self._named(brought)] if brought else []
            yield text[token.start : token.end], found

    def _beside(self, text: str, language: str) -> list[str]:
        """Elements, codes and concepts in a text."""
        found, stems = [], []
        for token in tokens(text):
            brought = self._analyser.token_terms(token, language)
            found += [*self._marked(brought), *self._named(brought)]
            stems += [term for term in brought if term[0] not in EXACT + BESIDE_WORDS]
        for pair in zip(stems, stems[1:], strict=False):
            found += self._pairs.get(pair, ())
        return found

    def _marked(self, terms: Iterable[str]) -> list[str]:
        return [term for term in terms if term[0] in BESIDE_WORDS]

    def _named(self, terms: Iterable[str]) -> list[str]:
        """The concepts that terms of one word stand for."""
        return sorted(
            {
                name
                for term in terms
                if term[0] not in EXACT + CODE
                for name in self._single.get(term.lstrip(PART), ())
            }
        )

    def _prepare(self) -> None:
        pairs = (entry.split("=") for entry in self.elements.split())
        self._analyser = Analyser(CompoundSplitter({word: int(count) for word, count in pairs}))
        for line in self.concepts.splitlines():
            name, _colon, words = line.partition(":")
            for word in words.split():
                self._add(CONCEPT + name.strip(), fold_case(word))

    def _add(self, name: str, entry: str) -> None:
        parts = entry.split("-")
        for language in LANGUAGES:
            stems = tuple(compared_form(part, language) for part in parts if part)
            if len(stems) == 1:
                self._single[stems[0]].add(name)
            elif len(stems) == 2 and name not in self._pairs[stems]:
                self._pairs[stems].append(name)


def _pairs_of(words: list[str]) -> list[str]:
    words = [START, *words, END]
    next_to = [f"{a} {b}" for a, b in zip(words, words[1:], strict=False)]
    return next_to + [f"{a} _ {b}" for a, b in zip(words, words[2:], strict=False)]
