"""The sections of the guidance as links: the way in when one does not search."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from cms.guidance.models import SectionPage


@dataclass(frozen=True, kw_only=True)
class SectionLink:
    """One section, in the language of the page."""

    name: str
    intro: str
    address: str


def sections(request: HttpRequest) -> list[SectionLink]:
    """The published sections this person may read, in the editors' order; one statement."""
    rows = SectionPage.objects.live().visible_to(request.user).order_by("path")
    return [
        SectionLink(name=row.name, intro=row.intro, address=row.get_url(request)) for row in rows
    ]
