"""Forgets old versions of drafts, which no reader ever saw."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from curation.models import Suggestion, Version
from curation.permissions import UNPUBLISHED
from curation.revisions.snapshot import KINDS

DAYS = 365
BATCH = 500
# Where a merge begins and ends, the record as it stood then is what tells how it went.
OF_MERGES = (Version.Action.MERGED, Version.Action.UNMERGED)


def prunable(before: datetime) -> QuerySet[Version]:
    """Versions made before a time that may go: of drafts and records in review only.

    Kept for good are versions that readers saw, the latest of every record (that of a deleted one
    brings it back), those that a suggestion was made from, and those of merges.
    """
    same = {"model": OuterRef("model"), "record_id": OuterRef("record_id")}
    later = Version.objects.filter(**same, number__gt=OuterRef("number"))
    based = Suggestion.objects.filter(**same, base_version=OuterRef("number"))
    return (
        Version.objects.filter(made_at__lt=before, status__in=UNPUBLISHED)
        .exclude(action__in=OF_MERGES)
        .filter(Exists(later))
        .exclude(Exists(based))
    )


def days(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"“{text}” is no number of days; give 1 or more.")
    return int(text)


class Command(BaseCommand):
    help = (
        "Forget old versions of drafts. Versions that readers saw, the latest of every record and "
        "those that a suggestion or a merge needs are never forgotten."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days", type=days, default=DAYS, help=f"older than so many days (default {DAYS})"
        )
        parser.add_argument("--dry-run", action="store_true", help="count only, and forget nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        before = timezone.now() - timedelta(days=options["days"])
        counts: Counter[str] = Counter()
        versions = prunable(before).order_by("pk").values_list("pk", "model")
        last = 0
        # In short transactions, so that teachers can save between them.
        while batch := list(versions.filter(pk__gt=last)[:BATCH]):
            last = batch[-1][0]
            counts.update(model for _, model in batch)
            if not options["dry_run"]:
                with transaction.atomic():
                    # Asked again: what is the latest version may have changed meanwhile.
                    ids = [pk for pk, _ in batch]
                    prunable(before).filter(pk__in=ids).delete()
        verb = "Would forget" if options["dry_run"] else "Forgot"
        for model, count in sorted(counts.items()):
            name = KINDS[model]._meta.verbose_name_plural if model in KINDS else model
            self.stdout.write(f"{count:>8} of {name}")
        self.stdout.write(
            f"{verb} {counts.total()} versions of drafts from before {before:%d %B %Y}."
        )
