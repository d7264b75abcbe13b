"""A draft of an article that answers what people search for and do not find."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from accounts.models import Team, User
from cms.community.texts import address_words
from cms.guidance.editing import REVIEW_AFTER
from cms.guidance.models import ArticlePage, SectionPage
from cms.indexing import ARTICLE
from search.models import ClickDay, KnownQuery
from search.registry import number_of


class NoPlace(Exception):
    """There is no section the person may write in, or no team to answer for an article."""


@transaction.atomic
def draft_for(query: KnownQuery, *, by: User, language: str, now: datetime) -> ArticlePage:
    """A draft owned by the editor, with the words as title and search words; raises NoPlace.

    The editor's draft of the same words, or of the search with its signs, is used when there is
    one, so that pressing twice makes one. It lies beside the article most often opened from the
    words, or in the first section.
    """
    words = query.words
    own = ArticlePage.objects.filter(live=False, owner=by)
    kept = own.filter(search_words__in={words, query.text}).first()
    if kept is not None:
        return kept
    beside = _most_opened(query)
    section = _section(beside, by)
    team = _team(beside, by)
    if section is None or team is None:
        raise NoPlace
    today = timezone.localdate(now)
    page = ArticlePage(
        title=words[:1].upper() + words[1:],
        slug=_free_slug(section, words),
        language=language,
        answer="",
        search_words=words,
        owner_team=team,
        last_reviewed=today,
        review_by=today + REVIEW_AFTER,
        live=False,
        owner=by,
    )
    section.add_child(instance=page)
    page.save_revision(user=by, log_action=True, clean=False)  # the answer is yet to be written
    return page


def _most_opened(query: KnownQuery) -> ArticlePage | None:
    clicks = ClickDay.objects.filter(query=query, document__startswith=f"{ARTICLE}:")
    first = clicks.order_by("-clicks", "-day").values_list("document", flat=True).first()
    number = number_of(first or "")
    return ArticlePage.objects.filter(pk=number).first() if number is not None else None


def _section(beside: ArticlePage | None, by: User) -> Page | None:
    near = [beside.get_parent().specific] if beside else []
    for section in (*near, *SectionPage.objects.live().order_by("path")):
        if section.permissions_for_user(by).can_add_subpage():
            return section
    return None


def _team(beside: ArticlePage | None, by: User) -> Team | None:
    own = by.teams.order_by("name").first()
    if own is not None or beside is None:
        return own or Team.objects.order_by("name").first()
    return beside.owner_team


def _free_slug(section: Page, words: str) -> str:
    wanted = address_words(words)[:200] or ARTICLE
    taken = set(section.get_children().values_list("slug", flat=True))
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
