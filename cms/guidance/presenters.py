"""What the reading page shows around an article's text."""

from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.models import User
from cms.community.queries import questions_answered_by
from cms.guidance import queries
from cms.guidance.anchors import Anchors
from cms.guidance.models import ArticlePage, PageFeedback, sees_drafts
from taxonomy.models import Product

CONTENTS_FROM = 3  # headings
QUESTIONS = 5  # answered by the article
LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}


def reading_page(*, article: ArticlePage, user: User | AnonymousUser) -> dict:
    """The values of the article's template."""
    headings = article.headings()
    products = list(article.products.all())
    return {
        "address": settings.PUBLIC_URL + article.url,
        "locale": LOCALES[article.language],
        "anchors": Anchors(),
        "contents": headings if len(headings) >= CONTENTS_FROM else [],
        "products": products,
        "ending": [each for each in products if each.status != Product.Status.IN_USE],
        "audiences": list(article.audiences.all()),
        "access_packages": list(article.access_packages.all()),
        "related": queries.related_to(article=article, user=user),
        "questions": questions_answered_by(article.pk, user, limit=QUESTIONS),
        "versions": queries.versions_of(article=article, user=user),
        "section": article.get_parent().specific,
        "submission": uuid4(),
        "reasons": PageFeedback.Reason.choices,
        "edit_address": edit_address(article, user),
    }


def edit_address(article: ArticlePage, user: User | AnonymousUser) -> str:
    """Where this person edits the article; empty when they may not, or it is not saved yet."""
    if article.pk is None or not sees_drafts(user):
        return ""
    if not article.permissions_for_user(user).can_edit():
        return ""
    return reverse("wagtailadmin_pages:edit", args=[article.pk])
