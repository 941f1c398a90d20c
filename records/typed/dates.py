"""Dates as somebody types them on this site: the reader, told what the site knows.

The admin, the API and its `reading/` all read through `typed_date`, so that they understand the
same words in the same way. What the reader of `records.dates` cannot know by itself is told here:
the years that the courses are about, for "Oct. ’64", and whether a day before February 1918 is
asked about (the setting ASK_CALENDAR).
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from records.dates import DateError, HistoricalDate, WhichCentury

Years = tuple[int, int]

_years_of_courses: list[Callable[[], Years | None]] = []


def tell_years(years: Callable[[], Years | None]) -> None:
    """Name the function that gives the first and last year of the courses, None if not known."""
    _years_of_courses[:] = [years]


def typed_date(words: str) -> HistoricalDate:
    """Read a date in words or EDTF; raise `DateError` for what is not understood or is in doubt.

    The years of the courses are looked up only where a year of two figures asks for them.
    """
    asks = settings.ASK_CALENDAR
    try:
        return HistoricalDate.parse(words, asks=asks)
    except WhichCentury:
        near = _years_of_courses[0]() if _years_of_courses else None
        if near is None:
            raise
        date = HistoricalDate.parse(words, near=near, asks=asks)
        # Kept in full, since a course may cover other years one day.
        return HistoricalDate(date.edtf, date.display() if date.text else "")


def date_in_address(words: str) -> HistoricalDate:
    """Read a date in a query: EDTF, as links and programs write it, or else words.

    Raises `DateError`. "1904-05" is May 1904 here, since answers name their dates so.
    """
    try:
        return HistoricalDate(HistoricalDate.from_edtf(words.strip()).edtf)
    except DateError:
        return HistoricalDate.parse(words)
