"""What use has taught about documents: which helped with texts like this one, which did not. Pure.

A lesson holds for texts like the one it was learnt from, never for a document as such: what
answers one question well is no answer to another. Nobody's vote weighs much by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from search.text.analysis import CODE, EXACT, PART, analyse

MOST_WORDS = 60  # of a text, in its order: what comes later is seldom the question
FULL_LENGTH = 8  # letters from which a word says all that a word can say
CODE_WEIGHS = 3.0  # an error code, a scope, a URN; a plain word weighs at most 1
# Likeness from which a lesson holds for a text: of sample cases about different matters 0.3 % of
# pairs reach this, of wordings of one matter fifteen times as many.
ALIKE = 0.2
SAME = 0.4  # likeness from which a lesson is a whole vote
MOST_FOR_OF_ONE = 3.0  # votes; whoever answers alone at a desk is no crowd
MOST_AGAINST_OF_ONE = 1.0
FEWEST_AGAINST = 2  # people before anything falls: one alone sinks nothing
HALF = 2.0  # votes that have half of the effect that many have
RISES = 2.0  # how much what helped rises at most, beside the best score, 1
FALLS = 0.7  # of its score, how much is taken at most from what did not fit
ENOUGH_TO_SHOW = 1.5  # votes from which words in common are not needed


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A document helped with a text, or did not fit it. `giver` tells people apart, not who."""

    document: str
    helped: bool
    words: frozenset[str]
    giver: str


@dataclass(frozen=True, kw_only=True)
class Votes:
    """For and against one document, for one text. Each lesson counts as much as it is alike."""

    helped: float = 0.0
    did_not: float = 0.0

    def lifted(self, score: float, best: float) -> float:
        """A document's score after the votes; `best` is the best score of any."""
        down = FALLS * _share(self.did_not)
        return (score + best * RISES * _share(self.helped)) * (1 - down)

    @property
    def enough(self) -> bool:
        """Whether it helped so often that it may be shown whatever its words are."""
        return self.helped >= ENOUGH_TO_SHOW and self.helped > self.did_not


NO_VOTES = Votes()


def words_of(text: str, language: str = "", *, most: int | None = MOST_WORDS) -> frozenset[str]:
    """The stems and codes of a text that tell what it is about; no function words.

    `most` are read of a long text, all with None.
    """
    terms = analyse(text, language)
    stems = (term for term in terms if not term.startswith((EXACT, PART)) and len(term) > 2)
    return frozenset(list(dict.fromkeys(stems))[:most])


def likeness(one: Collection[str], other: Collection[str]) -> float:
    """How alike two texts are by their words, 0 to 1 (the cosine of weighted words)."""
    shared = _weight(frozenset(one) & frozenset(other))
    return shared / sqrt(_weight(one) * _weight(other)) if shared else 0.0


def _weight(words: Iterable[str]) -> float:
    """Long words say more: in Norwegian most of them are names of things, put together."""
    return sum(
        CODE_WEIGHS if word.startswith(CODE) else min(len(word), FULL_LENGTH) / FULL_LENGTH
        for word in words
    )


def votes_on(words: frozenset[str], lessons: Iterable[Lesson]) -> Mapping[str, Votes]:
    """The votes on each document for a text of these words; only lessons of texts like it count."""
    given: dict[tuple[str, bool], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for lesson in lessons:
        alike = likeness(words, lesson.words)
        if alike >= ALIKE:
            given[lesson.document, lesson.helped][lesson.giver] += min(alike / SAME, 1.0)
    documents = {document for document, _helped in given}
    return {
        document: Votes(
            helped=_sum(given.get((document, True), {}), MOST_FOR_OF_ONE),
            did_not=_sum(given.get((document, False), {}), MOST_AGAINST_OF_ONE, FEWEST_AGAINST),
        )
        for document in documents
    }


def _sum(by_giver: Mapping[str, float], most: float, fewest: int = 1) -> float:
    """The votes together, each person's up to `most`; none from fewer people than `fewest`."""
    if len(by_giver) < fewest:
        return 0.0
    return sum(min(each, most) for each in by_giver.values())


def _share(votes: float) -> float:
    return votes / (votes + HALF)
