"""What the editors see of the whole: reviews that are due, languages, readers' feedback."""

from __future__ import annotations

from dataclasses import dataclass

import django_filters
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from accounts.models import Language, Team
from cms.guidance.models import ArticlePage, PageFeedback

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True)
class LanguageShare:
    """How many published articles are written in one language."""

    name: str
    count: int
    percent: int


def language_shares() -> list[LanguageShare]:
    """Published articles by written standard, in the order bokmål, nynorsk, English."""
    rows = ArticlePage.objects.live().values("language").annotate(count=Count("pk"))
    counts = {row["language"]: row["count"] for row in rows.order_by()}
    total = sum(counts.values())
    return [
        LanguageShare(
            name=str(label),
            count=counts.get(code, 0),
            percent=round(100 * counts.get(code, 0) / total) if total else 0,
        )
        for code, label in Language.choices
    ]


def owners_with_overdue() -> QuerySet[Team]:
    """Teams with articles past their review date, most first."""
    overdue = ArticlePage.objects.overdue(timezone.localdate())
    teams = Team.objects.filter(articles__in=overdue)
    return teams.annotate(overdue=Count("articles")).order_by("-overdue", "name")


def edit_address(article: ArticlePage) -> str:
    """Where the article is edited."""
    return reverse("wagtailadmin_pages:edit", args=[article.pk])


class ReviewFilters(WagtailFilterSet):
    """Limits the report of reviews."""

    overdue = django_filters.BooleanFilter(label=gettext_lazy("Overdue"), method="only_overdue")
    owner_team = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Owner"), queryset=Team.objects.order_by("name")
    )

    class Meta:
        model = ArticlePage
        fields = ["overdue", "owner_team", "language"]

    def only_overdue(self, queryset, name: str, value: bool):
        """Articles whose review date has passed, or those whose date has not."""
        today = timezone.localdate()
        if value:
            return queryset.filter(review_by__lt=today)
        return queryset.filter(review_by__gte=today)


class Day(Column):
    """A date as a date, not as the time since."""

    def get_value(self, instance: ArticlePage) -> str:
        """The date in the reader's language."""
        return formats.date_format(super().get_value(instance), "SHORT_DATE_FORMAT")


class ReviewState(Column):
    """Overdue, soon or fine, in words."""

    def get_value(self, instance: ArticlePage) -> str:
        """The state in words."""
        days = (instance.review_by - timezone.localdate()).days
        if days < 0:
            late = ngettext("%(days)d day overdue", "%(days)d days overdue", -days)
            return late % {"days": -days}
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}


class ReviewReport(ReportView):
    """Articles by review date, oldest first."""

    page_title = gettext_lazy("Review dates")
    header_icon = "calendar-check"
    index_url_name = "guidance_review_report"
    index_results_url_name = "guidance_review_report_results"
    filterset_class = ReviewFilters
    default_ordering = "review_by"
    columns = [
        TitleColumn("title", label=gettext_lazy("Article"), get_url=edit_address),
        Column("owner_team", label=gettext_lazy("Owner"), sort_key="owner_team__name"),
        Column("get_language_display", label=gettext_lazy("Language"), sort_key="language"),
        Day("last_reviewed", label=gettext_lazy("Last reviewed"), sort_key="last_reviewed"),
        Day("review_by", label=gettext_lazy("Review by"), sort_key="review_by"),
        ReviewState("state", label=gettext_lazy("Due")),
    ]
    list_export = ["title", "owner_team", "language", "last_reviewed", "review_by"]
    export_headings = {"title": gettext_lazy("Article"), "owner_team": gettext_lazy("Owner")}

    def get_base_queryset(self) -> QuerySet[ArticlePage]:
        """Published articles."""
        return ArticlePage.objects.live().select_related("owner_team").defer("body")

    def get_page_subtitle(self) -> str:
        """The share of each language among them."""
        return " · ".join(
            f"{share.name} {share.count} ({share.percent} %)" for share in language_shares()
        )


class FeedbackFilters(WagtailFilterSet):
    """Limits the report of feedback."""

    article__owner_team = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Owner"), queryset=Team.objects.order_by("name")
    )

    class Meta:
        model = PageFeedback
        fields = ["useful", "reason", "article__owner_team"]


class FeedbackReport(ReportView):
    """What readers have said, newest first."""

    page_title = gettext_lazy("Feedback from readers")
    header_icon = "comment"
    index_url_name = "guidance_feedback_report"
    index_results_url_name = "guidance_feedback_report_results"
    filterset_class = FeedbackFilters
    default_ordering = "-created_at"
    columns = [
        TitleColumn(
            "article",
            label=gettext_lazy("Article"),
            get_url=lambda row: reverse("page_feedback_list", args=[row.article_id]),
        ),
        Column("useful_words", label=gettext_lazy("Useful"), sort_key="useful"),
        Column("get_reason_display", label=gettext_lazy("Reason"), sort_key="reason"),
        Column("comment", label=gettext_lazy("Comment")),
        DateColumn("created_at", label=gettext_lazy("Received"), sort_key="created_at"),
    ]
    list_export = ["created_at", "article", "useful", "reason", "comment"]

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.custom_field_preprocess = {
            **self.custom_field_preprocess,
            "comment": {self.FORMAT_CSV: not_a_formula, self.FORMAT_XLSX: not_a_formula},
        }

    def get_base_queryset(self) -> QuerySet[PageFeedback]:
        """All feedback with its article."""
        return PageFeedback.objects.select_related("article")


def not_a_formula(text: str) -> str:
    """The text such that a spreadsheet does not reckon with it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class GuidancePanel(Component):
    """On the editors' front page: overdue reviews by owner, and the share of each language."""

    name = "guidance"
    template_name = "guidance/admin/panel.html"
    order = 230  # after what waits for the person

    def get_context_data(self, parent_context: dict) -> dict:
        """The figures."""
        return {
            "owners": owners_with_overdue(),
            "shares": language_shares(),
            "report": reverse("guidance_review_report"),
        }
