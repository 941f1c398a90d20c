"""What the serializers of every kind of record share."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from records.api.links import api_url, page_url
from records.dates import HistoricalDate, iso_day
from records.pages import absolute
from records.routes import listing_address


class HistoricalDateSerializer(serializers.Serializer[Any]):
    """A date or span at the precision that is known."""

    edtf = serializers.CharField(help_text="Extended Date/Time Format, levels 0 to 2.")
    text = serializers.CharField(help_text="The same in English, at the same precision.")
    earliest = serializers.CharField(
        allow_null=True, help_text="The first day it can be, ISO 8601; null when open."
    )
    latest = serializers.CharField(
        allow_null=True, help_text="The last day it can be, ISO 8601; null when open."
    )

    def to_representation(self, instance: HistoricalDate) -> dict[str, Any]:
        return {
            "edtf": instance.edtf,
            "text": instance.display(),
            "earliest": iso_day(instance.earliest),
            "latest": iso_day(instance.latest),
        }


class ReadOnlySerializer(serializers.ModelSerializer[Any]):
    """Rows of one model that are only read, so that no member is asked for."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for each in fields.values():
            each.read_only, each.required = True, False
        return fields


class RecordSerializer(ReadOnlySerializer):
    """A record with its two addresses. Everything is read-only; texts are Markdown.

    A serializer of a kind names in `Meta.fields` which of these members it has.
    """

    id = serializers.CharField(source="public_id", help_text="Its public id.")
    updated = serializers.DateTimeField(source="updated_at", help_text="When it last changed here.")
    url = serializers.SerializerMethodField(help_text="Its address in the API.")
    page = serializers.SerializerMethodField(help_text="Its public page.")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, record: Any) -> str:
        return api_url(record, self.context["request"])

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page(self, record: Any) -> str:
        return page_url(record, self.context["request"])


@extend_schema_field(
    {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}
)
class RelatedListsField(serializers.Field[Any, Any, Any, Any]):
    """Addresses of listings that hold what belongs to a record, by name.

    In: the parameter that names the record in all these listings, and the route of each listing.
    """

    def __init__(self, parameter: str, **routes: str) -> None:
        self.parameter, self.routes = parameter, routes
        super().__init__(
            source="*",
            read_only=True,
            help_text="Addresses of listings that hold what belongs to this record.",
        )

    def __deepcopy__(self, memo: Any) -> RelatedListsField:
        return type(self)(self.parameter, **self.routes)

    def to_representation(self, instance: Any) -> dict[str, str]:
        request = self.context["request"]
        return {
            name: absolute(
                request, f"{listing_address(f'api:{route}-list')}?{self.parameter}={instance.slug}"
            )
            for name, route in self.routes.items()
        }
