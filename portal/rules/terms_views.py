"""Terms of use for managers: versions, who has signed them, who has not, and a new version."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import terms as terms_of_use
from accounts.terms_models import TermsVersion
from portal.account.expired import kept_text
from portal.insight import spreadsheet
from portal.rules.access import for_rule_makers
from portal.rules.terms_forms import TermsForm
from portal.rules.terms_words import VersionRow, unsigned_row, unsigned_table, version_row

ROWS = 50
PUBLISH = "publish"


@for_rule_makers
@require_GET
def terms(request: HttpRequest) -> HttpResponse:
    """Every version of the terms, with how many have signed it."""
    context = {"versions": _rows()}
    return render(request, "rules/terms.html", context)


def _rows() -> list[VersionRow]:
    today = timezone.localdate()
    in_force = TermsVersion.objects.in_force(today)
    return [version_row(each, in_force, today) for each in terms_of_use.versions()]


@for_rule_makers
@require_GET
def version(request: HttpRequest, key: str) -> HttpResponse:
    """One version: its words, who has not signed it, and who has."""
    found = get_object_or_404(TermsVersion, key=key)
    row = next(each for each in _rows() if each.key == key)
    signed_shown = request.GET.get("vis") == "signert"
    rows = terms_of_use.signatures(found) if signed_shown else terms_of_use.unsigned(found)
    page = _page_of(request, rows)
    context = {
        "version": row,
        "terms": found,
        "page": page,
        "shows_signed": signed_shown,
        "rows": list(page) if signed_shown else [unsigned_row(each) for each in page],
        "kept": "vis=signert&" if signed_shown else "",
    }
    return render(request, "rules/terms_version.html", context)


@never_cache
@for_rule_makers
@require_GET
def unsigned_file(request: HttpRequest, key: str) -> HttpResponse:
    """All who have not signed a version, with who can do it, for a spreadsheet."""
    found = get_object_or_404(TermsVersion, key=key)
    unsigned = unsigned_table(terms_of_use.unsigned(found))
    return spreadsheet.download([unsigned], "csv", f"ikke-signert-{found.key}")


def _page_of(request: HttpRequest, rows: QuerySet) -> Page:
    return Paginator(rows, ROWS).get_page(request.GET.get("side"))


@for_rule_makers
def new_terms(request: HttpRequest) -> HttpResponse:
    """Write a version, look at it as those who sign will, and publish it."""
    if request.method != "POST":
        return render(request, "rules/terms_new.html", {"form": TermsForm(initial=_begin(request))})
    form = TermsForm(request.POST)
    if not form.is_valid():
        return render(request, "rules/terms_new.html", {"form": form}, status=422)
    if request.POST.get("step") != PUBLISH:
        context = {"form": form, "looked_at": True, "stale": _stale(form.cleaned_data)}
        return render(request, "rules/terms_new.html", context)
    try:
        made = terms_of_use.publish_terms(**form.cleaned_data, by=request.user, now=timezone.now())
    except ValidationError as error:
        form.add_error("valid_from", error)
        return render(request, "rules/terms_new.html", {"form": form}, status=422)
    messages.success(request, _("The terms are published. Organisations can sign them now."))
    return redirect("rules_terms_version", key=made.key)


def _stale(written: dict) -> list[str]:
    """Standards whose translation is the newest version's still, though the terms are not.

    The form begins with both, and what is published cannot be mended.
    """
    newest = TermsVersion.objects.first()
    if newest is None or _lines(written["text"]) == _lines(newest.text):
        return []
    return [
        code
        for code, text in written["translations"].items()
        if _lines(text) == _lines(newest.translations.get(code, ""))
    ]


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()  # browsers send other ends of lines than they were given


def _begin(request: HttpRequest) -> dict:
    """What was written before signing in again, else the words of the newest version."""
    newest = TermsVersion.objects.first()
    if newest is None:
        return kept_text(request)
    begun = {
        "title": newest.title,
        "text": newest.text,
        "language": newest.language,
        **{f"translation_{code}": text for code, text in newest.translations.items()},
    }
    return {**begun, **kept_text(request)}
