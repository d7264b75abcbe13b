"""Many rows written at once, without an object for each.

Where the database reads a document of rows, one statement writes them all: a statement for each row
costs more than the rows do. SQLite is in the process and takes them one by one as quickly.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def update_rows(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write fields of rows that exist. A row holds its primary key, then the values in order."""
    found = list(rows)
    if not found:
        return
    fields = [model._meta.pk, *(model._meta.get_field(name) for name in names)]
    table = connection.ops.quote_name(model._meta.db_table)
    columns = [connection.ops.quote_name(field.column) for field in fields]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            given = ", ".join(f"{columns[i]} = given.{columns[i]}" for i in range(1, len(columns)))
            cursor.execute(
                f"UPDATE {table} SET {given} FROM {_document(fields, columns)} "  # noqa: S608  names of the model
                f"WHERE {table}.{columns[0]} = given.{columns[0]}",
                [_as_document(fields, found)],
            )
        else:
            given = ", ".join(f"{column} = %s" for column in columns[1:])
            cursor.executemany(
                f"UPDATE {table} SET {given} WHERE {columns[0]} = %s",  # noqa: S608  names of the model
                [(*values[1:], values[0]) for values in _prepared(fields, found)],
            )


def insert_rows(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Add rows; a row holds the values in order. Fields left out take the database's default."""
    found = list(rows)
    if not found:
        return
    fields = [model._meta.get_field(name) for name in names]
    table = connection.ops.quote_name(model._meta.db_table)
    columns = [connection.ops.quote_name(field.column) for field in fields]
    into = f"INSERT INTO {table} ({', '.join(columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"{into} SELECT {', '.join(columns)} FROM {_document(fields, columns)}",  # noqa: S608  names of the model
                [_as_document(fields, found)],
            )
        else:
            cursor.executemany(
                f"{into} VALUES ({', '.join(['%s'] * len(fields))})", list(_prepared(fields, found))
            )


def _document(fields: Sequence[models.Field], columns: Sequence[str]) -> str:
    """The rows of a document as a table named `given`."""
    typed = (
        f"{column} {field.db_type(connection)}"
        for field, column in zip(fields, columns, strict=True)
    )
    return f"jsonb_to_recordset(%s::jsonb) AS given({', '.join(typed)})"


def _as_document(fields: Sequence[models.Field], rows: Iterable[Sequence[Any]]) -> str:
    names = [field.column for field in fields]
    return json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str)


def _prepared(fields: Sequence[models.Field], rows: Iterable[Sequence[Any]]) -> Iterable[tuple]:
    """The values as the database's own driver takes them."""
    prepare = [field.get_db_prep_save for field in fields]
    for row in rows:
        yield tuple(each(value, connection) for each, value in zip(prepare, row, strict=True))
