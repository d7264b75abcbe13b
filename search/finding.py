"""The whole way from a query to a page, the same for every engine.

Query → words with everything that may answer them → candidates from the engine, visible ones
only → help with words no candidate has (spelling, ends of compounds) → our ranking → hits with
reasons and snippets.
"""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from rapidfuzz.distance import DamerauLevenshtein

from search import ranking, snippets
from search.candidates import Candidates
from search.contract import CandidateSource, Retrieval, Retrieved
from search.matching import Matching, whole_codes
from search.meaning import directions_of_query, nearness
from search.pinning import pinned_first
from search.ranking import Ranked, Reader
from search.text.analysis import PART, Analyser, QueryTerm, QueryWord, phrase_words, terms_of
from search.text.language import detect_language
from search.text.stems import is_known
from search.text.tokens import fold_case, fold_letters, tokens
from search.types import Choose, FacetCount, Filters, Hit, Page, Query, Reason, Sort
from search.vocabulary import NO_WORDS, EditorsWords
from search.weights import WEIGHTS, Weights

MAX_CANDIDATES = 100  # ranked by us, so also the most one can page through
MAX_NEAREST = 50  # candidates by meaning beside those
WITH_VERSIONS = 40  # first candidates whose other versions are candidates too
MAX_WORDS = 32  # of a long text the rarest are searched for
MAX_SIZE = 100
MAX_CORRECTED = 3
MAX_WORDS_TO_CORRECT = 20  # in a longer text the others tell well enough what it is about
FEWEST_FOUND = 3  # with fewer, one element of a compound is enough
FEWEST_LETTERS_TO_CORRECT = 4
LETTERS_FOR_TWO_EDITS = 8
WEIGHT_MISSPELLED = 0.7
WEIGHT_ALIKE = 0.35  # less than a form that tells how rare a word is
LETTERS_TO_AN_EDIT = 7  # of a misspelled word; more edits in so few make another word
NEGATING = frozenset(("u", "un", "in", "im", "dis", "mis"))  # what makes a word its opposite
MUCH_COVERED = 0.7  # of what the best hit covers; below it a new text is not an answer
SURE_OF_QUERY = 0.85
FEWEST_WORDS_TO_TELL_LANGUAGE = 3


@dataclass(frozen=True, kw_only=True)
class Question:
    """A query made ready: words, what must and must not occur, and who asks.

    `phrases` are those that must occur, as they were written.
    """

    words: tuple[QueryWord, ...]
    phrases: tuple[str, ...]
    retrieval: Retrieval
    language: str


def find(
    source: CandidateSource,
    query: Query,
    *,
    visibility: Collection[str],
    filters: Filters | None = None,
    page: int = 1,
    size: int = 10,
    language: str = "",
    now: datetime | None = None,
    facets: bool = True,
    without: Collection[str] = (),
    editors: EditorsWords = NO_WORDS,
    sort: Sort = Sort.BEST,
    choose: Choose | None = None,
    weights: Weights = WEIGHTS,
) -> Page:
    """Search `source`; the arguments are those of `SearchEngine.search`."""
    page, size = max(page, 1), min(max(size, 1), MAX_SIZE)
    both = combine(query.filters, filters or Filters())
    question = None
    if both is not None:
        seen, hidden = frozenset(visibility), frozenset(without)
        limits = Retrieval(
            filters=both, visibility=seen, without=hidden, limit=MAX_CANDIDATES, facets=facets
        )
        question = _question(source, query, limits, language, editors)
    if question is None:
        return Page(number=page, size=size)
    question, retrieved, better = _retrieve(source, question, query)
    statistics = source.statistics(terms_of(question.words))
    reader = Reader(
        language=question.language,
        named_products=_named_products(source.analyser, question, retrieved.candidates),
        now=now,
    )
    candidates, near = _beside(source, question, retrieved.candidates)
    ranked = ranking.rank(candidates, question.words, statistics, reader, weights, near)
    total = max(retrieved.total, len(ranked))
    answerable = ranking.answerable(ranked, weights) if question.words else float(bool(ranked))
    ranked, pinned = _in_order(source, query, question, ranked, editors, sort)
    answerable = max(answerable, weights.good_answer) if pinned else answerable
    shown = ranked[(page - 1) * size : page * size]
    found = Page(
        hits=tuple(_hits(shown, question, retrieved)),
        total=max(total, len(ranked)),
        beside=max(total, len(ranked)) - retrieved.total,
        reachable=len(ranked),
        number=page,
        size=size,
        pages=math.ceil(len(ranked) / size),
        facets=_facets(retrieved.facets, both),
        did_you_mean=better,
        language=question.language,
        answerable=answerable,
        has_good_answer=bool(ranked) and answerable >= weights.good_answer,
    )
    return _with_texts(source, found, choose(found) if choose else found.hits, question, candidates)


