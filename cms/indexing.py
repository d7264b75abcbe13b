"""Articles and questions as documents to be found, and what makes the index follow them.

The tokens say who may find a text; `visible_to(user)` decides again on every hit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, time
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.utils import timezone
from wagtail.models import BaseViewRestriction, Page, PageViewRestriction
from wagtail.signals import post_page_move

from accounts import visibility
from cms.community.models import Answer, Question, QuestionQuerySet
from cms.guidance import links
from cms.guidance.anchors import lines
from cms.guidance.models import ArticleLink, ArticlePage, ArticleQuerySet
from search.indexing import changed
from search.registry import number_of
from search.types import Authority, Document, ProductStatus
from taxonomy.models import Audience, Product

ARTICLE, QUESTION = "article", "question"
CHUNK = 200
EVERYBODY = frozenset({visibility.PUBLIC})
TokensOf = Callable[[str], frozenset[str]]

_AUTHORITY = {
    ArticlePage.Authority.REQUIREMENT: Authority.BINDING,
    ArticlePage.Authority.GUIDANCE: Authority.GUIDANCE,
    ArticlePage.Authority.EXPERIENCE: Authority.EXPERIENCE,
}
_STATUS = {
    Product.Status.IN_USE: ProductStatus.IN_USE,
    Product.Status.WINDING_DOWN: ProductStatus.WINDING_DOWN,
    Product.Status.ENDED: ProductStatus.ENDED,
}


class ArticleSource:
    """Published articles, for the search registry."""

    kind = ARTICLE
    names = (
        "artikkel", "artikler", "artiklar", "article", "articles",
        "veiledning", "rettleiing", "guidance",
    )  # fmt: skip

    def iter_documents(self) -> Iterator[Document]:
        """Every published article, in bounded memory."""
        tokens_of = _article_tokens()
        for article in _articles().order_by("pk").iterator(chunk_size=CHUNK):
            yield article_document(article, tokens_of)

    def get_documents(self, ids: Collection[str]) -> Iterable[Document]:
        """Those that are published now."""
        tokens_of = _article_tokens()
        rows = _articles().filter(pk__in=_numbers(ids))
        return [article_document(article, tokens_of) for article in rows]

    def recheck(self, ids: Collection[str], user: Any) -> set[str]:
        """Those the person may read now."""
        return {f"{ARTICLE}:{pk}" for pk in found_articles(ids, user).values_list("pk", flat=True)}


class QuestionSource:
    """Questions that are not hidden, with their answers, for the search registry."""

    kind = QUESTION
    names = ("spørsmål", "question", "questions", "community")

    def iter_documents(self) -> Iterator[Document]:
        """Every question, in bounded memory."""
        for question in _questions().order_by("pk").iterator(chunk_size=CHUNK):
            yield question_document(question)

    def get_documents(self, ids: Collection[str]) -> Iterable[Document]:
        """Those that exist and are not hidden."""
        return [question_document(each) for each in _questions().filter(pk__in=_numbers(ids))]

    def recheck(self, ids: Collection[str], user: Any) -> set[str]:
        """Those not hidden now."""
        seen = found_questions(ids, user)
        return {f"{QUESTION}:{pk}" for pk in seen.values_list("pk", flat=True)}


def found_articles(ids: Collection[str], user: Any) -> ArticleQuerySet:
    """Articles of a search the person may read now. Drafts are found in the admin, not here."""
    return ArticlePage.objects.visible_to(user).live().filter(pk__in=_numbers(ids))


def found_questions(ids: Collection[str], user: Any) -> QuestionQuerySet:
    """Questions of a search nobody has hidden, also from those who may see hidden ones: they have
    a list of their own."""
    return Question.objects.visible_to(user).public().filter(pk__in=_numbers(ids))


def article_document(article: ArticlePage, tokens_of: TokensOf) -> Document:
    """A published article as a document for those who hold one of the tokens of its path."""
    products = article.products.all()
    return Document(
        id=f"{ARTICLE}:{article.pk}",
        kind=ARTICLE,
        title=article.title,
        summary=article.answer,
        headings=tuple(heading.text for heading in article.headings()),
        body=article.body_text(),
        search_words=(*article.search_word_list, *_facts(article, products)),
        link_texts=tuple(
            dict.fromkeys(
                link.words for link in article.linked if tokens_of(link.source_path) == EVERYBODY
            )
        ),
        questions=tuple(dict.fromkeys(question.title for question in article.asked)),
        language=article.language,
        products=tuple(product.slug for product in products),
        audiences=tuple(audience.slug for audience in article.audiences.all()),
        authority=_AUTHORITY[article.authority],
        product_status=_liveliest(products),
        updated_at=_checked_at(article),
        translation_key=f"{ARTICLE}:{article.translation_of_id or article.pk}",
        visibility=tokens_of(article.path),
    )


def question_document(question: Question) -> Document:
    """A question with the answers everybody may read."""
    answers = {answer.pk: "\n".join(lines(answer.html)) for answer in question.shown_answers}
    accepted = answers.pop(question.accepted_answer_id, "")
    return Document(
        id=f"{QUESTION}:{question.pk}",
        kind=QUESTION,
        title=question.title,
        summary=accepted,
        body="\n".join([*lines(question.html), *answers.values()]),
        search_words=tuple(_names(question.product)),
        language=question.language,
        products=(question.product.slug,),
        authority=_weight_of(question),
        product_status=_STATUS[question.product.status],
        updated_at=question.activity_at,
        visibility=frozenset({visibility.PUBLIC}),
    )


def product_names() -> dict[str, str]:
    """What people may write for a product in a filter, and its slug."""
    return _slugs_by_name(Product)


def audience_names() -> dict[str, str]:
    """What people may write for an audience in a filter, and its slug."""
    return _slugs_by_name(Audience)


def _slugs_by_name(model: type[Product | Audience]) -> dict[str, str]:
    rows = list(model.objects.all())
    names = {name: row.slug for row in rows for name in _names(row)}
    return names | {row.slug: row.slug for row in rows}


def _articles() -> QuerySet[ArticlePage]:
    linked = ArticleLink.objects.annotate(source_path=F("source__path")).order_by("words", "pk")
    asked = Question.objects.public().only("title", "article").order_by("pk")
    return ArticlePage.objects.live().prefetch_related(
        "products",
        "audiences",
        "topics",
        "access_packages",
        Prefetch("links_here", queryset=linked, to_attr="linked"),
        Prefetch("community_questions", queryset=asked, to_attr="asked"),
    )


def _questions() -> QuerySet[Question]:
    shown = Answer.objects.public().order_by("-vote_count", "answered_at", "pk")
    return (
        Question.objects.public()
        .select_related("product")
        .prefetch_related(Prefetch("answers", queryset=shown, to_attr="shown_answers"))
    )


def _numbers(document_ids: Collection[str]) -> list[int]:
    numbers = (number_of(each) for each in document_ids)
    return [number for number in numbers if number is not None]


def _facts(article: ArticlePage, products: Iterable[Product]) -> list[str]:
    """What the page says around its text: names of products, topics and access packages."""
    named = [*products, *article.topics.all(), *article.access_packages.all()]
    facts = [name for each in named for name in _names(each)]
    facts += [package.urn for package in article.access_packages.all()]
    return [*dict.fromkeys(facts), article.applies_to] if article.applies_to else facts


def _names(named) -> list[str]:
    """Every name of a word of the shared vocabulary, each once."""
    names = (named.name_nb, named.name_nn, named.name_en)
    return [name for name in dict.fromkeys(names) if name]


def _liveliest(products: Iterable[Product]) -> ProductStatus:
    """A text counts as ended only when everything it is about has ended."""
    present = {product.status for product in products}
    return next((ours for status, ours in _STATUS.items() if status in present), ProductStatus.NONE)


def _checked_at(article: ArticlePage) -> datetime:
    """When the text was last known to be right: published, or reviewed by its owner."""
    reviewed = timezone.make_aware(datetime.combine(article.last_reviewed, time()))
    return max(reviewed, article.last_published_at or reviewed)


def _weight_of(question: Question) -> Authority:
    if question.official_team_id:
        return Authority.GUIDANCE
    solved = question.state == Question.State.SOLVED
    return Authority.EXPERIENCE if solved else Authority.COMMUNITY


# --- who may find an article ---------------------------------------------------------------------


def _article_tokens() -> TokensOf:
    """A function that gives the tokens of an article's path by the page privacy in force now.

    Several restrictions above one page all apply. Groups they do not share are left out, so a
    reader may find less than they may read, never more.
    """
    rows = PageViewRestriction.objects.select_related("page").prefetch_related("groups")
    closed = [(row.page.path, _tokens_of_restriction(row)) for row in rows]

    def tokens_of(article_path: str) -> frozenset[str]:
        above = [tokens for path, tokens in closed if article_path.startswith(path)]
        if not above:
            return EVERYBODY
        by_groups = [tokens for tokens in above if tokens != {visibility.SIGNED_IN}]
        tokens = frozenset.intersection(*by_groups) if by_groups else above[0]
        return tokens | {visibility.WRITER}

    return tokens_of


def _tokens_of_restriction(row: PageViewRestriction) -> frozenset[str]:
    if row.restriction_type == BaseViewRestriction.LOGIN:
        return frozenset({visibility.SIGNED_IN})
    if row.restriction_type == BaseViewRestriction.GROUPS:
        return frozenset(visibility.group_token(group.pk) for group in row.groups.all())
    return frozenset()


# --- what makes the index follow -----------------------------------------------------------------

_LINKING = frozenset({"body", "live"})  # what an article's links depend on


def connect() -> None:
    """Leave outbox rows when something changes that a document is made of.

    Saving a page publishes and unpublishes it too. Questions need nothing here: the community's
    services leave their rows themselves.
    """
    post_save.connect(_article_saved, sender=ArticlePage, dispatch_uid="index.article")
    pre_delete.connect(_article_goes, sender=ArticlePage, dispatch_uid="index.article.goes")
    post_delete.connect(_article_gone, sender=ArticlePage, dispatch_uid="index.article.gone")
    for signal in (post_save, post_delete):
        signal.connect(
            _restriction_changed, sender=PageViewRestriction, dispatch_uid="index.restriction"
        )
    m2m_changed.connect(
        _restriction_changed,
        sender=PageViewRestriction.groups.through,
        dispatch_uid="index.restriction.groups",
    )
    post_page_move.connect(_page_moved, dispatch_uid="index.page.moved")
    post_delete.connect(_question_deleted, sender=Question, dispatch_uid="index.question")
    post_save.connect(_product_changed, sender=Product, dispatch_uid="index.product")
    pre_delete.connect(_product_changed, sender=Product, dispatch_uid="index.product.gone")


def _article_saved(
    instance: ArticlePage, raw: bool = False, update_fields: Collection[str] | None = None, **_
) -> None:
    if raw:
        return
    changed(f"{ARTICLE}:{instance.pk}")
    if update_fields is None or not _LINKING.isdisjoint(update_fields):
        # What an article that is taken down said of others is not found from now on.
        _changed_articles(links.keep(instance), withdrawn=not instance.live)


def _article_goes(instance: ArticlePage, **_) -> None:
    """Its links are still there, and go with it."""
    _changed_articles(_linked_from(Q(source=instance)), withdrawn=True)


def _article_gone(instance: ArticlePage, **_) -> None:
    changed(f"{ARTICLE}:{instance.pk}")


def _question_deleted(instance: Question, **_) -> None:
    changed(f"{QUESTION}:{instance.pk}")
    if instance.article_id:
        changed(f"{ARTICLE}:{instance.article_id}", withdrawn=True)


def _page_moved(instance: Page, **_) -> None:
    _articles_below(Page.objects.get(pk=instance.pk).path)


def _restriction_changed(instance, raw: bool = False, **_) -> None:
    if not raw and isinstance(instance, PageViewRestriction):
        _articles_below(instance.page.path)


def _articles_below(path: str) -> None:
    """The articles are for others now, and what they say of others too."""
    _articles_changed(Q(path__startswith=path))
    _changed_articles(_linked_from(Q(source__path__startswith=path)), withdrawn=True)


def _product_changed(instance: Product, raw: bool = False, created: bool = False, **_) -> None:
    if raw or created:
        return
    _articles_changed(Q(products=instance))
    rows = Question.objects.filter(product=instance).values_list("pk", flat=True)
    changed(*(f"{QUESTION}:{pk}" for pk in rows))


def _articles_changed(which: Q) -> None:
    _changed_articles(ArticlePage.objects.filter(which).values_list("pk", flat=True))


def _linked_from(sources: Q) -> Collection[int]:
    """The articles that those link to."""
    return set(ArticleLink.objects.filter(sources).values_list("target_id", flat=True))


def _changed_articles(pks: Iterable[int], *, withdrawn: bool = False) -> None:
    changed(*(f"{ARTICLE}:{pk}" for pk in sorted(pks)), withdrawn=withdrawn)
