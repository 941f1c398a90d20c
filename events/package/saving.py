"""Checked rows reach the database: a few statements for all rows of a table together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

from events.package.keys import chunks
from events.package.reading import Problem, Row
from events.package.tables import BY_NAME, Column, Table
from records.kinds import find_kind
from records.models import Status

BATCH = 1000
# Told of records by model and id, before anything of theirs is written.
BeforeChange = Callable[[type[models.Model], set[int]], None]


@dataclass
class Tally:
    """What became of the rows of one table."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0


@dataclass
class Reading:
    """A row on its way to becoming a record.

    `bad` names the columns that something is wrong with (blank: the row as a whole); `held` says
    that the row is not saved because it names a row that is refused, which is no fault of its own.
    """

    row: Row
    values: dict[str, Any]
    bad: set[str] = field(default_factory=set)
    held: bool = False
    instance: Any = None
    lists: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        return not self.bad and not self.held


class Saving:
    """Writes rows that were found sound, and keeps account of what became of them.

    `readings` holds the rows of every table met so far; a table comes after those it refers to.
    """

    def __init__(
        self, problems: Iterable[Problem], before_change: BeforeChange | None = None
    ) -> None:
        self.problems = list(problems)
        self.before_change = before_change
        # By model: what this load made, and what nobody can have had before.
        self.made: dict[type[models.Model], set[int]] = defaultdict(set)
        self.tallies: dict[str, Tally] = defaultdict(Tally)
        self.readings: dict[str, list[Reading]] = {}
        self.now = timezone.now()

    def problem(self, table: Table, reading: Reading, column: str, message: str) -> None:
        reading.bad.add(column)
        cell = reading.row.cells.get(column, "")
        self.problems.append(Problem(table.file, reading.row.line, column, cell, message))

    def save(
        self, table: Table, readings: list[Reading], before: dict[int, dict[str, Any]]
    ) -> None:
        tally = self.tallies[table.name]
        new = [r for r in readings if not r.instance.pk]
        old = [r for r in readings if r.instance.pk]
        self.refuse_taken(table, readings)
        relisted = self.relisted(table, old)
        changed: list[Reading] = []
        fields: set[str] = set()
        for reading in old:
            after = columns_of(reading.instance)
            differing = {name for name in after if after[name] != before[id(reading)][name]}
            if differing or id(reading) in relisted:
                changed.append(reading)
                fields |= differing
            else:
                tally.unchanged += 1
        for reading in [*new, *changed]:
            instance = reading.instance
            if getattr(instance, "status", "") == Status.PUBLISHED and not instance.published_at:
                instance.published_at = self.now
                fields.add("published_at")
            if hasattr(instance, "updated_at"):
                instance.updated_at = self.now
                fields.add("updated_at")
        new = [r for r in new if r.sound]
        changed = [r for r in changed if r.sound]
        self.announce(table, [*new, *changed], before)
        if changed and fields:
            if "order" in table.unique and "order" in fields:
                # Two topics that change places would meet on the way.
                pks = [r.instance.pk for r in changed]
                table.model._default_manager.filter(pk__in=pks).update(order=F("order") + 10_000)
            self.write(table, changed, lambda rows: self._bulk_update(table, rows, fields))
        self.write(table, new, lambda rows: self._bulk_create(table, rows))
        self.made[table.model] |= {r.instance.pk for r in new if r.instance.pk}
        tally.created += len(new)
        tally.updated += len(changed)
        for column in table.columns:
            if column.type == "refs":
                self.set_lists(table, column, [*new, *changed])
        self.change_owners(table, [*new, *changed])

    def announce(
        self, table: Table, readings: list[Reading], before: dict[int, dict[str, Any]]
    ) -> None:
        """Name the records that rows are, or belong to, before the rows are written.

        In: the columns that the rows have in the database, by the identity of their reading: a row
        may be moved from one record to another, and both are changed by that.
        """
        if table.owner:
            relations = [table.owner]
        elif table.kinds:
            relations = [*table.kinds]
        else:
            self._announce(table.model, {r.instance.pk for r in readings})
            return
        for name in relations:
            relation: Any = table.model._meta.get_field(name)
            column = relation.attname
            owners = {getattr(reading.instance, column) for reading in readings}
            owners |= {before[id(r)][column] for r in readings if id(r) in before}
            self._announce(relation.related_model, owners)

    def _announce(self, model: type[models.Model], pks: set[int | None]) -> None:
        there_before = {pk for pk in pks if pk is not None} - self.made[model]
        if self.before_change is not None and there_before:
            self.before_change(model, there_before)

    def change_owners(self, table: Table, readings: list[Reading]) -> None:
        """Say of the owners of rows that were written that they changed: rows that have no document
        of their own stand in that of their owner."""
        kind = find_kind(table.model)
        if not readings or not table.owner or kind is None or kind.listing:
            return
        owner: Any = table.model._meta.get_field(table.owner)
        pks = {getattr(reading.instance, owner.attname) for reading in readings}
        for chunk in chunks(sorted(pks)):
            owner.related_model._default_manager.filter(pk__in=chunk).update(updated_at=self.now)

    def _bulk_create(self, table: Table, rows: list[Any]) -> None:
        table.model._default_manager.bulk_create(rows, batch_size=BATCH)

    def _bulk_update(self, table: Table, rows: list[Any], fields: set[str]) -> None:
        table.model._default_manager.bulk_update(rows, sorted(fields), batch_size=BATCH)

    def write(
        self, table: Table, readings: list[Reading], write: Callable[[list[Any]], None]
    ) -> None:
        if not readings:
            return
        try:
            with transaction.atomic():
                write([reading.instance for reading in readings])
        except IntegrityError:
            # Some rule that only the database keeps: find the rows it objects to, one by one.
            for reading in readings:
                try:
                    with transaction.atomic():
                        write([reading.instance])
                except IntegrityError as error:
                    self.problem(table, reading, "", _in_words(table.model, error))

    def refuse_taken(self, table: Table, readings: list[Reading]) -> None:
        """Refuse rows that share what must be unique with a record outside the package."""
        if not table.unique or not readings:
            return
        names = [table.model._meta.get_field(name).attname for name in table.unique]  # type: ignore[union-attr]
        rows = {tuple(getattr(r.instance, name) for name in names): r for r in readings}
        ours = {reading.instance.pk for reading in readings}
        for chunk in chunks(sorted({values[0] for values in rows})):
            rivals = table.model._default_manager.filter(**{f"{names[0]}__in": chunk})
            for pk, key, *values in rivals.values_list("pk", table.key, *names):
                if pk not in ours and tuple(values) in rows:
                    self.problem(
                        table,
                        rows[tuple(values)],
                        table.unique[-1],
                        f"“{key}”, which is not in this package, has the same "
                        f"{' and '.join(table.unique)} already.",
                    )

    def relisted(self, table: Table, readings: list[Reading]) -> set[int]:
        """Which of the rows have lists of records that differ from those in the database."""
        differing = set()
        for column in table.columns:
            if column.type == "refs":
                present = _present(table, column, readings)
                for reading in readings:
                    named = {record.pk for record in reading.lists[column.name]}
                    if named != present[reading.instance.pk].keys():
                        differing.add(id(reading))
        return differing

    def set_lists(self, table: Table, column: Column, readings: list[Reading]) -> None:
        readings = [reading for reading in readings if reading.sound]
        through, near, far = _through(table, column)
        present = _present(table, column, readings)
        surplus, missing = [], []
        for reading in readings:
            pk = reading.instance.pk
            named = [record.pk for record in reading.lists[column.name]]
            surplus += [link for key, link in present[pk].items() if key not in named]
            missing += [through(**{near: pk, far: key}) for key in named if key not in present[pk]]
        for chunk in chunks(surplus):
            through._default_manager.filter(pk__in=chunk).delete()
        through._default_manager.bulk_create(missing, batch_size=BATCH)

    def replace(self, table: Table, readings: list[Reading]) -> None:
        """Give every owner in the package exactly the rows that the package has for it."""
        owner_table = table.column(table.part_of).refers_to
        owners = {r.instance.pk for r in self.readings.get(owner_table, []) if r.sound}
        owned_by = f"{table.part_of}_id"
        names = [f.attname for f in table.model._meta.concrete_fields if not f.primary_key]
        has_order = "order" in names

        def content(row: Any) -> tuple[Any, ...]:
            return tuple(getattr(row, name) for name in names)

        rows_of: dict[int, list[Reading]] = defaultdict(list)
        for reading in readings:
            rows_of[getattr(reading.instance, owned_by)].append(reading)
        present: dict[int, list[Any]] = defaultdict(list)
        for chunk in chunks(sorted(owners)):
            rows = table.model._default_manager.filter(**{f"{owned_by}__in": chunk})
            for row in rows.order_by("order", "pk") if has_order else rows.order_by("pk"):
                present[getattr(row, owned_by)].append(row)
        tally = self.tallies[table.name]
        surplus: list[int] = []
        new: list[Reading] = []
        differing: set[int | None] = set()
        for owner in sorted(owners):
            if has_order:
                rows_of[owner].sort(key=lambda reading: reading.instance.order)
            present_rows = [content(row) for row in present[owner]]
            package_rows = [content(reading.instance) for reading in rows_of[owner]]
            if present_rows == package_rows or (
                not has_order and set(present_rows) == set(package_rows)
            ):
                tally.unchanged += len(present_rows)
                continue
            differing.add(owner)
            surplus += [row.pk for row in present[owner]]
            new += rows_of[owner]
        self._announce(BY_NAME[owner_table].model, differing)
        for chunk in chunks(surplus):
            table.model._default_manager.filter(pk__in=chunk).delete()
        self.write(table, new, lambda rows: self._bulk_create(table, rows))
        tally.removed += len(surplus)
        tally.created += len(new)


