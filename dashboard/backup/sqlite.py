"""SQLite: a copy of the database while others write, and another content in its place.

Both use SQLite’s own way to copy a database (https://sqlite.org/backup.html), which keeps to its
locks. Files are never swapped under the site: a process that has the old one open would go on
writing into it, and a journal (`-wal`) beside a file to which it does not belong destroys it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dashboard.backup.errors import CannotRestore, Damaged
from dashboard.backup.workplace import keep, sync_directory

# Seconds to wait for others who write.
WAIT = 30.0
_JOURNALS = ("-wal", "-shm")


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a file that exists; none is made."""
    address = f"file:{quote(str(path))}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None)) as file:
        yield file


def copy(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment into a new file, which needs no journal beside it.

    Others may write meanwhile, and wait for nothing: in WAL mode a reader is in nobody’s way.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with opened(source) as original, opened(target) as file:
        # All pages in one step, which is one moment.
        original.backup(file)
        file.execute("PRAGMA journal_mode=DELETE")


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def faults(path: Path) -> list[str]:
    """What SQLite finds wrong with a database: its pages, its indexes, its links; empty if all is
    well."""
    try:
        with opened(path) as file:
            found = [words for (words,) in file.execute("PRAGMA integrity_check(10)")]
            links = [
                f"{table}, row {row}: leads to a row of {parent} that is not there"
                for table, row, parent, _ in file.execute("PRAGMA foreign_key_check")
            ]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [words for words in found if words != "ok"] + links[:10]


def count_rows(path: Path) -> dict[str, int]:
    """The number of rows of each table."""
    with opened(path) as file:
        names = file.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' "
            "ESCAPE '!' ORDER BY name"
        ).fetchall()
        return {
            name: file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for (name,) in names
        }


def prove(path: Path, rows: dict[str, int]) -> None:
    """Raise `Damaged` unless a database is whole and holds as many rows as it should."""
    if found := faults(path):
        raise Damaged(f"The database in the backup is damaged: {'; '.join(found)}.")
    if (counted := count_rows(path)) != rows:
        wrong = [name for name in {*rows, *counted} if rows.get(name) != counted.get(name)]
        raise Damaged(f"The backup holds other numbers of rows than it says: {sorted(wrong)}.")


def replace(live: Path, new: Path, old: Path, workplace: Path) -> bool:
    """Put the content of `new` in the place of that of `live`, and keep the latter as `old`.

    Out: True if there was anything to keep. One transaction of `live`: readers see the old content
    until the new is whole, and so does everybody after a power cut. Nobody writes between the
    moment that `old` keeps and the end. Raises `CannotRestore` when somebody writes for too long.
    """
    if not live.exists():
        _make_plain(new, None)
        new.replace(live)
        sync_directory(live.parent)
        return False
    try:
        _replace_content(live, new, old, workplace)
    except sqlite3.DatabaseError as error:
        # An OperationalError is about locks and disks, not about what the file holds.
        if isinstance(error, sqlite3.OperationalError):
            raise
        _replace_damaged(live, new, old)
    return True


def _replace_content(live: Path, new: Path, old: Path, workplace: Path) -> None:
    end = time.monotonic() + WAIT
    kept = False

    def keep_old(status: int, remaining: int, total: int) -> None:
        """Called after each step. After the first, the lock for writing is ours."""
        nonlocal kept
        if status == sqlite3.SQLITE_OK and not kept:
            copy(live, workplace / "old.sqlite3")
            sync(workplace / "old.sqlite3")
            keep(workplace / "old.sqlite3", old)
            kept = True
        elif not kept and time.monotonic() > end:
            raise CannotRestore(
                "Somebody has been writing to the database for half a minute. Stop the site, or "
                "whatever writes, and try again."
            )

    with opened(live) as target:
        # So that readers go on while the old content is kept.
        target.execute("PRAGMA journal_mode=WAL")
        _make_plain(new, target.execute("PRAGMA page_size").fetchone()[0])
        with opened(new) as source:
            source.backup(target, pages=1, progress=keep_old)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _make_plain(path: Path, page_size: int | None) -> None:
    """Fold the journal of a database into its file, and give it pages of another size if wanted."""
    with opened(path) as file:
        file.execute("PRAGMA journal_mode=DELETE")
        if page_size and page_size != file.execute("PRAGMA page_size").fetchone()[0]:
            file.execute(f"PRAGMA page_size={page_size}")
            file.execute("VACUUM")
    sync(path)


def _replace_damaged(live: Path, new: Path, old: Path) -> None:
    """Set files aside that SQLite cannot open, so that nothing sensible can be using them."""
    for end in ("", *_JOURNALS):
        if (part := Path(f"{live}{end}")).exists():
            shutil.copy2(part, f"{old}{end}")
            sync(Path(f"{old}{end}"))
    sync_directory(live.parent)
    # Before the new file comes: a journal of the old one would be taken for its own.
    for end in _JOURNALS:
        Path(f"{live}{end}").unlink(missing_ok=True)
    _make_plain(new, None)
    new.replace(live)
    sync_directory(live.parent)


def path_of(connection: Any) -> Path | None:
    """The file of a database; None for one in memory."""
    name = str(connection.settings_dict["NAME"])
    if name == ":memory:" or "mode=memory" in name:
        return None
    return Path(name).resolve()
