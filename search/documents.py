"""Documents as lines of text: to be set aside while an index is built, and to be compared."""

import hashlib
import json
from dataclasses import fields
from datetime import UTC, datetime

from search.types import Authority, Document, ProductStatus

_NAMES = tuple(each.name for each in fields(Document))
_TUPLES = ("headings", "search_words", "link_texts", "questions", "products", "audiences")


def to_line(document: Document) -> str:
    """Return a document as one line of JSON, the same for equal documents."""
    values = {name: getattr(document, name) for name in _NAMES}
    values["visibility"] = sorted(document.visibility)
    values["updated_at"] = document.updated_at.timestamp() if document.updated_at else None
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def from_line(line: str) -> Document:
    """Return the document `to_line` wrote."""
    values = json.loads(line)
    moment = values["updated_at"]
    values["updated_at"] = None if moment is None else datetime.fromtimestamp(moment, UTC)
    values["visibility"] = frozenset(values["visibility"])
    values["authority"] = Authority(values["authority"])
    values["product_status"] = ProductStatus(values["product_status"])
    return Document(**(values | {name: tuple(values[name]) for name in _TUPLES}))


def fingerprint(document: Document) -> str:
    """Return a short text that differs when anything in the document differs."""
    line = to_line(document).encode("utf-8", "replace")
    return hashlib.blake2b(line, digest_size=12).hexdigest()
