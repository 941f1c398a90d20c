"""Triggers of the database that note what was written, for the change feed.

They sit below everything that writes: the admin, the API, imports in bulk, a script, a statement
typed into the database. What they note is part of the writer's own transaction, and takes no lock
and no query of its own. Their wording follows from `dependencies`; they are made anew after
migrations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

from django.db import connections, models, transaction

from curation.changefeed.dependencies import (
    DEPENDENCIES,
    EMBEDDED,
    KIND_OF,
    KINDS,
    SELF,
    TABLES,
    VISIBLE_THROUGH,
    Dependency,
    shows_elsewhere,
)
from curation.models import Change, PendingChange
from records.models import Published, Status

PREFIX = "thaw_change_"
EVENTS = ("INSERT", "UPDATE", "DELETE")
_COLUMNS = "kind, record_id, via_kind, via_id, spreads, seen"


@dataclass(frozen=True)
class Trigger:
    """One trigger.

    Its name ends in a digest of its wording. `statements` make it, and `definition` is what the
    database then keeps of it, by which a trigger that somebody changed by hand is recognised.
    """

    name: str
    table: str
    statements: tuple[str, ...]
    definition: str


@cache
def wanted_triggers(vendor: str) -> tuple[Trigger, ...]:
    """Every trigger that there should be. In: the kind of database, as Django names it."""
    make = _for_sqlite if vendor == "sqlite" else _for_postgresql
    return tuple(make(table, event) for table in TABLES for event in EVENTS)


def install_triggers(using: str) -> tuple[list[str], list[str]]:
    """Make the triggers that are missing or wrong, and remove those that are not wanted.

    In: the alias of a database. Out: the names of those that it made, and of those that it removed.
    If it made any, something may have been written that nobody noted, so that every record is noted
    as changed, and every record that was deleted though the feed says it is public. Does nothing
    where all is right, or where the tables do not exist (yet).
    """
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        tables = {*connection.introspection.table_names(cursor)}
        if PendingChange._meta.db_table not in tables:
            return [], []
        wanted = [each for each in wanted_triggers(connection.vendor) if each.table in tables]
        installed = _installed(connection, cursor)
        missing = [each for each in wanted if not _is_right(each, installed)]
        right = {each.name for each in wanted} - {each.name for each in missing}
        for name in sorted(installed.keys() - right):
            _drop(connection, cursor, name, installed[name].table)
        for trigger in missing:
            for statement in trigger.statements:
                cursor.execute(statement)
        if missing:
            for kind, model in KINDS.items():
                if model._meta.db_table in tables:
                    # The note need not spread, because every record gets one.
                    note = _Note(kind, '"id"', spreads="FALSE")
                    cursor.execute(note.insert(f"FROM {_quoted(model)}"))
                    cursor.execute(_note_of_deleted(kind).insert(f"FROM {_quoted(Change)}"))
    unwanted = installed.keys() - {trigger.name for trigger in wanted}
    return [trigger.name for trigger in missing], sorted(unwanted)


def remove_triggers(using: str) -> None:
    """Remove all triggers, because tables that they name are about to change."""
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        for name, trigger in sorted(_installed(connection, cursor).items()):
            _drop(connection, cursor, name, trigger.table)


def trigger_errors(using: str) -> list[str]:
    """What is wrong with the triggers of a database, one sentence for each; two queries.

    Nothing is wrong where the tables do not exist (yet).
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = {*connection.introspection.table_names(cursor)}
        if PendingChange._meta.db_table not in tables:
            return []
        installed = _installed(connection, cursor)
    wanted = [each for each in wanted_triggers(connection.vendor) if each.table in tables]
    errors = []
    for trigger in wanted:
        if trigger.name not in installed:
            errors.append(f"The trigger {trigger.name} is missing.")
        elif not _is_right(trigger, installed):
            errors.append(f"The trigger {trigger.name} was changed or switched off.")
    unwanted = sorted(installed.keys() - {trigger.name for trigger in wanted})
    errors += [f"The trigger {name} is not one of this release." for name in unwanted]
    return errors


# --- before and after migrations ----------------------------------------------------------------

# The apps whose tables the triggers watch or write to.
_APPS = frozenset(model._meta.app_label for model in (*TABLES, PendingChange))


def before_migrations(using: str, plan: Any = (), **kwargs: Any) -> None:
    """Remove the triggers if a table that they name may be altered. Receives `pre_migrate`."""
    if any(migration.app_label in _APPS for migration, _ in plan or ()):
        remove_triggers(using)


