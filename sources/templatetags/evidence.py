"""The sources of a record, set beside it."""

from __future__ import annotations

from typing import Any

from django import template

from sources.certainty import evidence as grouped

register = template.Library()

# More citations than this would run far past the text, and stand in columns under it instead.
_IN_THE_MARGIN = 4


@register.inclusion_tag("sources/_evidence.html")
def evidence(record: Any, heading: str = "") -> dict[str, Any]:
    """The published evidence for a record, one block per statement it bears on.

    In: a record fetched with `sources.querysets.public_citations()`, and a heading for the block
    where the page needs one. Without the prefetch this fails loudly rather than query per record.
    """
    return {
        "groups": grouped(record.public_citations),
        "heading": heading,
        "many": len(record.public_citations) > _IN_THE_MARGIN,
    }


@register.inclusion_tag("sources/_certainty.html")
def certainty(record: Any) -> dict[str, Any]:
    """How certain a record is, in words, from the statement that is worst supported."""
    order = ["disputed", "qualified", "untested", "single", "agreed"]
    groups = grouped(record.public_citations)
    return {"worst": min(groups, key=lambda group: order.index(group.level), default=None)}
