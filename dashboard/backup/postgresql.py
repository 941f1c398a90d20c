"""PostgreSQL: the rows of all tables at one moment, and other tables in their place.

Made with COPY, which the driver speaks, so that a server needs no client tools of the right
version. The tables themselves are not kept, because migrations make them. A restore makes them in a
schema beside the live one, and then moves whole tables from schema to schema in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from psycopg import errors, sql

from curation.changefeed.triggers import PREFIX
from dashboard.backup.errors import CannotBackUp, CannotRestore, Damaged

# Seconds to wait for others who write, when the tables are moved.
WAIT = 60
# The number of the lock by which two restores of one database keep apart: “thaw” in ASCII.
_ONE_AT_A_TIME = 0x74686177
UNFINISHED = "thaw_unfinished_"
OLD = "thaw_before_"


@contextmanager
def beside(alias: str, schema: str | None = None) -> Iterator[Any]:
    """A connection of its own to the database, out of the pool. In: the schema to work in."""
    settings = connections[DEFAULT_DB_ALIAS].settings_dict
    options = {key: value for key, value in settings["OPTIONS"].items() if key != "pool"}
    # A limit of the role or the server is for readers’ queries.
    wanted = f"{options.get('options', '')} -c statement_timeout=0"
    options["options"] = f"{wanted} -c search_path={schema}" if schema else wanted
    connections.databases[alias] = {**settings, "OPTIONS": options, "CONN_MAX_AGE": None}
    try:
        yield connections[alias]
    finally:
        connections[alias].close()
        del connections[alias], connections.databases[alias]


def current_schema(cursor: Any) -> str:
    cursor.execute("SELECT current_schema()")
    return str(cursor.fetchone()[0])


def tables(cursor: Any, schema: str) -> dict[str, list[str]]:
    """The tables of Thaw in a schema, with their columns.

    Tables of other programs are left out: those whose names do not begin like an app of Thaw, of
    this release or of those that migrated the database.
    """
    cursor.execute(
        "SELECT relname, array_agg(attname::text ORDER BY attnum) FROM pg_class "
        "JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' "
        "WHERE relkind = 'r' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s) "
        "GROUP BY relname ORDER BY relname",
        [schema],
    )
    found = dict(cursor.fetchall())
    labels = {"django", *(config.label for config in apps.get_app_configs())}
    if "django_migrations" in found:
        cursor.execute(
            sql.SQL("SELECT DISTINCT app FROM {}").format(
                sql.Identifier(schema, "django_migrations")
            )
        )
        labels |= {app for (app,) in cursor.fetchall()}
    return {
        name: columns
        for name, columns in found.items()
        if any(name.startswith(f"{label}_") for label in labels)
    }


# --- taking a backup ----------------------------------------------------------------------------


class Moment:
    """The database as it is at one moment, while others go on writing."""

    def __init__(self, connection: Any) -> None:
        self._cursor = connection.cursor()
        self.schema = current_schema(self._cursor)
        self.columns = tables(self._cursor, self.schema)
        self.rows: dict[str, int] = {}
        self._cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self._cursor.execute("SET LOCAL datestyle = ISO; SET LOCAL intervalstyle = postgres")
        if self.columns:
            # Before the moment is taken, so that no table is altered between it and our reading.
            self._cursor.execute(
                sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(self._named(self.columns))
            )
        if tables(self._cursor, self.schema) != self.columns:
            raise CannotBackUp("Somebody is migrating the database. Try again when that is done.")

    def close(self) -> None:
        self._cursor.execute("ROLLBACK")
        self._cursor.close()

    def _named(self, names: Iterable[str]) -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier(self.schema, name) for name in names)

    def rows_of(self, table: str) -> Iterator[bytes]:
        """The rows of a table as COPY writes them, one to a line. Counts them in `rows`."""
        self.rows[table] = 0
        statement = sql.SQL("COPY {} ({}) TO STDOUT").format(
            sql.Identifier(self.schema, table), _listed(self.columns[table])
        )
        with self._cursor.copy(statement) as lines:
            for line in lines:
                self.rows[table] += bytes(line).count(b"\n")
                yield bytes(line)

    def sequences(self) -> dict[str, tuple[str, int, bool]]:
        """Where each counter of a column stands: “table” → column, number, whether it was used."""
        found = {}
        for table, columns in self.columns.items():
            for column in columns:
                if name := _sequence(self._cursor, self.schema, table, column):
                    self._cursor.execute(f"SELECT last_value, is_called FROM {name}")  # noqa: S608
                    found[table] = (column, *self._cursor.fetchone())
        return found


def _listed(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _sequence(cursor: Any, schema: str, table: str, column: str) -> str:
    """The quoted name of the counter of a column; blank where it has none."""
    cursor.execute(
        "SELECT pg_get_serial_sequence(format('%%I.%%I', %s::text, %s::text), %s)",
        [schema, table, column],
    )
    return cursor.fetchone()[0] or ""


# --- restoring one ------------------------------------------------------------------------------


@contextmanager
def alone(cursor: Any) -> Iterator[None]:
    """Keep other restores of this database away. Raises `CannotRestore` if one is under way."""
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME])
    if not cursor.fetchone()[0]:
        raise CannotRestore("Somebody else is restoring this database just now.")
    try:
        yield
    finally:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])


def drop_unfinished(cursor: Any) -> None:
    """Remove what killed restores left behind. Only while `alone`."""
    cursor.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", [UNFINISHED])
    for (name,) in cursor.fetchall():
        cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


def load(connection: Any, schema: str, manifest: Any, part: Any) -> None:
    """Put the rows of a backup into empty tables, and prove that all arrived.

    In: a connection that works in `schema`; a function that gives the bytes of a part. Raises
    `Damaged`. Triggers do not fire, because what the feed says of these rows is among them.
    """
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        here = tables(cursor, schema)
        if missing := here.keys() - manifest.rows.keys():
            raise Damaged(f"The backup lacks tables of its migrations: {sorted(missing)}.")
        everything = sql.SQL(", ").join(sql.Identifier(schema, name) for name in here)
        cursor.execute(sql.SQL("TRUNCATE {}").format(everything))
        for table in here:
            name = sql.Identifier(schema, table)
            columns = _listed(manifest.columns[table])
            cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
            with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, columns)) as lines:
                for chunk in part(f"tables/{table}.copy"):
                    lines.write(chunk)
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(name))
            if (count := cursor.fetchone()[0]) != manifest.rows[table]:
                raise Damaged(f"{table} has {count} rows, and should have {manifest.rows[table]}.")
            if table in manifest.sequences:
                column, last, used = manifest.sequences[table]
                sequence = _sequence(cursor, schema, table, column)
                cursor.execute("SELECT setval(%s::regclass, %s, %s)", [sequence, last, used])
        # Every link leads to a row: otherwise this fails.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in here:
            name = sql.Identifier(schema, table)
            cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))


def replace(connection: Any, live: str, new: str, old: str) -> bool:
    """Move the tables of schema `live` to the new schema `old`, and those of `new` to `live`.

    Out: True if there was anything to keep. One transaction: everybody else sees all old tables or
    all new ones. Raises `CannotRestore` when somebody writes for too long.
    """
    try:
        with transaction.atomic(connection.alias), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}s'")
            leaving, coming = tables(cursor, live), tables(cursor, new)
            if leaving:
                everything = sql.SQL(", ").join(sql.Identifier(live, name) for name in leaving)
                # All at once, so that nobody holds one and waits for another of ours.
                cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(everything))
                cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(old)))
                _move(cursor, leaving, live, old)
            _move(cursor, coming, new, live)
            # Refused if anything is left in it.
            cursor.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(new)))
    except OperationalError as error:
        if isinstance(error.__cause__, errors.LockNotAvailable | errors.DeadlockDetected):
            raise CannotRestore(_BUSY) from error
        raise
    return bool(leaving)


_BUSY = (
    f"Somebody has been using the database for {WAIT} seconds without a pause. Stop the site, or "
    "whatever writes, and try again."
)


def _move(cursor: Any, names: Iterable[str], source: str, target: str) -> None:
    """Move tables, with their indexes and counters, and the functions of their triggers."""
    for name in names:
        cursor.execute(
            sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(
                sql.Identifier(source, name), sql.Identifier(target)
            )
        )
    cursor.execute(
        "SELECT proname FROM pg_proc WHERE starts_with(proname, %s) AND pronamespace = "
        "(SELECT oid FROM pg_namespace WHERE nspname = %s)",
        [PREFIX, source],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(
            sql.SQL("ALTER FUNCTION {}() SET SCHEMA {}").format(
                sql.Identifier(source, name), sql.Identifier(target)
            )
        )
