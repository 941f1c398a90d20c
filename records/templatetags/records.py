"""Tags and filters that every template may use without loading them."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from records import prose as markdown

register = template.Library()


@register.filter
def prose(text: str) -> SafeString:
    """Markdown that a person typed, as safe HTML."""
    return markdown.prose(text)