def combine(one: Filters, other: Filters) -> Filters | None:
    """Return the filters that apply together, or None when nothing can pass both."""
    together = {}
    for each in fields(Filters):
        first, second = getattr(one, each.name), getattr(other, each.name)
        together[each.name] = first & second if first and second else first | second
        if first and second and not first & second:
            return None
    return Filters(**together)


def query_language(text: str, interface: str = "") -> str:
    """Return the language a query is answered in: its own when clear, else the interface's."""
    guess = detect_language(text)
    clear = guess.confidence >= SURE_OF_QUERY
    enough = len(text.split()) >= FEWEST_WORDS_TO_TELL_LANGUAGE
    return guess.code if guess.code and clear and enough else interface


def _question(
    source, query: Query, limits: Retrieval, interface: str, editors: EditorsWords
) -> Question | None:
    """Make a query ready; None when there is text but nothing in it to search for."""
    language = query_language(query.text, interface)
    found = source.analyser.query_words(
        query.words, language, names=editors.names, passed_over=editors.stop_words
    )
    words = _rarest(source, found)
    quoted = [each for each in query.phrases if phrase_words(each)]
    if not words and not quoted and not query.is_empty:
        quoted = [query.text]  # function words only: as a phrase
    phrases = [tuple(phrase_words(each)) for each in quoted]
    if not query.is_empty and not any(phrases) and not words:
        return None
    terms, sequences = _excluded(source.analyser, query.excluded, language)
    retrieval = replace(
        limits,
        words=words,
        phrases=tuple(phrases),
        excluded_terms=terms,
        excluded_phrases=sequences,
    )
    return Question(words=words, phrases=tuple(quoted), retrieval=retrieval, language=language)


def _rarest(source: CandidateSource, words: list[QueryWord]) -> tuple[QueryWord, ...]:
    """Keep at most `MAX_WORDS` words: of those the index has, the rarest."""
    if len(words) <= MAX_WORDS:
        return tuple(words)
    statistics = source.statistics(terms_of(words))

    def commonness(word: QueryWord) -> tuple[bool, int]:
        count = max(statistics.frequencies.get(each.term, 0) for each in word.alternatives)
        return count == 0, count

    kept = {word.exact for word in sorted(words, key=commonness)[:MAX_WORDS]}
    return tuple(word for word in words if word.exact in kept)


def _excluded(analyser: Analyser, excluded: Sequence[str], language: str):
    """Return (terms, phrases) that must not occur: a word in all its forms, a phrase as it is."""
    terms: list[str] = []
    sequences = []
    for each in excluded:
        words = analyser.query_words(each, language)
        if len(list(tokens(each))) == 1 and words:
            same = [term for term in words[0].alternatives if term.reason in ("word-form", "code")]
            terms += [words[0].exact, *(term.term for term in same if term.weight == 1.0)]
        elif sequence := tuple(phrase_words(each)):
            sequences.append(sequence)
    return tuple(dict.fromkeys(terms)), tuple(sequences)


def _retrieve(source, question: Question, query: Query) -> tuple[Question, Retrieved, str]:
    """Get candidates; for words none of them has, try words spelled alike, and their ends."""
    retrieved = source.retrieve(question.retrieval)
    few = _are_few(source, question.retrieval, retrieved)
    if few and any(word.elements for word in question.words):
        # One element of a compound says little, but more than nothing.
        question = replace(question, retrieval=replace(question.retrieval, elements_needed=1))
        retrieved = source.retrieve(question.retrieval)
    if len(question.words) > MAX_WORDS_TO_CORRECT:
        return question, retrieved, ""
    words, better = _helped(source, question, retrieved)
    if words == question.words:
        return question, retrieved, ""
    needed = 1 if few else question.retrieval.elements_needed
    retrieval = replace(question.retrieval, words=words, elements_needed=needed)
    again = replace(question, words=words, retrieval=retrieval)
    return again, source.retrieve(retrieval), _respelled(query.written, better)


def _are_few(source: CandidateSource, retrieval: Retrieval, retrieved: Retrieved) -> bool:
    """Whether so few have the words that less of them is enough.

    Where it is counted what each filter would leave, that is the same with a filter as without,
    so that a filter leaves what was counted for it; one that leaves nothing is not counted.
    """
    few = retrieved.total < FEWEST_FOUND
    if few and retrieved.total and retrieval.facets and retrieval.filters:
        everything = replace(retrieval, filters=Filters(), facets=False, limit=1)
        return source.retrieve(everything).total < FEWEST_FOUND
    return few


