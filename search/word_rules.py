"""What editors may write: what would hurt the search, or do nothing, is refused with a sentence."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from search.text.concepts import NORWEGIAN
from search.text.norwegian import stop_words
from search.text.tokens import fold_case, storable, tokens
from search.vocabulary import Bet, SameThing, folded, forms_of, read_words, said, words_of

LINE_END = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")
COMMA = re.compile(r"[,;](?=\s|$)")
MOST_WORDS_BETWEEN_COMMAS = 3  # more are a sentence
MOST_BETS = 1000
MOST_PHRASES = 20  # of one best bet
MOST_BETS_FOR_PHRASE = 5  # as many as are shown
LONGEST_PHRASE = 100  # characters
MOST_SYNONYMS = 1000
MOST_NAMES = 12  # on one side of a synonym
LONGEST_NAME = 60  # characters
MOST_WORDS_OF_NAME = 5
MOST_STOP_WORDS = 200
LONGEST_STOP_WORD = 40  # characters
MOST_POSITION = 1000

NOTHING_TO_SEARCH = gettext_lazy("“%(text)s” has no word that can be searched for.")
TOO_LONG = gettext_lazy("“%(text)s…” is too long. Write at most %(most)s characters.")
TWICE = gettext_lazy("“%(text)s” is the same as “%(other)s”; forms of a word need no line.")
FULL = gettext_lazy(
    "There are %(most)s already, and more would make each search slower. Delete some that are "
    "not needed first."
)
ALL_PASSED_OVER = gettext_lazy("“%(text)s” consists of stop words alone, so it would do nothing.")


class Refused(ValueError):
    """What was written is refused; `field` is where, "" for all of it, and the text says why."""

    def __init__(self, field: str, message: str | Promise):
        super().__init__(str(message))
        self.field = field


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines that say something, with single spaces.

    Commas part a list of a few words each as line ends do; those of a sentence part nothing.
    """
    pieces = (piece for line in LINE_END.split(storable(text)) for piece in _between_commas(line))
    lines = (" ".join(piece.split()) for piece in pieces)
    return tuple(line for line in lines if line)


def _between_commas(line: str) -> list[str]:
    pieces = COMMA.split(line)
    is_list = all(len(piece.split()) <= MOST_WORDS_BETWEEN_COMMAS for piece in pieces)
    return pieces if is_list else [line]


def on_one_line(text: str) -> str:
    """Return words as one line for `lines_of`, without the commas that would part them."""
    return " ".join(COMMA.sub(" ", text).split())


def check_bet(bet: Bet, others: Sequence[Bet], passed_over: Collection[str]) -> None:
    """Raise Refused for a best bet that is no good beside these `others`."""
    if len(others) >= MOST_BETS:
        raise Refused("", FULL % {"most": MOST_BETS})
    _check_lines("phrases", bet.phrases, most=MOST_PHRASES, longest=LONGEST_PHRASE)
    for phrase in bet.phrases:
        if _is_passed_over(phrase, passed_over):
            raise Refused("phrases", ALL_PASSED_OVER % {"text": phrase})
    _check_different("phrases", bet.phrases, _bag)
    _check_beside(bet, others)


def _check_beside(bet: Bet, others: Sequence[Bet]) -> None:
    """Refuse the same phrase for the same page, and too many pages for one phrase."""
    same = {_bag(phrase): phrase for phrase in bet.phrases}
    pages: dict[str, set[str]] = {}
    for other in others:
        for phrase in other.phrases:
            mine = same.get(_bag(phrase))
            if mine and other.document == bet.document:
                message = _("“%(text)s” already leads to this page, in another best bet.")
                raise Refused("phrases", message % {"text": mine})
            if mine:
                pages.setdefault(mine, set()).add(other.document)
    for phrase, found in pages.items():
        if len(found) >= MOST_BETS_FOR_PHRASE:
            message = _("“%(text)s” already leads to %(most)s pages; more are not shown.")
            raise Refused("phrases", message % {"text": phrase, "most": MOST_BETS_FOR_PHRASE})


def check_synonym(
    synonym: SameThing, others: Iterable[SameThing], passed_over: Collection[str]
) -> None:
    """Raise Refused for a synonym that is no good beside these `others`."""
    others = list(others)
    if len(others) >= MOST_SYNONYMS:
        raise Refused("", FULL % {"most": MOST_SYNONYMS})
    for field, names in (("words", synonym.words), ("others", synonym.others)):
        _check_lines(field, names, most=MOST_NAMES, longest=LONGEST_NAME)
        for name in names:
            _check_name(field, name, passed_over)
        _check_different(field, names, _sequence)
    _check_not_itself(synonym)
    known = {_pair(pair) for other in others for pair in other.pairs()}
    new = [pair for pair in synonym.pairs() if _pair(pair) not in known]
    if not new:
        raise Refused("words", _("These are synonyms already; nothing here is new."))


