"""Guidance: sections, articles, and what readers say about them."""

from __future__ import annotations

import uuid
from datetime import date

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    HelpPanel,
    MultiFieldPanel,
    MultipleChooserPanel,
    ObjectList,
    PageChooserPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import (
    BaseViewRestriction,
    Orderable,
    Page,
    PageManager,
    PageQuerySet,
    PageViewRestriction,
)
from wagtail.search import index

from accounts.models import Language, Team, User
from cms.blocks import ArticleBodyField
from cms.guidance import texts
from cms.guidance.anchors import Heading
from cms.guidance.approval import SecondPersonApproval
from cms.guidance.editing import ArticleForm
from taxonomy.models import AccessPackage, Audience, Product, Topic

__all__ = [
    "ArticleLink",
    "ArticlePage",
    "FormerSlug",
    "GuidanceIndexPage",
    "PageFeedback",
    "RelatedArticle",
    "SecondPersonApproval",
    "SectionPage",
]


def sees_drafts(user: User | AnonymousUser) -> bool:
    """Whether the person writes or administers, and so sees what is not published."""
    return user.is_authenticated and (user.is_editor or user.is_administrator)


def closed_paths(user: User | AnonymousUser) -> list[str]:
    """Paths of the page tree that page privacy closes to this person."""
    groups = user.own_groups.keys() if user.is_authenticated else ()
    rows = PageViewRestriction.objects.values_list("pk", "page__path", "restriction_type", "groups")
    closed, opened = {}, set()
    for pk, path, kind, group in rows:  # one for each group that a page is kept for
        closed[pk] = path
        by_group = kind == BaseViewRestriction.GROUPS and group in groups
        if by_group or (kind == BaseViewRestriction.LOGIN and user.is_authenticated):
            opened.add(pk)
    return [path for pk, path in closed.items() if pk not in opened]


class GuidanceQuerySet(PageQuerySet):
    """Pages of the guidance."""

    def visible_to(self, user: User | AnonymousUser) -> GuidanceQuerySet:
        """Published pages this person may read; those who write also see drafts."""
        if sees_drafts(user):
            return self
        shown = self.live()
        for path in closed_paths(user):
            shown = shown.exclude(path__startswith=path)
        return shown


class ArticleQuerySet(GuidanceQuerySet):
    """Articles."""

    def overdue(self, today: date) -> ArticleQuerySet:
        """Published articles whose review date has passed."""
        return self.live().filter(review_by__lt=today)

    def for_list(self) -> ArticleQuerySet:
        """With what a list shows of each, and without the text."""
        return self.select_related("owner_team").prefetch_related("products").defer("body")


GuidanceManager = PageManager.from_queryset(GuidanceQuerySet)
ArticleManager = PageManager.from_queryset(ArticleQuerySet)


class GuidanceIndexPage(Page):
    """The front page of the guidance: every section."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["guidance.SectionPage"]
    template = "guidance/index.html"

    class Meta:
        verbose_name = _("front page of the guidance")
        verbose_name_plural = _("front pages of the guidance")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Add the sections with their articles."""
        from cms.guidance import queries  # queries reads these models

        context = super().get_context(request, *args, **kwargs)
        context["sections"] = queries.sections_with_articles(
            index=self, user=request.user, language=get_language()
        )
        return context