def after_migrations(using: str, **kwargs: Any) -> None:
    """Make the triggers again, whatever was migrated. Receives `post_migrate`."""
    install_triggers(using)


# --- the wording --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Note:
    """A row of `PendingChange` to be written, in SQL, and the condition `where` it is written.

    The members are those of `PendingChange`, `record` and `via` for `record_id` and `via_id`.
    """

    kind: str
    record: str
    via_kind: str = ""
    via: str = "NULL"
    spreads: str = "TRUE"
    where: str = "TRUE"
    seen: str = "FALSE"

    def insert(self, source: str = "") -> str:
        """The statement. In: the “FROM” that gives the rows, where those of a trigger do not."""
        values = f"'{self.kind}', {self.record}, '{self.via_kind}', {self.via}, {self.spreads}"
        values = f"{values}, {self.seen}"
        into = f"INSERT INTO {_quoted(PendingChange)} ({_COLUMNS})"
        return f"{into} SELECT {values} {source} WHERE {self.where}"


@dataclass(frozen=True)
class _Dialect:
    """How a kind of database names the row before and after, and says that two values differ."""

    before: str
    after: str
    differ: str

    def differs(self, *columns: str) -> str:
        """The condition that one of the columns was changed. It is true or false, never null."""
        pairs = (f"{self.before}.{c} {self.differ} {self.after}.{c}" for c in columns)
        return f"({' OR '.join(pairs)})"

    def notes(self, table: Any, event: str) -> Iterator[_Note]:
        """What is to be noted when a row of `table` was written."""
        rows = {
            "INSERT": (self.after,),
            "UPDATE": (self.before, self.after),
            "DELETE": (self.before,),
        }[event]
        dependencies = [each for each in DEPENDENCIES if each.table is table]
        kind = KIND_OF.get(table)
        if kind and event == "UPDATE":
            yield from self._of_update(table, kind, dependencies)
        elif kind:
            yield _Note(kind, f'{rows[0]}."id"', seen=_was_published(table, *rows))
            if event == "DELETE":
                # Once it is gone, its row can no longer say through what it was visible.
                yield from self._through_which_visible(table, kind)
        columns = [_column(c) for c in table._meta.concrete_fields if not c.primary_key]
        for dependency in dependencies:
            if dependency.where == SELF:
                continue
            where, shown = dependency.column(dependency.where), dependency.column(dependency.shown)
            is_changed = "TRUE"
            if event == "UPDATE":
                # A row that joins two records may show with all its columns. A row that is itself
                # the record that shows has a note of its own for them: here it only counts that
                # it shows in another document.
                is_changed = self.differs(*([where] if dependency.shown == SELF else columns))
            for row in rows:
                # The sequencer finds by itself where a record shows now, but not where it did.
                if dependency.shown == SELF and row == self.after:
                    continue
                is_filled = f"{row}.{where} IS NOT NULL AND {row}.{shown} IS NOT NULL"
                yield _Note(
                    dependency.kind(dependency.where),
                    f"{row}.{where}",
                    dependency.kind(dependency.shown),
                    f"{row}.{shown}",
                    where=f"{is_changed} AND {is_filled}",
                )

    def _through_which_visible(self, table: Any, kind: str) -> Iterator[_Note]:
        for name in VISIBLE_THROUGH.get(kind, ()):
            column = f"{self.before}.{_column(table._meta.get_field(name))}"
            is_filled = f"{column} IS NOT NULL"
            yield _Note(kind, f'{self.before}."id"', name, column, where=is_filled)

    def _of_update(self, table: Any, kind: str, dependencies: list[Dependency]) -> Iterator[_Note]:
        """What is to be noted when a record was changed.

        A foreign key whose record shows in this one is noted with the record that it led to, and
        the one that it leads to: if it led to a draft that was deleted, no reader saw a change.
        """
        foreign_keys = {each.column(each.shown) for each in dependencies if each.where == SELF}
        plain = [
            column
            for column in table._meta.concrete_fields
            if _column(column) not in foreign_keys and not column.primary_key
        ]
        shown = [column for column in plain if kind in EMBEDDED or shows_elsewhere(column)]
        record = f'{self.after}."id"'
        yield _Note(
            kind,
            record,
            spreads=self.differs(*map(_column, shown)),
            where=self.differs(*map(_column, plain)),
            seen=_was_published(table, self.before, self.after),
        )
        for dependency in dependencies:
            if dependency.where != SELF:
                continue
            column = dependency.column(dependency.shown)
            for row in (self.before, self.after):
                where = f"{self.differs(column)} AND {row}.{column} IS NOT NULL"
                via = f"{row}.{column}"
                yield _Note(kind, record, dependency.kind(dependency.shown), via, where=where)


