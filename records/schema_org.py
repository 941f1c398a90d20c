"""What schema.org can hold of a historical date: only what is exact. Pure functions."""

from __future__ import annotations

import re
from typing import Any

from records.dates import HistoricalDate

# ISO 8601 at the precision that is known; a season, a mask or a qualifier has no form there.
_ISO = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?")


def iso_date(date: HistoricalDate | None) -> str | None:
    """A day, month or year as ISO 8601; None for a date that is unknown, open or in doubt."""
    if date is None or not _ISO.fullmatch(date.edtf):
        return None
    return date.edtf


def iso_span(date: HistoricalDate | None) -> dict[str, str]:
    """`startDate` and `endDate` of a date or span, each only where it is exact."""
    if date is None or date.is_one_of:
        return {}
    ends = {"startDate": iso_date(date.start), "endDate": iso_date(date.end)}
    return {name: value for name, value in ends.items() if value}


# --- from records as the API gives them -------------------------------------------------------
#
# A function per kind of record turns one into schema.org data. Members that the request left out
# are left out here too, and nothing is said that the record does not say.


def thing(kind: str, record: dict[str, Any], **terms: Any) -> dict[str, Any]:
    """A record as a schema.org thing of type `kind`: its page, and the terms that have a value."""
    about = {"@type": kind, "@id": record.get("page"), "url": record.get("page"), **terms}
    return {name: value for name, value in about.items() if value not in (None, "", [], {})}


def linked(kind: str, link: dict[str, Any] | None) -> dict[str, Any] | None:
    """A link to a record as a schema.org thing with a name and an address."""
    return thing(kind, link, name=link["title"]) if link else None


def exact(date: dict[str, Any] | None) -> str | None:
    """A day, month or year of the API as ISO 8601; None for one that is not exact."""
    return date["edtf"] if date and _ISO.fullmatch(date["edtf"]) else None


def lasting(date: dict[str, Any] | None) -> dict[str, str]:
    """`startDate` and `endDate` of a date or span of the API, each only where it is exact."""
    ends = date["edtf"].split("/") if date else []
    dates = {"startDate": ends[0], "endDate": ends[-1]} if ends else {}
    return {name: text for name, text in dates.items() if _ISO.fullmatch(text)}


def evidence_for(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The works that a record's evidence is found in, each once, for `subjectOf`."""
    sources = {c["source"]["page"]: c["source"] for c in record.get("citations", ()) if c["source"]}
    return [thing("CreativeWork", source, name=source["title"]) for source in sources.values()]


def picture(record: dict[str, Any]) -> dict[str, Any] | None:
    """The picture of a record as an image with its credit and licence; None without one."""
    shown = record.get("picture")
    if not shown:
        return None
    about = {
        "@type": "ImageObject",
        "contentUrl": shown["url"],
        "width": shown["width"],
        "height": shown["height"],
        "caption": shown["caption"] or shown["alt"],
        "creditText": shown["credit"],
        "license": shown["licence_url"],
        "acquireLicensePage": shown["origin"],
    }
    return {name: value for name, value in about.items() if value}
