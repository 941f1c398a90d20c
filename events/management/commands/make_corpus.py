"""Write a big invented corpus, for trials of size and speed."""

from __future__ import annotations

from time import monotonic
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.corpus import build
from events.progress import Progress
from records.planner import count_rows


class Command(BaseCommand):
    help = "Write a seeded, invented corpus, to measure lists, pages and searches against."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--events", type=int, default=1_000, help="how many events; the rest in proportion"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same corpus")
        parser.add_argument(
            "--replace", action="store_true", help="remove the corpus that is there first"
        )

    def handle(self, *args: Any, events: int, seed: int, **options: Any) -> None:
        if not 50 <= events <= 1_000_000:
            raise CommandError("Give a number of events from 50 to 1,000,000, for example 1000.")
        corpus = build.Corpus(events, seed, lambda label, rows: progress.step(label, rows))
        progress = Progress(cast(Any, self.stderr)._out, corpus.sizes.rows)
        started = monotonic()
        if build.exists():
            if not options["replace"]:
                raise CommandError(
                    "There is a corpus in this database already. Give --replace to remove it first."
                )
            build.delete(progress.step)
        corpus.write()
        count_rows()
        if options["verbosity"]:
            progress.finish()
            seconds = monotonic() - started
            self.stdout.write(f"Corpus of {events:,} events, seed {seed}, in {seconds:.0f} s.")
