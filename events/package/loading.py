"""Rows of a package become records: all of them, or none and a list of everything wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import connection, transaction
from django.db.models import Count

from events.package.cells import CellError, Date, missing_cell, read_cell
from events.package.figures import fill_figures
from events.package.format import PICTURES
from events.package.keys import Keys, chunks
from events.package.pictures import COLUMN, Pictures
from events.package.reading import Package, PackageRefused, Problem, Row
from events.package.saving import BeforeChange, Reading, Saving, Tally, columns_of
from events.package.tables import BY_NAME, LOADING_ORDER, TABLE_OF_KIND, TABLES, Column, Table
from records.dates import DateError
from records.models import PastSlug, Status
from records.publication import (
    all_without_evidence,
    name_statements,
    obstacles,
    rows_without_evidence,
)
from sources.models import Citation


@dataclass
class Loaded:
    """The outcome of a load that succeeded."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def load_package(
    package: Package,
    *,
    dry_run: bool = False,
    step: Callable[[str], None] | None = None,
    before_change: BeforeChange | None = None,
) -> Loaded:
    """Create and update the records of a package in one transaction.

    In: a package as read; `dry_run` undoes everything at the end; `step` is told the name of each
    table before it is loaded; `before_change`, which records are about to be changed. Out: what was
    done. Raises `PackageRefused` with every problem there is, and then nothing was loaded.

    Records are matched by slug or public id. The entries of a topic, the participations of an event
    and the bibliography of a course are replaced as wholes. Records that the package does not name
    stay as they are.
    """
    load = _Load(package, before_change)
    with transaction.atomic():
        for table in LOADING_ORDER:
            if step:
                step(table.name)
            load.table(table)
        _let_the_planner_count()
        load.gate()
        load.refuse_unnamed()
        if dry_run or load.problems:
            transaction.set_rollback(True)
        else:
            # Before the end of the transaction: no row names a file that could not be written.
            load.pictures.keep()
    if load.problems:
        raise PackageRefused(load.problems)
    tallies = {table.name: load.tallies[table.name] for table in TABLES}
    return Loaded(tallies, list(package.notes))


def _let_the_planner_count() -> None:
    """Let PostgreSQL count the tables anew, now that they are a hundred times as long.

    It would do so by itself a minute later. Until then it takes 262 sources for one, and what asks
    for public citations, such as the feed of changes, reads all of them for each source.
    """
    if connection.vendor == "postgresql":
        tables = {table.model._meta.db_table for table in TABLES}
        names = ", ".join(connection.ops.quote_name(name) for name in sorted(tables))
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")


