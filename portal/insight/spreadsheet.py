"""Tables as files for spreadsheets: CSV as Excel opens it in Norway, and XLSX.

Texts come from people, so none may be taken for a formula: in both files they stand behind an
apostrophe when they begin like one. XLSX cells are typed as texts besides.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from portal.insight.shapes import Cell, Table

BYTE_ORDER_MARK = "\ufeff"
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A cell that begins like this would be taken for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MOMENT = "%Y-%m-%d %H:%M"
LONGEST_SHEET_NAME = 31
SHORTEST_BEGINNING = 6  # of a name that is cut in the middle
WIDEST = 60
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")


def download(tables: Sequence[Table], kind: str, name: str) -> HttpResponse:
    """The tables as a file of a kind, "csv" (the first of them) or "xlsx", called `name`."""
    content = as_csv(tables[0]) if kind == "csv" else as_xlsx(tables)
    response = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _value(cell: Cell) -> str:
    """Numbers with a decimal comma, days and moments as every spreadsheet reads them.

    Texts are made harmless; there is nothing for what there is none of.
    """
    match cell.value:
        case None:
            return ""
        case str(text):
            return harmless(text)
        case datetime() as moment:
            return f"{moment:{MOMENT}}"
        case date() as day:
            return day.isoformat()
        case number:
            return str(number).replace(".", ",")


def as_csv(table: Table) -> bytes:
    """The table in UTF-8 with a byte order mark, columns divided by semicolons."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(heading) for heading in table.file_headings])
    for row in table.rows:
        writer.writerow([harmless(row.name), *(_value(cell) for cell in row.cells)])
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def as_xlsx(tables: Sequence[Table]) -> bytes:
    """The tables in one workbook, a sheet for each with its heading frozen."""
    book = Workbook(write_only=True)
    names: set[str] = set()
    for table in tables:
        _write(book.create_sheet(_sheet_name(table.caption, names)), table)
    if not tables:
        book.create_sheet()
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _sheet_name(caption: str, taken: set[str]) -> str:
    """A name the format allows, unlike those taken whatever the case of their letters."""
    plain = _NOT_IN_SHEET_NAMES.sub(" ", ILLEGAL_CHARACTERS_RE.sub("", caption)).strip()
    name, number = _shortened(plain), 1
    while not name or name.casefold() in taken:
        number += 1
        name = f"{plain[: LONGEST_SHEET_NAME - 4].strip()} {number}".strip()
    taken.add(name.casefold())
    return name


def _shortened(caption: str) -> str:
    """As much of a caption as a sheet may be called: what tells it apart often stands last."""
    if len(caption) <= LONGEST_SHEET_NAME:
        return caption
    _before, comma, last = caption.rpartition(", ")
    room = LONGEST_SHEET_NAME - len(f"… {last}")
    if not comma or room < SHORTEST_BEGINNING:
        return caption[:LONGEST_SHEET_NAME].strip()
    return f"{caption[:room].strip()}… {last}"


def _write(sheet, table: Table) -> None:
    sheet.freeze_panes = "B2"
    headings = table.file_headings
    for number, heading in enumerate(headings, 1):
        longest = max([len(heading), *(len(_said(row, number)) for row in table.rows)])
        width = min(longest + 2, WIDEST)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_text(sheet, heading, bold=True) for heading in headings])
    for row in table.rows:
        sheet.append([_text(sheet, row.name), *(_typed(sheet, cell.value) for cell in row.cells)])


def _said(row, number: int) -> str:
    """What the row has in the column with this number, counted from one."""
    return row.name if number == 1 else _value(row.cells[number - 2])


def _typed(sheet, value):
    """A text that is no formula, a moment without seconds, or the value itself."""
    if isinstance(value, str):
        return _text(sheet, value)
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    return value


def _text(sheet, text: str, *, bold: bool = False) -> WriteOnlyCell:
    """A cell that is a text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, value=harmless(ILLEGAL_CHARACTERS_RE.sub("", text)))
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
