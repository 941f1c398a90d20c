"""Whether there is a backup, and a recent and whole one."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from dashboard.backup import sqlite
from dashboard.backup.archive import Backup
from dashboard.backup.backing_up import backups_in
from dashboard.backup.errors import Damaged
from dashboard.backup.restoring import old_data
from dashboard.doctor.finding import Finding, few, remark

# A backup that is made every night may fail once.
OLDEST = timedelta(hours=49)


# Old data is kept for going back to it. Nobody does so after a month.
FORGOTTEN = timedelta(days=30)


def old_data_is_kept() -> Iterator[Finding]:
    """What restores kept takes room, and holds what people asked to have deleted since."""
    forgotten = []
    for name in old_data():
        if dated := re.search(r"before[-_](\d{8})[-_]\d{6}", name):
            kept = datetime.strptime(f"{dated[1]}+0000", "%Y%m%d%z")
            if datetime.now(UTC) - kept > FORGOTTEN:
                forgotten.append(name)
    if forgotten:
        yield remark(
            "restore",
            f"old data of more than {FORGOTTEN.days} days ago is still kept: {few(forgotten)}.",
            "Be rid of it, as docs/backup.md says, if nobody goes back to it.",
        )


def newest_backup() -> Iterator[Finding]:
    """The newest file in BACKUP_DIR is not too old, is whole, and is nobody else’s to read."""
    if not settings.BACKUP_DIR:
        if not settings.DEBUG:
            yield remark(
                "BACKUP_DIR",
                "it is not set, so nobody knows whether there are backups.",
                "Set it to the directory in which “manage.py backup” puts them.",
            )
        return
    directory = Path(settings.BACKUP_DIR).resolve()
    if not (directory.is_dir() and os.access(directory, os.R_OK | os.W_OK | os.X_OK)):
        yield Finding(
            "BACKUP_DIR",
            f"{directory} is no directory that Thaw may write to.",
            "Make it, for the account that makes the backups.",
        )
        return
    made = backups_in(directory)
    if not made:
        yield Finding(
            "BACKUP_DIR",
            f"there is no backup in {directory}.",
            "Run “manage.py backup”, and let a timer do so every night (docs/deployment.md).",
        )
        return
    when, file = made[-1]
    if (age := datetime.now(UTC) - when) > OLDEST:
        yield Finding(
            "backup",
            f"the newest, {file.name}, is {age.days} days old.",
            "Look why the timer does not call “manage.py backup”, or why that fails.",
        )
    try:
        Backup(file)
    except (Damaged, OSError) as error:
        yield Finding("backup", str(error), "Make another, and look at the disk.")
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Finding(
            "backup",
            f"other accounts of this machine may read {file.name}, with its password hashes.",
            f"Run “chmod 600 {file}”.",
        )
    live = sqlite.path_of(connection) if connection.vendor == "sqlite" else None
    if live is not None and live.exists() and live.stat().st_dev == directory.stat().st_dev:
        yield remark(
            "BACKUP_DIR",
            "the backups are on the disk of the database, and lost with it.",
            "Copy them to another machine, too.",
        )
