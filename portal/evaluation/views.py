"""How good the guesses at the desk are: each question in short, and each in full."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.evaluation import judged, people
from portal.evaluation.access import for_staff
from portal.evaluation.judged import Subject
from portal.evaluation.names import PAGES, Names
from portal.evaluation.stored import Known, known_classifier
from portal.insight import spreadsheet
from portal.insight.shapes import PlacedSection, Section
from triage.classifier.evaluation.judgement import Target


def _tabs(current: str) -> list[dict]:
    pages = [("", _("In short"), reverse("evaluation"))]
    pages += [
        (page, name, reverse("evaluation_target", args=[page]))
        for page, (_target, name) in PAGES.items()
    ]
    return [
        {"title": title, "address": address, "current": page == current}
        for page, title, address in pages
    ]


@for_staff
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Each question in a few sentences, and what the classifier in use was made from."""
    known = known_classifier()
    targets = known.targets if known else {}
    figures = [
        {
            "title": name,
            "sentences": judged.in_short(targets[target]),
            "address": reverse("evaluation_target", args=[page]),
        }
        for page, (target, name) in PAGES.items()
        if target in targets
    ]
    context = {"known": known, "figures": figures, "tabs": _tabs("")}
    return render(request, "evaluation/overview.html", context)


@for_staff
@require_GET
def target(request: HttpRequest, page: str) -> HttpResponse:
    """One question in full: on cases it had not seen, and on what people decided."""
    name, title = _page(page)
    known = known_classifier()
    found = known.targets.get(name) if known else None
    names = Names(name)
    decided = people.sections(name, names, user=request.user, now=timezone.now())
    context = {
        "known": known,
        "judged": found,
        "title": title,
        "tabs": _tabs(page),
        "sections": _placed(page, _seen_first(found, names)),
        "decided": _placed(page, decided),
    }
    return render(request, "evaluation/target.html", context)


@for_staff
@require_GET
def table(request: HttpRequest, page: str, code: str, kind: str) -> HttpResponse:
    """One table of a question as a file for spreadsheets."""
    name, _title = _page(page)
    found = _table(request, name, code, now=timezone.now())
    if found is None:
        raise Http404
    return spreadsheet.download([found], kind, f"{page}-{code}")


def _page(page: str):
    if page not in PAGES:
        raise Http404
    return PAGES[page]


def _seen_first(found: Target | None, names: Names) -> tuple[Section, ...]:
    if found is None:
        return ()
    definition = _(
        "Cases whose matter it had never seen, in the words of several people. Cases of one matter "
        "are alike, so how sure a figure is follows the number of matters, not of cases."
    )
    subject = Subject(
        target=found, names=names, definition=f"{definition} {names.explanation}".strip()
    )
    return judged.sections(subject)


def _table(request: HttpRequest, name: str, code: str, *, now: datetime):
    known: Known | None = known_classifier()
    names = Names(name)
    found = _seen_first(known.targets.get(name) if known else None, names)
    if code.startswith(people.CODE):
        found = people.sections(name, names, user=request.user, now=now)
    return next((each.table for each in found if each.code == code), None)


def _placed(page: str, sections: tuple[Section, ...]) -> list[PlacedSection]:
    return [
        PlacedSection(
            section=each,
            anchor=each.code,
            csv=reverse("evaluation_table", args=[page, each.code, "csv"]),
            xlsx=reverse("evaluation_table", args=[page, each.code, "xlsx"]),
        )
        for each in sections
    ]
