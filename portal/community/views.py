"""The lists of the community."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Language
from cms.community import queries
from cms.community.models import Question
from portal.community import presenters
from portal.community.endings import help_address
from portal.community.filters import ListQuery, read_list
from taxonomy.models import Product, Topic


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """One page of a tab, newest first."""
    products = {product.slug: product for product in Product.objects.all()}
    wanted = read_list(request, products)
    wanted, found = _page(request, wanted)
    context = {
        "wanted": wanted,
        "tabs": wanted.tabs(),
        "rows": presenters.rows(found.questions, now=timezone.now()),
        "next_page": wanted.older_than(found.older) if found.older else "",
        "products": products.values(),
        "languages_of_texts": Language.choices,
        "topics": Topic.objects.filter(product=wanted.product) if wanted.product else (),
        "help_address": help_address(),
        "feed": _feed(wanted),
    }
    return render(request, "community/questions.html", context)


def _feed(wanted: ListQuery) -> str:
    """The feed that is nearest to the list."""
    if wanted.product:
        return reverse("community_feed_product", args=[wanted.product.slug])
    if wanted.tab == queries.Tab.UNANSWERED:
        return reverse("community_feed_unanswered")
    return reverse("community_feed")


def _page(request: HttpRequest, wanted: ListQuery) -> tuple[ListQuery, queries.QuestionList]:
    """The page asked for; the first one when the question it should begin after is no more."""
    narrowed = {
        "tab": wanted.tab,
        "product": wanted.product,
        "topic": wanted.topic,
        "access_package": wanted.package,
        "language": wanted.language,
    }
    try:
        return wanted, queries.list_questions(request.user, older_than=wanted.older, **narrowed)
    except Question.DoesNotExist:
        unknown = (*wanted.unknown, str(wanted.older))
        wanted = replace(wanted, older=None, unknown=unknown)
        return wanted, queries.list_questions(request.user, **narrowed)
