"""A table as a file for spreadsheets: CSV as Excel opens it in Norway."""

from __future__ import annotations

import csv
import io

from portal.insight.shapes import Cell, Table

BYTE_ORDER_MARK = "\ufeff"
# A cell that begins like this would be taken for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _value(cell: Cell) -> str:
    """Numbers with a decimal comma, texts made harmless, nothing for what there is none of."""
    if cell.value is None:
        return ""
    if isinstance(cell.value, str):
        return harmless(cell.value)
    return str(cell.value).replace(".", ",")


def as_csv(table: Table) -> bytes:
    """The table in UTF-8 with a byte order mark, columns divided by semicolons."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(heading) for heading in table.columns])
    for row in table.rows:
        writer.writerow([harmless(row.name), *(_value(cell) for cell in row.cells)])
    return (BYTE_ORDER_MARK + text.getvalue()).encode()
