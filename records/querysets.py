"""Questions that every kind of record can be asked."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models

ModelT = TypeVar("ModelT", bound=models.Model)


class RecordQuerySet(models.QuerySet[ModelT]):
    """`published()` is the only door to public data."""

    def published(self) -> Self:
        """Only what readers may see."""
        return self.filter(status="published")

    def get_by_natural_key(self, key: str) -> Any:
        field = "slug" if hasattr(self.model, "slug") else "public_id"
        return self.get(**{field: key})

    def within(self, name: str, first: int | None, last: int | None) -> Self:
        """Records whose date `name` touches the days from `first` to `last`.

        Days are day numbers (`records.dates`); None leaves that side open. Records without a
        date are left out as soon as one side is given.
        """
        found = self
        if first is not None:
            found = found.filter(**{f"{name}_latest__gte": first})
        if last is not None:
            found = found.filter(**{f"{name}_earliest__lte": last})
        return found


def published_record(record: str = "") -> models.Q:
    """The condition that the record behind the relation `record` is public."""
    return models.Q(**{f"{record}__status" if record else "status": "published"})
