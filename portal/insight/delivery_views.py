"""Delivery reports: the list of organisations, one month of one of them, and what is agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Organisation
from portal.account.expired import kept_text, signed_in
from portal.insight import spreadsheet, words
from portal.insight.delivery import sections
from portal.insight.forms import AgreementForm
from portal.insight.parts import percent_cell
from portal.insight.returning import leading_back
from portal.insight.shapes import Cell, PlacedSection, Section
from portal.positions import read_number
from triage.reporting import delivery as reports
from triage.reporting.breaches import WrittenMeanwhile
from triage.reporting.delivery import Standing
from triage.reporting.models import Agreement
from triage.reporting.scope import Scope
from triage.sla.months import Month, month_from, month_of

PAGE_SIZE = 50
MONTHS_OFFERED = 24
LONGEST = 100


@dataclass(frozen=True, kw_only=True)
class OrganisationRow:
    """An organisation in the list, with how the month went for it."""

    name: str
    address: str
    kept: Cell
    fell_due: int
    unexplained: int


def _current(now: datetime) -> Month:
    return month_of(now, timezone.get_default_timezone())


def _month(text: str, now: datetime) -> Month:
    """A month that is or has been, `MONTHS_OFFERED` back at most. Raises Http404."""
    month, current = month_from(text), _current(now)
    if month is None or not current.plus(1 - MONTHS_OFFERED) <= month <= current:
        raise Http404
    return month


def _offered(now: datetime, chosen: Month) -> list[dict]:
    months = [_current(now).plus(-back) for back in range(MONTHS_OFFERED)]
    return [
        {"value": str(month), "label": words.month_and_year(month), "chosen": month == chosen}
        for month in months
    ]


@signed_in()
@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations whose reports the person may read; a contact of one goes straight to it."""
    now = timezone.now()
    readable = reports.visible_to(request.user)
    asked = month_from(request.GET.get("month", ""))
    month = _month(str(asked), now) if asked else _current(now).plus(-1)
    if not request.user.is_manager:
        mine = list(readable[:2])
        if not mine:
            raise PermissionDenied(_("Delivery reports are for those who manage the services."))
        if len(mine) == 1:
            return redirect("delivery_report", mine[0].pk, str(month))
    name = request.GET.get("q", "").strip().replace("\x00", "")[:LONGEST]
    found, following = _page(readable, name, request.GET.get("after", ""))
    query = {"month": str(month), **({"q": name} if name else {})}
    context = {
        "rows": _rows(request, found, month, now),
        "month": month,
        "month_words": words.month_and_year(month),
        "months": _offered(now, month),
        "name": name,
        "is_manager": request.user.is_manager,
        "following": f"?{urlencode({**query, 'after': following})}" if following else "",
        "beginning": f"?{urlencode(query)}" if request.GET.get("after") else "",
    }
    return render(request, "insight/delivery_list.html", context)


@signed_in()
@require_GET
def latest(request: HttpRequest, pk: int) -> HttpResponse:
    """The way to an organisation's report of the last whole month."""
    organisation = get_object_or_404(reports.visible_to(request.user), pk=pk)
    month = _current(timezone.now()).plus(-1)
    return redirect("delivery_report", organisation.pk, str(month))


