"""How each kind of database looks for words: the full-text index of SQLite, and of PostgreSQL.

Both index the same keys, which were folded before they were stored, and both are asked for the same
entries in the same order. So they give the same answers. The index is no field of a model, which
would be another one on each database; it is made after migrations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection, connections, transaction

from study.search.models import SearchEntry, SearchState

TABLE = SearchEntry._meta.db_table
# Of SQLite; the tables in which it keeps this one begin with its name.
INDEX = "study_search_index"
_COLUMNS = ("title_keys", "name_keys", "text_keys")
_HEAD = ("title_keys", "name_keys")


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is looked for, or with `begins` all that begin like it."""

    text: str
    begins: bool = False


# What may stand for one word: each alternative is one key, or several that must all be there.
Alternatives = tuple[tuple[Key, ...], ...]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which entries may be found at all.

    `kinds`: names of kinds, empty for all. `first` and `last`: days that the date touches, None for
    open. `among`: numbers of entries, None for all.
    """

    kinds: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    among: tuple[int, ...] | None = None

    @property
    def is_open(self) -> bool:
        return not self.kinds and self.among is None and self.first is None and self.last is None

    def conditions(self) -> tuple[list[str], list[Any]]:
        """SQL for the table of entries, called `entry`, and its parameters."""
        found: list[str] = []
        given: list[Any] = []
        if self.kinds:
            found.append(f"entry.kind IN ({', '.join(['%s'] * len(self.kinds))})")
            given += self.kinds
        if self.first is not None:
            found.append("entry.latest >= %s")
            given.append(self.first)
        if self.last is not None:
            found.append("entry.earliest <= %s")
            given.append(self.last)
        if self.among is not None:
            condition, numbers = is_among("entry.id", self.among)
            found.append(condition)
            given.append(numbers)
        return found, given


EVERYTHING = Narrowed()


def is_among(column: str, numbers: Sequence[int]) -> tuple[str, Any]:
    """SQL for being one of some numbers, and its one parameter, however many they are."""
    if connection.vendor == "sqlite":
        text = orjson.dumps([*numbers]).decode()
        # The column is one of ours.
        return f"{column} IN (SELECT value FROM json_each(%s))", text  # noqa: S608
    return f"{column} = ANY(%s)", [*numbers]


def rows_of(numbers: Sequence[int], columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """Some columns of the entries with some numbers, in no order.

    Written as SQL, because a search asks twice for many rows, and for Django to compose the
    question takes as long as to answer it.
    """
    condition, given = is_among("id", numbers)
    # Columns and table are ours.
    statement = f"SELECT {', '.join(columns)} FROM {TABLE} WHERE {condition}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [given])
        return list(cursor.fetchall())


def with_words(
    asked: Sequence[Alternatives], narrowed: Narrowed, most: int, *, in_names: bool
) -> list[int]:
    """The numbers of entries that hold each of some words, the lowest first.

    In: what may stand for each word; whether they must all stand in titles and names.
    """
    if connection.vendor == "sqlite":
        expression = " AND ".join(f"({_for_sqlite(each)})" for each in asked)
        if in_names:
            expression = f"{{{' '.join(_HEAD)}}} : ({expression})"
        source, condition = f"{INDEX} AS found", f"{INDEX} MATCH %s"
        if not narrowed.is_open:
            source += f" JOIN {TABLE} AS entry ON entry.id = found.rowid"
        number = "found.rowid"
    else:
        expression = " & ".join(f"({_for_postgresql(each)})" for each in asked)
        column = "head_words" if in_names else "all_words"
        source, condition = f"{TABLE} AS entry", f"entry.{column} @@ %s::tsquery"
        number = "entry.id"
    return _numbers(source, number, [condition], [expression], narrowed, most)


def in_days(first: int, last: int, narrowed: Narrowed, most: int, *, within: bool) -> list[int]:
    """The numbers of entries whose date lies within some days, or touches them."""
    if within:
        conditions = ["entry.earliest BETWEEN %s AND %s", "entry.latest <= %s"]
        given = [first, last, last]
    else:
        conditions, given = ["entry.latest >= %s", "entry.earliest <= %s"], [first, last]
    # The sign keeps databases from reading every entry in order until enough fall into the days.
    return _numbers(f"{TABLE} AS entry", "+entry.id", conditions, given, narrowed, most)


def _numbers(
    source: str, number: str, conditions: list[str], given: list[Any], narrowed: Narrowed, most: int
) -> list[int]:
    more, parameters = narrowed.conditions()
    # Every name in it is one of ours; what was typed is a parameter.
    where = " AND ".join([*conditions, *more])
    statement = f"SELECT {number} FROM {source} WHERE {where} ORDER BY {number} LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [*given, *parameters, most])
        return [row[0] for row in cursor.fetchall()]


def _for_sqlite(alternatives: Alternatives) -> str:
    """An expression of FTS5. Keys hold letters and figures only, and stand in quotes."""
    return _expression(alternatives, '"{}"', '"{}" *', "AND", "OR")


def _for_postgresql(alternatives: Alternatives) -> str:
    """An expression of the type `tsquery`, likewise."""
    return _expression(alternatives, "'{}'", "'{}':*", "&", "|")


def _expression(
    alternatives: Alternatives, whole: str, beginning: str, both: str, either: str
) -> str:
    parts = []
    for keys in alternatives:
        words = [(beginning if key.begins else whole).format(key.text) for key in keys]
        parts.append(f"({f' {both} '.join(words)})")
    return f" {either} ".join(parts)


# --- before and after migrations ----------------------------------------------------------------


def before_migrations(using: str, plan: Any = (), **kwargs: Any) -> None:
    """Remove the index if the table that it is made of may be altered. Receives `pre_migrate`."""
    if any(migration.app_label == SearchEntry._meta.app_label for migration, _ in plan or ()):
        with transaction.atomic(using), connections[using].cursor() as cursor:
            for statement in _removing(connections[using], cursor):
                cursor.execute(statement)


def after_migrations(using: str, **kwargs: Any) -> None:
    """Make the index again if it is not there. Receives `post_migrate`.

    What stands in the table was indexed by nobody then, and is all made anew by the next search.
    """
    database = connections[using]
    with transaction.atomic(using), database.cursor() as cursor:
        tables = {*database.introspection.table_names(cursor)}
        if TABLE not in tables or _is_there(database, cursor):
            return
        for statement in _MAKING[database.vendor]:
            cursor.execute(statement)
        SearchState.objects.using(using).all().delete()


def _is_there(database: Any, cursor: Any) -> bool:
    if database.vendor == "sqlite":
        cursor.execute("SELECT 1 FROM sqlite_master WHERE name = %s", [f"{INDEX}_deleted"])
    else:
        cursor.execute(
            "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(%s) "
            "AND attname = 'all_words' AND NOT attisdropped",
            [TABLE],
        )
    return cursor.fetchone() is not None


def _removing(database: Any, cursor: Any) -> list[str]:
    if database.vendor == "sqlite":
        triggers = [f"DROP TRIGGER IF EXISTS {INDEX}_{name}" for name in ("added", "deleted")]
        return [*triggers, f"DROP TABLE IF EXISTS {INDEX}"]
    if not _is_there(database, cursor):
        return []
    return [f"ALTER TABLE {TABLE} DROP COLUMN head_words, DROP COLUMN all_words"]


def _words_column(name: str, columns: Sequence[str]) -> str:
    text = " || ' ' || ".join(columns)
    keys = f"array_remove(array_remove(string_to_array({text}, ' '), ''), '|')"
    return f"ADD COLUMN {name} tsvector GENERATED ALWAYS AS (array_to_tsvector({keys})) STORED"


# Rows are added and deleted, and never changed (`study.search.index`).
_LISTED = ", ".join(_COLUMNS)
_OLD = ", ".join(f"OLD.{column}" for column in _COLUMNS)
_NEW = ", ".join(f"NEW.{column}" for column in _COLUMNS)
_MAKING = {
    "sqlite": (
        # One that was left without its triggers would be told of nothing.
        f"DROP TABLE IF EXISTS {INDEX}",
        f"CREATE VIRTUAL TABLE {INDEX} USING fts5({_LISTED}, content='{TABLE}', "
        "content_rowid='id', tokenize='ascii', detail='column')",
        f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')",  # noqa: S608
        f"CREATE TRIGGER {INDEX}_added AFTER INSERT ON {TABLE} BEGIN "  # noqa: S608
        f"INSERT INTO {INDEX}(rowid, {_LISTED}) VALUES (NEW.id, {_NEW}); END",
        f"CREATE TRIGGER {INDEX}_deleted AFTER DELETE ON {TABLE} BEGIN "  # noqa: S608
        f"INSERT INTO {INDEX}({INDEX}, rowid, {_LISTED}) VALUES ('delete', OLD.id, {_OLD}); END",
    ),
    "postgresql": (
        f"ALTER TABLE {TABLE} {_words_column('head_words', _HEAD)}, "
        f"{_words_column('all_words', _COLUMNS)}",
        f"CREATE INDEX study_search_head_words ON {TABLE} USING gin (head_words)",
        f"CREATE INDEX study_search_all_words ON {TABLE} USING gin (all_words)",
    ),
}
