"""What of reforms and figures readers may see."""

from __future__ import annotations

from typing import Self

from django.db.models import Exists, OuterRef

from records.querysets import RecordQuerySet, owner_is_published
from sources.querysets import public_citations


class EffectQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Effects whose reform and power base readers may both see."""
        return self.filter(
            owner_is_published("reforms.Reform", "reform_id"),
            owner_is_published("people.PowerBase", "power_base_id"),
        )


class StatisticQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Published figures of published measures."""
        measured = owner_is_published("reforms.Measure", "measure_id")
        return self.filter(measured, status="published")

    def with_disputes(self) -> Self:
        """Each with `is_disputed`: whether a published source disputes it."""
        # Lazy, because models are built from these modules.
        from sources.models import Citation

        disputing = Citation.objects.filter(
            statistic=OuterRef("pk"), stance="disputes", source__status="published"
        )
        return self.annotate(is_disputed=Exists(disputing))

    def with_evidence(self) -> Self:
        """With measure, public citations and `is_disputed`, in two queries for any number."""
        return self.with_disputes().select_related("measure").prefetch_related(public_citations())
