"""What people search for and how it goes, and articles that are found and do not help.

Only words that many have searched for are here: `search.counting.RULE` says how many.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import (
    CharField,
    Count,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.middleware import csrf
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView

from accounts.models import Language, Team
from cms.guidance.models import ArticlePage
from cms.guidance.reports import edit_address, not_a_formula
from cms.indexing import ARTICLE
from cms.search_tools.mended import mended
from cms.search_tools.views import may_see_words
from search.counting import RULE, rare_searches
from search.models import ClickDay, KnownQuery, QueryDay
from search.word_rules import on_one_line

PERIODS = {
    "7": gettext_lazy("The last 7 days"),
    "30": gettext_lazy("The last 30 days"),
    "90": gettext_lazy("The last 90 days"),
    "180": gettext_lazy("The last 180 days"),
}
USUAL_PERIOD = "30"
SEARCHES_SHOWN = 3  # beside an article
PLACES = {
    "home": gettext_lazy("The front page"),
    "search": gettext_lazy("The search page"),
    "guidance": gettext_lazy("The guidance"),
    "community": gettext_lazy("The community"),
    "help": gettext_lazy("Help and own cases"),
    "other": gettext_lazy("Elsewhere"),
}
MISSES = {
    "empty": gettext_lazy("Without hits"),
    "poor": gettext_lazy("Without a good answer"),
    "unopened": gettext_lazy("Nothing opened"),
    "refined": gettext_lazy("Searched again"),
    "abandoned": gettext_lazy("Given up"),
}


def since(period: str | None) -> date:
    """The first day of a period of so many days that ends today."""
    days = int(period) if period in PERIODS else int(USUAL_PERIOD)
    return timezone.localdate() - timedelta(days=days - 1)


def period_filter() -> django_filters.ChoiceFilter:
    """A choice of period; without a choice it is the usual one."""
    return django_filters.ChoiceFilter(
        label=gettext_lazy("Period"),
        choices=[(days, label) for days, label in PERIODS.items() if days != USUAL_PERIOD],
        empty_label=PERIODS[USUAL_PERIOD],
        method="leave",
    )


class _Filters(WagtailFilterSet):
    """Filters whose choices decide what is counted, not only what is left out."""

    def leave(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """The rows as they are; the choice has its effect in `filter_queryset`."""
        return queryset

    @property
    def chosen(self) -> dict:
        """What is chosen, "" for what is not."""
        return getattr(self.form, "cleaned_data", {})


class SearchFilters(_Filters):
    """What went wrong, when, in which language and where."""

    miss = django_filters.ChoiceFilter(
        label=gettext_lazy("What went wrong"), choices=list(MISSES.items()), method="leave"
    )
    period = period_filter()
    language = django_filters.ChoiceFilter(
        label=gettext_lazy("Language of the page"), choices=Language.choices, method="leave"
    )
    place = django_filters.ChoiceFilter(
        label=gettext_lazy("Searched from"), choices=list(PLACES.items()), method="leave"
    )

    class Meta:
        model = KnownQuery
        fields = ["miss", "period", "language", "place"]

    def days(self) -> dict:
        """The conditions on rows of QueryDay."""
        chosen = {name: self.chosen.get(name) for name in ("language", "place")}
        wanted = {name: value for name, value in chosen.items() if value}
        return {"day__gte": since(self.chosen.get("period")), **wanted}

    def filter_queryset(self, queryset: QuerySet[KnownQuery]) -> QuerySet[KnownQuery]:
        """The words with what is counted of them; only those that went wrong as chosen."""
        rows = queryset.filter(**{f"days__{name}": value for name, value in self.days().items()})
        rows = rows.annotate(
            searches=Sum("days__searches"),
            visitors=Sum("days__visits"),
            **{name: Sum(f"days__{name}") for name in MISSES},
        )
        miss = self.chosen.get("miss")
        return rows.filter(**{f"{miss}__gt": 0}) if miss else rows


class Words(Column):
    """The words, and what can be done about them: forms with them filled in, and a draft."""

    cell_template_name = "search_tools/words.html"

    class Media:
        css = {"all": ["search_tools/search_tools.css"]}

    def get_cell_context_data(self, instance: KnownQuery, parent_context: dict) -> dict:
        """The addresses."""
        context = super().get_cell_context_data(instance, parent_context)
        words = on_one_line(instance.words)
        request = parent_context["request"]
        shown = request.GET.copy()
        shown.pop("_w_filter_fragment", None)
        context |= {
            "csrf_token": csrf.get_token(request),
            "bet": f"{reverse('best-bets:add')}?{urlencode({'phrases': words})}",
            "synonym": f"{reverse('synonyms:add')}?{urlencode({'words': words})}",
            "trial": f"{reverse('search_tools_try')}?{urlencode({'q': instance.text})}",
            "draft": reverse("search_tools_draft", args=[instance.pk]),
            "offer": reverse("search_tools_offer", args=[instance.pk], query=shown),
            "offered": instance.popularity and not instance.withheld,
            "withheld": instance.withheld,
            "mended": instance.mended,
        }
        return context


class OfWords(ReportView):
    """What the two reports share."""

    header_icon = "search"
    paginate_by = 50

    def dispatch(self, request, *args, **kwargs):
        """Let those in who may see what the search is taught."""
        if not may_see_words(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet:
        """The rows counted as the filters say, then ordered; odd filters are as if not chosen."""
        self.filters.is_valid()
        return self.order_queryset(self.filters.filter_queryset(self.get_base_queryset()))

    def get_filtered_queryset(self) -> QuerySet:
        """The same: filtering is what counts."""
        return self.get_queryset()

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        """In the order chosen, always the same among equals."""
        return queryset.order_by(self.ordering, "pk")


class SearchesReport(OfWords):
    """What many search for, and how it goes."""

    page_title = gettext_lazy("What people search for")
    results_template_name = "search_tools/searches.html"
    index_url_name = "search_tools_searches"
    index_results_url_name = "search_tools_searches_results"
    filterset_class = SearchFilters
    default_ordering = "-abandoned"
    verbose_name, verbose_name_plural = gettext_lazy("search"), gettext_lazy("searches")
    columns = [
        Words("text", label=gettext_lazy("Searched for"), sort_key="text"),
        Column("searches", label=gettext_lazy("Searches"), sort_key="searches"),
        *(Column(name, label=label, sort_key=name) for name, label in MISSES.items()),
    ]
    list_export = ["text", "searches", "visitors", *MISSES]
    export_headings = {
        "text": gettext_lazy("Searched for"),
        "searches": gettext_lazy("Searches"),
        "visitors": gettext_lazy("Visitors, counted each day"),
        **MISSES,
    }

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.custom_field_preprocess = {
            **self.custom_field_preprocess,
            "text": {self.FORMAT_CSV: not_a_formula, self.FORMAT_XLSX: not_a_formula},
        }

    def get_base_queryset(self) -> QuerySet[KnownQuery]:
        """Words that many have searched for."""
        return KnownQuery.objects.filter(common=True).defer("documents")

    def decorate_paginated_queryset(self, object_list) -> Sequence[KnownQuery]:
        """The words with what has been done about each, in as many statements as `mended` takes."""
        rows = list(object_list)
        done = mended(rows, user=self.request.user)
        for row in rows:
            row.mended = done.get(row.pk, [])
        return rows

    def get_context_data(self, *args, **kwargs) -> dict:
        """How many searches there are, and how many are not shown and why."""
        context = super().get_context_data(*args, **kwargs)
        days = QueryDay.objects.filter(**self.filters.days())
        total = days.aggregate(number=Sum("searches"))["number"] or 0
        said = ngettext("%(count)s search.", "%(count)s searches.", total) % {"count": total}
        return context | {"said": f"{said} {self._left_out(rare_searches(days))}"}

    def _left_out(self, rare: int) -> str:
        if not rare:
            return ""
        return ngettext(
            "%(rare)s is not shown: fewer than %(least)s visitors searched for the same.",
            "%(rare)s are not shown: fewer than %(least)s visitors searched for the same.",
            rare,
        ) % {"rare": rare, "least": RULE.visits}  # fmt: skip


class ArticleFilters(_Filters):
    """When, and whose articles."""

    period = period_filter()
    owner_team = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Owner"), queryset=Team.objects.order_by("name")
    )

    class Meta:
        model = ArticlePage
        fields = ["period", "owner_team", "language"]

    def filter_queryset(self, queryset: QuerySet[ArticlePage]) -> QuerySet[ArticlePage]:
        """The articles opened from searches that readers said did not help."""
        begin = since(self.chosen.get("period"))
        rows = super().filter_queryset(queryset)
        told = Q(feedback__created_at__date__gte=begin)
        opened = (
            ClickDay.objects.filter(document=OuterRef("document"), day__gte=begin)
            .order_by()
            .values("document")
            .annotate(number=Sum("clicks"))
            .values("number")
        )
        number = Cast("pk", CharField())
        return (
            rows.annotate(unhelpful=Count("feedback", filter=told & Q(feedback__useful=False)))
            .filter(unhelpful__gt=0)
            .annotate(document=Concat(Value(f"{ARTICLE}:"), number, output_field=CharField()))
            .annotate(opened=Coalesce(Subquery(opened), 0))
            .filter(opened__gt=0)
        )


class ArticlesReport(OfWords):
    """Articles that people find by searching and that do not help them."""

    page_title = gettext_lazy("Found, and not useful")
    index_url_name = "search_tools_articles"
    index_results_url_name = "search_tools_articles_results"
    filterset_class = ArticleFilters
    default_ordering = "-unhelpful"
    columns = [
        TitleColumn("title", label=gettext_lazy("Article"), get_url=edit_address),
        Column("owner_team", label=gettext_lazy("Owner"), sort_key="owner_team__name"),
        Column("opened", label=gettext_lazy("Opened from searches"), sort_key="opened"),
        TitleColumn(
            "unhelpful",
            label=gettext_lazy("Said it was not useful"),
            sort_key="unhelpful",
            get_url=lambda row: reverse("page_feedback_list", args=[row.pk]),
        ),
        Column("searched", label=gettext_lazy("Most often found by")),
    ]
    list_export = ["title", "owner_team", "language", "opened", "unhelpful", "searched"]
    export_headings = {
        "title": gettext_lazy("Article"),
        "owner_team": gettext_lazy("Owner"),
        "opened": gettext_lazy("Opened from searches"),
        "unhelpful": gettext_lazy("Said it was not useful"),
        "searched": gettext_lazy("Most often found by"),
    }

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.custom_field_preprocess = {
            **self.custom_field_preprocess,
            "searched": {self.FORMAT_CSV: not_a_formula, self.FORMAT_XLSX: not_a_formula},
        }

    def get_base_queryset(self) -> QuerySet[ArticlePage]:
        """Published articles."""
        return ArticlePage.objects.live().select_related("owner_team").defer("body")

    def decorate_paginated_queryset(self, object_list) -> Sequence[ArticlePage]:
        """The articles with the words they are found by, in one statement for all."""
        rows = list(object_list)
        words = found_by(
            [row.document for row in rows], begin=since(self.filters.chosen.get("period"))
        )
        for row in rows:
            row.searched = ", ".join(words.get(row.document, ()))
        return rows


def found_by(documents: Sequence[str], *, begin: date) -> dict[str, list[str]]:
    """What is most often searched for when documents are opened; common words only."""
    clicks = ClickDay.objects.filter(document__in=documents, day__gte=begin, query__common=True)
    sums = clicks.values("document", "query__text").annotate(number=Sum("clicks"))
    found: dict[str, list[str]] = {}
    for row in sums.order_by("document", "-number", "query__text"):
        words = found.setdefault(row["document"], [])
        if len(words) < SEARCHES_SHOWN:
            words.append(row["query__text"])
    return found
