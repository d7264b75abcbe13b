"""How alike words are in letters, for titles that say a thing in almost the same words.

Words are compared by the runs of three and four letters they have in common (the Dice measure).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from search.text.norwegian import stop_words
from search.text.tokens import fold_letters

SHORTEST_RUN = 3
LEAST_ALIKE = 0.3  # what is less alike is not alike at all


@lru_cache(65_536)
def runs_of(word: str) -> frozenset[str]:
    """Return the runs of letters of a word, its ends marked."""
    marked = f"<{word}>"
    return frozenset(
        marked[start : start + length]
        for length in (SHORTEST_RUN, SHORTEST_RUN + 1)
        for start in range(len(marked) - length + 1)
    )


class TitleLikeness:
    """Compares the words of one query, each of some importance, with titles."""

    def __init__(self, words: Mapping[str, float]):
        self._words = list(words)
        self._importance = list(words.values())
        self._total = sum(self._importance) or 1.0
        self._sizes = [len(runs_of(word)) for word in self._words]
        self._having: dict[str, list[int]] = {}
        for place, word in enumerate(self._words):
            for run in runs_of(word):
                self._having.setdefault(run, []).append(place)
        self._runs = frozenset(self._having)
        self._short_runs = [run for run in self._runs if len(run) == SHORTEST_RUN]
        self._met: set[str] = set()
        self._alike: dict[str, dict[int, float]] = {}  # of the words met

    def of_all(self, titles: Sequence[Sequence[str]]) -> list[float]:
        """Return for each title, by its words, what `of` does."""
        new = set().union(*titles) - self._met
        self._met |= new
        for word in self._sharing_a_run(new):
            self._compare(word)
        unlike = self._alike.keys().isdisjoint
        return [0.0 if unlike(title) else self._of_some(title) for title in titles]

    def of(self, title: Sequence[str]) -> float:
        """Return 0 to 1: how much of the query the title's words are like, and the reverse."""
        return self.of_all([title])[0]

    def _of_some(self, title: Sequence[str]) -> float:
        """Return how much a title is like the query that has a word that is."""
        words = [word for word in dict.fromkeys(title) if word not in _folded_stop_words()]
        best: dict[int, float] = {}
        of_title = 0.0
        for word in words:
            likenesses = self._alike.get(word, {})
            of_title += max(likenesses.values(), default=0.0)
            for place, likeness in likenesses.items():
                best[place] = max(best.get(place, 0.0), likeness)
        if not best:
            return 0.0
        of_title /= len(words)
        of_query = sum(self._importance[place] * each for place, each in best.items())
        of_query /= self._total
        return 2 * of_query * of_title / (of_query + of_title) if of_query else 0.0

    def _sharing_a_run(self, words: set[str]) -> set[str]:
        """Return those of many words that have a run of letters of the query, looked for in all.

        Words without white space; whoever shares four letters in sequence also shares three.
        """
        text = "<" + ">\n<".join(words) + ">\n"
        sharing = set()
        for run in self._short_runs:
            at = text.find(run)
            while at >= 0:
                end = text.index("\n", at)
                sharing.add(text[text.rfind("\n", 0, at) + 2 : end - 1])
                at = text.find(run, end)
        return sharing

    def _compare(self, word: str) -> None:
        """Remember which words of the query a word is like, by their places, if any."""
        runs = runs_of(word)
        shared: dict[int, int] = {}
        for run in runs & self._runs:
            for place in self._having[run]:
                shared[place] = shared.get(place, 0) + 1
        alike = {
            place: likeness
            for place, count in shared.items()
            if (likeness := 2 * count / (len(runs) + self._sizes[place])) >= LEAST_ALIKE
        }
        if alike:
            self._alike[word] = alike


@lru_cache(1)
def _folded_stop_words() -> frozenset[str]:
    return frozenset(map(fold_letters, stop_words("")))