def _page(readable, name: str, after: str) -> tuple[list[Organisation], str]:
    """One page of organisations by name, and where the next one begins."""
    found = readable.order_by("name", "pk")
    if name:
        found = found.filter(name__icontains=name)
    number = read_number(after)
    last = readable.filter(pk=number).first() if number is not None else None
    if last is not None:
        found = found.filter(name__gte=last.name).exclude(name=last.name, pk__lte=last.pk)
    rows = list(found[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], str(rows[PAGE_SIZE - 1].pk) if len(rows) > PAGE_SIZE else ""


def _rows(
    request: HttpRequest, found: list[Organisation], month: Month, now: datetime
) -> list[OrganisationRow]:
    zone = timezone.get_default_timezone()
    scope = reports.scope_for(request.user, found[0], month, now=now, zone=zone) if found else None
    standings = reports.standings(scope, found) if scope else {}
    rows = []
    for each in found:
        standing = standings.get(each.pk, Standing())
        rows.append(
            OrganisationRow(
                name=each.name,
                address=reverse("delivery_report", args=[each.pk, str(month)]),
                kept=percent_cell(standing.deadlines),
                fell_due=standing.deadlines.whole,
                unexplained=standing.unexplained,
            )
        )
    return rows


def _asked(request: HttpRequest, pk: int, text: str) -> tuple[Organisation, Scope]:
    """The organisation and its month, if the person may read its report. Raises Http404."""
    now = timezone.now()
    organisation = get_object_or_404(reports.visible_to(request.user), pk=pk)
    zone = timezone.get_default_timezone()
    month = _month(text, now)
    return organisation, reports.scope_for(request.user, organisation, month, now=now, zone=zone)


def _placed(organisation: Organisation, month: Month, section: Section) -> PlacedSection:
    names = [organisation.pk, str(month), section.code]
    page = reverse("delivery_report", args=names[:2])
    return PlacedSection(
        section=leading_back(section, f"{page}#{section.code}"),
        anchor=section.code,
        csv=reverse("delivery_table", args=[*names, "csv"]),
        xlsx=reverse("delivery_table", args=[*names, "xlsx"]),
    )


def _form(request: HttpRequest, standing: Agreement | None) -> AgreementForm:
    initial = {"text": standing.text, "seen": standing.pk} if standing else {"seen": 0}
    return AgreementForm(initial=initial | kept_text(request))


def _page_of_report(
    request: HttpRequest,
    organisation: Organisation,
    scope: Scope,
    *,
    form: AgreementForm | None = None,
    status: int = 200,
) -> HttpResponse:
    month, user = scope.period.last, request.user
    found = reports.delivery(organisation, scope)
    standing = found.agreements[0] if found.agreements else None
    earlier, later = month.plus(-1), month.plus(1)
    current = _current(scope.now)
    names = [organisation.pk]
    context = {
        "organisation": organisation,
        "month": words.month_and_year(month),
        "so_far": month == current,
        "now": scope.now,
        "sections": [_placed(organisation, month, each) for each in sections(found, user)],
        "standing": standing,
        "agreements": found.agreements,
        "may_write": user.is_manager,
        "form": form or (_form(request, standing) if user.is_manager else None),
        "several": user.is_manager or reports.visible_to(user).count() > 1,
        "workbook": reverse("delivery_workbook", args=[*names, str(month)]),
        "earlier": _step(organisation, earlier, earlier > current.plus(-MONTHS_OFFERED)),
        "later": _step(organisation, later, later <= current),
    }
    return render(request, "insight/delivery.html", context, status=status)


def _step(organisation: Organisation, month: Month, there: bool) -> dict | None:
    """The way to another month's report, if there is one."""
    if not there:
        return None
    address = reverse("delivery_report", args=[organisation.pk, str(month)])
    return {"address": address, "label": words.month_and_year(month)}


@signed_in()
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pk: int, text: str) -> HttpResponse:
    """One month of one organisation; managers write here what is agreed next."""
    organisation, scope = _asked(request, pk, text)
    if request.method == "GET":
        return _page_of_report(request, organisation, scope)
    if not request.user.is_manager:
        raise PermissionDenied(_("Only managers write what is agreed."))
    form = AgreementForm(request.POST)
    if not form.is_valid():
        return _page_of_report(request, organisation, scope, form=form, status=422)
    month = scope.period.last
    try:
        reports.write_agreement(
            organisation=organisation,
            month=month,
            text=form.cleaned_data["text"],
            by=request.user,
            now=scope.now,
            seen=form.cleaned_data["seen"] or 0,
        )
    except WrittenMeanwhile as problem:
        form = AgreementForm({**request.POST.dict(), "seen": problem.current.pk})
        form.add_error("text", _written_meanwhile(problem.current))
        return _page_of_report(request, organisation, scope, form=form, status=409)
    messages.success(request, _("What is agreed is saved."))
    return redirect(f"{request.path}#agreed")


def _written_meanwhile(entry: Agreement) -> str:
    name = entry.written_by.display_name if entry.written_by else _("Somebody")
    return _(
        "%(name)s wrote something while you were writing: “%(text)s”. What you wrote is kept "
        "here; save again to let yours stand instead."
    ) % {"name": name, "text": entry.text}


@signed_in()
@require_GET
def table(request: HttpRequest, pk: int, text: str, code: str, kind: str) -> HttpResponse:
    """One table of a report as a file for spreadsheets."""
    organisation, scope = _asked(request, pk, text)
    made = sections(reports.delivery(organisation, scope), request.user)
    found = next((each.table for each in made if each.code == code), None)
    if found is None:
        raise Http404
    return spreadsheet.download([found], kind, f"leveranserapport-{code}-{text}")


@signed_in()
@require_GET
def workbook(request: HttpRequest, pk: int, text: str) -> HttpResponse:
    """Every table of a report in one file."""
    organisation, scope = _asked(request, pk, text)
    made = sections(reports.delivery(organisation, scope), request.user)
    tables = [each.table for each in made]
    return spreadsheet.download(tables, "xlsx", f"leveranserapport-{text}")
