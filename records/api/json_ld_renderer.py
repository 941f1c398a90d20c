"""Answers as JSON-LD with the terms of schema.org, made from the same members as the JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from records.api.renderers import JSONRenderer


class JSONLDRenderer(JSONRenderer):
    """A record as one schema.org thing, a listing as a graph of them.

    In: a view whose `schema_org` turns a serialised record into schema.org data.
    """

    media_type = "application/ld+json"
    format = "jsonld"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        turn = (renderer_context or {})["view"].schema_org
        context = {"@context": "https://schema.org"}
        if "results" in data:
            return super().render({**context, "@graph": [turn(row) for row in data["results"]]})
        return super().render({**context, **turn(data)})
