"""From text to index terms: the one analysis that documents and queries share.

Terms are plain strings without spaces, so that any engine can index them split at white space.
What sort of evidence a term is shows in its first character:

    tjenest      a stem, the same for bokmål and nynorsk
    =tjenestene  the word as written
    +pakk        an element inside a compound, or the root shared by a verb and its noun
    #mp-121      a code, URN, scope, path, version or organisation number, whole
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, NamedTuple

from search.text.compounds import CompoundSplitter
from search.text.concepts import NORWEGIAN, Concepts, NameSource, our_concepts
from search.text.forms import CACHED_WORDS, compared_form
from search.text.language import LANGUAGES, detect_language
from search.text.norwegian import shared_form, stop_words, verb_root, weak_words
from search.text.stems import lemma
from search.text.tokens import (
    Token,
    fold_case,
    fold_letters,
    is_plain,
    plain_places,
    plain_runs,
    token_of,
    tokens,
)

EXACT, PART, CODE = "=", "+", "#"

# How much a term counts when it stands for a word of a query.
WEIGHT_OTHER_LANGUAGE = 0.85
WEIGHT_INSIDE_COMPOUND = 0.55
WEIGHT_OF_VERB_ALONE = 0.5  # without what stands behind it, where it has other names
WEIGHT_ROOT = 0.6
WEIGHT_OF_ELEMENTS = 0.8  # shared by the elements of a compound in the query
STRENGTH_OF_WEAK = 0.6
CACHED_RUNS = 131_072
CACHED_QUERY_WORDS = 16_384
WEIGHT_SYNONYM = 0.8
WEIGHT_TRANSLATION = 0.9
WEIGHT_NAME_OF_EDITORS = 0.9  # they know what their readers mean
WEIGHT_NAME_INSIDE_COMPOUND = 0.7
WEIGHT_READ_AS_ANOTHER_LANGUAGE = 0.85


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryTerm:
    """One term that may stand for a word of the query, its weight, and why it does."""

    term: str
    weight: float
    reason: str  # "word-form", "code", "code-part", "compound", "root", "spelling", "synonym"


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryWord:
    """A word or code somebody searches for, with everything in the index that may answer it.

    `alternatives` stand for the word each by itself (the best one found counts); `elements` are
    pieces of it, and count together. `exact` is the term of the word as written; `strength` is
    less than 1 for a word that says little.
    """

    text: str
    exact: str
    alternatives: tuple[QueryTerm, ...]
    elements: tuple[QueryTerm, ...] = ()
    strength: float = 1.0

    def terms(self) -> tuple[QueryTerm, ...]:
        """Return alternatives and elements together."""
        return self.alternatives + self.elements


def terms_of(words: Iterable[QueryWord]) -> tuple[str, ...]:
    """Return every term that any of the words may be answered by, each once, in their order."""
    terms = (term for word in words for term in (word.exact, *(each.term for each in word.terms())))
    return tuple(dict.fromkeys(terms))


class Analysed(NamedTuple):
    """A text's terms in order, its plain words, and how many terms each word that has any left."""

    terms: list[str]
    words: list[str]
    sizes: list[int]


