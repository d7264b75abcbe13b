"""Where found things are: the address of a document for the person who found it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from django.urls import reverse
from wagtail.models import Site

from cms.community.models import Question
from cms.guidance.models import ArticlePage
from search.registry import kind_of, number_of


def addresses(document_ids: Iterable[str], *, user) -> dict[str, str]:
    """The address of each document that exists, by document id; one statement for each kind.

    A case leads support staff to the desk and everybody else to their own cases.
    """
    by_kind: dict[str, list[int]] = {}
    for document_id in document_ids:
        number = number_of(document_id)
        if number is not None:
            by_kind.setdefault(kind_of(document_id), []).append(number)
    found: dict[str, str] = {}
    for kind, numbers in by_kind.items():
        if kind in _FINDERS:
            found |= {f"{kind}:{pk}": url for pk, url in _FINDERS[kind](numbers, user).items()}
    return found


def _articles(numbers: Collection[int], user) -> dict[int, str]:
    pages = list(ArticlePage.objects.filter(pk__in=numbers).only("url_path"))
    roots = Site.get_site_root_paths()
    for page in pages:
        # Each page would look the roots up in the cache, which is a database table here.
        page._wagtail_cached_site_root_paths = roots
    return {page.pk: page.get_url() for page in pages}


def _questions(numbers: Collection[int], user) -> dict[int, str]:
    rows = Question.objects.filter(pk__in=numbers).values_list("pk", "slug")
    return {pk: reverse("community_question", args=[pk, slug or "-"]) for pk, slug in rows}


def _cases(numbers: Collection[int], user) -> dict[int, str]:
    name = "desk_case" if user.is_authenticated and user.is_support else "my_case"
    return {pk: reverse(name, args=[pk]) for pk in numbers}


_FINDERS: dict[str, Callable[[Collection[int], object], dict[int, str]]] = {
    "article": _articles,
    "question": _questions,
    "ticket": _cases,
}
