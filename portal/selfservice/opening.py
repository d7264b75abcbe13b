"""Hits that are opened: links that note it on their way to where they lead.

Without script a link goes through our own address, which holds no other: only a document's id,
signed. With script it leads straight to its page, and the same address is told beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.addresses import addresses
from portal.visitors import is_person, visitor_of
from search import querylog
from search.registry import kind_of, registry

SEALED = Signer(salt="opened hit", sep="~")
TOLD_BY_ID = ("article", "question")  # of other kinds not even the id is noted


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A hit of a search in the log: its document, and its place in the list from 1."""

    line: int
    position: int
    document: str

    @property
    def address(self) -> str:
        """Where opening the hit is noted."""
        told = f"{self.line}.{self.position}.{self.document}"
        return reverse("search_open", args=[SEALED.sign(told)])


def read(sealed: str) -> Opening:
    """The hit an address stands for; Http404 when we have not made it."""
    try:
        line, position, document = SEALED.unsign(sealed).split(".", 2)
        return Opening(line=int(line), position=int(position), document=document)
    except (BadSignature, ValueError):
        raise Http404 from None


@never_cache
@require_safe
def open_hit(request: HttpRequest, sealed: str) -> HttpResponse:
    """Lead to a hit, and note that it was opened by the browser that searched.

    What this person may not see is not there, and not noted.
    """
    hit = read(sealed)
    if not registry.recheck([hit.document], request.user):
        raise Http404
    address = addresses([hit.document], user=request.user).get(hit.document)
    if not address:
        raise Http404
    if is_person(request):
        kind = kind_of(hit.document)
        querylog.note_click(
            line=hit.line,
            document=hit.document if kind in TOLD_BY_ID else kind,
            position=hit.position,
            visitor=visitor_of(request),
            now=timezone.now(),
        )
    return redirect(address)
