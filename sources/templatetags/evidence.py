"""The sources of a record, set beside it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urldefrag

from django import template

from sources.certainty import evidence as grouped
from sources.distance import distance
from sources.models import Source

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


# What is written rather than published: the date of a source is the older of the two.
_WRITTEN = {Source.Kind.PRIMARY, Source.Kind.CLASS_NOTES, Source.Kind.COURSE_TRADITION}


@register.simple_tag
def written_after(source: Source, record: Any, kind: str) -> str:
    """How long after what it tells of a source was written: “published 49 years after”.

    In: a source, a record that rests on it, and the record's kind (a name of
    `sources.models.CITED`). Blank for what lasted as long as a life, and where a date is missing.
    """
    happened = {
        "event": lambda: record.span,
        "reform": lambda: record.span,
        "tenure": lambda: record.span,
        "effect": lambda: record.reform.span,
        "statistic": lambda: record.date,
    }.get(kind, lambda: None)()
    words = distance(source.issued, happened)
    return words and f"{'written' if source.kind in _WRITTEN else 'published'} {words}"


@register.simple_tag
def note_url(record: Any, citation: Any) -> str:
    """Where the note that cites a source stands, on the page of its record."""
    return f"{urldefrag(record.get_absolute_url()).url}#citation-{citation.public_id}"
