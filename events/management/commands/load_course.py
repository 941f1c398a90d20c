"""Load a course package: all of it, or nothing and a list of everything that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.package.importing import load_remembered
from events.package.reading import PackageRefused, read_package
from events.progress import Progress
from records.planner import count_rows


class Command(BaseCommand):
    help = (
        "Create or update the records of a course from a course package (docs/content-format.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the package: a folder or a .zip")
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything and change nothing"
        )
        parser.add_argument(
            "--check-hashes",
            action="store_true",
            help="refuse tables that differ from the checksums in datapackage.json",
        )

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        quiet = options["verbosity"] == 0
        try:
            package = read_package(path, check_hashes=options["check_hashes"])
            many = {name: len(rows) for name, rows in package.rows.items()}
            progress = Progress(cast(Any, self.stderr)._out, sum(many.values()))
            loaded = load_remembered(
                package,
                reason=f"Loaded from the package {path.name}",
                dry_run=options["dry_run"],
                step=None if quiet else lambda name: progress.step(name, many.get(name, 0)),
            )
        except PackageRefused as error:
            count = len(error.problems)
            raise CommandError(
                f"{path} was refused and nothing was loaded. "
                f"{count} problem{'s' if count > 1 else ''}:\n{error}"
            ) from None
        if not options["dry_run"]:
            count_rows()
        if quiet:
            return
        progress.finish()
        for note in loaded.notes:
            self.stdout.write(f"Note: {note}")
        for name, tally in loaded.tallies.items():
            parts = [f"{number:,} {word}" for word, number in vars(tally).items() if number]
            self.stdout.write(f"{name}: {', '.join(parts) or 'none'}")
        self.stdout.write("Dry run: nothing was changed." if options["dry_run"] else "Loaded.")
