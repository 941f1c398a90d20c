"""The sources of a record, set beside it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urldefrag

from django import template

from records.kinds import kind_named
from sources.certainty import Evidence
from sources.certainty import evidence as grouped
from sources.distance import distance
from sources.models import Source
from sources.positions import RULE, in_order, verb
from sources.positions import contested as statements

register = template.Library()

# More citations than this would run far past the text, and stand in columns under it instead.
_IN_THE_MARGIN = 4


register.filter("verb", verb)


@register.inclusion_tag("sources/_cited.html", takes_context=True)
def cited(context: template.Context, of: Any, *, contested: bool = False) -> dict[str, Any]:
    """The numbers of the notes on a statement, to stand at its end; each leads to its note.

    In: what `evidence` takes, on the same page; `contested` where `positions` gives the notes, so
    that the numbers follow its order.
    """
    if contested:
        ordered = [position.citation for position in in_order(of.public_citations)]
    else:
        ordered = [citation for group in _groups(of) for citation in group.citations]
    return {"citations": _numbered(context, ordered)}


@register.inclusion_tag("sources/_evidence.html", takes_context=True)
def evidence(
    context: template.Context, of: Any, heading: str = "", *, numbered: bool = True
) -> dict[str, Any]:
    """The published evidence for a record as notes, one block per statement it bears on.

    In: a record fetched with `sources.querysets.public_citations()`, or its evidence grouped
    already, and a heading for the block where the page needs one. Without the prefetch this fails
    loudly rather than query per record. The statement itself carries the numbers by `cited`;
    `numbered` is False where it does not.
    """
    groups = _groups(of)
    citations = [citation for group in groups for citation in group.citations]
    if numbered:
        _numbered(context, citations)
    return {
        "groups": groups,
        "heading": heading,
        "many": len(citations) > _IN_THE_MARGIN,
        "numbered": numbered,
        # On a page with dozens of notes, names that nothing leads to would weigh too much.
        "named": numbered,
    }


@register.inclusion_tag("sources/_folded.html")
def folded(of: Any, heading: str) -> dict[str, Any]:
    """The published evidence for a record, folded under one line that says what it amounts to.

    In: what `evidence` takes, and what it is evidence for. Nothing for a record without any.
    """
    groups = _groups(of)
    return {
        "groups": groups,
        "heading": heading,
        "number": sum(len(group.citations) for group in groups),
        "worst": _worst(groups),
        "many": False,
        "named": True,
    }


@register.inclusion_tag("sources/_disagreements.html")
def disagreements(of: Any, kind: str, *, heading: str = "", only: str = "") -> dict[str, Any]:
    """The statements about a record on which sources disagree, each with every position.

    In: a record as `evidence` takes it and its kind (a name of `sources.models.CITED`); `heading`
    is what to put over them, `only` the one level of certainty wanted.
    """
    groups = [group for group in statements(of.public_citations) if only in ("", group.level)]
    return {
        "record": of,
        "kind": kind,
        "heading": heading,
        "statements": [(group, in_order(group.citations)) for group in groups],
        "rule": RULE,
    }


@register.inclusion_tag("sources/_positions.html", takes_context=True)
def positions(context: template.Context, record: Any, kind: str) -> dict[str, Any]:
    """Every position on one figure, which are its notes at the same time.

    In: a record as `evidence` takes it, and its kind.
    """
    positions_in_order = in_order(record.public_citations)
    _numbered(context, [position.citation for position in positions_in_order])
    return {
        "record": record,
        "kind": kind,
        "positions": positions_in_order,
        "rule": RULE,
        "notes": True,
    }


def _groups(of: Any) -> list[Evidence]:
    return of if isinstance(of, list) else grouped(of.public_citations)


def _numbered(context: template.Context, citations: list[Any]) -> list[Any]:
    """Give each citation the number of its note, from 1 on every page, where it has none yet.

    The first of the layers in which a page is rendered is one for all templates that it is made of.
    """
    page: Any = context.render_context.dicts[0]
    numbers = page.setdefault("notes", {})
    for citation in citations:
        citation.number = numbers.setdefault(citation.public_id, len(numbers) + 1)
    return citations


@register.inclusion_tag("sources/_certainty.html")
def certainty(record: Any) -> dict[str, Any]:
    """How certain a record is, in words, from the statement that is worst supported."""
    return {"worst": _worst(grouped(record.public_citations))}


def _worst(groups: list[Evidence]) -> Evidence | None:
    """The statement that is worst supported."""
    order = ["disputed", "qualified", "untested", "single", "agreed"]
    return min(groups, key=lambda group: order.index(group.level), default=None)


# What is written rather than published: the date of a source is the older of the two.
_WRITTEN = {Source.Kind.PRIMARY, Source.Kind.CLASS_NOTES, Source.Kind.COURSE_TRADITION}


@register.simple_tag
def written_after(source: Source, record: Any, kind: str) -> str:
    """How long after what it tells of a source was written: “published 49 years after”.

    In: a source, a record that rests on it, and the record's kind (a name of
    `sources.models.CITED`). Blank for what lasted as long as a life, and where a date is missing.
    """
    time_after = distance(source.issued, kind_named(kind).happened(record))
    return time_after and f"{'written' if source.kind in _WRITTEN else 'published'} {time_after}"


@register.simple_tag
def note_url(record: Any, citation: Any) -> str:
    """Where the note that cites a source stands, on the page of its record."""
    return f"{urldefrag(record.get_absolute_url()).url}#citation-{citation.public_id}"
