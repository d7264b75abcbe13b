"""Which cases are about the same matter: merged ones, and those with nearly the same subject. Pure.

A case whose near twin was learnt from says nothing about cases to come, so twins stay on one side.
Numbers do not count: the same error with another code or date is the same matter to a machine.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from math import ceil

from search.text.tokens import fold_case

ALIKE = 0.7  # of the words of two subjects that both have
_WORD = re.compile(r"[^\W\d_]{2,}")
_REPLY = re.compile(r"^\s*(?:(?:sv|vs|re|fw|fwd|aw|ang|angående|angåande)\s*:\s*)+", re.IGNORECASE)


def families(subjects: Sequence[str], threads: Sequence[Hashable] | None = None) -> list[int]:
    """The family of each subject, as the place of its first member.

    Subjects are of one family when both have most of their words in common, or one thread, and so
    is whatever is in a family with either.
    """
    parent = list(range(len(subjects)))
    words = [words_of(subject) for subject in subjects]
    for group in _grouped(threads if threads is not None else []):
        _join(parent, group)
    for group in _grouped([frozenset(own) or number for number, own in enumerate(words)]):
        _join(parent, group)
    for one, other in _near(words):
        _join(parent, [one, other])
    return [_root(parent, number) for number in range(len(subjects))]


def words_of(subject: str) -> frozenset[str]:
    """The words a subject is compared by."""
    return frozenset(_WORD.findall(fold_case(_REPLY.sub("", subject))))


def _grouped(keys: Sequence[Hashable]) -> list[list[int]]:
    places: dict[Hashable, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        places[key].append(number)
    return [each for each in places.values() if len(each) > 1]


def _near(words: Sequence[frozenset[str]]):
    """Pairs of different sets with `ALIKE` of their words in common, each set compared once.

    Two such sets share one of the rarest words of each: only those are looked up, so the time
    grows with the number of subjects and not with its square.
    """
    first = {own: number for number, own in reversed(list(enumerate(words))) if own}
    counts = Counter(word for own in first for word in own)
    seen: dict[str, list[frozenset[str]]] = defaultdict(list)
    for own, number in first.items():
        rarest = sorted(own, key=lambda word: (counts[word], word))
        prefix = rarest[: len(own) - ceil(ALIKE * len(own)) + 1]
        for other in {each for word in prefix for each in seen[word]}:
            if len(own & other) >= ALIKE * len(own | other):
                yield number, first[other]
        for word in prefix:
            seen[word].append(own)


def _join(parent: list[int], members: Sequence[int]) -> None:
    roots = {_root(parent, each) for each in members}
    for root in roots:
        parent[root] = min(roots)


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number
