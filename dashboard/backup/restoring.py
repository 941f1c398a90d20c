"""Restoring a backup: proved in a place of its own first, then put in the place of the old data.

Until the last step, which the database does at once or not at all, nothing of the site was touched.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections

from curation.changefeed.triggers import install_triggers
from dashboard.backup import migrations, postgresql, sqlite
from dashboard.backup.archive import MEDIA, Backup, now
from dashboard.backup.errors import CannotRestore, Damaged
from dashboard.backup.workplace import sync_directory, workplace
from records.planner import count_rows

ALIAS = "restoring"
_OUTSIDE = "outside"
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Done:
    """What a restore left behind: the names of the old data and the old media; blank for none."""

    old: str
    old_media: str


class Prepared(Protocol):
    """Data that was proved and migrated, beside that of the site."""

    # The migrations that were applied after those of the backup, as “app.name”.
    migrated: list[str]

    def put_in_place(self) -> Done:
        """Let the site have it, and keep what it had."""


@contextmanager
def prepared(backup: Backup) -> Iterator[Prepared]:
    """Prove a backup by restoring it beside the site, and apply later migrations to it.

    Raises `CannotRestore` and `Damaged`; then, and without `put_in_place`, nothing has changed.
    """
    _refuse_foreign(backup)
    vendor = connections[DEFAULT_DB_ALIAS].vendor
    prepare = _prepared_sqlite if vendor == "sqlite" else _prepared_postgresql
    with prepare(backup) as ready:
        yield ready


def _refuse_foreign(backup: Backup) -> None:
    manifest = backup.manifest
    here = connections[DEFAULT_DB_ALIAS].vendor
    if manifest.database != here:
        there = KINDS.get(manifest.database, manifest.database)
        raise CannotRestore(
            f"The backup is of {there}, and DATABASE_URL names {KINDS.get(here, here)}. Restore it "
            f"where DATABASE_URL names {there}. A course goes from one to the other by "
            "“manage.py dump_course” and “manage.py load_course”."
        )
    if newer := migrations.unknown(manifest.migrations):
        raise CannotRestore(
            f"The backup is of a newer release of Thaw ({manifest.thaw}): this one does not know "
            f"the migrations {', '.join(newer)}. Update Thaw first, then restore."
        )
    if backup.media() and not settings.MEDIA_ROOT:
        raise CannotRestore(
            f"The backup holds {len(backup.media())} uploaded files, and MEDIA_ROOT is not set."
        )


def _migrate() -> list[str]:
    """Apply what this release has and the backup has not. Out: the names of those migrations."""
    later = migrations.are_missing(connections[ALIAS])
    call_command("migrate", database=ALIAS, interactive=False, verbosity=0)
    count_rows(ALIAS)
    return later


# --- uploaded files -----------------------------------------------------------------------------


class _Media:
    """The uploaded files of a backup, first beside those of the site, then in their place."""

    def __init__(self, backup: Backup, stamp: str) -> None:
        self.names = backup.media()
        self.root = Path(settings.MEDIA_ROOT).resolve() if settings.MEDIA_ROOT else None
        self.old = Path(f"{self.root}.before-{stamp}")
        self._backup = backup

    @contextmanager
    def extracted(self) -> Iterator[None]:
        if self.root is None or not self.names:
            yield
            return
        with workplace(self.root.parent, "media") as work:
            self._new = work / "media"
            for name in self.names:
                self._backup.extract(name, self._new / name.removeprefix(MEDIA))
            # Those who could read the directory still can.
            self._new.chmod(self.root.stat().st_mode & 0o777 if self.root.exists() else 0o755)
            yield

    def _put_in_place(self) -> str:
        if self.root is None or not self.names:
            return ""
        had = self.root.exists()
        if had:
            self.root.rename(self.old)
        self._new.rename(self.root)
        sync_directory(self.root.parent)
        return str(self.old) if had else ""

    @contextmanager
    def in_place(self) -> Iterator[str]:
        """Put them in place for what is done inside; back again if that fails.

        Out: where the old files are; blank if there were none.
        """
        old = self._put_in_place()
        try:
            yield old
        except BaseException:
            if self.root is not None and self.names:
                self.root.rename(self._new)
                if old:
                    self.old.rename(self.root)
            raise


def _stamp() -> str:
    return f"{now():%Y%m%d-%H%M%S}"


def _name_for_old(live: Path) -> Path:
    """A name beside the database under which nothing was kept yet."""
    name = Path(f"{live}.before-{_stamp()}")
    # A restore that was killed may have kept a copy in this very second.
    return next(
        free for n in count(1) if not (free := Path(f"{name}-{n}") if n > 1 else name).exists()
    )


# --- SQLite -------------------------------------------------------------------------------------


class _PreparedSQLite:
    def __init__(self, live: Path, new: Path, work: Path, media: Any, migrated: list[str]) -> None:
        self._live, self._new, self._work, self._media = live, new, work, media
        self.migrated = migrated

    def put_in_place(self) -> Done:
        old = _name_for_old(self._live)
        connections[DEFAULT_DB_ALIAS].close()
        with self._media.in_place() as old_media:
            had = sqlite.replace(self._live, self._new, old, self._work)
        return Done(str(old) if had else "", old_media)


@contextmanager
def _at_file(path: Path) -> Iterator[None]:
    """Under `ALIAS`, a connection to another file with the options of the site’s own."""
    given = connections[DEFAULT_DB_ALIAS].settings_dict
    connections.databases[ALIAS] = {**given, "NAME": str(path)}
    try:
        yield
    finally:
        connections[ALIAS].close()
        del connections[ALIAS], connections.databases[ALIAS]


def _live_file() -> Path:
    live = sqlite.path_of(connections[DEFAULT_DB_ALIAS])
    if live is None:
        raise CannotRestore("DATABASE_URL names a database in memory, which keeps nothing.")
    if not live.parent.is_dir():
        raise CannotRestore(f"There is no directory {live.parent}, in which the database would be.")
    return live


@contextmanager
def _prepared_sqlite(backup: Backup) -> Iterator[Prepared]:
    live = _live_file()
    media = _Media(backup, _stamp())
    with workplace(live.parent, f"restore-{live.name}") as work, media.extracted():
        new = work / "database.sqlite3"
        backup.extract("database.sqlite3", new)
        new.chmod(live.stat().st_mode & 0o777 if live.exists() else 0o600)
        sqlite.prove(new, backup.manifest.rows)
        with _at_file(new):
            if migrations.applied(connections[ALIAS]) != backup.manifest.migrations:
                raise Damaged("The backup holds other migrations than its manifest says.")
            migrated = _migrate()
        yield _PreparedSQLite(live, new, work, media, migrated)


# --- PostgreSQL ---------------------------------------------------------------------------------


class _PreparedPostgreSQL:
    def __init__(self, live: str, new: str, media: Any, migrated: list[str]) -> None:
        self._live, self._new, self._media = live, new, media
        self.migrated = migrated

    def put_in_place(self) -> Done:
        old = f"{postgresql.OLD}{_stamp().replace('-', '_')}"
        with self._media.in_place() as old_media:
            had = postgresql.replace(connections[_OUTSIDE], self._live, self._new, old)
        return Done(old if had else "", old_media)


@contextmanager
def _prepared_postgresql(backup: Backup) -> Iterator[Prepared]:
    media = _Media(backup, _stamp())
    with (
        media.extracted(),
        postgresql.beside(_OUTSIDE) as outside,
        outside.cursor() as cursor,
        postgresql.alone(cursor),
    ):
        postgresql.drop_unfinished(cursor)
        live = postgresql.current_schema(cursor)
        new = f"{postgresql.UNFINISHED}{os.getpid()}"
        cursor.execute(f'CREATE SCHEMA "{new}"')
        try:
            with postgresql.beside(ALIAS, new) as inside:
                _load(backup, inside, new)
                migrated = _migrate()
            yield _PreparedPostgreSQL(live, new, media, migrated)
        finally:
            postgresql.drop_unfinished(cursor)


def _load(backup: Backup, inside: Any, schema: str) -> None:
    manifest = backup.manifest
    migrations.make_tables(inside, manifest.migrations)
    if manifest.notes_changes and not migrations.are_missing(inside):
        # While there is nothing to announce. Otherwise the migrations make them, and announce all.
        install_triggers(ALIAS)
    try:
        postgresql.load(inside, schema, manifest, backup.part)
    except IntegrityError as error:
        raise Damaged(f"The rows of the backup do not belong together: {error}") from error


# --- back to what there was before a restore ----------------------------------------------------


def old_data() -> list[str]:
    """The names of what earlier restores kept, the newest last."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "sqlite":
        live = sqlite.path_of(connection)
        if live is None:
            return []
        return sorted(
            str(path)
            for path in live.parent.iterdir()
            if path.name.startswith(f"{live.name}.before-")
            and not path.name.endswith(("-wal", "-shm"))
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname, %s) ORDER BY 1",
            [postgresql.OLD],
        )
        return [name for (name,) in cursor.fetchall()]


