"""Who held what, and what of it readers may see."""

from __future__ import annotations

from typing import Self

from records.querysets import RecordQuerySet


class TenureQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Tenures whose person and power base readers may both see."""
        return self.filter(person__status="published", power_base__status="published")

    def on(self, day: int) -> Self:
        """Tenures that may have been running on a day (a day number, see `records.dates`).

        A span known to the month or year counts from its first to its last possible day.
        """
        return self.within("span", day, day)
