"""Checks the change feed against the public record, or makes it say what is public."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from curation.changefeed.comparison import differences, rebuild, stuck_notes
from curation.changefeed.triggers import trigger_errors


class Command(BaseCommand):
    help = (
        "Compare the change feed with the public record (--check, which exits with 1 if anything "
        "differs), or make it say what is public (--rebuild). Others may write meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--check", action="store_true", help="say what differs, and mend nothing")
        what.add_argument(
            "--rebuild",
            action="store_true",
            help="make missing triggers, and announce anew what differs; no entry is renumbered",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            self._rebuild()
        else:
            self._check()

    def _check(self) -> None:
        """Print each difference. Raises `CommandError` if there is any."""
        count = 0
        for error in trigger_errors(DEFAULT_DB_ALIAS):
            count += 1
            self.stdout.write(error)
        stuck = stuck_notes()
        for kind, notes in stuck.items():
            count += 1
            self.stdout.write(
                f"Notes about the kind of record “{kind}”, which there is not: {notes} wait. "
                "Numbering fails at them, so that no address could be compared."
            )
        if not stuck:
            for difference in differences():
                count += 1
                self.stdout.write(str(difference))
        if count:
            raise CommandError(
                f"{count} differences. “manage.py changefeed --rebuild” mends them."
                if count > 1
                else "1 difference. “manage.py changefeed --rebuild” mends it."
            )
        self.stdout.write("The change feed says what is public, and its triggers are in order.")

    def _rebuild(self) -> None:
        """Mend the feed, and print what was done."""
        rebuilt = rebuild()
        for name in rebuilt.triggers_removed:
            self.stdout.write(f"Removed the trigger {name}.")
        for name in rebuilt.triggers_made:
            self.stdout.write(f"Made the trigger {name}.")
        if rebuilt.triggers_made:
            self.stdout.write(
                "Nobody noted what was written without a trigger, so everything is announced again."
            )
        for kind, notes in rebuilt.notes_removed.items():
            self.stdout.write(f"Removed {notes} of the notes about the unknown kind “{kind}”.")
        for kind, addresses in rebuilt.announced.items():
            self.stdout.write(f"Announced {addresses} of {kind}.")
        if rebuilt.announced:
            self.stdout.write(f"The newest entry of the feed is {rebuilt.newest}.")
        triggers = rebuilt.triggers_made or rebuilt.triggers_removed
        if not (triggers or rebuilt.notes_removed or rebuilt.announced):
            self.stdout.write("There was nothing to mend.")
