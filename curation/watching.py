"""Triggers of the database that note what was written, for the feed of changes.

They sit below everything that writes: the desk, the API, imports in bulk, a script, a statement
typed into the database. What is noted is part of the writer's own transaction, takes no lock and
no query of its own. The triggers follow from `curation.shown`, and are made anew after migrations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.db import connections, models, transaction

from curation.models import PendingChange
from curation.shown import KIND_OF, KINDS, LINKS, NEEDS, SELF, TABLES, WHOLE, Link, shows_elsewhere
from records.models import Published, Status

PREFIX = "thaw_change_"
EVENTS = ("INSERT", "UPDATE", "DELETE")
_COLUMNS = "kind, record_id, via_kind, via_id, spreads, seen"


@dataclass(frozen=True)
class Trigger:
    """One trigger: its name, which tells one wording from another, and the SQL that makes it."""

    name: str
    table: str
    making: tuple[str, ...]


def triggers(connection: Any) -> list[Trigger]:
    """Every trigger that there should be, for the kind of database at hand."""
    return [_trigger(connection, table, event) for table in TABLES for event in EVENTS]


def watch(using: str) -> None:
    """Make the triggers as they should be; what was written without them counts as changed.

    Does nothing where they are so already, or where the tables are not there (yet).
    """
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        tables = {*connection.introspection.table_names(cursor)}
        if PendingChange._meta.db_table not in tables:
            return
        wanted = [each for each in triggers(connection) if each.table in tables]
        standing = _standing(connection, cursor)
        missing = [each for each in wanted if each.name not in standing]
        for name in sorted(standing - {each.name for each in wanted}):
            _drop(connection, cursor, name, standing)
        for each in missing:
            for statement in each.making:
                cursor.execute(statement)
        if missing:
            for kind, model in KINDS.items():
                if model._meta.db_table in tables:
                    cursor.execute(_Mark(kind, '"id"').insert(f"FROM {_quoted(model)}"))


def stop_watching(using: str) -> None:
    """Remove the triggers, because tables they know are about to change."""
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        standing = _standing(connection, cursor)
        for name in sorted(standing):
            _drop(connection, cursor, name, standing)


# --- before and after migrations ----------------------------------------------------------------

_ROOMS = frozenset({"records", "sources", "people", "reforms", "events", "curation"})


def before_migrations(using: str, plan: Any = (), **kwargs: Any) -> None:
    """Receives `pre_migrate` of this app: a table is not altered under its triggers."""
    if any(migration.app_label in _ROOMS for migration, _ in plan or ()):
        stop_watching(using)


def after_migrations(using: str, **kwargs: Any) -> None:
    """Receives `post_migrate` of this app."""
    watch(using)


# --- the wording --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Mark:
    """What to note, in SQL, and under which condition."""

    kind: str
    record: str
    via_kind: str = ""
    via: str = "NULL"
    spreads: str = "TRUE"
    where: str = "TRUE"
    seen: str = "FALSE"

    def insert(self, source: str = "") -> str:
        values = f"'{self.kind}', {self.record}, '{self.via_kind}', {self.via}, {self.spreads}"
        values = f"{values}, {self.seen}"
        into = f"INSERT INTO {_quoted(PendingChange)} ({_COLUMNS})"
        return f"{into} SELECT {values} {source} WHERE {self.where}"


@dataclass(frozen=True)
class _Wording:
    """How a database calls the row before and after, and says that two values differ."""

    before: str
    after: str
    differ: str

    def differs(self, *columns: str) -> str:
        """The condition that one of the columns was changed; never unknown, null or not."""
        pairs = (f"{self.before}.{c} {self.differ} {self.after}.{c}" for c in columns)
        return f"({' OR '.join(pairs)})"

    def marks(self, table: Any, event: str) -> Iterator[_Mark]:
        """What is to be noted when a row of `table` was written."""
        rows = {
            "INSERT": (self.after,),
            "UPDATE": (self.before, self.after),
            "DELETE": (self.before,),
        }[event]
        links = [link for link in LINKS if link.table is table]
        kind = KIND_OF.get(table)
        if kind and event == "UPDATE":
            yield from self._updated(table, kind, links)
        elif kind:
            yield _Mark(kind, f'{rows[0]}."id"', seen=_published(table, *rows))
            if event == "DELETE":
                # What it could not be seen without cannot be asked any more.
                yield from self._needed(table, kind)
        everything = [_column(c) for c in table._meta.concrete_fields if not c.primary_key]
        for link in links:
            if link.where == SELF:
                continue
            where, shown = link.column(link.where), link.column(link.shown)
            changed = "TRUE"
            if event == "UPDATE":
                # Of a row between two records all may show, its order and its words too.
                changed = self.differs(*([where] if link.shown == SELF else everything))
            for row in rows:
                # That a record came is found from itself; that it went is not.
                if link.shown == SELF and row == self.after:
                    continue
                there = f"{row}.{where} IS NOT NULL AND {row}.{shown} IS NOT NULL"
                yield _Mark(
                    link.kind(link.where),
                    f"{row}.{where}",
                    link.kind(link.shown),
                    f"{row}.{shown}",
                    where=f"{changed} AND {there}",
                )

    def _needed(self, table: Any, kind: str) -> Iterator[_Mark]:
        for need in NEEDS.get(kind, ()):
            column = f"{self.before}.{_column(table._meta.get_field(need))}"
            there = f"{column} IS NOT NULL"
            yield _Mark(kind, f'{self.before}."id"', need, column, where=there)

    def _updated(self, table: Any, kind: str, links: list[Link]) -> Iterator[_Mark]:
        """A record that was changed. A link that was changed counts for what it links to: that a
        draft is deleted empties links to it, which no reader saw."""
        linked = {link.column(link.shown) for link in links if link.where == SELF}
        own = [
            column
            for column in table._meta.concrete_fields
            if _column(column) not in linked and not column.primary_key
        ]
        shown = [column for column in own if kind in WHOLE or shows_elsewhere(column)]
        record = f'{self.after}."id"'
        yield _Mark(
            kind,
            record,
            spreads=self.differs(*map(_column, shown)),
            where=self.differs(*map(_column, own)),
            seen=_published(table, self.before, self.after),
        )
        for link in links:
            if link.where != SELF:
                continue
            column = link.column(link.shown)
            for row in (self.before, self.after):
                where = f"{self.differs(column)} AND {row}.{column} IS NOT NULL"
                via = f"{row}.{column}"
                yield _Mark(kind, record, link.kind(link.shown), via, where=where)


def _published(table: Any, *rows: str) -> str:
    """The condition that a record was published in one of its states; rows have no state."""
    if not issubclass(table, Published):
        return "FALSE"
    return f"""({" OR ".join(f"{row}.status = '{Status.PUBLISHED.value}'" for row in rows)})"""


def _column(field: models.Field[Any, Any]) -> str:
    return f'"{field.column}"'


def _quoted(model: Any) -> str:
    return f'"{model._meta.db_table}"'


def _trigger(connection: Any, table: Any, event: str) -> Trigger:
    make = _for_sqlite if connection.vendor == "sqlite" else _for_postgresql
    digest = blake2b("".join(make("", table, event)).encode(), digest_size=4).hexdigest()
    name = f"{PREFIX}{table._meta.db_table}_{event.lower()}_{digest}"
    return Trigger(name, table._meta.db_table, make(name, table, event))


def _for_sqlite(name: str, table: Any, event: str) -> tuple[str, ...]:
    """A trigger for each row."""
    wording = _Wording("OLD", "NEW", "IS NOT")
    statements = " ".join(f"{mark.insert()};" for mark in wording.marks(table, event))
    head = f'CREATE TRIGGER "{name}" AFTER {event} ON {_quoted(table)} FOR EACH ROW'
    return (f"{head} BEGIN {statements} END",)


def _for_postgresql(name: str, table: Any, event: str) -> tuple[str, ...]:
    """A trigger for each statement, however many rows it wrote, and the function that it calls."""
    source, tables = {
        "INSERT": ("FROM after_it", "NEW TABLE AS after_it"),
        "UPDATE": (
            'FROM before_it JOIN after_it ON after_it."id" = before_it."id"',
            "OLD TABLE AS before_it NEW TABLE AS after_it",
        ),
        "DELETE": ("FROM before_it", "OLD TABLE AS before_it"),
    }[event]
    wording = _Wording("before_it", "after_it", "IS DISTINCT FROM")
    statements = " ".join(f"{mark.insert(source)};" for mark in wording.marks(table, event))
    return (
        f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$ BEGIN {statements} RETURN NULL; END $$",
        f'CREATE TRIGGER "{name}" AFTER {event} ON {_quoted(table)} REFERENCING {tables} '
        f'FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()',
    )


# --- what stands in the database ----------------------------------------------------------------


def _standing(connection: Any, cursor: Any) -> set[str]:
    """The names of the triggers that there are."""
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, %s) = %s",
            [len(PREFIX), PREFIX],
        )
    else:
        cursor.execute(
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE left(tgname, %s) = %s AND pg_table_is_visible(pg_class.oid)",
            [len(PREFIX), PREFIX],
        )
    return {name for (name,) in cursor.fetchall()}


def _drop(connection: Any, cursor: Any, name: str, standing: set[str]) -> None:
    if connection.vendor == "sqlite":
        cursor.execute(f'DROP TRIGGER "{name}"')
    else:
        # The trigger goes with its function.
        cursor.execute(f'DROP FUNCTION "{name}"() CASCADE')
