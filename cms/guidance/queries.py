"""Reads that several pages share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.models import User
from cms.guidance.models import ArticlePage, GuidanceIndexPage, SectionPage

SHOWN_PER_SECTION = 4


@dataclass(frozen=True, kw_only=True)
class SectionWithArticles:
    """A section, the first of its articles, and how many there are."""

    section: SectionPage
    first: list[ArticlePage]
    count: int


def once_per_translation(articles: list[ArticlePage], language: str) -> list[ArticlePage]:
    """Each text once: the translation in the reader's language, else the original."""
    wanted = {
        article.translation_of_id: article.pk
        for article in articles
        if article.translation_of_id and article.language == language
    }
    present = {article.pk for article in articles}
    kept = []
    for article in articles:
        original = article.translation_of_id or article.pk
        shown = wanted.get(original, original if original in present else article.pk)
        if article.pk == shown:
            kept.append(article)
    return kept


def articles_in(
    *, section: SectionPage, user: User | AnonymousUser, language: str
) -> list[ArticlePage]:
    """Published articles of the section in the editors' order, each text once."""
    rows = ArticlePage.objects.child_of(section).live().visible_to(user).for_list()
    return once_per_translation(list(rows.order_by("path")), language)


def sections_with_articles(
    *, index: GuidanceIndexPage, user: User | AnonymousUser, language: str
) -> list[SectionWithArticles]:
    """Every published section with the first of its articles; empty sections are left out."""
    sections = SectionPage.objects.child_of(index).live().visible_to(user).order_by("path")
    rows = ArticlePage.objects.descendant_of(index).live().visible_to(user).order_by("path")
    articles = once_per_translation(list(rows.defer("body")), language)
    by_section: dict[str, list[ArticlePage]] = {}
    for article in articles:
        parent = article.path[: -ArticlePage.steplen]
        by_section.setdefault(parent, []).append(article)
    return [
        SectionWithArticles(
            section=section,
            first=by_section[section.path][:SHOWN_PER_SECTION],
            count=len(by_section[section.path]),
        )
        for section in sections
        if section.path in by_section
    ]


def related_to(*, article: ArticlePage, user: User | AnonymousUser) -> list[ArticlePage]:
    """The related articles this person may read, in the editors' order."""
    wanted = [row.article_id for row in article.related_articles.all()]
    rows = ArticlePage.objects.filter(pk__in=wanted).live().visible_to(user).for_list()
    found = {row.pk: row for row in rows}
    return [found[pk] for pk in wanted if pk in found]


def versions_of(*, article: ArticlePage, user: User | AnonymousUser) -> list[ArticlePage]:
    """The same article in other languages."""
    original = article.translation_of_id or article.pk
    rows = ArticlePage.objects.live().visible_to(user).defer("body").order_by("language")
    same = rows.filter(translation_of=original) | rows.filter(pk=original)
    return [row for row in same if row.pk != article.pk]


def originals(numbers: Iterable[int]) -> dict[int, int]:
    """By id of an article the id of the original it is a translation of, or its own."""
    own = ArticlePage.objects.filter(pk__in=list(numbers))
    return {number: root or number for number, root in own.values_list("pk", "translation_of")}


def versions_in(language: str, numbers: Iterable[int]) -> Mapping[int, int]:
    """By id of an article the id of its published original or translation in the language.

    Who may see them is not asked.
    """
    roots = originals(numbers)
    family = ArticlePage.objects.live().filter(language=language)
    family = family.filter(Q(pk__in=roots.values()) | Q(translation_of__in=roots.values()))
    by_root = {
        original or pk: pk
        for pk, original in family.order_by("-pk").values_list("pk", "translation_of")
    }
    return {number: by_root[root] for number, root in roots.items() if root in by_root}


def moved_from(path: str, user: User | AnonymousUser) -> ArticlePage | SectionPage | None:
    """The article or section that was at the address before it was moved or got another slug.

    Known by the last word of the address, as long as only one has it, or had it and nobody has.
    """
    slug = path.rstrip("/").rpartition("/")[2]
    for pages in (ArticlePage.objects.defer("body"), SectionPage.objects.all()):
        named = pages.filter(Q(slug=slug) | Q(former_slugs__slug=slug)).distinct()
        found = list(named.live().visible_to(user))
        found = [page for page in found if page.slug == slug] or found
        if found:
            only = found[0] if len(found) == 1 else None
            return only if only and only.url != path else None
    return None
