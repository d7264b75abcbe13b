"""For a text somebody writes: the few articles and solved questions that may answer it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import log as ln
from types import MappingProxyType

import structlog
from django.utils.translation import gettext as _

from accounts.visibility import tokens_for
from search.contract import SearchEngine
from search.current_words import current
from search.indexing import engine, withdrawn
from search.registry import registry
from search.types import Filters, Hit, Page, Query, Reason
from search.vocabulary import NO_WORDS, EditorsWords
from triage.classifier.corpus.document_names import document_ids
from triage.classifier.labels import product_label
from triage.classifier.predictions.leanings import Earlier
from triage.classifier.predictions.leanings import leanings as leanings_of
from triage.suggestions.answering import answering
from triage.suggestions.learning import votes_for
from triage.suggestions.lessons import NO_VOTES, Votes
from triage.tickets.wording import asking_part

log = structlog.get_logger(__name__)

KINDS = ("article", "question")
ARTICLE = "article"
LOOKED_AT = 12  # hits read to find a few that are good enough
LOOKED_AT_MORE = 16  # where earlier cases tell which are, even of those far down
LEANING = 1.0  # how much belief in a document's product adds to its score
# How well the best hits must cover the text (`Page.answerable`): of the judged letters that have
# an answer 96 % reach this, of far-off questions 31 %.
ENOUGH_COVERED = 0.4
# With earlier cases an article is worth showing when these signs together reach `ENOUGH_SIGNS`:
# the log odds that an article answered cases like it, and half of those that the first line
# solved them; how well the best hits cover the text, how well the article that is believed to
# answer it was found, and how far the first hit is ahead of the second (each 0 to 1).
FIRST_LINE_COUNTS = 0.5
COVERAGE_COUNTS = 5.0
BELIEVED_COUNTS = 2.0
AHEAD_COUNTS = 5.0
ENOUGH_SIGNS = 4.6
SUREST = 1e-4  # a belief nearer to 0 or 1 than this counts as this
ANSWERED_BEFORE = 4.0  # belief that an article answered cases like it, beside the best score, 1
LIKELY = 0.3  # belief from which an article needs no words in common with the text
FEWEST_WORDS = 2  # a hit that shares one plain word with the text says nothing
BESIDE_THE_BEST = 0.45  # of the best score; weaker ones are left out
# Of solved questions and cases nothing has been learnt: one must be about a product the text is
# likely about, and itself be among the best hits, not only beside an article that is.
LIKELY_PRODUCT = 0.3
AMONG_THE_BEST = {"question": 0.75, "ticket": 0.45}  # of the best score of any hit
BEST_BET = "best-bet"  # editors put it first for these words
STRONG = frozenset({"code", "phrase"})
NOT_SHARED = frozenset({"code-part", "meaning", BEST_BET})  # another code, or no word at all
OTHER_NAME = "synonym"  # the document calls it something else


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """A document that may answer a text. `excerpt_html` is escaped, with <mark> around words."""

    id: str
    kind: str
    title: str
    excerpt_html: str
    reason: str
    language: str
    score: float


def suggest(
    text: str,
    *,
    user,
    language: str,
    now: datetime,
    kinds: Sequence[str] = KINDS,
    limit: int = 3,
    product: str = "",
    own: str = "",
) -> list[Suggested]:
    """The documents, best first, that may answer `text` and that `user` may see.

    `language` is that of the reader's interface, `product` a slug the text is known to be about,
    `own` the id of the document the text is of.
    Empty when nothing is good enough, and when the search engine is away. Never raises.
    """
    try:
        hits = find(
            text,
            visibility=tokens_for(user),
            language=language,
            now=now,
            kinds=kinds,
            limit=limit,
            product=product,
            own=own,
        )
        seen = registry.recheck([hit.id for hit in hits], user)
    except Exception:  # a suggestion is never worth a failed page, whatever is wrong with search
        log.exception("suggestions failed")
        return []
    return [_suggested(hit) for hit in hits if hit.id in seen]


def find(
    text: str,
    *,
    visibility: Collection[str],
    language: str,
    now: datetime,
    kinds: Sequence[str] = KINDS,
    limit: int = 3,
    product: str = "",
    own: str = "",
) -> list[Hit]:
    """The good enough hits for holders of `visibility`; raises EngineUnavailable.

    The text's own document covers it wholly and tells nothing of whether others answer it.
    """
    asked = asking_part(text)
    if not asked or limit < 1:
        return []
    believed = leanings_of(asked)
    found = look_up(
        engine(),
        text,
        visibility=visibility,
        language=language,
        now=now,
        kinds=kinds,
        limit=limit,
        leanings={product: 1.0} if product else believed.products,
        choose=answering,
        editors=current(),
        before=_by_document(believed.earlier) if ARTICLE in kinds else None,
        votes=lambda ids: votes_for(text, language, ids),
        without=withdrawn() | {own} if own else withdrawn(),
    )
    return list(found.hits)


def _by_document(found: Earlier | None) -> Earlier | None:
    """What earlier cases say, with the ids of documents in place of articles' names."""
    if found is None:
        return None
    ids = document_ids(ARTICLE, found.articles.keys())
    return replace(found, articles={ids.get(name, name): b for name, b in found.articles.items()})


