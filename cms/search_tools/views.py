"""The admin's views that write through the services of the search, and tell what it refuses."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Cast, Substr
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button, HeaderButton

from cms.guidance.models import ArticlePage
from cms.indexing import ARTICLE
from cms.search_tools.changes import WORDS, note, note_offer, note_removed, told_of
from cms.search_tools.drafting import NoPlace, draft_for
from cms.search_tools.trying import TryForm, trial
from search.contract import EngineUnavailable
from search.editors_words import remove
from search.models import BestBet, KnownQuery
from search.popular import withhold
from search.word_rules import Refused

TRY = gettext_lazy("Try a search")
FIELDS_OF_WORDS = ("phrases", "words", "word")
LONGEST_GIVEN = 400  # characters


class Writing:
    """Writes what is in the form, and shows the form again with what was refused."""

    def save_instance(self):
        """Write through the search's service, and keep who did."""
        pk = self.form.instance.pk
        old = self.model.objects.filter(pk=pk).first() if pk else None
        before = told_of(old) if old else None
        row = self.form.write()
        note(row, before, user=self.request.user)
        return row

    def form_valid(self, form) -> HttpResponse:
        """Go on, or say what was refused beside the field it is about."""
        try:
            return super().form_valid(form)
        except Refused as refused:
            form.add_error(form.field_of.get(refused.field, refused.field) or None, str(refused))
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)


class AddWords(Writing, CreateView):
    """Something new; other pages may lead here with words filled in."""

    def get_initial(self) -> dict[str, str]:
        """What the address says of the fields that hold words."""
        given = self.request.GET
        return {name: given[name][:LONGEST_GIVEN] for name in FIELDS_OF_WORDS if name in given}


class AddStopWord(AddWords):
    """A word to pass over, with a warning when readers would look for articles by it."""

    def form_valid(self, form) -> HttpResponse:
        """Write it; then tell how many titles have it, with a way to try it."""
        response = super().form_valid(form)
        titles = titles_with(self.object.word) if self.object else 0
        if titles:
            told = ngettext(
                "The word stands in the title of %(count)s article. Try a search with it.",
                "The word stands in the titles of %(count)s articles. Try a search with it.",
                titles,
            )
            messages.warning(
                self.request,
                told % {"count": titles},
                buttons=[messages.button(address_to_try(self.object.word), TRY)],
            )
        return response


def titles_with(word: str) -> int:
    """How many published articles have the word in their title."""
    alone = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
    titles = ArticlePage.objects.live().values_list("title", flat=True)
    return sum(1 for title in titles if alone.search(title))


def address_to_try(words: str) -> str:
    """Where a search for the words is tried."""
    return f"{reverse('search_tools_try')}?{urlencode({'q': words})}"


class EditWords(Writing, EditView):
    """Something changed, with a way to try it."""

    @property
    def header_more_buttons(self):
        """What can be done with the row, and a search for its first words."""
        words = next(
            getattr(self.object, each) for each in FIELDS_OF_WORDS if hasattr(self.object, each)
        )
        address = address_to_try(next(iter(words.splitlines()), ""))
        button = Button(TRY, url=address, icon_name="search", priority=5)
        return [button, *super().header_more_buttons]


class DeleteWords(DeleteView):
    """Something taken away."""

    def delete_action(self) -> None:
        """Remove it through the search's service, and keep who did."""
        with transaction.atomic():
            note_removed(self.object, user=self.request.user)
            remove(self.object)


class ListOfWords(IndexView):
    """A list with a way to try it."""

    @property
    def header_buttons(self):
        """The buttons of the list, and one that leads to the page for trying."""
        address = reverse("search_tools_try")
        button = HeaderButton(label=TRY, url=address, icon_name="search", priority=20)
        return [*super().header_buttons, button]


class PageColumn(Column):
    """The page of a best bet, and why nobody sees it when nobody does."""

    def get_value(self, instance: BestBet) -> str:
        """The title in words about its state."""
        if instance.page_title is None:
            return _("The page is deleted. Choose another.")
        if not instance.page_live:
            return _("%(page)s (not published, so not shown)") % {"page": instance.page_title}
        return instance.page_title


class ListOfBets(ListOfWords):
    """Best bets with their pages; the same number of statements for one and for many."""

    def get_base_queryset(self) -> QuerySet[BestBet]:
        """The bets, each with title and state of its page."""
        number = Cast(Substr("document", len(ARTICLE) + 2), BigIntegerField())
        page = ArticlePage.objects.filter(pk=OuterRef("page_number"))
        rows = super().get_base_queryset()
        return rows.annotate(
            page_number=Case(When(document__startswith=f"{ARTICLE}:", then=number), default=None),
            page_title=Subquery(page.values("title"), output_field=CharField()),
            page_live=Subquery(page.values("live"), output_field=BooleanField()),
        ).order_by(F("position"), "pk")


def may_see_words(user) -> bool:
    """Whether the person may see what the search is taught: editors and administrators."""
    return any(user.has_perm(f"search.view_{model._meta.model_name}") for model in WORDS)


class TrySearch(WagtailAdminTemplateMixin, TemplateView):
    """A search with and without what the editors wrote, side by side."""

    template_name = "search_tools/try.html"
    page_title = TRY
    header_icon = "search"

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Let those in who may see the words."""
        if not may_see_words(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """Where the page lies."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        """The form, and what the search found when something is searched for."""
        context = super().get_context_data(**kwargs)
        asked = "q" in self.request.GET
        form = TryForm(self.request.GET if asked else None, user=self.request.user)
        context |= {"form": form, "trial": None, "away": False}
        if asked and form.is_valid():
            try:
                context["trial"] = trial(**form.asked(), now=form.now())
            except EngineUnavailable:
                context["away"] = True
        return context


@require_POST
def offer_words(request: HttpRequest, pk: int) -> HttpResponse:
    """Take words out of what readers are offered in the search box, or let them in again.

    Goes back to the list as it was: the address says what it was filtered by.
    """
    if not may_see_words(request.user):
        raise PermissionDenied
    withheld = {"no": True, "yes": False}.get(request.POST.get("offer", ""))
    with transaction.atomic():
        rows = KnownQuery.objects.select_for_update().filter(common=True)
        query = get_object_or_404(rows, pk=pk)
        if withheld is None:
            return HttpResponseBadRequest()
        if query.withheld != withheld:
            withhold(query, withheld=withheld)
            note_offer(query, withheld=withheld, user=request.user)
    said = _("“%(words)s” may be offered to readers again.")
    if withheld:
        said = _("“%(words)s” is not offered to readers any more.")
    messages.success(request, said % {"words": query.text})
    return redirect(reverse("search_tools_searches", query=request.GET))


@require_POST
def write_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft of an article for words that many search for, and open it."""
    if not may_see_words(request.user):
        raise PermissionDenied
    query = get_object_or_404(KnownQuery, pk=pk, common=True)
    language = translation.get_language()
    try:
        page = draft_for(query, by=request.user, language=language, now=timezone.now())
    except NoPlace:
        messages.error(request, _("There is no section you may write in. Make one first."))
        return redirect("search_tools_searches")
    messages.success(request, _("The draft is yours. Nobody sees it until it is published."))
    return redirect("wagtailadmin_pages:edit", page.pk)
