"""The renderer for JSON, and how the format of an answer is chosen.

Django REST framework imports this module, by its name in the settings, while it is itself being
imported. So nothing here may import its views, nor a module that does.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer


class JSONRenderer(BaseRenderer):
    """JSON by orjson. Decimals are written as exact numbers, without zeros at the end."""

    media_type = "application/json"
    format = "json"
    charset: str | None = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=plain)


def exact_number(value: Decimal) -> str:
    """A decimal in digits, without zeros at the end: 1.50 becomes 1.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain(value: Any) -> Any:
    """A value that orjson cannot write, as one that it can. Raises `TypeError`."""
    if isinstance(value, Decimal):
        # Not as a float, which would round it: what the source gives is what is sent.
        return orjson.Fragment(exact_number(value))
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON.")


class Negotiation(DefaultContentNegotiation):
    """Chooses the format by `?format=` or `Accept`.

    Raises `ParameterProblem` for an unknown `?format=`, where Django REST framework answers 404.
    """

    def filter_renderers(self, renderers: Any, format: str) -> Any:
        matching = [renderer for renderer in renderers if renderer.format == format]
        if not matching:
            from records.api.problems import ParameterProblem

            formats = [renderer.format for renderer in renderers]
            detail = f"Use one of {', '.join(formats)}."
            raise ParameterProblem("malformed-parameter", "format", format, detail, formats[0])
        return matching
