"""Publishes what is in review and whose time has come. For cron, every few minutes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from curation.changefeed.sequencer import number_everything
from curation.workflow.publishing import Refused, due, publish_due


class Command(BaseCommand):
    help = (
        "Publish every record in review whose time has come and which lacks nothing. Says what "
        "could not be published and why. Safe to run twice at once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        # Finished answers are kept once all changes have their numbers. What a script or an upgrade
        # wrote would wait for the next editor.
        number_everything()
        published = held_back = 0
        for record in due():
            name = f"{record._meta.verbose_name} “{record}”"
            try:
                outcome = publish_due(record)
            except Refused as refused:
                held_back += 1
                self.stdout.write(f"Not published: {name}. {refused}")
                continue
            if outcome is None:
                continue
            if outcome.done:
                published += 1
                self.stdout.write(f"Published: {name}.")
            else:
                held_back += 1
                lacks = " ".join(obstacle.message for obstacle in outcome.obstacles)
                self.stdout.write(f"Not published: {name}. {lacks}")
        self.stdout.write(f"{published} published, {held_back} held back.")
