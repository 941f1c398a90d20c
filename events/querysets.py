"""What of events and of a teacher's arrangement readers may see."""

from __future__ import annotations

from typing import Self

from django.db.models import Q

from records.querysets import RecordQuerySet


class TopicQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Published topics of published courses."""
        return self.filter(status="published", course__status="published")


class ParticipationQuerySet(RecordQuerySet):
    def published(self) -> Self:
        return self.filter(event__status="published", person__status="published")


class TopicEntryQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Entries of published topics whose record readers may see."""
        return self.filter(
            Q(person__status="published")
            | Q(power_base__status="published")
            | Q(tenure__person__status="published", tenure__power_base__status="published")
            | Q(reform__status="published")
            | Q(effect__reform__status="published", effect__power_base__status="published")
            | Q(measure__status="published")
            | Q(statistic__status="published", statistic__measure__status="published")
            | Q(event__status="published"),
            topic__status="published",
            topic__course__status="published",
        )
