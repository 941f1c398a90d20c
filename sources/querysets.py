"""Which evidence readers may see."""

from __future__ import annotations

from typing import Self

from django.db.models import Q

from records.querysets import RecordQuerySet


class CitationQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Citations of published sources, for records that readers may see."""
        return self.filter(
            Q(person__status="published")
            | Q(power_base__status="published")
            | Q(tenure__person__status="published", tenure__power_base__status="published")
            | Q(reform__status="published")
            | Q(effect__reform__status="published", effect__power_base__status="published")
            | Q(measure__status="published")
            | Q(statistic__status="published", statistic__measure__status="published")
            | Q(event__status="published"),
            source__status="published",
        )
