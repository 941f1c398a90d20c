"""What the pages of the workbench need."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.filter
def verbose_name_of(record: Any) -> str:
    """The name of the kind of a record: “power base”."""
    return str(record._meta.verbose_name)