def columns_of(instance: Any) -> dict[str, Any]:
    return {
        f.attname: getattr(instance, f.attname)
        for f in instance._meta.concrete_fields
        if not f.primary_key and f.name not in ("created_at", "updated_at")
    }


def _through(table: Table, column: Column) -> tuple[type[models.Model], str, str]:
    relation: Any = table.model._meta.get_field(column.name)
    through = relation.remote_field.through
    return through, f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"


def _present(table: Table, column: Column, readings: list[Reading]) -> dict[int, dict[int, int]]:
    """For each row in the database: the records in its list, each with the pk of its link."""
    through, near, far = _through(table, column)
    links_of: dict[int, dict[int, int]] = defaultdict(dict)
    for chunk in chunks([r.instance.pk for r in readings]):
        links = through._default_manager.filter(**{f"{near}__in": chunk})
        for pk, owner, record in links.values_list("pk", near, far):
            links_of[owner][record] = pk
    return links_of


def _in_words(model: type[models.Model], error: IntegrityError) -> str:
    """What a rule of the database says to a row: its own sentence where it has one."""
    reason = str(error).splitlines()[0]
    for rule in model._meta.constraints:
        names = getattr(rule, "fields", ())
        columns = [f"{model._meta.db_table}.{model._meta.get_field(n).column}" for n in names]  # type: ignore[union-attr]
        has_sentence = rule.violation_error_message != rule.default_violation_error_message
        # PostgreSQL names the rule, SQLite the columns of one that keeps rows apart.
        if has_sentence and (rule.name in reason or (columns and ", ".join(columns) in reason)):
            return str(rule.get_violation_error_message())
    return f"The database refuses the row: {reason}."
