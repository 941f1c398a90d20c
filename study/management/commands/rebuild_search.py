"""Makes what the search knows anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from study.search.index import rebuild


class Command(BaseCommand):
    help = (
        "Make the index of the search anew from what readers see. Needed after a load of many "
        "thousand records, so that no reader waits for it, and never otherwise."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        number = rebuild()
        self.stdout.write(f"The search knows {number:,} entries.")
