"""The draft of an article made from a proposal: a page in the editors' admin, not yet published."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html_join
from wagtail.models import Page

from accounts.models import User
from cms.community.texts import address_words
from cms.guidance.editing import REVIEW_AFTER
from cms.guidance.markdown import Converter, UnsupportedMarkdown
from cms.guidance.models import ArticlePage
from portal.bridges.models import Proposal


def may_write_in(user: User, section: Page) -> bool:
    """Whether the person may make articles in the section, by Wagtail's own permissions."""
    return section.permissions_for_user(user).can_add_subpage()


def write_draft(proposal: Proposal, *, by: User, now: datetime) -> ArticlePage:
    """An unpublished article with a first version; the proposal's team answers for it."""
    today = timezone.localdate(now)
    slug = _free_slug(proposal)
    page = ArticlePage(
        title=proposal.title,
        slug=slug,
        language=proposal.language,
        answer=proposal.body[:400],
        body=_blocks(proposal.answer, slug),
        owner_team=proposal.team,
        last_reviewed=today,
        review_by=today + REVIEW_AFTER,
        live=False,
        owner=by,
    )
    proposal.section.specific.add_child(instance=page)
    page.products = [proposal.product]
    page.save()
    page.save_revision(user=by)
    return page


def _free_slug(proposal: Proposal) -> str:
    wanted = address_words(proposal.title)[:200]
    taken = set(proposal.section.get_children().values_list("slug", flat=True))
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _blocks(text: str, slug: str) -> list[dict]:
    """The text as blocks of an article; as plain paragraphs where it holds what articles do not."""
    try:
        return Converter(slug=slug, find_article=_article_with).convert(text)
    except UnsupportedMarkdown:
        paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
        html = format_html_join("", "<p>{}</p>", ((part,) for part in paragraphs))
        return [{"type": "text", "value": str(html)}]


def _article_with(slug: str) -> int:
    found = ArticlePage.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if found is None:
        raise UnsupportedMarkdown(slug)
    return found
