"""Where to go when a search found nothing: what was tried, less of it, and what is near."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rapidfuzz import fuzz

from accounts.visibility import tokens_for
from portal.selfservice.search_request import SearchRequest
from search.asking import search, understand
from search.contract import EngineUnavailable
from search.text.norwegian import stop_words
from taxonomy.models import Product, Topic

MOST_TRIED = 4
SHOWN_NEAR = 6
NEAR = 62  # of 100; how alike a word and a name must be


@dataclass(frozen=True, kw_only=True)
class Lead:
    """A link with the words on it, and what it leads to."""

    label: str
    address: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Leads:
    """Searches that do find something, and products and topics whose names are near.

    `says_nothing` is true of words that stand in nearly every text, such as "how is it".
    """

    easier: list[Lead]
    near: list[Lead]
    says_nothing: bool


def leads_on(asked: SearchRequest, *, user) -> Leads:
    """What to offer after an empty answer; what is near alone where the engine went away since."""
    try:
        easier = _easier(asked, user)
    except EngineUnavailable:
        easier = []
    words = understand(asked.words).words.split()
    says_nothing = bool(words) and not any(_says_something(word) for word in words)
    return Leads(easier=easier, near=_near(asked), says_nothing=says_nothing)


def _easier(asked: SearchRequest, user) -> list[Lead]:
    """The same search with less demanded, each with how many hits it has; only those with any."""
    found = []
    for label, other in _with_less(asked):
        count = _count(other, user)
        if count:
            note = ngettext("%(count)s hit", "%(count)s hits", count) % {"count": count}
            address = f"{reverse('search')}?{other.address}"
            found.append(Lead(label=label, address=address, note=note))
    return found


def _with_less(asked: SearchRequest) -> list[tuple[str, SearchRequest]]:
    """Searches that ask for less, nearest to the first one first; at most `MOST_TRIED`."""
    query = understand(asked.words)
    tries = []
    if asked.filters and asked.words:
        tries.append((_("Search in everything, without filters"), asked.without_filters()))
    plain = query.words
    if (query.phrases or query.excluded) and plain:
        label = _("Search for the words alone: %(words)s") % {"words": plain}
        tries.append((label, asked.without_filters().with_words(plain)))
    words = plain.split()
    if len(words) > 1:
        telling = [word for word in words if _says_something(word)]
        for word in sorted(telling, key=len, reverse=True)[:2]:
            label = _("Search for %(word)s alone") % {"word": word}
            tries.append((label, asked.without_filters().with_words(word)))
    return tries[:MOST_TRIED]


def _says_something(word: str) -> bool:
    """Whether the word tells texts from each other, as function words do not."""
    return word.casefold().strip(".,:;?!") not in stop_words("")


def _count(asked: SearchRequest, user) -> int:
    page = search(
        asked.words,
        user=user,
        visibility=tokens_for(user),
        filters=asked.filters,
        size=1,
        language=translation.get_language(),
        now=timezone.now(),
        place="leads",
        facets=False,
        log=False,
    )
    return page.having_words


def _near(asked: SearchRequest) -> list[Lead]:
    """Products and topics whose names look like a word that was written; two statements."""
    words = [word.casefold() for word in asked.words.split()[:20] if len(word) > 2]
    near = []
    for product in Product.objects.all():
        near.append((_likeness(words, product), product.name, SearchRequest(words=product.name)))
    for topic in Topic.objects.select_related("product"):
        label = f"{topic.name} – {topic.product.name}"
        near.append((_likeness(words, topic), label, SearchRequest(words=topic.name)))
    near = sorted((each for each in near if each[0] >= NEAR), key=lambda each: (-each[0], each[1]))
    return [
        Lead(label=label, address=f"{reverse('search')}?{other.address}")
        for _score, label, other in near[:SHOWN_NEAR]
    ]


def _likeness(words: list[str], named: Product | Topic) -> float:
    """How like a word the name is in any language, 0 to 100."""
    names = {named.name_nb, named.name_nn, named.name_en, *named.name_nb.split()}
    return max(
        (fuzz.ratio(word, name.casefold()) for word in words for name in names if len(name) > 2),
        default=0.0,
    )
