"""What of found documents a person may see, as it is now: by one statement for each kind.

The search box asks for each letter written in it. To ask who may see a page, what it is called
and where it is in turn would read the same rows three times.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from cms.indexing import ARTICLE, QUESTION, found_articles, found_questions
from portal.addresses import addresses, article_addresses, question_address
from search.registry import kind_of, registry


@dataclass(frozen=True, kw_only=True)
class Offered:
    """Title, language and address of a document as it is now.

    Of a case title and language are empty: its subject hides nothing from who may see it.
    """

    address: str
    title: str = ""
    language: str = ""


def offered(document_ids: Collection[str], *, user) -> dict[str, Offered]:
    """Those of the documents this person may see now, by document id."""
    found: dict[str, Offered] = {}
    others = {each for each in document_ids if kind_of(each) not in _READERS}
    for kind, read in _READERS.items():
        ids = [each for each in document_ids if kind_of(each) == kind]
        if ids:
            found |= {f"{kind}:{pk}": each for pk, each in read(ids, user).items()}
    seen = addresses(registry.recheck(others, user), user=user)
    return found | {each: Offered(address=address) for each, address in seen.items()}


def _articles(ids: Collection[str], user) -> dict[int, Offered]:
    rows = list(found_articles(ids, user).values_list("pk", "title", "language", "url_path"))
    where = article_addresses({pk: path for pk, _title, _language, path in rows})
    return {
        pk: Offered(title=title, language=language, address=where[pk])
        for pk, title, language, _path in rows
    }


def _questions(ids: Collection[str], user) -> dict[int, Offered]:
    rows = found_questions(ids, user).values_list("pk", "title", "language", "slug")
    return {
        pk: Offered(title=title, language=language, address=question_address(pk, slug))
        for pk, title, language, slug in rows
    }


_READERS: Mapping[str, Callable[[Collection[str], object], dict[int, Offered]]] = {
    ARTICLE: _articles,
    QUESTION: _questions,
}
