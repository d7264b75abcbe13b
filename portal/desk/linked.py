"""Articles an answer links to."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import reverse
from wagtail.models import Site

from cms.guidance.models import ArticlePage

MOST = 20  # links that are looked at


def linked_articles(body: str) -> dict[str, datetime]:
    """When each published article the text links to was first published, by document id."""
    prefix = reverse("wagtail_serve", args=[""])
    begins = re.escape(f"{settings.PUBLIC_URL}{prefix}")
    paths = [
        unquote(urlsplit(address).path).removeprefix(prefix)
        for address in re.findall(rf"{begins}[^\s<>\"')\]]+", body)[:MOST]
    ]
    if not paths:
        return {}
    root = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if root is None:
        return {}
    wanted = {f"{root.root_page.url_path}{path.rstrip('.,;:/')}/" for path in paths}
    rows = ArticlePage.objects.live().filter(url_path__in=wanted, first_published_at__isnull=False)
    return {
        f"article:{pk}": published for pk, published in rows.values_list("pk", "first_published_at")
    }
