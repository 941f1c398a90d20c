"""Tags that say how a page can be embedded; nothing on pages that cannot be."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.embed import FRAMES, frame_of, iframe
from records.pages import absolute

register = template.Library()


def _frame(context: template.Context) -> str:
    """The path of the frame of the page being rendered; blank when it has none."""
    request: Any = context.get("request")
    match = getattr(request, "resolver_match", None)
    # An error page or a preview has no canonical address of its own to embed.
    if match is None or match.view_name not in FRAMES or not context.get("canonical"):
        return ""
    refused = context.get("problem") or getattr(context.get("form"), "errors", None)
    return "" if refused or context.get("embedded") else frame_of(match, request.GET)


@register.simple_tag(takes_context=True)
def oembed_link(context: template.Context) -> SafeString | str:
    """The <link> by which other sites find the frame of this page (oEmbed discovery)."""
    path = _frame(context)
    if not path:
        return ""
    request = context["request"]
    page = absolute(request, path)
    return format_html(
        '<link rel="alternate" type="application/json+oembed" href="{}" title="{}">',
        f"{absolute(request, reverse('oembed'))}?{urlencode({'url': page, 'format': 'json'})}",
        context.get("page_title") or "Thaw",
    )


@register.inclusion_tag("embed/_snippet.html", takes_context=True)
def embed_snippet(context: template.Context) -> dict[str, Any]:
    """The HTML with which a reader puts this page into another, ready to copy."""
    path = _frame(context)
    if not path:
        return {}
    request = context["request"]
    title = context.get("page_title") or "Thaw"
    height = FRAMES[request.resolver_match.view_name][3]
    record = context.get("object")
    pinned = f"{path}?v={record.version}" if record is not None else ""
    return {
        "html": iframe(absolute(request, path), title, height=height),
        "pinned": pinned and iframe(absolute(request, pinned), title, height=height),
        "version": record.version if record is not None else None,
    }
