"""What is on a teacher's desk: what waits, what was returned, what still lacks something.

Every function makes a fixed number of queries and reads a limited number of rows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from curation.models import Report, Suggestion, Version
from curation.permissions import may_answer_reports, may_decide, may_publish
from curation.revisions.snapshot import KINDS
from records.kinds import with_title
from records.models import Status
from records.publication import Obstacle, needs_evidence, obstacles, rows_without_evidence

MOST = 20
# How many of the user's latest versions are searched for drafts.
OWN_VERSIONS = 300
# For how long its author sees at the desk that a suggestion was accepted.
LATELY = timedelta(weeks=4)


@dataclass
class Draft:
    """A draft and what it lacks before it can be published."""

    record: Any
    lacks: list[Obstacle]


@dataclass
class Waiting:
    """What waits for somebody who may decide, the longest waiting first."""

    records: list[Any]
    suggestions: list[Suggestion]
    reports: list[Report]


def waiting_for(user: Any, *, most: int = MOST) -> Waiting:
    """What `user` may decide: records in review, suggestions, readers' reports.

    One query for every kind of record, by the index on status, and one each for suggestions and
    reports, by their queues; each reads at most `most` rows.
    """
    records: list[Any] = []
    for model in KINDS.values():
        if may_publish(user, model):
            in_review = model._default_manager.filter(status=Status.REVIEW)
            # What was given a time waits for the clock; past its time it was held back.
            in_review = in_review.exclude(publish_at__gt=timezone.now())
            records += with_title(in_review).order_by("updated_at")[:most]
    records.sort(key=lambda record: record.updated_at)
    suggestions: list[Suggestion] = []
    if may_decide(user):
        open_ones = Suggestion.objects.filter(state=Suggestion.State.WAITING)
        suggestions = list(_light(open_ones).order_by("made_at")[:most])
    reports: list[Report] = []
    if may_answer_reports(user):
        reports = list(Report.objects.filter(state=Report.State.NEW).order_by("made_at")[:most])
    return Waiting(records[:most], suggestions, reports)


def scheduled_for(user: Any, *, most: int = MOST) -> list[Any]:
    """What will be published at a time, the next first, of the kinds that `user` may publish.

    One query for every kind, by the index on status.
    """
    records: list[Any] = []
    for model in KINDS.values():
        if may_publish(user, model):
            ahead = model._default_manager.filter(
                status=Status.REVIEW, publish_at__gt=timezone.now()
            )
            records += with_title(ahead).order_by("publish_at")[:most]
    return sorted(records, key=lambda record: record.publish_at)[:most]


def _light(suggestions: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    """Without the two whole records that each carries, which a list does not show."""
    return suggestions.select_related("by", "decided_by").defer("base", "proposed")


def drafts_of(user: Any, *, most: int = MOST) -> list[Draft]:
    """The drafts that `user` worked on last, with what each lacks.

    A record does not say whose it is, but its history does. This looks through the latest versions
    of the user, by the index on person and time, and then one query for every kind among them.
    """
    order: dict[tuple[str, int], int] = {}
    own_versions = Version.objects.filter(by=user).order_by("-made_at")
    for place, record_key in enumerate(
        own_versions.values_list("model", "record_id")[:OWN_VERSIONS]
    ):
        order.setdefault(record_key, place)
    ids: dict[str, list[int]] = defaultdict(list)
    for model, pk in order:
        ids[model].append(pk)
    drafts_found: list[Draft] = []
    for label, pks in ids.items():
        model_class = KINDS[label]
        drafts: Any = model_class._default_manager.filter(pk__in=pks, status=Status.DRAFT)
        drafts = with_title(drafts)
        if needs_evidence(model_class):
            drafts = drafts.prefetch_related("citations__source")
        rows = rows_without_evidence(drafts)
        drafts_found += [
            Draft(draft, obstacles(draft, rows=rows.get(draft.pk, []))) for draft in drafts
        ]
    drafts_found.sort(key=lambda d: order[(d.record._meta.label_lower, d.record.pk)])
    return drafts_found[:most]


def returned_to(user: Any, *, most: int = MOST) -> list[Suggestion]:
    """Suggestions that came back to `user` with a comment, the latest first; one query."""
    returned = Suggestion.objects.filter(by=user, state=Suggestion.State.RETURNED)
    return list(_light(returned).order_by("-made_at")[:most])


def waiting_of(user: Any, *, most: int = MOST) -> list[Suggestion]:
    """Suggestions of `user` that no editor has decided yet, the latest first; one query."""
    waiting = Suggestion.objects.filter(by=user, state=Suggestion.State.WAITING)
    return list(_light(waiting).order_by("-made_at")[:most])


def decided_of(user: Any, *, most: int = MOST) -> list[Suggestion]:
    """Suggestions of `user` that an editor accepted lately, whole or in part; one query."""
    accepted = Suggestion.objects.filter(
        by=user,
        state__in=[Suggestion.State.ACCEPTED, Suggestion.State.PARTLY],
        decided_at__gte=timezone.now() - LATELY,
    )
    return list(_light(accepted).order_by("-decided_at")[:most])


def recent_changes(*, most: int = MOST) -> list[Version]:
    """The latest versions of everything, without their snapshots; one query by the time index."""
    return list(Version.objects.select_related("by").defer("snapshot")[:most])