class SectionPage(Page):
    """A field of guidance, named in each language of the interface."""

    title_nn = models.CharField(_("title (nynorsk)"), max_length=160, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    intro_nb = models.CharField(_("introduction (bokmål)"), max_length=400, blank=True)
    intro_nn = models.CharField(_("introduction (nynorsk)"), max_length=400, blank=True)
    intro_en = models.CharField(_("introduction (English)"), max_length=400, blank=True)

    objects = GuidanceManager()

    parent_page_types = ["guidance.GuidanceIndexPage"]
    subpage_types = ["guidance.ArticlePage"]
    template = "guidance/section.html"

    content_panels = [
        TitleFieldPanel("title", help_text=_("In bokmål: two to four words.")),
        FieldPanel("title_nn", help_text=_("Shown when the interface is in nynorsk.")),
        FieldPanel("title_en", help_text=_("Shown when the interface is in English.")),
        FieldPanel("intro_nb", help_text=_("One sentence: what one finds here.")),
        FieldPanel("intro_nn"),
        FieldPanel("intro_en"),
    ]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    @property
    def name(self) -> str:
        """The title in the language of the interface, else in bokmål."""
        return getattr(self, f"title_{get_language()}", "") or self.title

    @property
    def intro(self) -> str:
        """The introduction in the language of the interface, else in bokmål."""
        return getattr(self, f"intro_{get_language()}", "") or self.intro_nb

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Add the section's articles."""
        from cms.guidance import queries  # queries reads these models

        context = super().get_context(request, *args, **kwargs)
        context["articles"] = queries.articles_in(
            section=self, user=request.user, language=get_language()
        )
        return context


class ArticlePage(Page):
    """One article: answers the question its title asks."""

    class Authority(models.TextChoices):
        REQUIREMENT = "requirement", _("Requirement")
        GUIDANCE = "guidance", _("Guidance")
        EXPERIENCE = "experience", _("Experience")

    language = models.CharField(
        _("written standard"), max_length=2, choices=Language.choices, default=Language.NB
    )
    answer = models.TextField(_("answer"), max_length=400)
    body = ArticleBodyField(verbose_name=_("text"))
    products = ParentalManyToManyField(Product, verbose_name=_("products"), related_name="articles")
    topics = ParentalManyToManyField(Topic, verbose_name=_("topics"), blank=True)
    audiences = ParentalManyToManyField(Audience, verbose_name=_("audiences"))
    access_packages = ParentalManyToManyField(
        AccessPackage, verbose_name=_("access packages"), blank=True
    )
    applies_to = models.CharField(_("applies to"), max_length=200, blank=True)
    authority = models.CharField(
        _("authority"), max_length=12, choices=Authority.choices, default=Authority.GUIDANCE
    )
    owner_team = models.ForeignKey(
        Team, models.PROTECT, verbose_name=_("owner"), related_name="articles"
    )
    owner_contact = models.EmailField(_("owner's contact address"), blank=True)
    last_reviewed = models.DateField(_("last reviewed"), default=timezone.localdate)
    review_by = models.DateField(_("review by"), db_index=True)
    search_words = models.TextField(_("search words"), max_length=1000, blank=True)
    translation_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("translation of"),
        related_name="translations",
        null=True,
        blank=True,
    )

    objects = ArticleManager()

    base_form_class = ArticleForm
    parent_page_types = ["guidance.SectionPage"]
    subpage_types: list[str] = []
    template = "guidance/article.html"
    search_fields = [
        *Page.search_fields,
        index.SearchField("answer"),
        index.SearchField("body"),
        index.SearchField("search_words"),
        index.FilterField("language"),
        index.FilterField("review_by"),
        index.FilterField("owner_team"),
    ]

    content_panels = [
        TitleFieldPanel(
            "title", help_text=_("The question or task in words a reader searches for.")
        ),
        FieldPanel(
            "language",
            help_text=_(
                "Of this text. In another language it is an article of its own, tied to this one "
                "under “Facts”."
            ),
        ),
        FieldPanel(
            "answer",
            help_text=_("One or two sentences that answer the title on their own."),
            widget=forms.Textarea(attrs={"rows": 3}),
        ),
        FieldPanel("body", help_text=_("A list of contents appears from three headings up.")),
        MultipleChooserPanel(
            "related_articles",
            chooser_field_name="article",
            heading=_("Related articles"),
            label=_("Article"),
            help_text=_("Two to four that a reader of this one needs next."),
            max_num=6,
        ),
    ]
    facts_panels = [
        MultiFieldPanel(
            [
                # A draft may do without; what is sent for approval may not.
                FieldPanel("products", widget=forms.CheckboxSelectMultiple, required_on_save=False),
                FieldPanel(
                    "audiences", widget=forms.CheckboxSelectMultiple, required_on_save=False
                ),
                FieldPanel(
                    "applies_to", help_text=_("Versions and environments, such as Altinn 3, TT02.")
                ),
            ],
            heading=_("For whom and for what"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("owner_team", help_text=_("The team that answers for the content.")),
                FieldPanel(
                    "owner_contact",
                    help_text=_("A shared mailbox, used when the team has no members here."),
                ),
                FieldPanel("authority", help_text=_("How binding the text is.")),
                FieldPanel("last_reviewed", help_text=_("The day the owner last checked it.")),
                FieldPanel("review_by", help_text=_("The day it has to be checked again.")),
            ],
            heading=_("Who answers for it"),
        ),
        MultiFieldPanel(
            [FieldPanel("topics", widget=forms.CheckboxSelectMultiple)],
            heading=_("Topics"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [FieldPanel("access_packages", widget=forms.CheckboxSelectMultiple)],
            heading=_("Access packages"),
            classname="collapsed",
        ),
        PageChooserPanel(
            "translation_of",
            "guidance.ArticlePage",
            help_text=_("The article this text says in another language; readers get a link."),
        ),
    ]
    promote_panels = [
        HelpPanel(_("Search engines show the title and the answer. Add only what they miss.")),
        FieldPanel(
            "search_words",
            help_text=_("Words readers use that the text does not contain, with commas between."),
            widget=forms.Textarea(attrs={"rows": 2}),
        ),
        FieldPanel("slug"),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Content")),
            ObjectList(facts_panels, heading=_("Facts")),
            ObjectList(promote_panels, heading=_("Finding")),
            ObjectList(Page.settings_panels, heading=_("Settings")),
        ]
    )

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [
            models.CheckConstraint(
                condition=Q(review_by__gt=F("last_reviewed")),
                name="article_review_after_reviewed",
                violation_error_message=_("The next review has to come after the last one."),
            )
        ]

    @property
    def search_word_list(self) -> list[str]:
        """The search words, one by one."""
        return [word.strip() for word in self.search_words.split(",") if word.strip()]

    def headings(self) -> list[Heading]:
        """Headings of the text in order, with their anchors."""
        return texts.headings(self.body)

    def body_text(self) -> str:
        """The text without markup, headings included; for search."""
        return texts.body_text(self.body)

    def links(self) -> set[tuple[int, str]]:
        """The links to other pages of ours, each a page's id and the words; for search."""
        return {link for link in texts.links_to_pages(self.body) if link[0] != self.pk}

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Add what the reading page shows around the text."""
        from cms.guidance import presenters  # presenters reads these models

        context = super().get_context(request, *args, **kwargs)
        context.update(presenters.reading_page(article=self, user=request.user))
        return context


class RelatedArticle(Orderable):
    """An article a reader of another one needs next."""

    page = ParentalKey(ArticlePage, related_name="related_articles")
    article = models.ForeignKey(ArticlePage, models.CASCADE, related_name="+")

    panels = [PageChooserPanel("article")]

    class Meta(Orderable.Meta):
        verbose_name = _("related article")
        verbose_name_plural = _("related articles")

    def __str__(self) -> str:
        return f"{self.page_id} → {self.article_id}"


class ArticleLink(models.Model):
    """Words by which a published article links to another; what that one is called, too.

    Kept by `cms.guidance.links` as the texts are.
    """

    source = models.ForeignKey(ArticlePage, models.CASCADE, related_name="links_from_here")
    target = models.ForeignKey(ArticlePage, models.CASCADE, related_name="links_here")
    words = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "words"], name="article_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}: {self.words}"


class FormerSlug(models.Model):
    """The last word of an address that a published article or section had before another."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="former_slugs")
    slug = models.SlugField(max_length=255, allow_unicode=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "slug"], name="former_slug_once")]

    def __str__(self) -> str:
        return f"{self.slug} → {self.page_id}"


class PageFeedback(models.Model):
    """What one reader said about an article; nothing tells who it was."""

    class Reason(models.TextChoices):
        NOT_FOUND = "not_found", _("I did not find what I was looking for")
        UNCLEAR = "unclear", _("It is hard to understand")
        WRONG = "wrong", _("It is wrong or out of date")
        DOES_NOT_WORK = "does_not_work", _("I did as it says, and it did not work")
        OTHER = "other", _("Something else")

    article = models.ForeignKey(
        ArticlePage, models.CASCADE, related_name="feedback", verbose_name=_("article")
    )
    submission = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    useful = models.BooleanField(_("useful"))
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices, blank=True)
    comment = models.TextField(_("comment"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("received"), default=timezone.now)
    notified_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("page feedback")
        verbose_name_plural = _("page feedback")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["article", "-created_at"]),
            models.Index(
                fields=["article"], condition=Q(notified_at__isnull=True), name="feedback_to_send"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(useful=False) | Q(reason=""), name="feedback_reason_when_not_useful"
            )
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.created_at:%Y-%m-%d}"

    @property
    def useful_words(self) -> str:
        """Yes or no, in the language of the page."""
        return str(_("Yes") if self.useful else _("No"))