class _Load(Saving):
    def __init__(self, package: Package, before_change: BeforeChange | None) -> None:
        super().__init__(package.problems, before_change)
        self.package = package
        self.keys = Keys(package)
        self.pictures = Pictures(package.pictures)
        self.bare_before = {(type(bare), bare.pk) for bare in all_without_evidence()}

    # --- one table --------------------------------------------------------------------------

    def table(self, table: Table) -> None:
        readings = [self.read(table, row) for row in self.package.rows.get(table.name, [])]
        self.readings[table.name] = readings
        if table.name == "courses" and not readings and table.name not in self.package.unreadable:
            self.problems.append(Problem(table.file, 0, "", "", "The package holds no course."))
        self.refuse_doubles(table, readings)
        existing = self.existing(table, readings) if table.key else {}
        if table.key:
            # Rows of this table may refer to one another, so all are there before any is looked up.
            for reading in readings:
                key = reading.values.get(table.key, "")
                reading.instance = existing.get(key) or table.model()
                self.keys.add(table, key, reading.instance)
            self.refuse_circles(table, readings)
        self.look_up(table, readings)
        before = {id(r): columns_of(r.instance) for r in readings if r.instance and r.instance.pk}
        for reading in readings:
            self.fill(table, reading)
        if table.key and hasattr(table.model, "slug"):
            self.refuse_past_slugs(table, readings)
        for layer in self.layers(table, readings):
            for reading in layer:
                if table.parent and (parent := getattr(reading.instance, table.parent, None)):
                    # Again, because the parent may have got its number only now. A row that hangs
                    # on a refused one cannot be saved; the error is that of the other.
                    setattr(reading.instance, table.parent, parent)
                    reading.held |= parent.pk is None
                self.validate(table, reading)
            layer = [reading for reading in layer if reading.sound]
            if table.part_of:
                self.replace(table, layer)
            else:
                self.save(table, layer, before)
        for reading in readings:
            if table.key and not reading.sound:
                self.keys.spoil(table, reading.values.get(table.key, ""))

    def read(self, table: Table, row: Row) -> Reading:
        reading = Reading(row, {}, {""} if row.ragged else set())
        for column in table.columns:
            if column.name not in row.cells and row.ragged:
                reading.values[column.name] = ""
                continue
            cell = row.cells.get(column.name, missing_cell(column))
            try:
                value = read_cell(table, column, cell, row.cells)
                is_picture = column.name == COLUMN and value
                reading.values[column.name] = self.pictures.name_of(value) if is_picture else value
            except CellError as error:
                self.problem(table, reading, column.name, str(error))
        return reading

    def refuse_doubles(self, table: Table, readings: list[Reading]) -> None:
        for names in filter(None, [(table.key,) if table.key else (), table.unique]):
            line_of: dict[tuple[Any, ...], int] = {}
            for reading in readings:
                values = tuple(reading.values.get(name) for name in names)
                if None in values:
                    continue
                if values in line_of:
                    self.problem(
                        table,
                        reading,
                        names[-1],
                        f"Line {line_of[values]} has the same {' and '.join(names)} already. "
                        "Keep one of the two rows, or correct one.",
                    )
                else:
                    line_of[values] = reading.row.line

    def existing(self, table: Table, readings: list[Reading]) -> dict[str, Any]:
        keys = [r.values[table.key] for r in readings if r.values.get(table.key)]
        records: dict[str, Any] = {}
        for chunk in chunks(keys):
            rows = table.model._default_manager.filter(**{f"{table.key}__in": chunk})
            records.update({getattr(row, table.key): row for row in rows})
        return records

    def refuse_circles(self, table: Table, readings: list[Reading]) -> None:
        if not table.parent:
            return
        manager = table.model._default_manager.filter(**{f"{table.parent}__isnull": False})
        parents = dict(manager.values_list(table.key, f"{table.parent}__{table.key}"))
        rows = {r.values[table.key]: r for r in readings if r.values.get(table.key)}
        parents.update({key: reading.values.get(table.parent) for key, reading in rows.items()})
        for key, reading in rows.items():
            path = [key]
            while (above := parents.get(path[-1])) and above not in path:
                path.append(above)
            if above == key:
                chain = " → ".join([*path, key])
                self.problem(table, reading, table.parent, f"It would be part of itself: {chain}.")
            elif above:
                reading.held = True

    def look_up(self, table: Table, readings: list[Reading]) -> None:
        """Turn keys into the records they name, a few queries for all of them together."""
        keys_by_table: dict[str, set[str]] = defaultdict(set)
        for reading in readings:
            for _, target, keys in _references(table, reading):
                keys_by_table[target.name].update(keys)
        self.keys.fetch(keys_by_table)
        for reading in readings:
            for column, target, keys in _references(table, reading):
                owned = column.name == table.part_of
                for key in keys:
                    if self.keys.is_spoiled(target, key):
                        reading.held = True
                    elif not self.keys.has(target, key, in_package=owned):
                        message = self.keys.unknown(target, key, in_package=owned)
                        self.problem(table, reading, column.name, message)

    def fill(self, table: Table, reading: Reading) -> None:
        if reading.row.ragged:
            return
        instance = reading.instance = reading.instance or table.model()
        for column in table.columns:
            if column.name in reading.bad:
                continue
            value = reading.values[column.name]
            match column.type:
                case "date":
                    self.set_date(table, reading, column, value)
                case "ref":
                    target = self.keys.get(column.refers_to, value)
                    if target is not None or not value:
                        setattr(instance, column.name, target)
                case "refs":
                    records = [self.keys.get(column.refers_to, key) for key in value]
                    reading.lists[column.name] = records
                case "record":
                    self.set_record(table, reading)
                case "kind" | "words":
                    pass
                case _:
                    setattr(instance, column.name, value)
        for name, why in fill_figures(table, instance, reading.values, reading.row.cells).items():
            self.problem(table, reading, name, why)

    def set_date(self, table: Table, reading: Reading, column: Column, value: Date | None) -> None:
        text_column = f"{column.name}_text"
        words = reading.values.get(text_column, "")
        date = None
        if value is None and words:
            message = f"Words need a date in EDTF in {column.name} as well."
            self.problem(table, reading, text_column, message)
        elif value is not None:
            try:
                date = value.read(words, getattr(reading.instance, column.name))
            except DateError as error:
                self.problem(table, reading, value.at_fault(column.name, words), str(error))
        setattr(reading.instance, column.name, date)

    def set_record(self, table: Table, reading: Reading) -> None:
        kind = reading.values.get("kind", "")
        instance = reading.instance
        if not kind:
            return
        record = self.keys.get(TABLE_OF_KIND[kind].name, reading.values["record"])
        if record is None:
            return
        if instance.pk and getattr(instance, f"{kind}_id") != record.pk:
            self.problem(
                table,
                reading,
                "public_id",
                "This public id is that of a citation of another record. Give the new citation "
                "one of its own.",
            )
        for name in table.kinds:
            setattr(instance, name, record if name == kind else None)

    def refuse_past_slugs(self, table: Table, readings: list[Reading]) -> None:
        new = {r.values["slug"]: r for r in readings if r.values.get("slug") and not r.instance.pk}
        label = table.model._meta.label_lower
        for chunk in chunks(list(new)):
            for past in PastSlug.objects.filter(model=label, slug__in=chunk):
                owner = f"“{past.current_slug}”" if past.current_slug else "a deleted record"
                self.problem(
                    table,
                    new[past.slug],
                    "slug",
                    f"This was the address of {owner}, and an address is never used twice. "
                    f"Choose another, for example “{past.slug}-2”.",
                )
        for slug, reading in new.items():
            # The question that the model would ask for each row by itself is answered above.
            reading.instance._slug_in_database = slug

    def layers(self, table: Table, readings: list[Reading]) -> Iterator[list[Reading]]:
        """The rows, parents before their parts."""
        if not table.parent:
            yield readings
            return
        rows = {r.values[table.key]: r for r in readings if r.values.get(table.key)}
        depths: dict[int, list[Reading]] = defaultdict(list)
        for reading in rows.values():
            depth, above = 0, reading.values.get(table.parent)
            # In a circle there is no depth; what is in one, or hangs on one, is never saved.
            while reading.sound and above in rows:
                depth, above = depth + 1, rows[above].values.get(table.parent)
            depths[depth].append(reading)
        for depth in sorted(depths):
            yield depths[depth]

    def validate(self, table: Table, reading: Reading) -> None:
        if reading.row.ragged:
            return
        instance = reading.instance
        # That a foreign key exists is known; Django would ask the database for each row.
        relations = {f.name for f in instance._meta.concrete_fields if f.is_relation}
        errors: dict[str, list[str]] = {}
        try:
            # Its picture comes with the package, and is kept once all is well.
            instance.clean_fields(exclude=relations | reading.bad | {COLUMN})
        except ValidationError as error:
            errors.update(error.message_dict)
        # Rules over several cells need all of them, and the records that the row is about.
        if not reading.bad and not (reading.held and (table.kinds or instance.pk)):
            try:
                instance.clean()
            except ValidationError as error:
                for name, field_errors in error.update_error_dict({}).items():
                    errors.setdefault(name, []).extend(ValidationError(field_errors).messages)
        for name, messages in errors.items():
            column = "" if name == NON_FIELD_ERRORS else name
            for message in messages:
                self.problem(table, reading, column, message)

    # --- the whole package ------------------------------------------------------------------

    def gate(self) -> None:
        """Refuse what is published without passing the publishing gate."""
        unreadable = "citations" in self.package.unreadable
        # Prose that names a record whose row is refused is no fault of its own.
        is_whole = not self.problems and not self.package.unreadable
        # A citation that is refused is an error already, and would have counted.
        refused = {
            (r.row.cells.get("kind"), r.row.cells.get("record"))
            for r in self.readings["citations"]
            if not r.sound
        }
        for table in LOADING_ORDER:
            published = [
                r
                for r in self.readings[table.name]
                if r.sound and getattr(r.instance, "status", "") == Status.PUBLISHED
            ]
            kind = next((kind for kind in Citation.kinds if TABLE_OF_KIND[kind] is table), "")
            counts: dict[int, int] = {}
            for chunk in chunks([r.instance.pk for r in published] if kind else []):
                cited = Citation.objects.with_public_source().filter(**{f"{kind}__in": chunk})
                cited = cited.order_by()
                counts.update(cited.values_list(kind).annotate(Count("pk")))
            rows: dict[int, list[Any]] = {}
            for chunk in chunks([r.instance for r in published]):
                rows |= rows_without_evidence(chunk)
            for reading in published:
                forgiven = unreadable or (kind, reading.values[table.key]) in refused
                count = 1 if forgiven else counts.get(reading.instance.pk, 0)
                for obstacle in obstacles(
                    # Without any, the database says which sources are hidden.
                    reading.instance,
                    citations=count or None,
                    rows=rows.get(reading.instance.pk, []),
                    own_gate=is_whole,
                ):
                    column = obstacle.field if obstacle.field in reading.values else "status"
                    message = f"Published, but not ready: {obstacle.message}"
                    self.problem(table, reading, column, message)
        if not self.problems:
            self._refuse_bare()

    def refuse_unnamed(self) -> None:
        """Refuse pictures that no row names: they are left over, or a name is mistyped."""
        if self.package.unreadable:
            return
        for name in sorted(self.pictures.unnamed):
            message = f"No row names this picture in its column {COLUMN}. Name it, or remove it."
            self.problems.append(Problem(f"{PICTURES}{name}", 0, "", "", message))

    def _refuse_bare(self) -> None:
        """Refuse what would take the last visible source from records outside the package."""
        bare = [e for e in all_without_evidence() if (type(e), e.pk) not in self.bare_before]
        if bare:
            message = f"Readers would see no source any more for {name_statements(bare)}."
            self.problems.append(Problem("sources.csv", 0, "", "", message))


def _references(table: Table, reading: Reading) -> Iterator[tuple[Column, Table, Iterable[str]]]:
    """The keys in a row: the column, the table they are looked up in, and the keys."""
    for column in table.columns:
        value = reading.values.get(column.name)
        if not value:
            continue
        if column.type == "ref":
            yield column, BY_NAME[column.refers_to], [value]
        elif column.type == "refs":
            yield column, BY_NAME[column.refers_to], value
        elif column.type == "record" and reading.values.get("kind"):
            yield column, TABLE_OF_KIND[reading.values["kind"]], [value]
