"""Questions that every kind of record can be asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.lookups import IsNull

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


def owner_is_published(model: str, key: str) -> Exists:
    """The condition that the record of `model` whose key stands in the column `key` is public.

    A subquery and not a join: a join lets the planner begin at the owners, which are nearly all
    public, and read every row there is to find those of one page.
    """
    owners = apps.get_model(model)._default_manager.published()
    return Exists(owners.filter(pk=OuterRef(key)))


def one_is_published(model: Any, names: Iterable[str]) -> models.Q:
    """The condition that the one record which a row of `model` points at is public.

    In: the names of foreign keys of which one is set. Compared as values and not by EXISTS, because
    PostgreSQL answers an EXISTS among alternatives by reading each table whole.
    """
    found = models.Q()
    for name in names:
        owners = model._meta.get_field(name).related_model._default_manager.published()
        key = Subquery(owners.filter(pk=OuterRef(f"{name}_id")).values("pk")[:1])
        found |= models.Q(IsNull(key, False))
    return found
