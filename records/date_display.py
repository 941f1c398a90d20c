"""Points and spans of time in English, at the precision they have and never finer.

`~`, `?` and `%` are shown as words. What is shown here, `records.date_reading` reads back.
"""

from __future__ import annotations

from records.calendar import MONTHS, era_words, year_words
from records.edtf import Point, Span, plain_words


def _about(point: Point) -> str:
    words = plain_words(point)
    return f"c. {words}" if point.qualifier in ("~", "%") and words[:2] != "a " else words


def point_display(point: Point, old_style: str) -> str:
    """Return one date in English; `old_style` is its Julian day in words, "" for none."""
    remarks = []
    if point.kind == "decade" and point.year % 100 == 0:
        remarks.append("decade")  # "1900s" alone is also read as the century
    if old_style:
        remarks.append(f"{old_style} Old Style")
    if point.qualifier in ("~", "%") and _about(point) == plain_words(point):
        remarks.append("approximate")
    if point.qualifier in ("?", "%"):
        remarks.append("uncertain")
    return _with(_about(point), remarks)


def _with(words: str, remarks: list[str]) -> str:
    return f"{words} ({', '.join(remarks)})" if remarks else words


def interval_display(span: Span) -> str:
    """Return an interval in English; an open end and an unknown end read differently."""
    start, end = span.start, span.end
    doubts = [bool(point and point.qualifier in ("?", "%")) for point in (start, end)]
    if start is None or end is None:
        remarks = ["uncertain"] if any(doubts) else []
        if end is not None:
            if span.edtf.startswith("../"):
                return _with(f"by {_about(end)}", remarks)
            return _with(f"until {_about(end)}", [*remarks, "start unknown"])
        assert start is not None
        if span.edtf.endswith("/.."):
            return _with(f"from {_about(start)}", remarks)
        return _with(f"from {_about(start)}", [*remarks, "end unknown"])
    doubtful = {
        (True, True): ["uncertain"],
        (True, False): ["start uncertain"],
        (False, True): ["end uncertain"],
    }.get((doubts[0], doubts[1]), [])
    return _with(_shortened(start, end) or f"{_about(start)} – {_about(end)}", doubtful)


def _shortened(start: Point, end: Point) -> str:
    """What two ends share is said once; "" where they must be written in full."""
    if start.kind != end.kind or {start.qualifier, end.qualifier} & {"~", "%"}:
        return ""
    if start.kind == "year":
        if era_words(start.year) != era_words(end.year) or start.year == end.year:
            return ""
        return f"{year_words(start.year).split()[0]}–{year_words(end.year)}"
    if start.year != end.year or 24 in (start.month, end.month):
        return ""
    if start.kind == "day" and start.month != end.month:
        return f"{start.day} {MONTHS[start.month - 1]} – {plain_words(end)}"
    if start.kind == "day":
        return f"{start.day}–{plain_words(end)}"
    return f"{plain_words(start).split()[0]}–{plain_words(end)}"
