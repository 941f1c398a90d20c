"""Every public statement of which readers see no source."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from records.kinds import title_of
from records.publication import all_without_evidence


class Command(BaseCommand):
    help = (
        "Lists every public statement (record, office, effect, figure) of which readers see no "
        "source, because it has no citation or its sources are drafts or withdrawn. Ends with 1 "
        "when there is one. It changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        bare = all_without_evidence()
        for record in bare:
            kind = str(record._meta.verbose_name)
            self.stdout.write(f"{kind}: {title_of(record)} ({record.get_absolute_url()})")
        if bare:
            statements = "1 statement has" if len(bare) == 1 else f"{len(bare)} statements have"
            raise CommandError(
                f"{statements} no source that readers see. Give each a citation of a published "
                "source, or take it back to review.",
                returncode=1,
            )
        self.stdout.write("Every public statement has a source that readers see.")
