"""How good suggested articles are, for texts whose article is known or known to be none. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FIRST = 3  # suggestions that are shown
MOST_FOUND, LEAST_FALSE = "found", "false"
BARS = {MOST_FOUND: 0.75, LEAST_FALSE: 0.10}


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A text, the name of the article that answers it ("" for none), and those suggested."""

    language: str
    article: str
    suggested: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts: texts that have an article, of these with it among the first `FIRST` and with
    nothing suggested; texts that have none, of these with something suggested."""

    with_article: int
    found: int
    silent: int
    without: int
    false: int

    @property
    def found_share(self) -> float:
        """Of texts that have an article, the share (0 to 1) that were shown it."""
        return self.found / self.with_article if self.with_article else 0.0

    @property
    def false_share(self) -> float:
        """Of texts that have none, the share (0 to 1) that were shown something."""
        return self.false / self.without if self.without else 0.0

    @property
    def reached(self) -> dict[str, bool]:
        """Which of the `BARS` are reached."""
        return {
            MOST_FOUND: self.found_share >= BARS[MOST_FOUND],
            LEAST_FALSE: self.false_share <= BARS[LEAST_FALSE],
        }


def figures_of(judged: Sequence[Judged]) -> Figures:
    """Count."""
    having = [each for each in judged if each.article]
    lacking = [each for each in judged if not each.article]
    return Figures(
        with_article=len(having),
        found=sum(each.article in each.suggested[:FIRST] for each in having),
        silent=sum(not each.suggested for each in having),
        without=len(lacking),
        false=sum(bool(each.suggested) for each in lacking),
    )


def by_language(judged: Sequence[Judged]) -> dict[str, Figures]:
    """The figures of each language."""
    languages = sorted({each.language for each in judged})
    return {
        language: figures_of([each for each in judged if each.language == language])
        for language in languages
    }
