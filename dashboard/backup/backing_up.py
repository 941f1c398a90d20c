"""Making a backup while the site runs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from curation.changefeed.triggers import trigger_errors
from dashboard.backup import migrations, postgresql, sqlite
from dashboard.backup.archive import MEDIA, Backup, Manifest, Writer, now, thaw_version
from dashboard.backup.errors import CannotBackUp
from dashboard.backup.workplace import keep, sync_directory, workplace

_NAME = "thaw-{:%Y%m%d-%H%M%S}.backup.zip"
_NAMED = re.compile(r"thaw-(\d{8}-\d{6})\.backup\.zip")
_ALIAS = "backing_up"


def back_up(place: Path) -> tuple[Path, Manifest]:
    """Make a backup. In: a directory that exists, or a file that does not. Out: file and manifest.

    The file bears its name only once it was written, kept by the disk, read again and proved.
    Raises `CannotBackUp`, OSError (no room, no right), and the errors of the database.
    """
    made = now()
    target = place / _NAME.format(made) if place.is_dir() else place
    if target.exists():
        raise CannotBackUp(f"{target} exists already, and no backup is written over.")
    if not target.parent.is_dir():
        raise CannotBackUp(f"There is no directory {target.parent}. Make it first.")
    with workplace(target.parent, "backup") as work:
        unfinished = work / target.name
        _write(unfinished, work, made)
        with Backup(unfinished) as backup:
            manifest = backup.manifest
        try:
            keep(unfinished, target)
        except FileExistsError as error:
            raise CannotBackUp(f"{target} was made by somebody else meanwhile.") from error
    return target, manifest


def backups_in(directory: Path) -> list[tuple[datetime, Path]]:
    """The backups in a directory that bear names given by `back_up`, the oldest first (UTC)."""
    found = []
    for path in directory.iterdir():
        if named := _NAMED.fullmatch(path.name):
            made = datetime.strptime(f"{named[1]}+0000", "%Y%m%d-%H%M%S%z")
            found.append((made, path))
    return sorted(found)


def remove_older(new: Path, keep_count: int) -> list[Path]:
    """Keep so many backups in the directory of the new one, itself among them; out: the removed."""
    others = [path for _, path in backups_in(new.parent) if path != new]
    removed = others[: max(len(others) - (keep_count - 1), 0)]
    for path in removed:
        path.unlink()
    sync_directory(new.parent)
    return removed


def _write(path: Path, work: Path, made: datetime) -> None:
    connection = connections[DEFAULT_DB_ALIAS]
    with Writer(path) as writer:
        add = _add_sqlite if connection.vendor == "sqlite" else _add_postgresql
        database = add(writer, connection, work)
        # After the database: a file that a row names is there, if nobody took it away since.
        for name, file in uploaded():
            writer.add_file(f"{MEDIA}{name}", file)
        writer.finish(
            {
                "thaw": thaw_version(),
                "made_at": made.isoformat(),
                "database": connection.vendor,
                **database,
            }
        )


def _add_sqlite(writer: Writer, connection: Any, work: Path) -> dict[str, Any]:
    live = sqlite.path_of(connection)
    if live is None or not live.exists():
        raise CannotBackUp("There is no database file, only one in memory or none at all.")
    copied = work / "database.sqlite3"
    sqlite.copy(live, copied)
    if found := sqlite.faults(copied):
        raise CannotBackUp(f"The database is damaged, so no backup was made: {'; '.join(found)}.")
    writer.add_file("database.sqlite3", copied)
    # The copy is what the manifest has to tell of, not what was written since.
    connections.databases[_ALIAS] = {**connection.settings_dict, "NAME": str(copied), "OPTIONS": {}}
    try:
        return {
            "migrations": migrations.applied(connections[_ALIAS]),
            "notes_changes": not trigger_errors(_ALIAS),
            "rows": sqlite.count_rows(copied),
        }
    finally:
        connections[_ALIAS].close()
        del connections[_ALIAS], connections.databases[_ALIAS]


def _add_postgresql(writer: Writer, connection: Any, work: Path) -> dict[str, Any]:
    with postgresql.beside(_ALIAS) as own:
        moment = postgresql.Moment(own)
        try:
            for table in moment.columns:
                writer.add(f"tables/{table}.copy", moment.rows_of(table))
            return {
                "migrations": migrations.applied(own),
                "notes_changes": not trigger_errors(_ALIAS),
                "rows": moment.rows,
                "columns": moment.columns,
                "sequences": moment.sequences(),
            }
        finally:
            moment.close()


def uploaded() -> Iterator[tuple[str, Path]]:
    """The uploaded files, by their path below MEDIA_ROOT."""
    if not settings.MEDIA_ROOT:
        return
    root = Path(settings.MEDIA_ROOT)
    for directory, _, names in os.walk(root):
        for name in sorted(names):
            file = Path(directory) / name
            if file.is_file():
                yield file.relative_to(root).as_posix(), file