def put_back(name: str) -> Done:
    """Let the site have what a restore kept under a name, and keep what it has now in turn.

    Raises `CannotRestore`. Uploaded files are not touched.
    """
    known = {each: each for each in old_data()} | {Path(each).name: each for each in old_data()}
    if name not in known:
        kept = ", ".join(old_data()) or "nothing"
        raise CannotRestore(f"“{name}” is nothing that a restore kept. Kept is: {kept}.")
    if connections[DEFAULT_DB_ALIAS].vendor != "sqlite":
        with postgresql.beside(_OUTSIDE) as outside, outside.cursor() as cursor:
            old = f"{postgresql.OLD}{_stamp().replace('-', '_')}"
            with postgresql.alone(cursor):
                live = postgresql.current_schema(cursor)
                had = postgresql.replace(outside, live, known[name], old)
        return Done(old if had else "", "")
    live_file = _live_file()
    with workplace(live_file.parent, f"restore-{live_file.name}") as work:
        new = work / "database.sqlite3"
        sqlite.copy(Path(known[name]), new)
        if found := sqlite.faults(new):
            raise CannotRestore(f"{known[name]} is damaged: {'; '.join(found)}.")
        kept_file = _name_for_old(live_file)
        connections[DEFAULT_DB_ALIAS].close()
        had = sqlite.replace(live_file, new, kept_file, work)
    return Done(str(kept_file) if had else "", "")
