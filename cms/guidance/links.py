"""Keeps which words published articles link to each other with, for search."""

from __future__ import annotations

from cms.guidance.models import ArticleLink, ArticlePage

LONGEST = ArticleLink._meta.get_field("words").max_length


def keep(article: ArticlePage) -> set[int]:
    """Make the stored links as the article's text is, or none when it is not published.

    Returns the ids of the articles that are now linked to in other words than before.
    """
    rows = {(row.target_id, row.words): row.pk for row in article.links_from_here.all()}
    before, now = set(rows), _links_of(article) if article.live else set()
    if gone := before - now:
        article.links_from_here.filter(pk__in=[rows[link] for link in gone]).delete()
    ArticleLink.objects.bulk_create(
        (
            ArticleLink(source=article, target_id=target, words=words)
            for target, words in sorted(now - before)
        ),
        ignore_conflicts=True,
    )
    return {target for target, _words in before ^ now}


def _links_of(article: ArticlePage) -> set[tuple[int, str]]:
    """The links of the text to articles that exist."""
    found = {(target, words[:LONGEST]) for target, words in article.links()}
    targets = {target for target, _words in found}
    there = set(ArticlePage.objects.filter(pk__in=targets).values_list("pk", flat=True))
    return {link for link in found if link[0] in there}