def _helped(
    source: CandidateSource, question: Question, retrieved: Retrieved
) -> tuple[tuple[QueryWord, ...], dict[str, str]]:
    """Return the words, those no candidate has with what may have been meant; and better spellings.

    A word nobody writes nearly like that may be a compound of which only an end is known.
    """
    words, better = list(question.words), {}
    candidates = retrieved.candidates
    seen = candidates.terms_found()
    missing = [place for place, word in enumerate(words) if not _occurs(word, seen, candidates)]
    for place in missing[:MAX_CORRECTED]:
        word = words[place]
        found, weight = _closest(source, word.text, question.retrieval)
        if found:
            if not _is_a_word(word.text):
                better[word.text] = found
            words[place] = _with_spelling(source.analyser, word, found, weight, question.language)
        elif not _own_elements(word):
            words[place] = source.analyser.with_ends(word, question.language)
    return tuple(words), better


def _beside(
    source: CandidateSource, question: Question, found: Candidates
) -> tuple[Candidates, list[float]]:
    """Return more candidates than words find, all together, and how near in meaning each is.

    They are those nearest in meaning, and the other versions of the first ones. The meaning is
    that of the words some candidate has: what only hidden documents contain changes nothing, and
    a query no visible document answers by words finds nothing.
    """
    retrieval = replace(question.retrieval, facets=False)
    wanted = []
    vector = source.meaning.of(_meant(question.words, found))
    if vector is not None:
        directions = directions_of_query(vector)
        wanted.append(replace(retrieval, directions=directions, limit=MAX_NEAREST))
    first = found.documents[:WITH_VERSIONS]
    keys = frozenset(each.translation_key for each in first) - {""}
    if keys:
        wanted.append(replace(retrieval, versions_of=keys))
    together = found
    for each in source.retrieve_each(wanted):
        together = together.with_others(each.candidates)
    if vector is None:
        return together, [0.0] * len(together)
    return together, nearness(vector, [each.meaning for each in together.documents])


def _meant(words: Sequence[QueryWord], candidates: Candidates) -> dict[str, float]:
    """Return the terms a query is about, each with its weight, of those some candidate has."""
    weights: dict[str, float] = {}
    for term in (term for word in words for term in word.terms()):
        weights[term.term] = max(weights.get(term.term, 0.0), term.weight)
    seen = candidates.terms_found()
    return {term: weight for term, weight in weights.items() if term in seen}


def _occurs(word: QueryWord, seen: Collection[str], candidates: Candidates) -> bool:
    """Whether any has the word, what it is made of, or more than one word of another name.

    `seen` are the terms some candidate has.
    """
    own = (word.exact, *(each.term for each in (*word.alternatives, *_own_elements(word))))
    if any(term in seen for term in own):
        return True
    names: dict[str, list[str]] = {}
    for each in word.elements:
        if each.reason == "synonym":
            names.setdefault(each.term.removeprefix(PART), []).append(each.term)
    return candidates.have_several(names.values())


def _is_a_word(written: str) -> bool:
    """Whether a dictionary has it as it is, so that it is no slip, whatever is spelled alike."""
    return any(is_known(fold_case(written), language) for language in ("nb", "nn", "en"))


def _own_elements(word: QueryWord) -> list[QueryTerm]:
    """What the word is made of; without the words of names for it, of which one says little."""
    return [each for each in word.elements if each.reason != "synonym"]


def _closest(source: CandidateSource, written: str, retrieval: Retrieval) -> tuple[str, float]:
    """Return the visible word most like `written`, and how much it may stand for it.

    ("", 0.0) when none is near, or it is one itself.
    """
    word = fold_letters(fold_case(written))
    if len(word) < FEWEST_LETTERS_TO_CORRECT or not word.isalpha():
        return "", 0.0
    allowed = edits_allowed(word)
    near = []
    for other, count in source.similar_words(word, retrieval).items():
        distance = DamerauLevenshtein.distance(word, fold_letters(other), score_cutoff=allowed)
        if not distance:
            return "", 0.0
        if distance <= allowed and not _are_opposite(word, fold_letters(other)):
            near.append((distance, -count, other))
    if not near:
        return "", 0.0
    edits, _count, nearest = min(near)
    return nearest, _weight_of_spelling(edits, len(word))


def _are_opposite(one: str, other: str) -> bool:
    """Whether one word is the other with a beginning that turns its meaning round."""
    shorter, longer = sorted((one, other), key=len)
    return longer.endswith(shorter) and longer.removesuffix(shorter) in NEGATING


def edits_allowed(word: str) -> int:
    """Return how many letters may differ in a word that is taken for a misspelling."""
    return 1 if len(word) < LETTERS_FOR_TWO_EDITS else 2


