"""Where found things are: the address of a document for the person who found it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from django.conf import settings
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


def absolute(address: str) -> str:
    """An address as it is followed from outside the site, such as from a mail or an answer."""
    return address if "://" in address else f"{settings.PUBLIC_URL}{address}"


def article_addresses(url_paths: Mapping[int, str]) -> dict[int, str]:
    """The address of each article by its id, from the place of its page in the tree."""
    if not url_paths:
        return {}
    # One page stands for all: to make each costs more than to find all their addresses, and each
    # would look the roots up in the cache, which is a database table here.
    page = ArticlePage()
    page._wagtail_cached_site_root_paths = Site.get_site_root_paths()
    found = {}
    for number, page.url_path in url_paths.items():
        found[number] = page.get_url()
    return found


def question_address(pk: int, slug: str) -> str:
    """The address of a question's page."""
    return reverse("community_question", args=[pk, slug or "-"])


def _articles(numbers: Collection[int], user) -> dict[int, str]:
    rows = ArticlePage.objects.filter(pk__in=numbers).values_list("pk", "url_path")
    return article_addresses(dict(rows))


def _questions(numbers: Collection[int], user) -> dict[int, str]:
    rows = Question.objects.filter(pk__in=numbers).values_list("pk", "slug")
    return {pk: question_address(pk, slug) for pk, slug in rows}


def _cases(numbers: Collection[int], user) -> dict[int, str]:
    name = "desk_case" if user.is_authenticated and user.is_support else "my_case"
    return {pk: reverse(name, args=[pk]) for pk in numbers}


_FINDERS: dict[str, Callable[[Collection[int], object], dict[int, str]]] = {
    "article": _articles,
    "question": _questions,
    "ticket": _cases,
}