@dataclass(frozen=True, kw_only=True)
class LookedUp:
    """The good enough hits for a text, best first, and how well the best cover it (0 to 1)."""

    hits: tuple[Hit, ...] = ()
    answerable: float = 0.0


def no_votes(ids: Collection[str]) -> Mapping[str, Votes]:
    """Nothing has been learnt from use."""
    return {}


def look_up(
    engine: SearchEngine,
    text: str,
    *,
    visibility: Collection[str],
    language: str,
    now: datetime | None = None,
    kinds: Sequence[str] = KINDS,
    limit: int = 3,
    leanings: Mapping[str, float] | None = None,
    choose: Callable[[Collection[str]], Collection[str]] = set,
    editors: EditorsWords = NO_WORDS,
    before: Earlier | None = None,
    votes: Callable[[Collection[str]], Mapping[str, Votes]] = no_votes,
    without: Collection[str] = (),
) -> LookedUp:
    """What `find` offers, from this engine alone, without a database.

    `leanings` are beliefs in products by slug; `choose` picks, of document ids, those that may
    be offered (all, unless given); `editors` is what they have written; `before` what earlier
    cases say, with the ids of articles; `votes` tells what use has taught of document ids for
    texts like this; `without` what is not to be seen in any way. Raises EngineUnavailable.
    """
    asked = asking_part(text)
    if not asked:
        return LookedUp()

    def chosen(page: Page) -> list[Hit]:
        ids = [hit.id for hit in page.hits]
        signs = Signs(page, leanings or {}, before, votes(ids))
        return good_enough(page, signs, answers=choose(ids))[:limit]

    page = engine.search(
        Query(written=asked, text=asked, filters=Filters(kinds=frozenset(kinds))),
        visibility=visibility,
        size=max(limit, LOOKED_AT_MORE if before else LOOKED_AT),
        language=language,
        now=now,
        facets=False,
        without=without,
        editors=editors,
        choose=chosen,
    )
    return LookedUp(hits=page.hits, answerable=page.answerable)


def good_enough(page: Page, signs: Signs, *, answers: Collection[str]) -> list[Hit]:
    """The hits worth showing, best first; those of likely products, and what answered cases like
    it, lifted, and what did not fit such cases lowered.

    An error code in common is enough by itself, however little else of the text is covered; so
    is what editors recommend, which comes first in their order.
    """
    offered = [hit for hit in page.hits if hit.id in answers]
    bets = [hit for hit in offered if recommended_for(hit.reasons)]
    fit = [hit for hit in offered if not recommended_for(hit.reasons) and signs.fit(hit)]
    lifted = [replace(hit, score=signs.score(hit)) for hit in fit]
    lifted.sort(key=lambda hit: (-hit.score, hit.id))
    good = [hit for hit in lifted if hit.score >= lifted[0].score * BESIDE_THE_BEST]
    return [*bets, *good]


