"""The queue: everything that waits for a moderator."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.community.queue import ANSWER, QUESTION, WHAT, Position, counts, read_queue
from portal.moderation.access import for_moderators
from portal.moderation.presenters import WHAT_NAMES, shown_posts, what_links
from portal.positions import read_moment, read_number
from taxonomy.models import Product


@require_safe
@for_moderators
def queue(request: HttpRequest) -> HttpResponse:
    """One page, what has waited longest first."""
    what = request.GET.get("hva", "")
    what = what if what in WHAT else ""
    slug = request.GET.get("product", "")
    products = list(Product.objects.all())
    product = next((each for each in products if each.slug == slug), None)
    page = read_queue(what=what, product=product, after=_position(request.GET.get("etter", "")))
    counted = counts(product)
    context = {
        "page": "queue",
        "posts": shown_posts(page.waiting, request.user),
        "what": what,
        "what_name": WHAT_NAMES[what],
        "links": what_links(counted, what, product.slug if product else ""),
        "products": products,
        "product": product,
        "begins_after": request.GET.get("etter", ""),
        "next_page": _address(what, product, page.next) if page.next else "",
        "first_page": _address(what, product, None),
    }
    return render(request, "moderation/queue.html", context)


def _position(text: str) -> Position | None:
    """Where a page begins, as its address says; None for anything else."""
    parts = text.split("_")
    if len(parts) != 3 or parts[1] not in (QUESTION, ANSWER):
        return None
    since, number = read_moment(parts[0]), read_number(parts[2])
    return Position(since, parts[1], number) if since and number is not None else None


def _address(what: str, product: Product | None, after: Position | None) -> str:
    words = {"hva": what, "product": product.slug if product else ""}
    if after is not None:
        words["etter"] = f"{after.since.isoformat()}_{after.kind}_{after.pk}"
    return "?" + urlencode({name: value for name, value in words.items() if value})