def _weight_of_spelling(edits: int, letters: int) -> float:
    """How much the nearest word there is may stand for the one of so many letters.

    In a short word one letter mostly makes another word: a name nobody writes of is near to some
    word too ("Benin" to "begin"), and such a find says little of an answer.
    """
    return WEIGHT_MISSPELLED if edits * LETTERS_TO_AN_EDIT <= letters else WEIGHT_ALIKE


def _with_spelling(
    analyser: Analyser, word: QueryWord, other: str, weight: float, language: str
) -> QueryWord:
    terms = [
        QueryTerm(term=each.term, weight=each.weight * weight, reason="spelling")
        for found in analyser.query_words(other, language)
        for each in found.alternatives
    ]
    return replace(word, alternatives=(*word.alternatives, *terms))


def _respelled(written: str, better: Mapping[str, str]) -> str:
    """Put the better words in place of whole words, and nowhere inside others; "" without any."""
    if not better:
        return ""
    words = "|".join(map(re.escape, better))
    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", lambda found: better[found[0]], written)


def _named_products(
    analyser: Analyser, question: Question, candidates: Candidates
) -> frozenset[str]:
    """Return the products the query names, by filter or by all words of the slug."""
    asked = set(terms_of(question.words))
    named = set(question.retrieval.filters.products)
    for slug in {slug for each in candidates.documents for slug in each.products}:
        words = analyser.query_words(slug.replace("-", " "), question.language)
        if words and all(asked & {each.term for each in word.alternatives} for word in words):
            named.add(slug)
    return frozenset(named)


def _in_order(source, query: Query, question: Question, ranked: list[Ranked], editors, sort):
    """Return the hits as they are to be shown, and how many of them editors put first."""
    if query.is_empty or sort == Sort.NEWEST:
        return sorted(_covering(ranked), key=_newest_first), 0
    pins = editors.pinned(query.words)
    if not pins:
        return ranked, 0
    limits = question.retrieval if query.phrases else replace(question.retrieval, phrases=())
    return pinned_first(source, pins, limits, ranked)


def _covering(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Return the hits that have about as much of the query as the one that has most of it."""
    most = max((each.coverage for each in ranked), default=0.0)
    return [each for each in ranked if each.coverage >= MUCH_COVERED * most]


def _newest_first(ranked: Ranked) -> tuple[float, str]:
    updated = ranked.candidate.updated_at
    return (-updated.timestamp() if updated else 0.0), ranked.candidate.id


def _hits(shown: Sequence[Ranked], question: Question, retrieved: Retrieved) -> Iterator[Hit]:
    """Yield the hits with the reasons for each, and without their texts."""
    phrases = tuple(Reason(word=each, how="phrase") for each in question.phrases)
    meant = (Reason(word=" ".join(word.text for word in question.words), how="meaning"),)
    meant = meant if question.words else ()
    having = {each.id for each in retrieved.candidates.documents}
    are_all = len(having) == retrieved.total
    for each in shown:
        yield Hit(
            id=each.candidate.id,
            kind=each.candidate.kind,
            score=each.score,
            language=each.candidate.language,
            products=tuple(each.candidate.products),
            updated_at=each.candidate.updated_at,
            reasons=(phrases + each.reasons) or meant,
            beside=each.candidate.id not in having and (are_all or not each.reasons),
        )


def _with_texts(
    source: CandidateSource,
    page: Page,
    hits: Sequence[Hit],
    question: Question,
    candidates: Candidates,
) -> Page:
    """Return the page with these hits, each with its title and snippet; one whose text is gone
    is left out."""
    texts = source.texts([each.id for each in hits])
    matching = Matching(source.analyser, question.words)
    codes = Matching(source.analyser, whole_codes(question.words))
    shown = []
    for each in hits:
        text = texts.get(each.id)
        if text is None:
            continue
        matcher = matching.in_language(each.language)
        highlighted = snippets.highlight(text.title, matcher)
        whole = codes.in_language(each.language) if codes.has_words else None
        words = (
            candidates.words_of_body(each.id) if len(text.body) <= snippets.MAX_SCANNED else None
        )
        in_body = matcher if words is None else matching.at(words, each.language)
        parts = ((text.summary, matcher), (text.body, in_body))
        excerpt = snippets.snippet(parts, whole=whole)
        shown.append(replace(each, title=text.title, title_html=highlighted, snippet_html=excerpt))
    return replace(page, hits=tuple(shown))


def _facets(counts: Mapping[str, Mapping[str, int]], filters: Filters):
    return {
        name: tuple(
            FacetCount(value=value, count=count, chosen=value in getattr(filters, name))
            for value, count in sorted(values.items(), key=lambda item: (-item[1], item[0]))
        )
        for name, values in counts.items()
    }
