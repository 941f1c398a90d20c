"""Whether the timers run that Thaw leaves to the machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from curation.workflow.publishing import Refused, due, publish_due
from dashboard.doctor.finding import Finding, few, remark

# A timer that is called every few minutes has had its turn by then.
_LATE = timedelta(minutes=30)
# One that is called every day or week.
_OLD = timedelta(days=14)


def overdue() -> Iterator[Finding]:
    """Records whose time to be published has come and gone.

    To tell those that nobody tried to publish from those that lack something, each is published and
    taken back.
    """
    forgotten, held_back = [], []
    for record in due(timezone.now() - _LATE):
        name = f"{record._meta.verbose_name} “{record}”"
        try:
            with transaction.atomic():
                outcome = publish_due(record)
                transaction.set_rollback(True)
        except Refused as refused:
            held_back.append(f"{name}: {refused}")
            continue
        if outcome is not None and outcome.done:
            forgotten.append(name)
        elif outcome is not None:
            lacks = " ".join(obstacle.message for obstacle in outcome.obstacles)
            held_back.append(f"{name}: {lacks}")
    if forgotten:
        yield Finding(
            "publish_scheduled",
            f"{len(forgotten)} records should have been published by now: {few(forgotten)}.",
            "Let a timer call “manage.py publish_scheduled” every few minutes "
            "(docs/deployment.md).",
        )
    if held_back:
        yield remark(
            "publish_scheduled",
            f"{len(held_back)} records are held back. {few(held_back)}",
            "An editor has to complete them, or take their time away.",
        )


def expired_sessions() -> Iterator[Finding]:
    count = Session.objects.filter(expire_date__lt=timezone.now() - _OLD).count()
    if count:
        yield remark(
            "clearsessions",
            f"{count} sessions ended more than {_OLD.days} days ago and are still kept.",
            "Let a timer call “manage.py clearsessions” once a day (docs/deployment.md).",
        )
