"""Says what may be wrong with the site, and what to do about it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from dashboard.doctor import findings


class Command(BaseCommand):
    help = (
        "Look over the configuration, the database, the change feed, what leads nowhere, the "
        "backups and the timers. Says what is wrong, where, and what to do. Ends with 1 if there "
        "is an error, with 0 if there are only remarks. Safe while the site runs."
    )
    # They are asked among the others, and one that fails would keep the others from being asked.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        errors = remarks = 0
        for finding in findings():
            self.stdout.write(str(finding))
            errors += finding.is_error
            remarks += not finding.is_error
        remarked = f"{remarks} remark{pluralize(remarks)}."
        if errors:
            raise CommandError(f"{errors} error{pluralize(errors)}, {remarked}")
        self.stdout.write(f"No errors, {remarked}")
