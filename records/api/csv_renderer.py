"""Answers as CSV (RFC 4180), for spreadsheets: one row per record, flat columns.

The columns come from the serializer and never from the rows, so that every page of a list has the
same ones, whatever is known of the records on it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from io import StringIO
from typing import Any

import orjson
from rest_framework import serializers

from records.api.expand import Expandable, grown_fields
from records.api.renderers import JSONRenderer, exact_number, plain

# A spreadsheet takes a cell that begins so for a formula, and runs it.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "'")
_LINK = {"slug", "title", "url", "page"}

Column = tuple[str, ...]


class CSVRenderer(JSONRenderer):
    """A listing as a table; a detail as a table of one row. Errors stay problem documents."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        rows = data.get("results", data)
        serializer = rows.serializer
        many = isinstance(serializer, serializers.ListSerializer)
        one = serializer.child if many else serializer
        table = StringIO(newline="")
        writer = csv.writer(table)
        view = (renderer_context or {})["view"]
        table_columns = [*columns(one.fields, expansion=view.expansion)]
        writer.writerow(".".join(column) for column in table_columns)
        for row in rows if many else [rows]:
            writer.writerow(cell(_value(row, column)) for column in table_columns)
        return table.getvalue().encode()


def columns(
    fields: Mapping[str, Any], above: Column = (), *, expansion: Iterable[Expandable] = ()
) -> Iterator[Column]:
    """The columns of a record: a member of a member is a column of its own, a list is one.

    In: the serializer's fields, and the links that are expanded.
    """
    for name, field in fields.items():
        path = (*above, name)
        nested = None if hasattr(field, "child") else getattr(field, "fields", None)
        if nested:
            grown = [grown_fields(place) for place in expansion if place.path == path]
            for members in (nested, *grown):
                yield from columns(members, path, expansion=expansion)
        else:
            yield path


def _value(row: Any, column: Column) -> Any:
    for name in column:
        # A link that leads to nothing is null, and so is all that it would have grown by.
        row = None if row is None else row.get(name)
    return row


def cell(value: Any) -> str:
    """One cell. A list of words or of links is their text or slugs, separated by one space each
    for slugs and by “; ” for words; any other list or object is JSON.

    A text that a spreadsheet would run as a formula, or that begins with an apostrophe, gets an
    apostrophe before it: drop one, and the text is as it was.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return exact_number(value)
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | dict):
        value = _listed(value)
    text = str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def _listed(value: Any) -> str:
    if not value:
        return ""
    if isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return "; ".join(value)
        if all({*item} == _LINK for item in value):
            return " ".join(item["slug"] for item in value)
    return orjson.dumps(value, default=plain).decode()
