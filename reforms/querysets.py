"""What of reforms and figures readers may see."""

from __future__ import annotations

from typing import Self

from records.querysets import RecordQuerySet


class EffectQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Effects whose reform and power base readers may both see."""
        return self.filter(reform__status="published", power_base__status="published")


class StatisticQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Published figures of published measures."""
        return self.filter(status="published", measure__status="published")
