"""What the classifier reads in a text: words in their common form, and what they stand for. Pure.

A reader that has learnt nothing sees words and pairs of words next to each other or with one
between, the beginning and the end of the text among them; in short texts of many labels that
carries more of what is meant than words alone. One that has learnt from a site's cases sees the
elements of compounds, codes, and concepts that several words stand for instead: in letters, pairs
are too many and too seldom the same. A set of texts in Norwegian and in English may have `bridges`:
things with names in both are seen too, as neither words nor letters lead across. Facts beside a
text, such as the way it came in, are put before it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from search.text.analysis import CODE, EXACT, PART, Analyser, plain_words
from search.text.compounds import CompoundSplitter
from search.text.concepts import ENGLISH, things_named
from search.text.forms import compared_form
from search.text.language import LANGUAGES, detect_language
from search.text.norwegian import stop_words
from search.text.tokens import Token, fold_case, is_plain, plain_places, token_of, tokens

CONCEPT = "~"
START, END = "<", ">"
BESIDE_WORDS = PART + CODE  # sorts of terms a word brings beside its common form
NO_STEMS = EXACT + BESIDE_WORDS
NO_NAMES = EXACT + CODE  # sorts of terms concepts are not looked up by
FACT = "§"
MARK, BETWEEN = "\x1e", "\x1f"  # around all facts, and between two
FEW_OF_A_LANGUAGE = 0.1  # of the texts whose language is clear
CLEAR = 0.85  # confidence in a language
RUNS_REMEMBERED, LONGEST_REMEMBERED = 10_000, 40  # as they are written, 40 letters at most


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


class _Brought(NamedTuple):
    """What one word or code of a text brings: the common forms of its words, the elements, codes
    and concepts beside them, and the stems that pairs of words are looked for by. `says` tells
    whether it is more than a function word."""

    forms: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    says: bool = False


class Reader:
    """Turns texts into terms.

    `concepts` has a line for each, "name: word word"; words of one line mean about the same, and
    "two-words" stands for two after one another. `elements` are words others are made of, with how
    often they were met, "word=3 other=2". Without either only words and pairs are seen, and with
    `bridges` also the things that words of two languages name (a site's concepts do that for it).
    """

    def __init__(self, concepts: str = "", elements: str = "", *, bridges: bool = False):
        self.concepts = concepts
        self.elements = elements
        self.bridges = bridges
        self._analyser: Analyser | None = None
        self._single: dict[str, set[str]] = defaultdict(set)
        self._pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._remembered = lru_cache(RUNS_REMEMBERED)(self._read)
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
        language = _language_of(text)
        found = [brought for _place, brought in self._brought(text, language)]
        words = [form for brought in found for form in brought.forms]
        beside = _pairs_of(words) if self._analyser is None else self._beside(found)
        if self.bridges:
            stems = [stem for brought in found for stem in brought.stems]
            beside += [CONCEPT + thing for thing in things_named(stems, language)]
        return words + beside + [FACT + fact for fact in facts]

    def words(self, text: str) -> Iterator[tuple[str, list[str]]]:
        """Each word as it is written, with the terms it brings; none when it says little."""
        text = without_facts(text)
        for place, brought in self._brought(text, _language_of(text)):
            says = brought.says or self._analyser is None
            yield text[place], [*brought.forms, *brought.beside] if says else []

    def _brought(self, text: str, language: str) -> Iterator[tuple[slice, _Brought]]:
        """Where each word and code of a text without facts is, and what it brings.

        Most words have been met before: what they bring is remembered by how they are written.
        """
        if not is_plain(text):
            for token in tokens(text):
                yield slice(token.start, token.end), self._read_token(token, language)
            return
        for match in plain_places(text):
            run = match[0]
            read = self._remembered if len(run) <= LONGEST_REMEMBERED else self._read
            if brought := read(run, language):
                yield slice(*match.span()), brought

    def _read(self, run: str, language: str) -> _Brought | None:
        """What a run in a plain text brings, None when it has neither letter nor digit."""
        token = token_of(run)
        return self._read_token(token, language) if token else None

    def _read_token(self, token: Token, language: str) -> _Brought:
        forms = tuple([compared_form(word, language) for word in token.words])
        if self._analyser is None:
            content = zip(token.words, forms, strict=True) if self.bridges else ()
            return _Brought(
                forms, stems=tuple([form for word, form in content if word not in stop_words("")])
            )
        terms = self._analyser.token_terms(token, language)
        marked = [term for term in terms if term[0] in BESIDE_WORDS]
        return _Brought(
            forms=forms,
            beside=(*marked, *self._named(terms)),
            stems=tuple([term for term in terms if term[0] not in NO_STEMS]),
            says=bool(terms),
        )

    def _beside(self, found: Iterable[_Brought]) -> list[str]:
        """Elements, codes and concepts of words, and the concepts of words after one another."""
        beside = [term for brought in found for term in brought.beside]
        stems = [stem for brought in found for stem in brought.stems]
        for pair in zip(stems, stems[1:], strict=False):
            beside += self._pairs.get(pair, ())
        return beside

    def _named(self, terms: Iterable[str]) -> list[str]:
        """The concepts that terms of one word stand for."""
        return sorted(
            {
                name
                for term in terms
                if term[0] not in NO_NAMES
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


def _language_of(text: str) -> str:
    return detect_language(text).code or "nb"


def in_two_languages(texts: Sequence[str]) -> bool:
    """Whether texts are in Norwegian and in English, a tenth in either, where clear."""
    guesses = [detect_language(text) for text in texts]
    english = [each.code == ENGLISH for each in guesses if each.confidence >= CLEAR]
    return FEW_OF_A_LANGUAGE <= sum(english) / max(len(english), 1) <= 1 - FEW_OF_A_LANGUAGE


def _pairs_of(words: list[str]) -> list[str]:
    words = [START, *words, END]
    next_to = [f"{a} {b}" for a, b in zip(words, words[1:], strict=False)]
    return next_to + [f"{a} _ {b}" for a, b in zip(words, words[2:], strict=False)]
