"""What the classifier sees in a text: our own terms, and concepts several words stand for. Pure.

The import path of `Analysed` is part of stored artefacts; moving it makes old ones unreadable.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sklearn.base import BaseEstimator, TransformerMixin

from search.text.analysis import CODE, EXACT, PART, Analyser, plain_words
from search.text.compounds import CompoundSplitter
from search.text.language import LANGUAGES, detect_language
from search.text.tokens import fold_case, tokens

CONCEPT = "~"


class Analysed(TransformerMixin, BaseEstimator):
    """Turns texts into lines of terms with spaces between, concepts among them.

    Learns the elements of compounds from the texts it is fitted on. `concepts` has a line for
    each, "name: word word"; words of one line mean about the same, and "two-words" stands for two
    after one another. Both are kept as one text, which stores compactly.
    """

    def __init__(self, concepts: str = ""):
        self.concepts = concepts

    def fit(self, texts: Sequence[str], y=None) -> Analysed:
        """Learn which words other words are made of."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(plain_words(text))
        learnt = CompoundSplitter.learn(counts).counts
        self.elements_ = " ".join(f"{word}={count}" for word, count in sorted(learnt.items()))
        self._ready()
        return self

    def transform(self, texts: Iterable[str]) -> list[str]:
        """The terms of each text, in order."""
        return [" ".join(self.terms(text)) for text in texts]

    def terms(self, text: str) -> list[str]:
        """The terms of one text."""
        found = [term for _word, terms in self.words(text) for term in terms]
        stems = [term for term in found if term[0] not in EXACT + PART + CODE + CONCEPT]
        for pair in zip(stems, stems[1:], strict=False):
            found += self._pairs.get(pair, ())
        return found

    def words(self, text: str) -> Iterator[tuple[str, list[str]]]:
        """Each word as it is written, with the terms and concepts it brings."""
        if not hasattr(self, "_analyser"):
            self._ready()
        language = detect_language(text).code or "nb"
        for token in tokens(text):
            terms = list(self._analyser.token_terms(token, language))
            named = {
                name
                for term in terms
                if term[0] not in EXACT + CODE
                for name in self._single.get(term.lstrip(PART), ())
            }
            yield text[token.start : token.end], terms + sorted(named)

    def _ready(self) -> None:
        """Build what follows from the parameters and what was learnt; nothing of it is stored."""
        pairs = (entry.split("=") for entry in self.elements_.split())
        self._analyser = Analyser(CompoundSplitter({word: int(count) for word, count in pairs}))
        self._single: dict[str, set[str]] = defaultdict(set)
        self._pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
        for line in self.concepts.splitlines():
            name, _colon, words = line.partition(":")
            for word in words.split():
                self._add(CONCEPT + name.strip(), fold_case(word))

    def _add(self, name: str, entry: str) -> None:
        parts = entry.split("-")
        for language in LANGUAGES:
            stems = tuple(self._analyser.stem_of(part, language) for part in parts if part)
            if len(stems) == 1:
                self._single[stems[0]].add(name)
            elif len(stems) == 2 and name not in self._pairs[stems]:
                self._pairs[stems].append(name)

    def __getstate__(self) -> dict:
        """What is stored: parameters and what was learnt, not what follows from them."""
        state = super().__getstate__()
        hidden = ("_analyser", "_single", "_pairs")
        return {name: value for name, value in state.items() if name not in hidden}
