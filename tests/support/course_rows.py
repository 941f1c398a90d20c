"""The rows of the shipped course, kept after its first load in a process and put back as they were.

To load the course takes seconds, since the loader checks every record as it should. Hundreds of
tests only want the course to stand there, and get it in a tenth of the time: the same rows under
the same numbers. Whatever is about loading calls the loader itself (tests/package).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

from records.planner import count_rows

# Triggers fill it as rows are put back, so it comes last and is emptied before.
_NOTED = "curation_pendingchange"


@dataclass(frozen=True)
class _Rows:
    columns: list[str]
    rows: list[tuple[Any, ...]]


_kept: dict[str, _Rows] = {}


def stand_as_after(load: Callable[[], object]) -> None:
    """Bring the database to where `load` brought it when this process first called it.

    Loads again where the tables that it fills hold something already, which the rows could meet.
    """
    if _kept and not any(_count(table) for table in _kept):
        _put_back()
        return
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    before = {table: _count(table) for table in tables}
    load()
    changed = [table for table in tables if _count(table) != before[table]]
    if not _kept and not any(before[table] for table in changed):
        _kept.update({table: _rows_of(table) for table in changed})


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
        return int(cursor.fetchone()[0])


def _columns(table: str) -> list[str]:
    model = next(
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table == table
    )
    return [
        column.column
        for column in model._meta.concrete_fields
        if not isinstance(column, models.GeneratedField)
    ]


def _names(columns: list[str]) -> str:
    return ", ".join(map(connection.ops.quote_name, columns))


def _rows_of(table: str) -> _Rows:
    columns = _columns(table)
    what = f"{connection.ops.quote_name(table)} ({_names(columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Text for COPY keeps every type as it is.
            with cursor.copy(f"COPY {what} TO STDOUT") as copy:
                return _Rows(columns, [(b"".join(bytes(part) for part in copy),)])
        # With a sign before it a column is an expression, which Django leaves as SQLite stores it.
        stored = ", ".join(f"+{connection.ops.quote_name(column)}" for column in columns)
        cursor.execute(f"SELECT {stored} FROM {connection.ops.quote_name(table)}")
        return _Rows(columns, cursor.fetchall())


def _put_back() -> None:
    for table in sorted(_kept, key=lambda table: table == _NOTED):
        if table == _NOTED:
            _empty_noted()
        _fill(table, _kept[table])
    if _NOTED not in _kept:
        _empty_noted()
    if connection.vendor == "postgresql":
        # The numbers that it gives by itself go on behind those that were put back.
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(
                no_style(), [m for m in apps.get_models() if m._meta.db_table in _kept]
            ):
                cursor.execute(sql)
        count_rows()


def _empty_noted() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_NOTED}")


def _fill(table: str, kept: _Rows) -> None:
    what = f"{connection.ops.quote_name(table)} ({_names(kept.columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {what} FROM STDIN") as copy:
                copy.write(kept.rows[0][0])
            return
        marks = ", ".join(["%s"] * len(kept.columns))
        cursor.executemany(f"INSERT INTO {what} VALUES ({marks})", kept.rows)
