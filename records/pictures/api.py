"""A picture in the API, and on pages as schema.org data."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from records import schema_org
from records.pages import absolute
from records.pictures.models import Picture, Pictured


class PictureSerializer(serializers.Serializer[Any]):
    """A picture with the words that stand beside it. Whoever shows it shows credit and licence."""

    url = serializers.URLField(help_text="Its file, a JPEG. Good as long as readers see it here.")
    width = serializers.IntegerField(help_text="In points.")
    height = serializers.IntegerField(help_text="In points.")
    alt = serializers.CharField(help_text="What it shows, for those who do not see it.")
    caption = serializers.CharField(help_text="Blank for none.", allow_blank=True)
    credit = serializers.CharField(help_text="Whose it is.")
    licence = serializers.CharField(help_text="Under what it may be shown.")
    licence_url = serializers.CharField(help_text="Its terms; blank for none.", allow_blank=True)
    origin = serializers.CharField(
        help_text="The page it is from; blank for none.", allow_blank=True
    )

    def to_representation(self, instance: Picture) -> dict[str, Any]:
        return as_data(instance, self.context["request"])


def as_data(picture: Picture, request: Any) -> dict[str, Any]:
    """A picture as the API gives it."""
    return {
        "url": absolute(request, picture.src),
        "width": picture.width,
        "height": picture.height,
        "alt": picture.alt,
        "caption": picture.caption,
        "credit": picture.credit,
        "licence": picture.licence,
        "licence_url": picture.licence_url,
        "origin": picture.origin,
    }


def image_of(record: Pictured, request: Any) -> dict[str, Any] | None:
    """The picture of a record as a page tells search engines of it; None for none."""
    shown = record.picture
    return schema_org.picture({"picture": as_data(shown, request)}) if shown else None
