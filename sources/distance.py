"""How long after an event a source was written. Pure functions over dates; no queries."""

from __future__ import annotations

from records.dates import HistoricalDate, calendar_date


def distance(issued: HistoricalDate | None, happened: HistoricalDate | None) -> str:
    """The time between an event and a source about it, in words: “49 years after”.

    In: when the source was published or written, and when the event happened; either may be
    unknown. Out: words at no more than the precision of both, blank when an end of either is not
    known. Only years are counted, since a source is rarely dated more closely.
    """
    if issued is None or happened is None or issued.is_open or happened.is_open:
        return ""
    first, last = _years(issued)
    began, ended = _years(happened)
    least, most = first - ended, last - began
    if least < 0 < most or (least, most) == (0, 0):
        lasted = happened.is_interval and not happened.is_one_of
        return "at the time" if lasted else "in the same year"
    loose = any(date.is_approximate or date.is_uncertain for date in (issued, happened))
    direction = "before" if most <= 0 else "after"
    low, high = sorted((abs(least), abs(most)))
    if low == high:
        span = f"{high} year{'' if high == 1 else 's'}"
    else:
        span = f"{low} to {high} years" if low else f"up to {high} year{'' if high == 1 else 's'}"
    return f"{'about ' if loose else ''}{span} {direction}"


def _years(date: HistoricalDate) -> tuple[int, int]:
    """The first and the last astronomical year that a date can mean."""
    return calendar_date(date.earliest)[0], calendar_date(date.latest)[0]