class Signs:
    """What is known of the hits of one text besides that they were found."""

    def __init__(
        self,
        page: Page,
        leanings: Mapping[str, float],
        before: Earlier | None = None,
        votes: Mapping[str, Votes] = MappingProxyType({}),
    ) -> None:
        self._leanings = leanings
        self._before = before
        self._votes = votes
        self._covered = page.answerable >= ENOUGH_COVERED
        self._answered = self._covered if before is None else _signs(page, before) >= ENOUGH_SIGNS
        self._best = max((hit.score for hit in page.hits), default=0.0) or 1.0

    def fit(self, hit: Hit) -> bool:
        """Whether a hit may be shown at all."""
        if has_code(hit.reasons) or self._votes_on(hit).enough:
            return True
        if hit.kind == ARTICLE:
            return self._answered and (shares_words(hit.reasons) or self._belief(hit) >= LIKELY)
        return self._covered and shares_words(hit.reasons) and self._is_close(hit)

    def _is_close(self, hit: Hit) -> bool:
        """Whether it is among the best hits, and about what the text is about as far as known."""
        known = self._leanings and hit.products
        likely = not known or self._product(hit) >= LIKELY_PRODUCT
        return likely and hit.score >= AMONG_THE_BEST[hit.kind] * self._best

    def score(self, hit: Hit) -> float:
        """How good it is beside the other hits of the text."""
        found = hit.score * (1 + LEANING * self._product(hit))
        found += self._best * ANSWERED_BEFORE * self._belief(hit)
        return self._votes_on(hit).lifted(found, self._best)

    def _product(self, hit: Hit) -> float:
        """Belief that the text is about one of its products; small ones count together."""
        names = {name for slug in hit.products for name in (slug, product_label(slug))}
        return max((self._leanings.get(name, 0.0) for name in names), default=0.0)

    def _votes_on(self, hit: Hit) -> Votes:
        return self._votes.get(hit.id, NO_VOTES)

    def _belief(self, hit: Hit) -> float:
        """Belief that it answers the text, given that some article does."""
        if self._before is None:
            return 0.0
        return self._before.articles.get(hit.id, 0.0) / max(self._before.answered, SUREST)


def _signs(page: Page, before: Earlier) -> float:
    """What earlier cases and the hits say for that an article answers the text, in log odds."""
    signs = _log_odds(before.answered) + FIRST_LINE_COUNTS * _log_odds(before.first_line)
    signs += COVERAGE_COUNTS * page.answerable
    scores = sorted((hit.score for hit in page.hits), reverse=True)
    best = scores[0] if scores else 0.0
    if best <= 0:
        return signs
    believed = max(before.articles, key=lambda each: before.articles[each], default="")
    found = max((hit.score for hit in page.hits if hit.id == believed), default=0.0)
    ahead = best - scores[1] if len(scores) > 1 else 0.0
    return signs + (BELIEVED_COUNTS * found + AHEAD_COUNTS * ahead) / best


def _log_odds(belief: float) -> float:
    belief = min(max(belief, SUREST), 1 - SUREST)
    return ln(belief / (1 - belief))


def recommended_for(reasons: Sequence[Reason]) -> str:
    """The editors' phrase that this is put first for, or ""."""
    return next((reason.word for reason in reasons if reason.how == BEST_BET), "")


def has_code(reasons: Sequence[Reason]) -> bool:
    """Whether a hit has a code of the text, such as an error code, a URN or a scope."""
    return any(reason.how in STRONG for reason in reasons)


def shares_words(reasons: Sequence[Reason]) -> bool:
    """Whether what a hit shares with the text is more than one plain word."""
    shared = {reason.word.lower() for reason in reasons if reason.how not in NOT_SHARED}
    return len(shared) >= FEWEST_WORDS


def _suggested(hit: Hit) -> Suggested:
    return Suggested(
        id=hit.id,
        kind=hit.kind,
        title=hit.title,
        excerpt_html=hit.snippet_html,
        reason=_reason(hit),
        language=hit.language,
        score=hit.score,
    )


def _reason(hit: Hit) -> str:
    phrase = recommended_for(hit.reasons)
    if phrase:
        return _("Our editors recommend it for “%(words)s”.") % {"words": phrase}
    return reason_for(hit.kind, shared_words(hit.reasons))


def shared_words(reasons: Sequence[Reason], most: int = 3) -> list[str]:
    """The words that say most of why a hit was found: codes first, then the longest.

    Only words the document has too, in whatever form; none where it calls everything otherwise.
    """
    shared = [each for each in reasons if each.how not in NOT_SHARED and each.how != OTHER_NAME]
    ranked = sorted(shared, key=lambda reason: (reason.how not in STRONG, -len(reason.word)))
    return list(dict.fromkeys(reason.word for reason in ranked))[:most]


def reason_for(kind: str, words: Sequence[str]) -> str:
    """One sentence on why this is suggested, in the language of the page."""
    if not words:
        return _("It is about the same as the text.")
    listed = ", ".join(_("“%(word)s”") % {"word": word} for word in words)
    sentences = {
        "question": _("Others asked about %(words)s and got an answer."),
        "ticket": _("An earlier case about %(words)s was solved."),
    }
    return sentences.get(kind, _("It mentions %(words)s, as the text does.")) % {"words": listed}
