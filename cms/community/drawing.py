"""A post's text as it is shown: with its own pictures, and links to the members it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from cms.community.models import Member, PostFile
from markup.inserts import Picture
from markup.markdown import render


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Safe HTML, and the ids of the people it names."""

    html: str
    named: frozenset[int]


def drawn(body: str, *, files: Iterable[PostFile] = ()) -> Drawn:
    """The text, with those of the files that are pictures shown where it names them."""
    named: set[int] = set()

    def people(handles: frozenset[str]) -> Mapping[str, str]:
        rows = Member.objects.filter(handle__in=handles, user__is_active=True)
        found = dict(rows.values_list("handle", "user_id"))
        named.update(found.values())
        return {handle: profile_address(handle) for handle in found}

    pictures = {file.name: picture_of(file) for file in files if file.width}
    html = render(body, pictures=pictures, people=people)
    return Drawn(html=html, named=frozenset(named))


def picture_of(file: PostFile) -> Picture:
    """A picture for the text; only for files that have a width."""
    return Picture(
        address=file_address(file), alt=file.alt, width=file.width, height=file.height or 0
    )


def file_address(file: PostFile) -> str:
    """Where the file is shown to those who may see its post."""
    return reverse("community_file", args=[file.pk])


def profile_address(handle: str) -> str:
    """The page of the member with this handle."""
    return reverse("community_member", args=[handle])
