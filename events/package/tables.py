"""The tables of a course package, column by column, as they follow from the kinds and the models.

Each kind has a table, and each of its fields that the codec keeps has a column: its type, whether
it must be filled, its choices and the table that its keys lead to are those of the field. What does
not follow (the frozen headers of the format, and some meanings) stands in `format`. Reading,
writing, the descriptor and `docs/content-format.md` are all derived from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from django.db import models
from django.utils.text import slugify

from events.models import Course
from events.package.format import HEADERS, MEANINGS, YOUNGER
from records.codec import Date, KeptField, Key, Keys, codec_of
from records.kinds import find_kind, key_column, kind_named, kinds
from records.pictures.models import Pictured

# Lists of records that are tables of their own, not columns.
_LINKS: dict[str, Any] = {"bibliography": Course._meta.get_field("bibliography")}
_STATE = ("status", "withdrawn_reason")
_OF_PICTURES = {field.name for field in Pictured._meta.fields}
_TYPES: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.DecimalField, "number"),
    (models.IntegerField, "whole"),
    (models.BooleanField, "yes-no"),
    (models.CharField, "text"),
    (models.TextField, "text"),
)


@dataclass(frozen=True)
class Column:
    """One column: its header, what a cell of it holds, and what it means to a reader.

    `type` is one of: key (of this row), ref (key of a row in `refers_to`), refs (several, separated
    by one space), kind and record (which table a row of another table lives in, and its key), text,
    choice, number, whole, yes-no, date (EDTF), words (of the date in the column before).
    `field` is the field that a cell sets; None for words, kind and record.
    """

    name: str
    type: str
    meaning: str
    required: bool = False
    refers_to: str = ""
    # May be missing from the header, and is written only where some row needs it.
    optional: bool = False
    field: KeptField | None = None

    @property
    def date(self) -> str:
        """Of a column of words: the date they belong to."""
        return self.name.removesuffix("_text")


@dataclass(frozen=True)
class Table:
    """One CSV table: the model whose rows it holds, and its columns.

    Rows are matched by `key`. `owner` names the column of the record that a row belongs to, where
    it does. Rows with an owner and no key have no identity of their own: all of those that belong
    to one owner are replaced as a whole.
    """

    name: str
    model: type[models.Model]
    columns: tuple[Column, ...]
    key: str = ""
    owner: str = ""
    # Columns that no two rows may share, beside the key.
    unique: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def optional(self) -> bool:
        """True for a kind younger than the format: its file may be missing when it has no rows."""
        return self.name not in HEADERS or self.name in YOUNGER

    @property
    def header(self) -> list[str]:
        """The columns that every file of this table has, in order."""
        return [column.name for column in self.columns if not column.optional]

    @property
    def part_of(self) -> str:
        """The column of the owner, for rows without an identity of their own."""
        return "" if self.key else self.owner

    @property
    def parent(self) -> str:
        """The column that names another row of this table; blank for none."""
        return next(
            (c.name for c in self.columns if c.type == "ref" and c.refers_to == self.name), ""
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """What a citation or an entry may be about, in the order of the apps."""
        return tuple(getattr(self.model, "kinds", ()))

    @property
    def order(self) -> list[Column]:
        """The columns by which rows are sorted in the file: up to the key, or all without one."""
        names = [column.name for column in self.columns]
        return list(self.columns[: names.index(self.key) + 1] if self.key else self.columns)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def choices(self, column: Column) -> list[str]:
        """The values that a choice column takes, or the kinds that a kind column takes."""
        if column.field is None:
            return list(self.kinds)
        return [str(value) for value, _ in column.field.source.choices]


def _is_inward(table: str, column: Column) -> bool:
    return column.type == "ref" and column.refers_to == table


def _table(name: str, header: str, model: type[models.Model], owner: str) -> Table:
    key = key_column(model)
    key = "" if key == "pk" else key
    first = header.split(",") if header else []
    columns = _in_order(first, list(_columns(name, first, model, key)))
    if sum(_is_inward(name, column) for column in columns) > 1:
        raise TypeError(f"{name}: two foreign keys to the own table give no order of loading.")
    names = {column.name for column in columns}
    together = [*model._meta.unique_together]
    together += [tuple(rule.fields) for rule in model._meta.total_unique_constraints]
    unique = next((tuple(fields) for fields in together if names.issuperset(fields)), ())
    return Table(name, model, columns, key, owner, unique)


def _columns(table: str, header: list[str], model: Any, key: str) -> Iterator[Column]:
    """The columns of a model in its own order: the key first, the state of publication last."""
    about = tuple(getattr(model, "kinds", ()))

    def column(
        name: str,
        type_: str,
        required: bool,
        field: KeptField | None = None,
        *,
        always: bool,
        refers_to: str = "",
    ) -> Column:
        common = "_text" if type_ == "words" else name
        meaning = MEANINGS.get(f"{table}.{name}") or MEANINGS.get(common)
        if meaning is None and field is not None:
            meaning = field.source.help_text or f"The {field.source.verbose_name}."
        optional = not always and name not in header
        return Column(name, type_, str(meaning), required, refers_to, optional, field)

    def place(field: KeptField) -> tuple[int, float]:
        if field.name == "undated_reason":
            # Beside the date that it stands for.
            dates = [model.historical_dates[name].creation_counter for name in model.dated_by]
            return 1, max(dates) + 0.5
        if field.name in _OF_PICTURES:
            # After what the record itself says.
            return 1, float(2**31 + field.source.creation_counter)
        rank = 0 if field.name == key else 2 if field.name in _STATE else 1
        return rank, field.source.creation_counter

    if about:
        yield column("kind", "kind", True, always=True)
        yield column("record", "record", True, always=True)
    for field in sorted(codec_of(model, also=_STATE).fields, key=place):
        if field.name in about or field.source in _LINKS.values():
            continue
        # Without it a row could not be saved, or not be matched.
        always = field.required or field.name == key
        source = field.source
        if isinstance(field, Date):
            yield column(field.name, "date", field.required, field, always=always)
            yield column(f"{field.name}_text", "words", False, always=False)
        elif isinstance(field, Key | Keys):
            type_ = "refs" if isinstance(field, Keys) else "ref"
            target = _table_name(source.related_model)
            yield column(
                field.name, type_, not source.blank, field, always=always, refers_to=target
            )
        else:
            type_ = "key" if field.name == key else "choice" if source.choices else _type(source)
            yield column(field.name, type_, not source.blank, field, always=always)


def _type(field: Any) -> str:
    for of, name in _TYPES:
        if isinstance(field, of):
            return name
    raise TypeError(f"A course package has no type of column for {field}.")


def _in_order(header: list[str], columns: list[Column]) -> tuple[Column, ...]:
    """The columns in the order of the header; those that it lacks follow where the model has them.

    In: the columns in the order of the model.
    """
    placed = [column for column in columns if column.name in header]
    placed.sort(key=lambda column: header.index(column.name))
    for before, column in zip([None, *columns], columns, strict=False):
        if column not in placed:
            placed.insert(placed.index(before) + 1 if before else 0, column)
    return tuple(placed)


def _table_name(model: Any) -> str:
    kind = find_kind(model)
    if kind is None:
        raise TypeError(f"A course package cannot refer to {model.__name__}: it is no kind.")
    return kind.listing or slugify(str(model._meta.verbose_name_plural))


def tables_of(headers: Mapping[str, str]) -> tuple[Table, ...]:
    """The tables of every kind, for a format with these headers; see `HEADERS`.

    Raises TypeError for a field that no cell can hold, for a reference to what is no kind, and for
    a second foreign key of a model to itself.
    """
    models_of = {
        name: (link.remote_field.through, link.m2m_field_name()) for name, link in _LINKS.items()
    }
    models_of |= {_table_name(kind.model): (kind.model, kind.owner) for kind in kinds()}
    names = [*headers, *(name for name in models_of if name not in headers)]
    return tuple(_table(name, headers.get(name, ""), *models_of[name]) for name in names)


TABLES = tables_of(HEADERS)
BY_NAME = {table.name: table for table in TABLES}

# The table that holds each kind of record that a citation or an entry may be about.
TABLE_OF_KIND = {
    name: BY_NAME[_table_name(kind_named(name).model)] for table in TABLES for name in table.kinds
}


def table_of(model: Any) -> Table:
    """The table that holds the rows of a kind."""
    return BY_NAME[_table_name(model)]


def relations(table: Table) -> Iterator[tuple[Any, Table]]:
    """The fields by which rows of a table name other records, with the tables of those.

    Foreign keys, and lists of records whose links are no rows of their own.
    """
    for field in codec_of(table.model).fields:
        if isinstance(field, Key | Keys):
            yield field.source, BY_NAME[_table_name(field.source.related_model)]
    for name in getattr(table.model, "owner_keys", ()):
        yield table.model._meta.get_field(name), TABLE_OF_KIND[name]


# Rows come after the rows they refer to; of those that may come next, in the order of the tables.
LOADING_ORDER = tuple(
    BY_NAME[name]
    for name in TopologicalSorter(
        {
            table.name: [target.name for _, target in relations(table) if target is not table]
            for table in TABLES
        }
    ).static_order()
)
