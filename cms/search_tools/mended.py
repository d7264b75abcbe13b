"""What has been done already about words people search for, told beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from cms.guidance.models import ArticlePage
from search.current_words import current
from search.models import KnownQuery


@dataclass(frozen=True, kw_only=True)
class Mended:
    """One thing that was done, and where it is looked at; "" where a trial shows it."""

    label: str
    address: str = ""


def mended(searches: Sequence[KnownQuery], *, user) -> dict[int, list[Mended]]:
    """What applies to each search now, by its key: best bets, synonyms, and articles begun for it.

    An article is one whose search words are the search, with its signs or without, as in a draft
    made here. Two statements.
    """
    words = current()
    begun = _articles({text for search in searches for text in _written(search)}, user)
    found: dict[int, list[Mended]] = {}
    for search in searches:
        heard = words.heard(search.words)
        said = [Mended(label=_("best bet"))] if heard.pins else []
        said += [Mended(label=_("synonym"))] if heard.other_names else []
        found[search.pk] = said + [each for text in _written(search) for each in begun[text]]
    return {pk: said for pk, said in found.items() if said}


def _written(search: KnownQuery) -> tuple[str, ...]:
    return tuple(dict.fromkeys((search.words, search.text)))


def _articles(texts: Collection[str], user) -> defaultdict[str, list[Mended]]:
    """The articles the person may see whose search words are one of the texts."""
    articles = ArticlePage.objects.visible_to(user).filter(search_words__in=texts)
    begun: defaultdict[str, list[Mended]] = defaultdict(list)
    for article in articles.select_related("owner").only(
        "search_words", "live", "owner__name", "owner__email"
    ):
        begun[article.search_words].append(_article(article))
    return begun


def _article(article: ArticlePage) -> Mended:
    label = _("article")
    if not article.live:
        writer = article.owner
        label = _("draft by %(name)s") % {"name": writer.display_name} if writer else _("draft")
    return Mended(label=label, address=reverse("wagtailadmin_pages:edit", args=[article.pk]))
