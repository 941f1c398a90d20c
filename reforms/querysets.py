"""What of reforms and figures readers may see."""

from __future__ import annotations

from typing import Self

from django.db.models import Exists, OuterRef

from records.as_published import state_is_published
from records.querysets import RecordQuerySet, owner_is_published
from sources.querysets import public_citations


class EffectQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Effects whose reform and power base readers may both see."""
        return self.filter(
            owner_is_published(self.model, "reform"),
            owner_is_published(self.model, "power_base"),
        )


class StatisticQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Published figures of published measures."""
        measured = owner_is_published(self.model, "measure")
        return self.filter(measured, state_is_published(self.model))

    def with_disputes(self) -> Self:
        """Each with `is_disputed`: whether a published source disputes it."""
        # Lazy, because models are built from these modules.
        from sources.models import Citation, Source

        disputing = Citation.objects.filter(
            state_is_published(Source, "source"), statistic=OuterRef("pk"), stance="disputes"
        )
        return self.annotate(is_disputed=Exists(disputing))

    def with_evidence(self) -> Self:
        """With measure, public citations and `is_disputed`, in two queries for any number."""
        return self.with_disputes().select_related("measure").prefetch_related(public_citations())
