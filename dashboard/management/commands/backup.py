"""Makes one file with everything that the site holds, while it runs."""

from __future__ import annotations

import sqlite3
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from dashboard.backup.backing_up import back_up, remove_older
from dashboard.backup.errors import CannotBackUp, Damaged


def at_least_one(words: str) -> int:
    if not words.isdecimal() or int(words) < 1:
        raise ArgumentTypeError(f"“{words}” is no number of backups; give 1 or more.")
    return int(words)


class Command(BaseCommand):
    help = (
        "Make one file with the whole database and all uploaded files, while the site runs, and "
        "prove it. The file is for this account alone: it holds password hashes and drafts."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "place",
            nargs="?",
            metavar="FILE or DIRECTORY",
            help="a file that does not exist yet, or a directory, in which the file is named by "
            "the time (default: BACKUP_DIR)",
        )
        parser.add_argument(
            "--keep",
            type=at_least_one,
            metavar="N",
            help="of the backups in the directory, keep the N newest, this one among them; others "
            "are removed once this one was proved",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        given = options["place"] or settings.BACKUP_DIR
        if not given:
            raise CommandError(
                "Say where: “manage.py backup /var/backups/thaw”, or set BACKUP_DIR to a directory."
            )
        place = Path(given).resolve()
        if options["keep"] and not place.is_dir():
            raise CommandError(f"--keep is for a directory of backups, and {place} is none.")
        try:
            path, manifest = back_up(place)
        except (CannotBackUp, Damaged) as error:
            raise CommandError(f"No backup was made. {error}") from error
        except (OSError, sqlite3.Error, psycopg.Error, Error) as error:
            raise CommandError(f"No backup was made: {error}") from error
        size = path.stat().st_size
        self.stdout.write(
            f"{path}\n{sum(manifest.rows.values())} rows of {len(manifest.rows)} tables, "
            f"{size / 1_000_000:.1f} MB. Written, read again and proved."
        )
        if options["keep"]:
            for old in remove_older(path, options["keep"]):
                self.stdout.write(f"Removed {old.name}.")
