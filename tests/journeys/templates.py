"""Which templates of ours are pages of their own."""

from __future__ import annotations

import re

from tests.contracts.source import templates

EXTENDS = re.compile(r"\{%\s*extends\s+\"([^\"]+)\"\s*%\}")
BASE = "base.html"


def _name(path) -> str:
    return str(path).rpartition("/templates/")[2]


def pages() -> set[str]:
    """Templates that extend the base, however far up it is, or are whole documents themselves.

    What others extend is left out: it is seen wherever they are. Wagtail's admin has a base of its
    own, and is not ours to judge here.
    """
    parents: dict[str, str] = {}
    documents = set()
    for path in templates():
        text = path.read_text(encoding="utf-8")
        found = EXTENDS.search(text)
        if found:
            parents[_name(path)] = found[1]
        elif "<!doctype html>" in text.lower():
            documents.add(_name(path))
    pages = {name for name in parents if _reaches_base(name, parents)}
    return (pages | documents) - set(parents.values()) - {BASE}


def _reaches_base(name: str, parents: dict[str, str]) -> bool:
    while name in parents:
        name = parents[name]
    return name == BASE
