"""Questions that every kind of record can be asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.lookups import IsNull

from records.as_published import state_is_published
from records.sorting import sort_key, sort_key_fields

ModelT = TypeVar("ModelT", bound=models.Model)


class RecordQuerySet(models.QuerySet[ModelT]):
    """`published()` is the only door to public data."""

    def published(self) -> Self:
        """Only what readers may see; in a preview also what it shows: `records.as_published`."""
        return self.filter(state_is_published(self.model))

    def in_course(self, course: Any) -> Self:
        """Only what a course teaches, and what its pages need to tell it.

        By default what stands in its published topics and what their prose names; a kind may
        say more (`Kind.in_course`). Whether readers may see the records is not asked.
        """
        # Lazy, because the entries that tell are made of these querysets.
        from records.courses import belongs_to

        return self.filter(belongs_to(self.model, course))

    def update(self, **values: Any) -> int:
        """As Django has it; a new text gets the key that lists sort it by.

        Raises `ValueError` for a text that only the database knows, as in `bulk_update` of a text
        without its key.
        """
        for field in sort_key_fields(self.model):
            text = values.get(field.of, "")
            if field.of not in values or field.name in values:
                continue
            if not isinstance(text, str):
                raise ValueError(
                    f"Lists would keep the old place of “{field.of}”. Save the rows, or call "
                    f"bulk_update(rows, [{field.of!r}, {field.name!r}])."
                )
            values[field.name] = sort_key(text)
        return super().update(**values)

    def get_by_natural_key(self, key: str) -> Any:
        field = "slug" if hasattr(self.model, "slug") else "public_id"
        return self.get(**{field: key})

    def within(self, name: str, first: int | None, last: int | None) -> Self:
        """Records whose date `name` touches the days from `first` to `last`.

        Days are day numbers (`records.dates`); None leaves that side open. Records without a
        date are left out as soon as one side is given.
        """
        matching = self
        if first is not None:
            matching = matching.filter(**{f"{name}_latest__gte": first})
        if last is not None:
            matching = matching.filter(**{f"{name}_earliest__lte": last})
        return matching


def owner_is_published(model: Any, name: str) -> Exists:
    """The condition that the record which rows of `model` name by their foreign key is public.

    In: the rows' model and the name of the foreign key. A subquery and not a join: a join lets the
    planner begin at the owners, which are nearly all public, and read every row there is to find
    those of one page.
    """
    owners = model._meta.get_field(name).related_model._default_manager.published()
    return Exists(owners.filter(pk=OuterRef(f"{name}_id")))


def one_is_published(model: Any, names: Iterable[str]) -> models.Q:
    """The condition that the one record which a row of `model` points at is public.

    In: the names of foreign keys of which one is set. Compared as values and not by EXISTS, because
    PostgreSQL answers an EXISTS among alternatives by reading each table whole.
    """
    condition = models.Q()
    for name in names:
        owners = model._meta.get_field(name).related_model._default_manager.published()
        key = Subquery(owners.filter(pk=OuterRef(f"{name}_id")).values("pk")[:1])
        condition |= models.Q(IsNull(key, False))
    return condition
