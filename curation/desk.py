"""What is on a teacher's desk: what waits, what was returned, what still lacks something.

Every question is limited and asked a fixed number of times, however much there is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from curation.models import Report, Suggestion, Version
from curation.suggestions import PERMISSION
from curation.whole import KINDS
from records.models import Status
from records.permissions import may_publish
from records.publication import Obstacle, obstacles

MOST = 20
# How far back one's own versions are looked through for drafts.
OWN_VERSIONS = 300


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

    def __bool__(self) -> bool:
        return bool(self.records or self.suggestions or self.reports)


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
            records += in_review.select_related(*_named_by(model)).order_by("updated_at")[:most]
    records.sort(key=lambda record: record.updated_at)
    suggestions: list[Suggestion] = []
    if user.has_perm(PERMISSION):
        open_ones = Suggestion.objects.filter(state=Suggestion.State.WAITING)
        suggestions = list(_light(open_ones).order_by("made_at")[:most])
    reports: list[Report] = []
    if user.has_perm("curation.change_report"):
        reports = list(Report.objects.filter(state=Report.State.NEW).order_by("made_at")[:most])
    return Waiting(records[:most], suggestions, reports)


def scheduled_for(user: Any, *, most: int = MOST) -> list[Any]:
    """What will be published at a time, the next first, of the kinds that `user` may publish.

    One query for every kind, by the index on status.
    """
    found: list[Any] = []
    for model in KINDS.values():
        if may_publish(user, model):
            ahead = model._default_manager.filter(
                status=Status.REVIEW, publish_at__gt=timezone.now()
            )
            found += ahead.select_related(*_named_by(model)).order_by("publish_at")[:most]
    return sorted(found, key=lambda record: record.publish_at)[:most]


def _named_by(model: Any) -> list[str]:
    """Relations that a record's address needs."""
    return ["measure"] if any(f.name == "measure" for f in model._meta.fields) else []


def _light(suggestions: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    """Without the two whole records that each carries, which a list does not show."""
    return suggestions.select_related("by", "decided_by").defer("base", "proposed")


def drafts_of(user: Any, *, most: int = MOST) -> list[Draft]:
    """The drafts that `user` worked on last, with what each lacks.

    A record does not say whose it is; its history does. Looked through are the user's own latest
    versions, by the index on person and time, and then one query for every kind among them.
    """
    order: dict[tuple[str, int], int] = {}
    own = Version.objects.filter(by=user).order_by("-made_at")
    for place, seen in enumerate(own.values_list("model", "record_id")[:OWN_VERSIONS]):
        order.setdefault(seen, place)
    ids: dict[str, list[int]] = defaultdict(list)
    for model, pk in order:
        ids[model].append(pk)
    found: list[Draft] = []
    for label, pks in ids.items():
        model_class = KINDS[label]
        drafts: Any = model_class._default_manager.filter(pk__in=pks, status=Status.DRAFT)
        drafts = drafts.select_related(*_named_by(model_class))
        if getattr(model_class, "needs_citation", True):
            drafts = drafts.annotate(citation_count=Count("citations"))
        found += [
            Draft(draft, obstacles(draft, citations=getattr(draft, "citation_count", 0)))
            for draft in drafts
        ]
    found.sort(key=lambda d: order[(d.record._meta.label_lower, d.record.pk)])
    return found[:most]


def returned_to(user: Any, *, most: int = MOST) -> list[Suggestion]:
    """Suggestions that came back to `user` with a comment, the latest first; one query."""
    returned = Suggestion.objects.filter(by=user, state=Suggestion.State.RETURNED)
    return list(_light(returned).order_by("-made_at")[:most])


def waiting_of(user: Any, *, most: int = MOST) -> list[Suggestion]:
    """Suggestions of `user` that no editor has decided yet, the latest first; one query."""
    waiting = Suggestion.objects.filter(by=user, state=Suggestion.State.WAITING)
    return list(_light(waiting).order_by("-made_at")[:most])


def recent_changes(*, most: int = MOST) -> list[Version]:
    """The latest versions of everything, without their snapshots; one query by the time index."""
    return list(Version.objects.select_related("by").defer("snapshot")[:most])
