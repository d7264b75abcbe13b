"""What the site tells suggestions about its own content: which questions are answered, and which
article a name stands for. Cases and content do not know each other; the site knows both."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from cms.community.models import Question
from cms.guidance.models import ArticlePage
from search.registry import number_of
from triage.classifier.corpus import document_names
from triage.suggestions import answering


def answered_questions(ids: Collection[str]) -> set[str]:
    """Those of the questions that are solved or have an official answer."""
    numbers = [number for each in ids if (number := number_of(each)) is not None]
    found = Question.objects.public().filter(
        Q(state=Question.State.SOLVED) | Q(official_team__isnull=False), pk__in=numbers
    )
    return {f"question:{pk}" for pk in found.values_list("pk", flat=True)}


def articles_by_slug(slugs: Collection[str]) -> dict[str, str]:
    """Document ids of published articles by slug."""
    found = ArticlePage.objects.live().filter(slug__in=slugs).order_by("-pk")
    return {slug: f"article:{pk}" for pk, slug in found.values_list("pk", "slug")}


def register() -> None:
    """Tell suggestions; once, when the application starts."""
    answering.register("question", answered_questions)
    document_names.register("article", articles_by_slug)
