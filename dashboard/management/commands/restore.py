"""Lets the site have what a backup holds, after proving it, and keeps what it had."""

from __future__ import annotations

import sqlite3
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, Error, connections

from dashboard.backup import migrations
from dashboard.backup.archive import Backup
from dashboard.backup.errors import CannotRestore
from dashboard.backup.restoring import KINDS, Done, Prepared, old_data, prepared, put_back

_UNCHANGED = "Nothing was restored, and the site’s data is as it was."


class Command(BaseCommand):
    help = (
        "Prove a backup by restoring it beside the site, apply later migrations to it, and let the "
        "site have it. What the site had is kept. Stop the site first, or restart it afterwards."
    )
    # The checks look at the database, and one that is damaged is a reason to restore.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a backup")
        what.add_argument(
            "--old",
            metavar="NAME",
            help="go back to what an earlier restore kept under this name",
        )
        what.add_argument("--list", action="store_true", help="say what earlier restores kept")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--dry-run", action="store_true", help="prove the backup only, and restore nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["list"]:
                for name in old_data():
                    self.stdout.write(name)
            elif options["old"]:
                if options["yes"] or self._asked(f"Let the site have {options['old']}"):
                    self._tell(put_back(options["old"]))
                    self._tell_of_migrations()
            else:
                self._restore(options["file"].resolve(), options)
        except CannotRestore as error:
            raise CommandError(f"{_UNCHANGED} {error}") from error
        except (OSError, sqlite3.Error, psycopg.Error, Error) as error:
            raise CommandError(f"{_UNCHANGED} The reason: {error}") from error

    def _restore(self, file: Path, options: dict[str, Any]) -> None:
        with Backup(file) as backup, prepared(backup) as ready:
            self._describe(backup, ready)
            if options["dry_run"]:
                self.stdout.write("It can be restored. Nothing was changed.")
            elif options["yes"] or self._asked("Let the site have this backup"):
                self._tell(ready.put_in_place())

    def _describe(self, backup: Backup, ready: Prepared) -> None:
        manifest = backup.manifest
        self.stdout.write(
            f"The backup is whole: {KINDS[manifest.database]} as it was on "
            f"{manifest.made:%d %B %Y at %H:%M:%S} UTC, {sum(manifest.rows.values())} rows of "
            f"{len(manifest.rows)} tables, {len(backup.media())} uploaded files, Thaw "
            f"{manifest.thaw}."
        )
        if ready.migrated:
            self.stdout.write(f"Later migrations were applied: {', '.join(ready.migrated)}.")

    def _asked(self, question: str) -> bool:
        """Ask at the terminal. Raises `CommandError` for any answer but “yes”."""
        try:
            answer = input(f"{question}, in place of what it has now? Type “yes”: ")
        except EOFError:
            answer = ""
        if answer.strip().lower() != "yes":
            raise CommandError(f"{_UNCHANGED} Give --yes where nobody can answer.")
        return True

    def _tell_of_migrations(self) -> None:
        """Say what is to be done where the old data was that of another release."""
        connection = connections[DEFAULT_DB_ALIAS]
        if newer := migrations.unknown(migrations.applied(connection)):
            self.stdout.write(
                f"It is of a newer release of Thaw, which has {', '.join(newer)}: serve it with "
                "that one."
            )
        elif migrations.are_missing(connection):
            self.stdout.write("It is of an older release of Thaw: run “manage.py migrate”.")

    def _tell(self, done: Done) -> None:
        self.stdout.write("Restored. Restart the site, so that no process remembers the old data.")
        if done.old:
            name = Path(done.old).name
            self.stdout.write(
                f"What the site had is kept: {done.old}\n"
                f"To go back to it: manage.py restore --old {name}"
            )
        if done.old_media:
            self.stdout.write(f"The uploaded files that it had: {done.old_media}")
