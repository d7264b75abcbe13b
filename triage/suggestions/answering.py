"""Which documents of a kind are an answer. The site says so; suggestions know no pages.

A question somebody asked is found by a search, but it is no suggestion before it is solved. The
package that knows a kind registers its rule when the application starts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from search.registry import kind_of

Rule = Callable[[Collection[str]], set[str]]

_rules: dict[str, Rule] = {}


def register(kind: str, rule: Rule) -> None:
    """Use `rule` to choose, among document ids of the kind, those that answer something."""
    _rules[kind] = rule


def answering(ids: Collection[str]) -> set[str]:
    """Those of the documents that answer something; kinds without a rule all do."""
    kept: set[str] = set()
    for kind in {kind_of(each) for each in ids}:
        group = [each for each in ids if kind_of(each) == kind]
        rule = _rules.get(kind)
        kept |= set(group) if rule is None else rule(group) & set(group)
    return kept
