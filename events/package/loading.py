"""Rows of a package become records: all of them, or none and a list of everything wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Count, F
from django.utils import timezone

from events.package.cells import CellError, Date, read_cell
from events.package.keys import Keys, chunks
from events.package.reading import Package, PackageRefused, Problem, Row
from events.package.tables import BY_NAME, LOADING_ORDER, TABLE_OF_KIND, TABLES, Column, Table
from records.dates import DateError, HistoricalDate
from records.models import PastSlug, Status
from records.publication import obstacles
from sources.models import Citation

BATCH = 1000


@dataclass
class Tally:
    """What became of the rows of one table."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0


@dataclass
class Loaded:
    """The outcome of a load that succeeded."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass
class _Reading:
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


def load_package(
    package: Package, *, dry_run: bool = False, step: Callable[[str], None] | None = None
) -> Loaded:
    """Create and update the records of a package in one transaction.

    In: a package as read; `dry_run` undoes everything at the end; `step` is told the name of each
    table before it is loaded. Out: what was done. Raises `PackageRefused` with every problem when
    there is one, and then nothing was loaded.

    Records are matched by slug or public id. The entries of a topic, the participations of an event
    and the bibliography of a course are replaced as wholes. Records that the package does not name
    stay as they are.
    """
    load = _Load(package)
    with transaction.atomic():
        for table in LOADING_ORDER:
            if step:
                step(table.name)
            load.table(table)
        load.gate()
        if dry_run or load.problems:
            transaction.set_rollback(True)
    if load.problems:
        raise PackageRefused(load.problems)
    tallies = {table.name: load.tallies[table.name] for table in TABLES}
    return Loaded(tallies, list(package.notes))


class _Load:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.problems = list(package.problems)
        self.tallies: dict[str, Tally] = defaultdict(Tally)
        self.readings: dict[str, list[_Reading]] = {}
        self.keys = Keys(package)
        self.now = timezone.now()

    def problem(self, table: Table, reading: _Reading, column: str, message: str) -> None:
        reading.bad.add(column)
        cell = reading.row.cells.get(column, "")
        self.problems.append(Problem(table.file, reading.row.line, column, cell, message))

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
        before = {id(r): _columns(r.instance) for r in readings if r.instance and r.instance.pk}
        for reading in readings:
            self.fill(table, reading)
        if table.key and hasattr(table.model, "slug"):
            self.refuse_past_slugs(table, readings)
        for layer in self.layers(table, readings):
            for reading in layer:
                if parent := getattr(reading.instance, "parent", None):
                    # Again, because the parent may have got its number only now. A row that hangs
                    # on a refused one cannot be saved; the error is that of the other.
                    reading.instance.parent = parent
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

    def read(self, table: Table, row: Row) -> _Reading:
        reading = _Reading(row, {}, {""} if row.ragged else set())
        for column in table.columns:
            if column.name not in row.cells:
                reading.values[column.name] = ""
                continue
            try:
                reading.values[column.name] = read_cell(table, column, row.cells[column.name])
            except CellError as error:
                self.problem(table, reading, column.name, str(error))
        return reading

    def refuse_doubles(self, table: Table, readings: list[_Reading]) -> None:
        for names in filter(None, [(table.key,) if table.key else (), table.unique]):
            seen: dict[tuple[Any, ...], int] = {}
            for reading in readings:
                values = tuple(reading.values.get(name) for name in names)
                if None in values:
                    continue
                if values in seen:
                    self.problem(
                        table,
                        reading,
                        names[-1],
                        f"Line {seen[values]} has the same {' and '.join(names)} already. "
                        "Keep one of the two rows, or correct one.",
                    )
                else:
                    seen[values] = reading.row.line

    def existing(self, table: Table, readings: list[_Reading]) -> dict[str, Any]:
        wanted = [r.values[table.key] for r in readings if r.values.get(table.key)]
        found: dict[str, Any] = {}
        for chunk in chunks(wanted):
            rows = table.model._default_manager.filter(**{f"{table.key}__in": chunk})
            found.update({getattr(row, table.key): row for row in rows})
        return found

    def refuse_circles(self, table: Table, readings: list[_Reading]) -> None:
        if not any(column.name == "parent" for column in table.columns):
            return
        manager = table.model._default_manager.filter(parent__isnull=False)
        parents = dict(manager.values_list(table.key, f"parent__{table.key}"))
        rows = {r.values[table.key]: r for r in readings if r.values.get(table.key)}
        parents.update({key: reading.values.get("parent") for key, reading in rows.items()})
        for key, reading in rows.items():
            path = [key]
            while (above := parents.get(path[-1])) and above not in path:
                path.append(above)
            if above == key:
                chain = " → ".join([*path, key])
                self.problem(table, reading, "parent", f"It would be part of itself: {chain}.")
            elif above:
                reading.held = True

    def look_up(self, table: Table, readings: list[_Reading]) -> None:
        """Turn keys into the records they name, a few queries for all of them together."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for reading in readings:
            for _, target, keys in _references(table, reading):
                wanted[target.name].update(keys)
        self.keys.fetch(wanted)
        for reading in readings:
            for column, target, keys in _references(table, reading):
                owned = column.name == table.part_of
                for key in keys:
                    if self.keys.is_spoiled(target, key):
                        reading.held = True
                    elif not self.keys.has(target, key, in_package=owned):
                        message = self.keys.unknown(target, key, in_package=owned)
                        self.problem(table, reading, column.name, message)

    def fill(self, table: Table, reading: _Reading) -> None:
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
                    found = [self.keys.get(column.refers_to, key) for key in value]
                    reading.lists[column.name] = found
                case "record":
                    self.set_record(table, reading)
                case "kind" | "words":
                    pass
                case _:
                    setattr(instance, column.name, value)

    def set_date(self, table: Table, reading: _Reading, column: Column, value: Date | None) -> None:
        words_column = f"{column.name}_text"
        words = reading.values.get(words_column, "")
        date = None
        if value is None and words:
            self.problem(
                table, reading, words_column, f"Words need a date in EDTF in {column.name} as well."
            )
        elif value is not None:
            try:
                date = HistoricalDate.from_edtf(value.edtf, words)
            except DateError as error:
                self.problem(table, reading, words_column, str(error))
        setattr(reading.instance, column.name, date)

    def set_record(self, table: Table, reading: _Reading) -> None:
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

    def refuse_past_slugs(self, table: Table, readings: list[_Reading]) -> None:
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

    def layers(self, table: Table, readings: list[_Reading]) -> Iterator[list[_Reading]]:
        """The rows, parents before their parts."""
        if not any(column.name == "parent" for column in table.columns):
            yield readings
            return
        rows = {r.values[table.key]: r for r in readings if r.values.get(table.key)}
        depths: dict[int, list[_Reading]] = defaultdict(list)
        for reading in rows.values():
            depth, above = 0, reading.values.get("parent")
            # In a circle there is no depth; what is in one, or hangs on one, is never saved.
            while reading.sound and above in rows:
                depth, above = depth + 1, rows[above].values.get("parent")
            depths[depth].append(reading)
        for depth in sorted(depths):
            yield depths[depth]

    def validate(self, table: Table, reading: _Reading) -> None:
        if reading.row.ragged:
            return
        instance = reading.instance
        # That a foreign key exists is known; Django would ask the database for each row.
        relations = {f.name for f in instance._meta.concrete_fields if f.is_relation}
        errors: dict[str, list[str]] = {}
        try:
            instance.clean_fields(exclude=relations | reading.bad)
        except ValidationError as error:
            errors.update(error.message_dict)
        # Rules over several cells need all of them, and the records that the row is about.
        if not reading.bad and not (reading.held and (table.kinds or instance.pk)):
            try:
                instance.clean()
            except ValidationError as error:
                for name, found in error.update_error_dict({}).items():
                    errors.setdefault(name, []).extend(ValidationError(found).messages)
        for name, messages in errors.items():
            column = "" if name == NON_FIELD_ERRORS else name
            for message in messages:
                self.problem(table, reading, column, message)

    # --- writing ----------------------------------------------------------------------------

    def save(
        self, table: Table, readings: list[_Reading], before: dict[int, dict[str, Any]]
    ) -> None:
        tally = self.tallies[table.name]
        new = [r for r in readings if not r.instance.pk]
        old = [r for r in readings if r.instance.pk]
        self.refuse_taken(table, readings)
        relisted = self.relisted(table, old)
        changed: list[_Reading] = []
        fields: set[str] = set()
        for reading in old:
            after = _columns(reading.instance)
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
        if changed and fields:
            if "order" in table.unique and "order" in fields:
                # Two topics that change places would meet on the way.
                pks = [r.instance.pk for r in changed]
                table.model._default_manager.filter(pk__in=pks).update(order=F("order") + 10_000)
            self.write(table, changed, lambda rows: self._bulk_update(table, rows, fields))
        self.write(table, new, lambda rows: self._bulk_create(table, rows))
        tally.created += len(new)
        tally.updated += len(changed)
        for column in table.columns:
            if column.type == "refs":
                self.set_lists(table, column, [*new, *changed])

    def _bulk_create(self, table: Table, rows: list[Any]) -> None:
        table.model._default_manager.bulk_create(rows, batch_size=BATCH)

    def _bulk_update(self, table: Table, rows: list[Any], fields: set[str]) -> None:
        table.model._default_manager.bulk_update(rows, sorted(fields), batch_size=BATCH)

    def write(
        self, table: Table, readings: list[_Reading], write: Callable[[list[Any]], None]
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
                    reason = str(error).splitlines()[0]
                    self.problem(table, reading, "", f"The database refuses the row: {reason}.")

    def refuse_taken(self, table: Table, readings: list[_Reading]) -> None:
        """Refuse rows that share what must be unique with a record outside the package."""
        if not table.unique or not readings:
            return
        names = [table.model._meta.get_field(name).attname for name in table.unique]  # type: ignore[union-attr]
        rows = {tuple(getattr(r.instance, name) for name in names): r for r in readings}
        ours = {reading.instance.pk for reading in readings}
        for chunk in chunks(sorted({values[0] for values in rows})):
            others = table.model._default_manager.filter(**{f"{names[0]}__in": chunk})
            for pk, key, *values in others.values_list("pk", table.key, *names):
                if pk not in ours and tuple(values) in rows:
                    self.problem(
                        table,
                        rows[tuple(values)],
                        table.unique[-1],
                        f"“{key}”, which is not in this package, has the same "
                        f"{' and '.join(table.unique)} already.",
                    )

    def relisted(self, table: Table, readings: list[_Reading]) -> set[int]:
        """Which of the rows have lists of records that differ from those in the database."""
        found = set()
        for column in table.columns:
            if column.type == "refs":
                present = _present(table, column, readings)
                for reading in readings:
                    wanted = {record.pk for record in reading.lists[column.name]}
                    if wanted != present[reading.instance.pk].keys():
                        found.add(id(reading))
        return found

    def set_lists(self, table: Table, column: Column, readings: list[_Reading]) -> None:
        readings = [reading for reading in readings if reading.sound]
        through, near, far = _through(table, column)
        present = _present(table, column, readings)
        surplus, missing = [], []
        for reading in readings:
            pk = reading.instance.pk
            wanted = [record.pk for record in reading.lists[column.name]]
            surplus += [link for key, link in present[pk].items() if key not in wanted]
            missing += [through(**{near: pk, far: key}) for key in wanted if key not in present[pk]]
        for chunk in chunks(surplus):
            through._default_manager.filter(pk__in=chunk).delete()
        through._default_manager.bulk_create(missing, batch_size=BATCH)

    def replace(self, table: Table, readings: list[_Reading]) -> None:
        """Give every owner in the package exactly the rows that the package has for it."""
        owner_table = table.column(table.part_of).refers_to
        owners = {r.instance.pk for r in self.readings.get(owner_table, []) if r.sound}
        owned_by = f"{table.part_of}_id"
        names = [f.attname for f in table.model._meta.concrete_fields if not f.primary_key]
        has_order = "order" in names

        def content(row: Any) -> tuple[Any, ...]:
            return tuple(getattr(row, name) for name in names)

        wanted: dict[int, list[_Reading]] = defaultdict(list)
        for reading in readings:
            wanted[getattr(reading.instance, owned_by)].append(reading)
        present: dict[int, list[Any]] = defaultdict(list)
        for chunk in chunks(sorted(owners)):
            rows = table.model._default_manager.filter(**{f"{owned_by}__in": chunk})
            for row in rows.order_by("order", "pk") if has_order else rows.order_by("pk"):
                present[getattr(row, owned_by)].append(row)
        tally = self.tallies[table.name]
        surplus: list[int] = []
        new: list[_Reading] = []
        for owner in sorted(owners):
            if has_order:
                wanted[owner].sort(key=lambda reading: reading.instance.order)
            have = [content(row) for row in present[owner]]
            want = [content(reading.instance) for reading in wanted[owner]]
            if have == want or (not has_order and set(have) == set(want)):
                tally.unchanged += len(have)
                continue
            surplus += [row.pk for row in present[owner]]
            new += wanted[owner]
        for chunk in chunks(surplus):
            table.model._default_manager.filter(pk__in=chunk).delete()
        self.write(table, new, lambda rows: self._bulk_create(table, rows))
        tally.removed += len(surplus)
        tally.created += len(new)

    # --- the whole package ------------------------------------------------------------------

    def gate(self) -> None:
        """Refuse what is published without passing the publishing gate."""
        unreadable = "citations" in self.package.unreadable
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
            kind = next((kind for kind, held in TABLE_OF_KIND.items() if held is table), "")
            counts: dict[int, int] = {}
            for chunk in chunks([r.instance.pk for r in published] if kind else []):
                cited = Citation.objects.filter(**{f"{kind}__in": chunk}).order_by()
                counts.update(cited.values_list(kind).annotate(Count("pk")))
            for reading in published:
                forgiven = unreadable or (kind, reading.values[table.key]) in refused
                count = 1 if forgiven else counts.get(reading.instance.pk, 0)
                for obstacle in obstacles(reading.instance, citations=count):
                    column = "status" if obstacle.field == "citations" else obstacle.field
                    message = f"Published, but not ready: {obstacle.message}"
                    self.problem(table, reading, column, message)


def _columns(instance: Any) -> dict[str, Any]:
    return {
        f.attname: getattr(instance, f.attname)
        for f in instance._meta.concrete_fields
        if not f.primary_key and f.name not in ("created_at", "updated_at")
    }


def _references(table: Table, reading: _Reading) -> Iterator[tuple[Column, Table, Iterable[str]]]:
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


def _through(table: Table, column: Column) -> tuple[type[models.Model], str, str]:
    relation: Any = table.model._meta.get_field(column.name)
    through = relation.remote_field.through
    return through, f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"


def _present(table: Table, column: Column, readings: list[_Reading]) -> dict[int, dict[int, int]]:
    """For each row in the database: the records in its list, each with the pk of its link."""
    through, near, far = _through(table, column)
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for chunk in chunks([r.instance.pk for r in readings]):
        links = through._default_manager.filter(**{f"{near}__in": chunk})
        for pk, owner, record in links.values_list("pk", near, far):
            found[owner][record] = pk
    return found
