"""Reports for managers: the key figures, a page per purpose, its tables, and the cases behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from portal.insight import (
    answering,
    backlog,
    cooperation,
    deadlines,
    form,
    parts,
    solved,
    spreadsheet,
)
from portal.insight.access import for_managers
from portal.insight.cases import FIGURES, page
from portal.insight.questions import Question, read_question
from portal.insight.shapes import Report


@dataclass(frozen=True)
class Purpose:
    """What a manager wants to know, with the report that tells it."""

    code: str
    address: str
    title: str
    asks: str
    module: ModuleType

    @property
    def report(self) -> Callable[[Question], Report]:
        """Makes the whole report."""
        return self.module.report

    @property
    def headline(self) -> Callable[[Question], str]:
        """Makes the key figure's sentence alone."""
        return self.module.headline


PURPOSES = (
    Purpose("deadlines", "frister", _("Deadlines"), _("Is what we promise kept?"), deadlines),
    Purpose("backlog", "apne-saker", _("Open cases"), _("What waits, and how old is it?"), backlog),
    Purpose(
        "solved",
        "forstelinje",
        _("Solved in the first line"),
        _("How much does the first line solve?"),
        solved,
    ),
    Purpose(
        "answers",
        "svartid",
        _("Time to answer"),
        _("Does everybody get an answer equally soon?"),
        answering,
    ),
    Purpose(
        "cooperation",
        "samhandling",
        _("Cooperation"),
        _("How do cases travel between lines and teams?"),
        cooperation,
    ),
)
BY_ADDRESS = {purpose.address: purpose for purpose in PURPOSES}


def _purpose(address: str) -> Purpose:
    if address not in BY_ADDRESS:
        raise Http404
    return BY_ADDRESS[address]


def _tabs(question: Question, current: str) -> list[dict]:
    """The links between the reports; the question goes along."""
    query = question.query()
    tabs = [("", "", _("Key figures"), reverse("reports"))]
    tabs += [
        (item.code, item.address, item.title, reverse("report", args=[item.address]))
        for item in PURPOSES
    ]
    return [
        {"title": title, "address": f"{path}?{query}", "current": code == current}
        for code, _address, title, path in tabs
    ]


@never_cache
@for_managers
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """A sentence per purpose, each with the way to its report."""
    question = read_question(request, now=timezone.now())
    month, before = parts.headline_months(question)
    narrow = replace(question, scope=question.scope.during(before, month))
    figures = [
        {
            "title": item.title,
            "asks": item.asks,
            "sentence": item.headline(narrow),
            "address": f"{reverse('report', args=[item.address])}?{question.query()}",
        }
        for item in PURPOSES
    ]
    context = {
        "figures": figures,
        "tabs": _tabs(question, ""),
        "form": form.filter_form(question),
        "question": question,
        "months_matter": False,
    }
    return render(request, "insight/overview.html", context)


@never_cache
@for_managers
@require_GET
def report(request: HttpRequest, purpose: str) -> HttpResponse:
    """One report."""
    chosen = _purpose(purpose)
    question = read_question(request, now=timezone.now())
    context = {
        "report": chosen.report(question),
        "purpose": chosen,
        "tabs": _tabs(question, chosen.code),
        "form": form.filter_form(question),
        "question": question,
        "query": question.query(),
        "months_matter": chosen.code != "backlog",
    }
    return render(request, "insight/report.html", context)


@never_cache
@for_managers
@require_GET
def table(request: HttpRequest, purpose: str, code: str) -> HttpResponse:
    """One table of a report for a spreadsheet."""
    question = read_question(request, now=timezone.now())
    found = _purpose(purpose).report(question).table(code)
    if found is None:
        raise Http404
    period = question.scope.period
    name = f"{purpose}-{code}-{period.first}-{period.last}.csv"
    response = HttpResponse(spreadsheet.as_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@never_cache
@for_managers
@require_GET
def cases(request: HttpRequest, figure: str) -> HttpResponse:
    """The cases behind a figure."""
    if figure not in FIGURES:
        raise Http404
    chosen = FIGURES[figure]
    question = read_question(request, now=timezone.now())
    found = page(chosen, question, request.GET.get("after", ""))
    purpose = next(item for item in PURPOSES if item.code == chosen.purpose)
    context = {
        "figure": chosen,
        "page": found,
        "purpose": purpose,
        "back": f"{reverse('report', args=[purpose.address])}?{question.query()}",
        "tabs": _tabs(question, purpose.code),
        "question": question,
        "months_matter": not chosen.of_now,
        "beginning": f"?{question.query()}" if request.GET.get("after") else "",
        "following": f"?{question.query(after=found.following)}" if found.following else "",
    }
    return render(request, "insight/cases.html", context)
