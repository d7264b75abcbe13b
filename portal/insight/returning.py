"""The way back: a link out of a report takes along the address of the report it was pressed in.

The address is only ever used when it leads to one of our own pages with figures.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.insight.shapes import Row, Section

NAME = "back"
DELIVERY = "delivery_report"
PAGES = frozenset({"report", "report_cases", DELIVERY})
LONGEST = 1000  # characters; two addresses of ours within one another are some 400
LEFT_AS_IT_IS = "/?:="  # allowed in the query of an address, so that it stays short


def way_back(request: HttpRequest) -> str:
    """The address of a report or a list of cases that came along, "" when it is no such thing."""
    asked = request.POST.get(NAME) or request.GET.get(NAME) or ""
    if len(asked) > LONGEST or not url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return ""
    return asked if _page_of(asked) in PAGES else ""


def title_of(back: str) -> str:
    """What the page a way back leads to is called, when it is no report of a purpose."""
    return _("Delivery report") if _page_of(back) == DELIVERY else ""


def _page_of(address: str) -> str:
    """The name of the page an address leads to, "" for none."""
    try:
        return resolve(address.partition("#")[0].partition("?")[0]).url_name
    except Resolver404:
        return ""


def with_way_back(address: str, back: str) -> str:
    """The address with the way back in its query."""
    return f"{address}{'&' if '?' in address else '?'}{NAME}={quote(back, safe=LEFT_AS_IT_IS)}"


def leading_back(section: Section, back: str) -> Section:
    """The section, its links to lists of cases and to causes with the way back to it."""
    reports = reverse("reports")

    def led(address: str) -> str:
        return with_way_back(address, back) if address.startswith(reports) else address

    def row(each: Row) -> Row:
        cells = (
            replace(cell, address=led(cell.address)) if cell.address else cell
            for cell in each.cells
        )
        return replace(each, cells=tuple(cells))

    table = section.table and replace(section.table, rows=tuple(map(row, section.table.rows)))
    return replace(section, table=table, more=led(section.more))
