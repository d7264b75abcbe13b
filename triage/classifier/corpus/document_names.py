"""From the name a document has in sample cases to its id, by whoever knows the kind.

Sample cases name the article that answers them by its slug. The package that knows articles
registers how a slug is found when the application starts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

Finder = Callable[[Collection[str]], dict[str, str]]

_finders: dict[str, Finder] = {}


def register(kind: str, finder: Finder) -> None:
    """Use `finder` to find the document ids of names of the kind."""
    _finders[kind] = finder


def document_ids(kind: str, names: Collection[str]) -> dict[str, str]:
    """Document ids by name, for those names that exist."""
    finder = _finders.get(kind)
    return finder(names) if finder else {}
