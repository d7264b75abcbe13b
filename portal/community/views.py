"""The lists of the community, and its feed of new questions."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from accounts.models import Language
from cms.community import queries
from cms.community.models import Question
from markup.markdown import without_control_characters
from portal.community import presenters
from portal.community.endings import help_address, house_rules
from portal.community.filters import ListQuery, read_list
from taxonomy.models import Product

IN_FEED = 50


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
        "help_address": help_address(),
        "house_rules": house_rules(request.user),
    }
    return render(request, "community/questions.html", context)


def _page(request: HttpRequest, wanted: ListQuery) -> tuple[ListQuery, queries.QuestionList]:
    """The page asked for; the first one when the question it should begin after is no more."""
    narrowed = {"tab": wanted.tab, "product": wanted.product, "language": wanted.language}
    try:
        return wanted, queries.list_questions(request.user, older_than=wanted.older, **narrowed)
    except Question.DoesNotExist:
        unknown = (*wanted.unknown, str(wanted.older))
        wanted = replace(wanted, older=None, unknown=unknown)
        return wanted, queries.list_questions(request.user, **narrowed)


@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """The newest questions everybody may read, for a feed reader."""
    out = Atom1Feed(
        title=_("New questions – Veiviser"),
        link=settings.PUBLIC_URL + reverse("community"),
        description="",
        feed_url=settings.PUBLIC_URL + reverse("community_feed"),
        language=get_language(),
        author_name=settings.SITE_OWNER,
    )
    newest = Question.objects.public().select_related("asker", "product")
    for question in newest.order_by("-asked_at", "-pk")[:IN_FEED]:
        address = settings.PUBLIC_URL + presenters.address_of(question)
        out.add_item(
            title=without_control_characters(question.title),
            link=address,
            unique_id=address,
            description=without_control_characters(question.html),
            author_name=without_control_characters(presenters.person_name(question.asker)),
            pubdate=question.asked_at,
            updateddate=question.activity_at,
            categories=[question.product.name],
        )
    return HttpResponse(out.writeString("utf-8"), content_type=out.content_type)
