"""Other records as an answer names them: their kind, key, title and addresses."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.request import Request

from records.kinds import key_of, kind_of, listed_kinds, title_of, with_title
from records.models import AboutOneRecord
from records.pages import absolute
from records.routes import address

# The names of the kinds that have an address in the API, for the API's description.
KIND_NAMES = [kind.name for kind in listed_kinds()]


# The class of views that lists each kind of record, by its model; `RecordViewSet` fills it.
LISTINGS: dict[Any, Any] = {}


def with_records(rows: Any) -> Any:
    """Rows that point at one record each, with that record and its name.

    In: a queryset of public rows of an `AboutOneRecord`, of which no more than a page will be read.
    A query for each kind and not one join of them all: PostgreSQL takes longer to plan a join of
    thirteen tables than to read ten.
    """
    model = rows.model
    return rows.prefetch_related(
        *(
            Prefetch(
                kind,
                with_title(model._meta.get_field(kind).related_model._base_manager.all()),
            )
            for kind in model.kinds
        )
    )


def api_url(record: Any, request: Request) -> str:
    """The full address of a record in the API."""
    path = address(f"api:{kind_of(record).route}-detail", key_of(record))
    return absolute(request, path)


def page_url(record: Any, request: Request) -> str:
    """The full address of the page on which people read a record."""
    # Evidence is read beside what it is evidence for, and has no place of its own.
    has_own = not isinstance(record, AboutOneRecord) or hasattr(record, "get_absolute_url")
    return absolute(request, (record if has_own else record.record).get_absolute_url())


def public(record: Any) -> Any:
    """The record if readers may see it, else None. In: a record, or None."""
    return record if record is not None and record.is_published else None


class Link(serializers.Serializer[Any]):
    """Another record in brief. `kinds` are the kinds that it may be of."""

    kinds: tuple[str, ...]


class LinkSerializer(Link):
    """Another record, in brief, or in full where `expand` names it.

    A single relation to a record that readers may not see reads as null.
    """

    # In: `to`, the kind that it is of. A list of links must be loaded through `published()`.

    slug = serializers.CharField(help_text="Its slug.")
    title = serializers.CharField(help_text="What it is called.")
    url = serializers.URLField(help_text="Its address in the API.")
    page = serializers.URLField(help_text="Its public page.")

    def __init__(self, *args: Any, to: str, **kwargs: Any) -> None:
        self.kinds = (to,)
        super().__init__(*args, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        return public(super().get_attribute(instance))

    def to_representation(self, instance: Any) -> dict[str, Any]:
        request = self.context["request"]
        return {
            "slug": instance.slug,
            "title": title_of(instance),
            "url": api_url(instance, request),
            "page": page_url(instance, request),
        }


class RecordLinkSerializer(Link):
    """A record of any kind, in brief, or in full where `expand` names it."""

    # In: `about`, the model of the rows about one record each from which the links come.

    kind = serializers.ChoiceField(choices=KIND_NAMES, help_text="What kind of record it is.")
    key = serializers.CharField(help_text="Its slug or public id, the last part of its address.")
    title = serializers.CharField(help_text="What it is called.")
    url = serializers.URLField(help_text="Its address in the API.")
    page = serializers.URLField(help_text="Its public page.")

    def __init__(self, *args: Any, about: Any, **kwargs: Any) -> None:
        self.kinds = tuple(about.kinds)
        super().__init__(*args, **kwargs)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        request = self.context["request"]
        return {
            "kind": kind_of(instance).name,
            "key": key_of(instance),
            "title": title_of(instance),
            "url": api_url(instance, request),
            "page": page_url(instance, request),
        }
