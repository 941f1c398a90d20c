"""What the tables hold, told to programs (`datapackage.json`) and to people (Markdown)."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from events.models import Course
from events.package.format import FORMAT, PICTURES
from events.package.tables import BY_NAME, TABLES, Column, Table
from records.pictures.making import TYPE

_TYPES = {"number": "number", "whole": "integer", "yes-no": "boolean"}


def descriptor(course: Course, files: dict[str, bytes], headers: dict[str, list[Column]]) -> bytes:
    """Return `datapackage.json`: what the files of a package hold, with sizes and checksums.

    In: the course, the CSV files and pictures by name, and the columns that each table has in them.
    """
    package: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": course.slug,
        "title": course.title,
        "description": course.summary,
        "thaw:format": FORMAT,
    }
    if course.licence:
        package["licenses"] = [_licence(course.licence)]
    package["resources"] = [
        {
            "name": table.name,
            "path": table.file,
            "type": "table",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": len(files[table.file]),
            "hash": f"sha256:{hashlib.sha256(files[table.file]).hexdigest()}",
            "schema": _schema(table, headers[table.name]),
        }
        for table in TABLES
        if table.file in files
    ]
    package["resources"] += [
        {
            "name": name.removeprefix(PICTURES).removesuffix(".jpg"),
            "path": name,
            "format": "jpg",
            "mediatype": TYPE,
            "bytes": len(content),
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        }
        for name, content in files.items()
        if name.startswith(PICTURES)
    ]
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def _licence(name: str) -> dict[str, str]:
    licence = {"name": re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-"), "title": name}
    if match := re.fullmatch(r"CC[ -](BY(?:-[A-Z]{2})*)[ -](\d\.\d)", name):
        terms, version = match.groups()
        licence["path"] = f"https://creativecommons.org/licenses/{terms.lower()}/{version}/"
    return licence


def _schema(table: Table, columns: list[Column]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(table, column) for column in columns]}
    if table.key:
        schema["primaryKey"] = [table.key]
    elif table.unique:
        schema["primaryKey"] = list(table.unique)
    links = [
        {
            "fields": [column.name],
            "reference": {
                # Data Package: a blank name is the table itself.
                "resource": "" if column.refers_to == table.name else column.refers_to,
                "fields": [BY_NAME[column.refers_to].key],
            },
        }
        for column in columns
        if column.type == "ref"
    ]
    if links:
        schema["foreignKeys"] = links
    return schema


def _field(table: Table, column: Column) -> dict[str, Any]:
    description: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES.get(column.type, "string"),
        "description": column.meaning,
    }
    if column.type == "yes-no":
        description |= {"trueValues": ["yes"], "falseValues": ["no"]}
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.type == "key":
        constraints["unique"] = True
    if column.type in ("choice", "kind"):
        constraints["enum"] = [value for value in table.choices(column) if value]
    if constraints:
        description["constraints"] = constraints
    return description


_HOLDS = {
    "key": "key",
    "text": "text",
    "number": "number",
    "whole": "whole number",
    "yes-no": "yes or no",
    "date": "EDTF date",
    "words": "words",
    "record": "key in the table of its kind",
}


def as_markdown() -> str:
    """Every table and column as the Markdown that `docs/content-format.md` contains."""
    parts = []
    for table in TABLES:
        lines = [f"### {table.file}", "", "| column | holds | meaning |", "| --- | --- | --- |"]
        for column in table.columns:
            if column.type in ("choice", "kind"):
                blank = ["blank"] if not column.required else []
                holds = ", ".join([f"`{value}`" for value in table.choices(column)] + blank)
            elif column.type in ("ref", "refs"):
                holds = f"key{'s' if column.type == 'refs' else ''} in {column.refers_to}.csv"
            elif column.type == "yes-no" and not column.required:
                holds = "yes or blank"
            else:
                holds = _HOLDS[column.type]
            need = " *" if column.required else ""
            lines.append(f"| `{column.name}`{need} | {holds} | {column.meaning} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
