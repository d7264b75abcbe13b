"""What has been done already about words people search for, told beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from cms.guidance.models import ArticlePage
from cms.indexing import ARTICLE
from search.current_words import current
from search.models import KnownQuery
from search.registry import kind_of, number_of
from search.vocabulary import Pin


@dataclass(frozen=True, kw_only=True)
class Mended:
    """One thing that was done, and where it is looked at; "" where a trial shows it."""

    label: str
    address: str = ""


def mended(searches: Sequence[KnownQuery], *, user) -> dict[int, list[Mended]]:
    """What applies to each search now, by its key: best bets, synonyms, and articles begun for it.

    An article is one whose search words are the search, with its signs or without, as in a draft
    made here. Three statements.
    """
    words = current()
    applies = {search.pk: words.heard(search.words) for search in searches}
    live = _live({pin.document for heard in applies.values() for pin in heard.pins})
    begun = _articles({text for search in searches for text in _written(search)}, user)
    found: dict[int, list[Mended]] = {}
    for search in searches:
        heard = applies[search.pk]
        said = [_best_bet(heard.pins, live)] if heard.pins else []
        said += [Mended(label=_("synonym"))] if heard.other_names else []
        found[search.pk] = said + [each for text in _written(search) for each in begun[text]]
    return {pk: said for pk, said in found.items() if said}


def _best_bet(pins: Sequence[Pin], live: Collection[str]) -> Mended:
    """Whether readers are shown any of the pages; if not, where the best bet is."""
    if any(pin.document in live for pin in pins):
        return Mended(label=_("best bet"))
    address = f"{reverse('best-bets:index')}?{urlencode({'q': pins[0].phrase})}"
    return Mended(label=_("best bet to a page that is not published"), address=address)


def _live(documents: Collection[str]) -> set[str]:
    """Those of the documents that are published articles."""
    articles = [each for each in documents if kind_of(each) == ARTICLE]
    rows = ArticlePage.objects.live().filter(pk__in=[number_of(each) for each in articles])
    return {f"{ARTICLE}:{pk}" for pk in rows.values_list("pk", flat=True)}


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
