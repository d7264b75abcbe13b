"""Plain documents for tests of search."""

from itertools import count

from search.types import Document

PUBLIC = frozenset({"public"})
_numbers = count(1)


def make_document(title: str = "", **fields) -> Document:
    """A public article in bokmål; its id is its number unless given."""
    number = next(_numbers)
    values = {
        "id": f"article:{number}",
        "kind": "article",
        "title": title or f"Artikkel {number}",
        "language": "nb",
        "visibility": PUBLIC,
    }
    return Document(**(values | fields))
