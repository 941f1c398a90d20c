"""The timeline as TimelineJS 3 reads it: https://timeline.knightlab.com/docs/json-format.html.

TimelineJS puts headline and text into a page as HTML, so both are escaped here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from events.timeline.query import KINDS
from records.api.renderers import JSONRenderer
from records.dates import HistoricalDate, iso_day

_ISO = re.compile(r"([+-]?\d+)-(\d\d)-(\d\d)")
# A day; a month, a day of it that is not known, or a season, by its first or last month. Anything
# else is known to the year at best.
_DAY = re.compile(r"-?\d{4,}-\d\d-\d\d[~?%]?")
_MONTH = re.compile(r"-?\d{4,}-\d\d(-XX)?[~?%]?")


class TimelineJSRenderer(JSONRenderer):
    """A page of the timeline as TimelineJS JSON."""

    media_type = "application/vnd.timelinejs+json"
    format = "timelinejs"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return super().render({"events": [slide(item) for item in data["results"]]})


def slide(item: Mapping[str, Any]) -> dict[str, Any]:
    """One item of the timeline as an event of TimelineJS.

    `unique_id` is made of the record's kind and key, and stays as long as its address does.
    """
    shown = HistoricalDate.from_edtf(item["date"]["edtf"])
    return {
        **dates(shown),
        "display_date": item["date"]["text"],
        "text": {
            "headline": escape(item["title"]),
            "text": f'<p><a href="{escape(item["page"])}">What is known, and from where</a></p>',
        },
        "group": KINDS[item["kind"]],
        "unique_id": f"{item['kind']}-{item['key']}",
    }


def dates(date: HistoricalDate) -> dict[str, Any]:
    """`start_date` and, for what lasted or is known to lie within a while, `end_date`.

    Month and day are left out where they are not known. An end that is open or unknown is left
    out; what has only an end begins there.
    """
    start, end = date.start or date.end, date.end
    if start is None:
        raise ValueError(f"{date.edtf} has no day to stand at.")
    slide_dates = {"start_date": _parts(start, iso_day(start.earliest))}
    if end is not None:
        last = _parts(end, iso_day(end.latest))
        if last != slide_dates["start_date"]:
            slide_dates["end_date"] = last
    return slide_dates


def _parts(date: HistoricalDate, day: str | None) -> dict[str, int]:
    """The year of `day`, and its month and day as far as `date` knows them.

    TimelineJS counts as people do: 44 BCE is -44, and there is no year 0.
    """
    match = _ISO.fullmatch(day or "")
    if match is None:
        raise ValueError(f"{date.edtf} has no day to stand at.")
    year, month, number = map(int, match.groups())
    parts = {"year": year if year > 0 else year - 1}
    if _DAY.fullmatch(date.edtf):
        parts |= {"month": month, "day": number}
    elif _MONTH.fullmatch(date.edtf):
        parts |= {"month": month}
    return parts
