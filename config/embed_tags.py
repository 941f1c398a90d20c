"""Tags that say how a page can be embedded; nothing on pages that cannot be."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.embed import FRAMES, frame_of, iframe
from curation.revisions.moments import moment_words
from records.pages import absolute
from reforms.models import Measure
from reforms.past_figures import last_change

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


def _at(record: Any) -> dict[str, str]:
    """The moment at which a measure became what its page shows; nothing for other records.

    Kept on the record, because the page names it twice.
    """
    if not isinstance(record, Measure):
        return {}
    if "last_change" not in vars(record):
        vars(record)["last_change"] = moment_words(last_change(record))
    return {"at": vars(record)["last_change"]}


@register.simple_tag(takes_context=True)
def lasting_url(context: template.Context, record: Any) -> str:
    """The full address at which what a record's page shows now will always be found."""
    path = f"{record.get_absolute_url()}v/{record.version}/"
    at = urlencode(_at(record), safe=":")
    return absolute(context["request"], f"{path}?{at}" if at else path)


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
    pin = {"v": record.version, **_at(record)} if record is not None else {}
    pinned = f"{path}?{urlencode(pin, safe=':')}" if pin else ""
    return {
        "html": iframe(absolute(request, path), title, height=height),
        "pinned": pinned and iframe(absolute(request, pinned), title, height=height),
        "version": record.version if record is not None else None,
    }
