"""What has been done already about words people search for, told beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from cms.guidance.models import ArticlePage
from search.current_words import current


@dataclass(frozen=True, kw_only=True)
class Mended:
    """One thing that was done, and where it is looked at; "" where a trial shows it."""

    label: str
    address: str = ""


def mended(searches: Sequence[str], *, user) -> dict[str, list[Mended]]:
    """What applies to each search now: best bets, synonyms, and articles begun for it.

    An article is one whose search words are the search, as in a draft made here. Two statements.
    """
    words = current()
    found: dict[str, list[Mended]] = {}
    for search in searches:
        heard = words.heard(search)
        said = [Mended(label=_("best bet"))] if heard.pins else []
        said += [Mended(label=_("synonym"))] if heard.other_names else []
        found[search] = said
    articles = ArticlePage.objects.visible_to(user).filter(search_words__in=searches)
    for article in articles.select_related("owner").only(
        "search_words", "live", "owner__name", "owner__email"
    ):
        found[article.search_words].append(_article(article))
    return {search: said for search, said in found.items() if said}


def _article(article: ArticlePage) -> Mended:
    label = _("article")
    if not article.live:
        writer = article.owner
        label = _("draft by %(name)s") % {"name": writer.display_name} if writer else _("draft")
    return Mended(label=label, address=reverse("wagtailadmin_pages:edit", args=[article.pk]))