def _note_of_deleted(kind: str) -> _Note:
    """A note for each record that the feed says is public, and whose row is gone."""
    live = ", ".join(f"'{action.value}'" for action in Change.LIVE)
    rows = _quoted(KINDS[kind])
    gone = f'record_id NOT IN (SELECT "id" FROM {rows})'  # noqa: S608 -- a table of our own
    where = f"kind = '{kind}' AND action IN ({live}) AND {gone}"
    return _Note(kind, "record_id", spreads="FALSE", where=where)


def _was_published(table: Any, *rows: str) -> str:
    """The condition that a record was published before or after; false for rows without a state."""
    if not issubclass(table, Published):
        return "FALSE"
    return f"""({" OR ".join(f"{row}.status = '{Status.PUBLISHED.value}'" for row in rows)})"""


def _column(field: models.Field[Any, Any]) -> str:
    return f'"{field.column}"'


def _quoted(model: Any) -> str:
    return f'"{model._meta.db_table}"'


def _name(table: Any, event: str, wording: str) -> str:
    digest = blake2b(wording.encode(), digest_size=4).hexdigest()
    return f"{PREFIX}{table._meta.db_table}_{event.lower()}_{digest}"


def _for_sqlite(table: Any, event: str) -> Trigger:
    """A trigger for each row. SQLite keeps the statement that made it."""
    dialect = _Dialect("OLD", "NEW", "IS NOT")
    inserts = " ".join(f"{note.insert()};" for note in dialect.notes(table, event))
    wording = f"AFTER {event} ON {_quoted(table)} FOR EACH ROW BEGIN {inserts} END"
    name = _name(table, event, wording)
    statement = f'CREATE TRIGGER "{name}" {wording}'
    return Trigger(name, table._meta.db_table, (statement,), statement)


def _for_postgresql(table: Any, event: str) -> Trigger:
    """A trigger for each statement, however many rows it wrote, and the function that it calls.

    PostgreSQL keeps the body of the function.
    """
    source, transition_tables = {
        "INSERT": ("FROM after_it", "NEW TABLE AS after_it"),
        "UPDATE": (
            'FROM before_it JOIN after_it ON after_it."id" = before_it."id"',
            "OLD TABLE AS before_it NEW TABLE AS after_it",
        ),
        "DELETE": ("FROM before_it", "OLD TABLE AS before_it"),
    }[event]
    dialect = _Dialect("before_it", "after_it", "IS DISTINCT FROM")
    inserts = " ".join(f"{note.insert(source)};" for note in dialect.notes(table, event))
    body = f" BEGIN {inserts} RETURN NULL; END "
    wording = f"AFTER {event} ON {_quoted(table)} REFERENCING {transition_tables}"
    name = _name(table, event, f"{wording} {body}")
    statements = (
        # A function may be left of a trigger that was dropped by hand.
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $${body}$$',
        f'CREATE TRIGGER "{name}" {wording} FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()',
    )
    return Trigger(name, table._meta.db_table, statements, body)


# --- what the database has ----------------------------------------------------------------------


@dataclass(frozen=True)
class _Installed:
    """A trigger as the database has it: its table, and its definition if it is switched on."""

    table: str
    definition: str


def _installed(connection: Any, cursor: Any) -> dict[str, _Installed]:
    """The triggers of the change feed that there are, by name."""
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name, tbl_name, sql FROM sqlite_master "
            "WHERE type = 'trigger' AND substr(name, 1, %s) = %s",
            [len(PREFIX), PREFIX],
        )
    else:
        # “O” and “A” are the two ways for a trigger to be on in an ordinary connection.
        cursor.execute(
            "SELECT tgname, relname, CASE WHEN tgenabled IN ('O', 'A') THEN prosrc ELSE '' END "
            "FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE left(tgname, %s) = %s AND pg_table_is_visible(pg_class.oid)",
            [len(PREFIX), PREFIX],
        )
    return {name: _Installed(table, definition) for name, table, definition in cursor.fetchall()}


def _is_right(trigger: Trigger, installed: dict[str, _Installed]) -> bool:
    return installed.get(trigger.name) == _Installed(trigger.table, trigger.definition)


def _drop(connection: Any, cursor: Any, name: str, table: str) -> None:
    if connection.vendor == "sqlite":
        cursor.execute(f'DROP TRIGGER "{name}"')
    else:
        cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
        cursor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')