def _check_name(field: str, name: str, passed_over: Collection[str]) -> None:
    words = said(name)
    if all(word in stop_words("") for word in words):
        message = _("“%(text)s” has only words that every search passes over.")
        raise Refused(field, message % {"text": name})
    if _is_passed_over(name, passed_over):
        raise Refused(field, ALL_PASSED_OVER % {"text": name})
    if len(words) > MOST_WORDS_OF_NAME:
        message = _("“%(text)s” has too many words. Write at most %(most)s.")
        raise Refused(field, message % {"text": name, "most": MOST_WORDS_OF_NAME})


def _check_not_itself(synonym: SameThing) -> None:
    """Refuse two names that every search takes for the same already."""
    words = {forms_of(said(word), NORWEGIAN): word for word in synonym.words}
    for other in synonym.others:
        word = words.get(forms_of(said(other), NORWEGIAN))
        if word:
            message = _("“%(text)s” cannot be a synonym for itself.")
            if folded(word) != folded(other):
                message = _("“%(other)s” is a form of “%(text)s”, and is found without a synonym.")
            raise Refused("others", message % {"text": word, "other": other})


def check_stop_word(
    word: str, others: Collection[str], bets: Iterable[Bet], synonyms: Iterable[SameThing]
) -> None:
    """Raise Refused for a folded stop word that is no good; `others` are those there are."""
    if len(others) >= MOST_STOP_WORDS:
        raise Refused("", FULL % {"most": MOST_STOP_WORDS})
    found = list(tokens(word))
    if not found:
        raise Refused("word", NOTHING_TO_SEARCH % {"text": word})
    if len(word) > LONGEST_STOP_WORD:
        raise Refused("word", TOO_LONG % {"text": word[:20], "most": LONGEST_STOP_WORD})
    if len(found) > 1 or " " in word:
        raise Refused("word", _("Write one word. Each stop word has its own line."))
    if word in others:
        raise Refused("word", _("“%(text)s” is a stop word already.") % {"text": word})
    if word in stop_words(""):
        message = _("“%(text)s” is passed over already, as every small word is.")
        raise Refused("word", message % {"text": word})
    _check_needed(word, others, bets, synonyms)


def _check_needed(word, others, bets, synonyms) -> None:
    """Refuse a word without which a best bet or a synonym has nothing left."""
    together = {*others, word}
    for bet in bets:
        for phrase in bet.phrases:
            if _is_passed_over(phrase, together):
                message = _("The best bet for “%(text)s” would have no words left.")
                raise Refused("word", message % {"text": phrase})
    for synonym in synonyms:
        for name in (*synonym.words, *synonym.others):
            if _is_passed_over(name, together):
                message = _("The synonym “%(text)s” would have no words left.")
                raise Refused("word", message % {"text": name})


def _check_lines(field: str, lines: Sequence[str], *, most: int, longest: int) -> None:
    if not lines:
        raise Refused(field, _("Write at least one line."))
    if len(lines) > most:
        raise Refused(field, _("Write at most %(most)s lines.") % {"most": most})
    for line in lines:
        if len(line) > longest:
            raise Refused(field, TOO_LONG % {"text": line[:20], "most": longest})
        if not said(line):
            raise Refused(field, NOTHING_TO_SEARCH % {"text": line})


def _check_different(
    field: str, lines: Sequence[str], key: Callable[[str], tuple[str, ...]]
) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for line in lines:
        other = seen.setdefault(key(line), line)
        if other != line or lines.count(line) > 1:
            raise Refused(field, TWICE % {"text": line, "other": other})


def _is_passed_over(text: str, passed_over: Collection[str]) -> bool:
    """Whether nothing is left of a text that has words of its own."""
    words = [word for word in said(text) if word not in stop_words("")]
    return bool(words) and all(folded(word) in passed_over for word in words)


def _sequence(text: str) -> tuple[str, ...]:
    """The same for what is looked up as the same; "logge inn" and "logge ut" are not."""
    return read_words(text).key(NORWEGIAN)


def _bag(text: str) -> tuple[str, ...]:
    return tuple(sorted(_sequence(text)))


def _pair(pair: tuple[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return _sequence(pair[0]), _sequence(pair[1])


def clean_stop_word(word: str) -> str:
    """Return a word as stop words are kept and shown: as a search sees it, without marks."""
    words = words_of(word)
    return words[0] if len(words) == 1 else fold_case(" ".join(storable(word).split()))
