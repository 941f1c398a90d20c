"""In what form the API answers, and how that is chosen.

Django REST framework loads these by name while it is being loaded, so nothing here may import its
views.
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
    """JSON by orjson. Decimals are written as the exact number, without an end of zeros."""

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
    """A decimal in digits, without an end of zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain(value: Any) -> Any:
    """What orjson cannot write by itself."""
    if isinstance(value, Decimal):
        # Never by way of a binary fraction: the source's number is the number that is sent.
        return orjson.Fragment(exact_number(value))
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON.")


class Negotiation(DefaultContentNegotiation):
    """The format by `?format=` or `Accept`; an unknown `?format=` is named, not merely missed."""

    def filter_renderers(self, renderers: Any, format: str) -> Any:
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            from records.problems import ParameterProblem

            known = [renderer.format for renderer in renderers]
            detail = f"Use one of {', '.join(known)}."
            raise ParameterProblem("malformed-parameter", "format", format, detail, known[0])
        return found
