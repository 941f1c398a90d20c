"""A course becomes the files of a package: the same course, the same bytes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from events.lesson.naming import set_public_texts
from events.models import WITH_PROSE, Course
from events.package.cells import missing_cell, quote, words_beside, write_cell
from events.package.closure import closure, visible
from events.package.describing import descriptor
from events.package.format import DESCRIPTOR, PICTURES
from events.package.keys import chunks
from events.package.pictures import COLUMN, files_named, shown
from events.package.reading import KNOWN_FILES
from events.package.tables import TABLE_OF_KIND, TABLES, Column, Table
from records.pictures.making import NAME


class FolderRefused(Exception):
    """A folder that a package must not replace. The message says why."""


def dump(
    course: Course,
    *,
    published: bool = False,
    most: int | None = None,
    most_bytes: int | None = None,
) -> dict[str, bytes]:
    """Return the files of a course's package by name; `published`: only what readers may see.

    No times and no numbers of this database are in them, so two dumps of the same content are the
    same bytes, whichever database they come from. Raises ValueError when what is `published` of a
    course is asked for that is not, `TooLarge` for one of more than `most` records, or with
    pictures of more than `most_bytes`, and FileNotFoundError where the file of one is missing.
    """
    if published and not course.is_published:
        raise ValueError(f"Nothing of “{course.slug}” is published.")
    members = closure(course, published=published, most=most)
    keys = {table.name: _keys(table, members[table.name]) for table in TABLES if table.key}
    files: dict[str, bytes] = {}
    headers = {}
    pictures: set[str] = set()
    for table in TABLES:
        rows = sorted(_rows(table, members, keys, published), key=lambda row: _place(table, row))
        if table.optional and not rows:
            continue
        columns = [
            column
            for column in table.columns
            if not column.optional or any(row[column.name] != missing_cell(column) for row in rows)
        ]
        lines = [",".join(column.name for column in columns)]
        lines += [",".join(quote(row[column.name]) for column in columns) for row in rows]
        files[table.file] = ("\n".join(lines) + "\n").encode()
        headers[table.name] = columns
        pictures |= {row[COLUMN] for row in rows if row.get(COLUMN)}
    files |= files_named(pictures, most_bytes)
    files[DESCRIPTOR] = descriptor(course, files, headers)
    return files


def write_folder(files: dict[str, bytes], path: Path) -> None:
    """Put a package at `path`, whole or not at all.

    Raises `FolderRefused` when something else is there already: only a folder that holds nothing
    but the files of a package is replaced.
    """
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise FolderRefused(f"{path} is not a folder. Name a new folder or a course package.")
    if path.exists() and (extra := sorted(_foreign(path))):
        raise FolderRefused(
            f"{path} holds other files than those of a course package ({', '.join(extra[:5])}). "
            "Name a new folder, or move them away."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as beside:
        new_folder = Path(beside) / "new"
        new_folder.mkdir()
        for name, content in files.items():
            (new_folder / name).parent.mkdir(exist_ok=True)
            (new_folder / name).write_bytes(content)
        if path.exists():
            former = Path(beside) / "former"
            path.rename(former)
            try:
                new_folder.rename(path)
            except OSError:
                former.rename(path)
                raise
            shutil.rmtree(former)
        else:
            new_folder.rename(path)


def _foreign(folder: Path) -> Iterator[str]:
    """What lies in a folder and no dump has put there: pictures before they were made anew, too."""
    for each in folder.iterdir():
        if each.is_dir() and f"{each.name}/" == PICTURES:
            yield from (f"{PICTURES}{p.name}" for p in each.iterdir() if not NAME.fullmatch(p.name))
        elif each.name not in KNOWN_FILES:
            yield each.name


def _keys(table: Table, ids: set[int]) -> dict[int, str]:
    keys: dict[int, str] = {}
    for chunk in chunks(sorted(ids)):
        rows = table.model._default_manager.filter(pk__in=chunk)
        keys.update(rows.values_list("pk", table.key))
    return keys


def _rows(
    table: Table, members: dict[str, set[int]], keys: dict[str, dict[int, str]], published: bool
) -> Iterator[dict[str, str]]:
    """The rows of a table as cells by column, in no particular order."""
    by, ids = "pk", members[table.name]
    if table.part_of:
        by, ids = table.part_of, members[table.column(table.part_of).refers_to]
    for chunk in chunks(sorted(ids)):
        queryset = table.model._default_manager.filter(**{f"{by}__in": chunk})
        if published and table.kinds and table.part_of:
            queryset = visible(table, published).filter(**{f"{by}__in": chunk})
        instances: list[Any] = list(queryset)
        if published and table.model in WITH_PROSE:
            set_public_texts(instances)
        lists = {
            column.name: _lists(table, column, chunk, keys[column.refers_to])
            for column in table.columns
            if column.type == "refs"
        }
        for instance in instances:
            row = {}
            for column in table.columns:
                value = _value(table, column, instance, keys)
                if published and column.name == "withdrawn_reason":
                    value = ""  # left from an earlier withdrawal; readers are not shown it
                if column.type == "refs":
                    value = sorted(lists[column.name].get(instance.pk, []))
                if column.type == "words" and (date := getattr(instance, column.date)):
                    value = words_beside(date)
                row[column.name] = write_cell(column, value)
            # A link to a record that is left out goes with it.
            if all(
                row[c.name] for c in table.columns if c.type in ("ref", "record") and c.required
            ):
                yield shown(row, table, instance, published)


def _lists(table: Table, column: Column, ids: Any, keys: dict[int, str]) -> dict[int, list[str]]:
    relation: Any = table.model._meta.get_field(column.name)
    near, far = f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"
    keys_of: dict[int, list[str]] = {}
    links = relation.remote_field.through._default_manager.filter(**{f"{near}__in": ids})
    for owner, record in links.values_list(near, far):
        if record in keys:
            keys_of.setdefault(owner, []).append(keys[record])
    return keys_of


def _value(table: Table, column: Column, instance: Any, keys: dict[str, dict[int, str]]) -> Any:
    match column.type:
        case "date":
            return getattr(instance, f"{column.name}_edtf")
        case "ref":
            return keys[column.refers_to].get(getattr(instance, f"{column.name}_id"), "")
        case "kind" | "record":
            kind = next(k for k in table.kinds if getattr(instance, f"{k}_id") is not None)
            if column.type == "kind":
                return kind
            return keys[TABLE_OF_KIND[kind].name].get(getattr(instance, f"{kind}_id"), "")
        case "refs":
            return None
    return getattr(instance, column.name)


def _place(table: Table, row: dict[str, str]) -> tuple[Any, ...]:
    place: list[Any] = []
    for column in table.order:
        cell = row[column.name]
        if column.type == "whole":
            place.append(int(cell))
        elif column.type == "kind":
            place.append(table.kinds.index(cell))
        else:
            place.append(cell)
    return tuple(place)
