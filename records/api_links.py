"""Other records as answers name them: where they live in the API, and their links."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from records.models import Sluggable
from records.pages import absolute

# Where each kind of record lives in the API. The kinds are named as entries and citations do.
ROUTES = {
    "course": "course",
    "topic": "topic",
    "event": "event",
    "person": "person",
    "power_base": "power-base",
    "tenure": "tenure",
    "reform": "reform",
    "effect": "effect",
    "measure": "measure",
    "statistic": "statistic",
    "source": "source",
    "citation": "citation",
}
KIND_NAMES = [*ROUTES]
_KINDS = {name.replace("_", ""): name for name in ROUTES}
# The kinds that topics show and citations are evidence for.
CITED = ("person", "power_base", "tenure", "reform", "effect", "measure", "statistic", "event")
# What a row is called by, where it stands away from the record it belongs to.
_NAMED_BY = {
    "tenure": ("person", "power_base"),
    "effect": ("reform", "power_base"),
    "statistic": ("measure",),
}


def with_records(rows: Any) -> Any:
    """Rows that point at one record each, of any kind of `CITED`, with that record and its name.

    In: a queryset of public rows, of which no more than a page will be read. A query for each kind
    and not one join of them all: PostgreSQL takes longer to plan a join of thirteen tables than to
    read ten.
    """
    model = rows.model
    return rows.prefetch_related(
        *(
            Prefetch(
                kind,
                model._meta.get_field(kind).related_model._base_manager.select_related(
                    *_NAMED_BY.get(kind, ())
                ),
            )
            for kind in CITED
        )
    )


def kind_of(record: Any) -> str:
    """The name of a record's kind: `power_base` for a power base."""
    return _KINDS[record._meta.model_name]


def key_of(record: Any) -> str:
    """The last part of a record's address: its slug, or its public id."""
    return record.slug if isinstance(record, Sluggable) else record.public_id


def title_of(record: Any) -> str:
    """What a record is called where it stands alone, away from the record it belongs to."""
    kind = kind_of(record)
    if kind == "tenure":
        return f"{record.person}: {record}"
    if kind == "effect":
        return f"{record.reform}: {record.power_base} {record.get_change_display().lower()}"
    if kind == "statistic":
        return f"{record.measure}: {record.phrase}"
    return str(record)


def api_url(record: Any, request: Request) -> str:
    """The full address of a record in the API."""
    path = reverse(f"api:{ROUTES[kind_of(record)]}-detail", args=[key_of(record)])
    return absolute(request, path)


def page_url(record: Any, request: Request) -> str:
    """The full address of the page on which people read a record."""
    about = record.record if kind_of(record) == "citation" else record
    return absolute(request, about.get_absolute_url())


def public(record: Any) -> Any:
    """`record` if readers may see it, else None. For single relations, loaded with their owner."""
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

    kinds = CITED

    kind = serializers.ChoiceField(choices=[*ROUTES], help_text="What kind of record it is.")
    key = serializers.CharField(help_text="Its slug or public id, the last part of its address.")
    title = serializers.CharField(help_text="What it is called.")
    url = serializers.URLField(help_text="Its address in the API.")
    page = serializers.URLField(help_text="Its public page.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        request = self.context["request"]
        return {
            "kind": kind_of(instance),
            "key": key_of(instance),
            "title": title_of(instance),
            "url": api_url(instance, request),
            "page": page_url(instance, request),
        }
