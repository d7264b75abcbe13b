"""Reports for managers: the key figures, a page per purpose, its tables, and the cases behind."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from portal.insight import kept, narrowing, parts, spreadsheet
from portal.insight.access import for_managers
from portal.insight.cases import page
from portal.insight.purposes import (
    BY_ADDRESS,
    FIGURES,
    MOVED,
    PURPOSE_OF,
    PURPOSES,
    Part,
    Purpose,
)
from portal.insight.questions import Question, read_question
from portal.insight.returning import leading_back, title_of, way_back
from portal.insight.shapes import PlacedSection, Table


@dataclass(frozen=True, kw_only=True)
class PlacedPart:
    """A part on its page, with its sections, and the chosen filters it cannot use."""

    name: str
    title: str
    sections: tuple[PlacedSection, ...]
    unused: tuple[str, ...] = ()

    @property
    def broad(self) -> bool:
        """Whether a table of it asks for pages on their side."""
        return any(each.section.table and each.section.table.broad for each in self.sections)


def _purpose(address: str) -> Purpose:
    if address not in BY_ADDRESS:
        raise Http404
    return BY_ADDRESS[address]


def _tabs(question: Question, current: str) -> list[dict]:
    """The links between the reports; the question goes along."""
    query = question.query()
    tabs = [("", _("Key figures"), reverse("reports"))]
    tabs += [
        (item.address, item.title, reverse("report", args=[item.address])) for item in PURPOSES
    ]
    return [
        {"title": title, "address": f"{path}?{query}", "current": address == current}
        for address, title, path in tabs
    ]


@never_cache
@for_managers
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """A sentence for each part, with the way to its report."""
    question = read_question(request, now=timezone.now())
    month, before = parts.headline_months(question)
    narrow = replace(question, scope=question.scope.during(before, month))

    def said_by(part: Part) -> str:
        asked = question if getattr(part, "OF_ALL_MONTHS", False) else narrow
        return part.headline(_asked_of(part, asked))

    query = question.query()
    figures = [
        {
            "title": item.title,
            "asks": item.asks,
            "sentences": [
                (said, _unused(part, question)) for part in item.parts if (said := said_by(part))
            ],
            "address": f"{reverse('report', args=[item.address])}?{query}",
        }
        for item in PURPOSES
    ]
    context = {
        "figures": figures,
        "tabs": _tabs(question, ""),
        "form": narrowing.filter_form(question),
        "question": question,
        "months_matter": False,
    }
    return render(request, "insight/overview.html", context)


def _placed(purpose: Purpose, part: Part, question: Question) -> PlacedPart:
    query = question.query()
    page = f"{reverse('report', args=[purpose.address])}?{query}"
    sections = []
    for section in part.sections(_asked_of(part, question)):
        names = [purpose.address, part.NAME, section.code]
        placed = PlacedSection(
            section=section,
            anchor=f"{part.NAME}-{section.code}",
            csv=f"{reverse('report_table', args=[*names, 'csv'])}?{query}",
            xlsx=f"{reverse('report_table', args=[*names, 'xlsx'])}?{query}",
        )
        place = placed.within if section.secondary else placed.anchor
        sections.append(replace(placed, section=leading_back(section, f"{page}#{place}")))
    return PlacedPart(
        name=part.NAME,
        title=str(part.TITLE),
        sections=tuple(sections),
        unused=_unused(part, question),
    )


def _asked_of(part: Part, question: Question) -> Question:
    """The question without the filters that the part cannot be narrowed by."""
    used = getattr(part, "USES_FILTERS", None)
    return question if used is None else question.only(used)


def _unused(part: Part, question: Question) -> tuple[str, ...]:
    """What the chosen filters that the part cannot be narrowed by are called."""
    used = getattr(part, "USES_FILTERS", None)
    if used is None:
        return ()
    return tuple(item.label for item in question.filters if item.name not in used)


def _moved(request: HttpRequest, name: str) -> HttpResponse:
    purpose, part = MOVED[name]
    query = request.GET.urlencode()
    path = reverse("report", args=[purpose.address])
    place = f"#{part}" if part else ""
    return redirect(f"{path}?{query}{place}" if query else f"{path}{place}", permanent=True)


@never_cache
@for_managers
@require_GET
def report(request: HttpRequest, purpose: str) -> HttpResponse:
    """One purpose's page; the old address of one of its parts leads to where that stands now."""
    if purpose in MOVED:
        return _moved(request, purpose)
    chosen = _purpose(purpose)
    question = read_question(request, now=timezone.now())
    whole = reverse("report_workbook", args=[chosen.address])
    placed = [_placed(chosen, part, question) for part in chosen.parts]
    context = {
        "purpose": chosen,
        "parts": placed,
        "broad": any(part.broad for part in placed),
        "tabs": _tabs(question, chosen.address),
        "form": narrowing.filter_form(question),
        "question": question,
        "workbook": f"{whole}?{question.query()}",
        "months_matter": True,
        "closed": kept.closed_line(question, chosen.measures),
    }
    return render(request, "insight/report.html", context)


def _file_name(of: str, question: Question) -> str:
    """What a file is of, its month or months, and what it is narrowed by."""
    period = question.scope.period
    months = dict.fromkeys((str(period.first), str(period.last)))
    return "-".join([of, *months, *filter(None, (slugify(f.value) for f in question.filters))])


@never_cache
@for_managers
@require_GET
def table(request: HttpRequest, purpose: str, part: str, code: str, kind: str) -> HttpResponse:
    """One table of a report as a file for spreadsheets."""
    chosen = _purpose(purpose).part(part)
    if chosen is None:
        raise Http404
    question = _asked_of(chosen, read_question(request, now=timezone.now()))
    sections = chosen.sections(question)
    found = next(
        (section.table for section in sections if section.table and section.code == code), None
    )
    if found is None:
        raise Http404
    return spreadsheet.download([found], kind, _file_name(f"{part}-{code}", question))


@never_cache
@for_managers
@require_GET
def workbook(request: HttpRequest, purpose: str) -> HttpResponse:
    """Every table of a purpose in one file, a sheet for each."""
    chosen = _purpose(purpose)
    question = read_question(request, now=timezone.now())
    tables: list[Table] = [
        section.table
        for part in chosen.parts
        for section in part.sections(_asked_of(part, question))
        if section.table
    ]
    return spreadsheet.download(tables, "xlsx", _file_name(chosen.address, question))


@never_cache
@for_managers
@require_GET
def cases(request: HttpRequest, figure: str) -> HttpResponse:
    """The cases behind a figure."""
    if figure not in FIGURES:
        raise Http404
    chosen, purpose = FIGURES[figure], PURPOSE_OF[figure]
    question = replace(read_question(request, now=timezone.now()), back=way_back(request))
    report = f"{reverse('report', args=[purpose.address])}?{question.query()}"
    found = page(chosen, question, request.GET.get("after", ""))
    context = {
        "figure": chosen,
        "page": found,
        "purpose": purpose,
        "back": question.back or report,
        "back_title": title_of(question.back) or purpose.title,
        "question": question,
        "months_matter": not chosen.of_now,
        "closed": None if chosen.of_now else kept.closed_line(question, purpose.measures),
        "here": request.get_full_path(),
        "beginning": f"?{question.query()}" if request.GET.get("after") else "",
        "following": f"?{question.query(after=found.following)}" if found.following else "",
    }
    return render(request, "insight/cases.html", context)
