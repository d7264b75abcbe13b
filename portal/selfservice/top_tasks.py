"""The articles most people need about each product, for the cards of the front page."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from cms.community.models import Question
from cms.guidance.models import ArticlePage, PageFeedback, RelatedArticle
from cms.guidance.queries import once_per_translation
from portal.selfservice.search_words import other_language
from taxonomy.models import Product

TASKS = 3
CONSIDERED = 3 * TASKS  # of each product: translations and those shown on another card fall away


@dataclass(frozen=True, kw_only=True)
class Task:
    """An article as a link; `language` is that of its title.

    `other_language` is what that is called when it is not the page's, else "".
    """

    title: str
    address: str
    language: str
    other_language: str


@dataclass(frozen=True, kw_only=True)
class ProductCard:
    """A product, what it is for, and its top tasks."""

    product: Product
    address: str
    tasks: list[Task]


def product_cards(request: HttpRequest) -> list[ProductCard]:
    """Products that have articles, those in use first; three statements, however many there are."""
    by_product = _best_by_product(request.user)
    wanted = {pk for numbers in by_product.values() for pk in numbers}
    rows = ArticlePage.objects.filter(pk__in=wanted).defer("body")
    articles = {article.pk: article for article in rows}
    shown: set[int] = set()
    cards = []
    for product in sorted(Product.objects.filter(pk__in=by_product), key=_in_use_first):
        found = [articles[pk] for pk in by_product[product.pk] if pk in articles]
        chosen = _choose(found, shown)
        shown |= {article.pk for article in chosen}
        cards.append(_card(product, chosen, request))
    return cards


def _best_by_product(user) -> dict[int, list[int]]:
    """The ids of each product's best articles, best first, in one statement.

    What counts is how often others lead to an article: related articles, questions it answered
    and readers who found it useful. Among equals the editors' order decides.
    """
    readable = ArticlePage.objects.live().visible_to(user)
    links = RelatedArticle.objects.filter(article=OuterRef("articlepage"))
    answered = Question.objects.public().filter(article=OuterRef("articlepage"))
    useful = PageFeedback.objects.filter(article=OuterRef("articlepage"), useful=True)
    rows = (
        ArticlePage.products.through.objects.filter(articlepage__in=readable.values("pk"))
        .annotate(
            weight=_number_of(links) + _number_of(answered) + _number_of(useful),
            place=Window(
                RowNumber(),
                partition_by=[F("product")],
                order_by=[F("weight").desc(), F("articlepage__path").asc()],
            ),
        )
        .filter(place__lte=CONSIDERED)
        .order_by("product", "place")
        .values_list("product", "articlepage")
    )
    found: dict[int, list[int]] = {}
    for product, article in rows:
        found.setdefault(product, []).append(article)
    return found


def _number_of(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().values("article").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def _in_use_first(product: Product) -> tuple:
    return product.status == Product.Status.ENDED, product.position, product.name_nb


def _choose(found: list[ArticlePage], shown: Container[int]) -> list[ArticlePage]:
    """The first few, each text once, those not on another card before those that are."""
    here = translation.get_language()

    def order(article: ArticlePage) -> tuple[bool, bool]:
        foreign = (article.language == "en") != (here == "en")
        return article.pk in shown, foreign

    return sorted(once_per_translation(found, here), key=order)[:TASKS]


def _card(product: Product, chosen: list[ArticlePage], request: HttpRequest) -> ProductCard:
    return ProductCard(
        product=product,
        address=f"{reverse('search')}?{urlencode({'product': product.slug})}",
        tasks=[
            Task(
                title=each.title,
                address=each.get_url(request),
                language=each.language,
                other_language=other_language(each.language),
            )
            for each in chosen
        ],
    )