class Analyser:
    """Turns texts into terms. What it has learnt from a corpus is what it is given."""

    def __init__(self, splitter: CompoundSplitter | None = None, concepts: Concepts | None = None):
        self.splitter = splitter or CompoundSplitter()
        self.concepts = concepts or our_concepts()
        self.stem_of = compared_form
        self._runs = {each: _Remembered(self._run_terms, each) for each in LANGUAGES}
        self.word_terms = lru_cache(CACHED_WORDS)(self._word_terms)
        self._alternatives = lru_cache(CACHED_QUERY_WORDS)(self._called)
        self._shared = lru_cache(CACHED_QUERY_WORDS)(self._sharing)

    def analyse(self, text: str, language: str = "") -> list[str]:
        """Return the terms of `text` in order, function words left out.

        `language` is nb, nn or en; anything else makes the text itself decide.
        """
        return self.analyse_whole(text, language).terms

    def analyse_whole(self, text: str, language: str = "") -> Analysed:
        """Return the terms of `text`, and its plain words as `phrase_words` does, in one go."""
        if language not in LANGUAGES:
            language = detect_language(text).code or "nb"
        runs = plain_runs(text)
        found = (
            [self._read(token, language) for token in tokens(text)]
            if runs is None
            else list(map(self._runs[language].__getitem__, runs))
        )
        terms: list[str] = []
        words: list[str] = []
        for its_terms, its_words in found:
            terms += its_terms
            words += its_words
        return Analysed(terms, words, [len(each) for each, _words in found if each])

    def runs(self, language: str) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Return what tells of any run of `plain_runs` in nb, nn or en its terms and folded words.

        It learns of a run when that is asked for by its key.
        """
        return self._runs[language]

    def _run_terms(self, run: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        token = token_of(run)
        return ((), ()) if token is None else self._read(token, language)

    def _read(self, token: Token, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.token_terms(token, language), tuple(map(fold_letters, token.words))

    def query_words(
        self,
        text: str,
        language: str = "",
        *,
        names: NameSource | None = None,
        passed_over: Collection[str] = frozenset(),
    ) -> list[QueryWord]:
        """Return the content words of a query; when all are function words, none.

        `names` are other names for things beside those known; words in `passed_over` (folded,
        æ written ae) are left out where there are others.
        """
        wanted: dict[str, QueryWord] = {}
        after: dict[str, set[str]] = {}
        content = _content_of(text, passed_over) or _content_of(text)
        for token, behind in content:
            word = self._query_word(token, text[token.start : token.end], language)
            if word.alternatives:
                wanted.setdefault(word.exact, word)
                after.setdefault(word.exact, set()).update(behind)
        words = list(wanted.values())
        return self._with_other_names(words, [after[each.exact] for each in words], language, names)

    def with_ends(self, word: QueryWord, language: str) -> QueryWord:
        """Return a word nothing answers with the elements it begins and ends with, if known."""
        ends = self._shared(self.splitter.ends(word.exact[1:]), language, "compound")
        return replace(word, elements=(*word.elements, *ends))

    def token_terms(self, token: Token, language: str) -> tuple[str, ...]:
        """Return the terms of one token of a text in nb, nn or en."""
        if not token.wholes and not token.parts:
            return self.word_terms(token.words[0], language)
        terms: list[str] = []
        for form in (*token.wholes, *token.words, *token.parts):
            if form.isalnum() or form in token.words:
                terms.extend(self.word_terms(form, language))
            else:
                terms.append(CODE + form)
        return tuple(terms)

    def _word_terms(self, word: str, language: str) -> tuple[str, ...]:
        """Stem, written form, elements and root of one folded word; none for function words."""
        if word in stop_words(language):
            return ()
        own = self.stem_of(word, language)
        terms = [own, EXACT + word]
        terms += [PART + other for other in self._elements(word, language) if other != own]
        terms += [PART + root for root in self._roots(word, language) if root != own]
        return tuple(dict.fromkeys(terms))

    def _elements(self, word: str, language: str) -> tuple[str, ...]:
        if language == "en":
            return ()
        return tuple(self.stem_of(part, language) for part in self.splitter.elements(word))

    def _roots(self, word: str, language: str) -> tuple[str, ...]:
        if language == "en" or len(word) < 6:
            return ()
        root = verb_root(shared_form(lemma(word, language)))
        return (fold_letters(root),) if root else ()

    def _query_word(self, token: Token, written: str, language: str) -> QueryWord:
        whole = token.wholes[0] if token.wholes else token.words[0]
        if token.wholes and not whole.isalnum():
            return QueryWord(
                text=written,
                exact=CODE + whole,
                alternatives=tuple(
                    QueryTerm(term=CODE + form, weight=1.0, reason="code") for form in token.wholes
                ),
                elements=self._shared(token.words, language, "code-part"),
            )
        pieces = token.words if token.wholes else token.parts
        weak = any(compared_form(whole, each) in _weak_forms() for each in LANGUAGES)
        return QueryWord(
            text=written,
            strength=STRENGTH_OF_WEAK if weak else 1.0,
            exact=EXACT + whole,
            alternatives=self._alternatives(whole, language),
            elements=self._shared(pieces or self.splitter.split(whole), language, "compound"),
        )

    def _with_other_names(
        self,
        words: list[QueryWord],
        after: Sequence[Collection[str]],
        language: str,
        more: NameSource | None,
    ) -> list[QueryWord]:
        """Add to each word what else the thing is called, alone or with its neighbours.

        `after` holds the function words behind each.
        """
        names = [_Names() for _ in words]
        if more:
            for other in more.others([word.exact[1:] for word in words], language, after):
                weight = WEIGHT_NAME_OF_EDITORS
                weight *= 1.0 if other.sure else WEIGHT_READ_AS_ANOTHER_LANGUAGE
                for place in range(other.first, other.last + 1):
                    names[place].add(other.forms, weight)
        written = [fold_case(word.text) for word in words]
        for other in self.concepts.others(written, language, after):
            weight = _weight_of_name(other.translated)
            weight *= 1.0 if other.sure else WEIGHT_READ_AS_ANOTHER_LANGUAGE
            names[other.first].phrasal |= other.phrasal
            for place in range(other.first, other.last + 1):
                names[place].add(other.forms, weight)
        for word, own in zip(words, names, strict=True):
            if not own.single:
                self._add_names_of_elements(word, own)
        return [own.added_to(word) for word, own in zip(words, names, strict=True)]

    def _add_names_of_elements(self, word: QueryWord, names: "_Names") -> None:
        """What the elements of a compound are called otherwise, for want of a name for it all."""
        for element in word.elements:
            for forms, translated in self.concepts.on_side(element.term, NORWEGIAN).items():
                if len(forms) == 1:
                    weight = _weight_of_name(translated) * element.weight
                    names.together[forms[0]] = max(names.together.get(forms[0], 0.0), weight)

    def _called(self, word: str, language: str) -> tuple[QueryTerm, ...]:
        """Everything one word may be called in the index, the best weight for each term."""
        found: dict[str, QueryTerm] = {}

        def add(term: str, weight: float, reason: str) -> None:
            if term not in found or found[term].weight < weight:
                found[term] = QueryTerm(term=term, weight=weight, reason=reason)

        for other in sorted(LANGUAGES, key=lambda each: each != language):
            own_language = not language or other == language
            weight = 1.0 if own_language else WEIGHT_OTHER_LANGUAGE
            form = self.stem_of(word, other)
            add(form, weight, "word-form")
            add(PART + form, weight * WEIGHT_INSIDE_COMPOUND, "compound")
            for root in self._roots(word, other):
                add(root, weight * WEIGHT_ROOT, "root")
                add(PART + root, weight * WEIGHT_ROOT, "root")
        return tuple(found.values())

    def _sharing(self, words: tuple[str, ...], language: str, reason: str) -> tuple[QueryTerm, ...]:
        forms = dict.fromkeys(
            self.stem_of(word, language or "nb")
            for word in words
            if word not in stop_words("") and len(word) > 1
        )
        weight = WEIGHT_OF_ELEMENTS / max(len(forms), 1)
        pairs = [(form, weight) for form in forms]
        pairs += [(PART + form, weight * WEIGHT_INSIDE_COMPOUND) for form in forms]
        return tuple(QueryTerm(term=term, weight=each, reason=reason) for term, each in pairs)


class _Remembered(dict):
    """What is known of runs of characters in one language; forgets all when it is full."""

    def __init__(self, read: Callable[[str, str], Any], language: str):
        super().__init__()
        self._read = read
        self._language = language

    def __missing__(self, run: str):
        if len(self) >= CACHED_RUNS:
            self.clear()
        found = self[run] = self._read(run, self._language)
        return found


def places_of_words(text: str, language: str) -> list[tuple[int, int]]:
    """Return where the words of a text in nb, nn or en are that leave terms, in their order.

    They are those whose sizes `Analyser.analyse_whole` tells; what the terms are is not found out.
    """
    if is_plain(text):
        leaves_terms = _runs_leaving_terms()[language]
        return [each.span() for each in plain_places(text) if leaves_terms[each[0]]]
    return [(each.start, each.end) for each in tokens(text) if _leaves_terms(each, language)]


@cache
def _runs_leaving_terms() -> Mapping[str, Mapping[str, bool]]:
    return {each: _Remembered(_run_leaves_terms, each) for each in LANGUAGES}


def _run_leaves_terms(run: str, language: str) -> bool:
    token = token_of(run)
    return token is not None and _leaves_terms(token, language)


def _leaves_terms(token: Token, language: str) -> bool:
    """Whether a token has more than function words, so that `token_terms` has any terms of it."""
    return not stop_words(language).issuperset((*token.wholes, *token.words, *token.parts))


class _Names:
    """Other names of one word of a query: forms that stand alone, and forms that go together."""

    def __init__(self) -> None:
        self.single: dict[str, float] = {}
        self.together: dict[str, float] = {}
        self.phrasal = False

    def add(self, forms: Sequence[str], weight: float) -> None:
        """Add a name; the highest weight of a form counts."""
        group = self.single if len(forms) == 1 else self.together
        for form in forms:
            group[form] = max(group.get(form, 0.0), weight / len(forms))

    def added_to(self, word: QueryWord) -> QueryWord:
        """Return the word with these names behind what it has."""
        if not self.single and not self.together:
            return word
        alternatives = word.alternatives
        if self.phrasal:
            alternatives = tuple(
                replace(each, weight=each.weight * WEIGHT_OF_VERB_ALONE) for each in alternatives
            )
        return replace(
            word,
            alternatives=(*alternatives, *_new_terms(self.single, word.alternatives)),
            elements=(*word.elements, *_new_terms(self.together, word.elements)),
        )


def _new_terms(forms: Mapping[str, float], known: Sequence[QueryTerm]) -> Iterator[QueryTerm]:
    seen = {term.term for term in known}
    for form, weight in forms.items():
        for term, share in ((form, 1.0), (PART + form, WEIGHT_NAME_INSIDE_COMPOUND)):
            if term not in seen:
                yield QueryTerm(term=term, weight=weight * share, reason="synonym")


@cache
def _weak_forms() -> frozenset[str]:
    return frozenset(compared_form(word, each) for word in weak_words() for each in LANGUAGES)


def _content_of(
    text: str, passed_over: Collection[str] = frozenset()
) -> list[tuple[Token, list[str]]]:
    """Return the tokens that are neither function words nor passed over.

    Each has with it the function words behind it, up to the next.
    """
    found: list[tuple[Token, list[str]]] = []
    for each in tokens(text):
        if len(each.words) == 1 and each.words[0] in stop_words(""):
            if found:
                found[-1][1].append(each.words[0])
        elif not _in(passed_over, each):
            found.append((each, []))
    return found


def _in(words: Collection[str], token: Token) -> bool:
    return fold_letters(token.wholes[0] if token.wholes else token.words[0]) in words


def _weight_of_name(translated: bool) -> float:
    return WEIGHT_TRANSLATION if translated else WEIGHT_SYNONYM


def plain_words(text: str) -> list[str]:
    """Return the folded words of `text` in order, æ, ø and å kept; what vocabularies count."""
    runs = plain_runs(text)
    if runs is None:
        return [word for token in tokens(text) for word in token.words]
    return [word for run in runs for word in _words_of_run(run)]


def different_words(text: str) -> set[str]:
    """Return the words `plain_words` does, each once; quicker where a text repeats itself."""
    runs = plain_runs(text)
    if runs is None:
        return set(plain_words(text))
    return set().union(*map(_words_of_run, set(runs)))


@lru_cache(CACHED_RUNS)
def _words_of_run(run: str) -> tuple[str, ...]:
    token = token_of(run)
    return token.words if token else ()


def phrase_words(text: str) -> list[str]:
    """Return the plain words of `text` in order, function words too; phrases match on these."""
    return [fold_letters(word) for token in tokens(text) for word in token.words]


@cache
def _unlearnt() -> Analyser:
    """The analyser that knows no corpus; made when first asked for, since word lists are large."""
    return Analyser()


def analyse(text: str, language: str = "") -> list[str]:
    """Return the terms of `text` with nothing learnt from a corpus; see `Analyser.analyse`."""
    return _unlearnt().analyse(text, language)
