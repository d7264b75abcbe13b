"""Which words of a text answer a query, for highlighting."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from search.snippets import Matcher, Matches
from search.text.analysis import Analyser, QueryWord, places_of_words
from search.text.tokens import Token, plain_places, plain_runs, tokens


def whole_codes(words: Sequence[QueryWord]) -> list[QueryWord]:
    """The codes among the words, each to be answered by itself alone and not by its parts."""
    codes = []
    for word in words:
        alone = tuple(each for each in word.alternatives if each.reason == "code")
        if alone:
            codes.append(replace(word, alternatives=alone, elements=()))
    return codes


class Matching:
    """Tells where in texts the words of one query are answered."""

    def __init__(self, analyser: Analyser, words: Sequence[QueryWord]):
        self._analyser = analyser
        self._matchers: dict[str, Matcher] = {}
        self._number_of: dict[str, int] = {}
        for number, word in enumerate(words):
            for term in (word.exact, *(each.term for each in word.terms())):
                self._number_of.setdefault(term, number)
        self._terms = frozenset(self._number_of)

    @property
    def has_words(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self._terms)

    def in_language(self, language: str) -> Matcher:
        """Return a matcher for texts in `language`; it remembers the words it has seen."""
        if language not in self._matchers:
            self._matchers[language] = self._make(language or "nb")
        return self._matchers[language]

    def at(self, words: Mapping[int, Sequence[str]], language: str) -> Matcher:
        """Return a matcher for the one text in `language` of which some words are known already.

        `words` tells which terms of the query the word of a number has; the words that leave
        terms are numbered from 0. A text that has others there, since it was changed meanwhile,
        is read as any other.
        """
        read = self.in_language(language)
        language = language or "nb"

        def matcher(text: str) -> Matches:
            places = places_of_words(text, language)
            matches = []
            for number, terms in sorted(words.items()):
                start, end = places[number] if number < len(places) else (0, 0)
                if not set(terms).issubset(self._analyser.analyse(text[start:end], language)):
                    return read(text)
                matches.append((start, end, self._number(terms)))
            return matches

        return matcher

    def _make(self, language: str) -> Matcher:
        seen: set[str] = set()
        answering: dict[str, int] = {}
        known, none_of_ours = self._analyser.runs(language), self._terms.isdisjoint

        def matcher(text: str) -> Matches:
            runs = plain_runs(text)
            if runs is None:
                return self._in_odd_text(text, language)
            different = set(runs)
            for run in [each for each in different - seen if not none_of_ours(known[each][0])]:
                answering[run] = self._number(known[run][0])
            seen.update(different)
            if different.isdisjoint(answering):
                return []
            return [
                (match.start(), match.end(), answering[match[0]])
                for match in plain_places(text)
                if match[0] in answering
            ]

        return matcher

    def _in_odd_text(self, text: str, language: str) -> Matches:
        """As a matcher does, for a text where a run of characters is not yet a token."""

        def its_terms(token: Token) -> tuple[str, ...]:
            return self._analyser.token_terms(token, language)

        found = ((token, its_terms(token)) for token in tokens(text))
        return [
            (token.start, token.end, self._number(terms))
            for token, terms in found
            if not self._terms.isdisjoint(terms)
        ]

    def _number(self, terms: Sequence[str]) -> int:
        """The first word of the query that any of the terms answers; one of them does."""
        return min(self._number_of[term] for term in terms if term in self._number_of)
