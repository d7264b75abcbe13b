"""Remembers the addresses that guidance has had, so that old links lead on."""

from __future__ import annotations

from wagtail.signals import page_slug_changed

from cms.guidance.models import ArticlePage, FormerSlug, SectionPage


def connect() -> None:
    """Follow every change of a slug."""
    for kind in (ArticlePage, SectionPage):
        page_slug_changed.connect(_slug_changed, sender=kind, dispatch_uid=f"slug.{kind.__name__}")


def _slug_changed(
    instance: ArticlePage | SectionPage, instance_before: ArticlePage | SectionPage, **_
) -> None:
    """Keep the slug that readers may have links to; a draft's nobody has."""
    if instance_before.live or instance_before.first_published_at:
        FormerSlug.objects.get_or_create(page_id=instance.pk, slug=instance_before.slug)
