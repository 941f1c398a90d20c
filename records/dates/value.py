"""The historical date: a pure value class over EDTF.

A date is kept as an Extended Date/Time Format string (EDTF, Library of Congress, 4 February 2019;
ISO 8601-2:2019 annex A), levels 0 and 1 and some of level 2, together with the words as somebody
wrote them. Two day numbers, `earliest` and `latest`, are derived from the string for sorting and
for range queries.

Three rules hold everywhere:

- Nothing is invented. A month is shown as a month; `~`, `?` and `%` are shown as words and never
  widen the bounds, since no source says by how much "about" reaches.
- Years are astronomical inside (year 0 is 1 BCE, as in EDTF) and BCE/CE outside.
- Days are proleptic Gregorian, as EDTF says; a Julian day is converted, and shown beside it.

What it builds on, each knowing only those before it: `entry` (mending and refusing),
`calendar`, `edtf`, `display`; `english`, `everyday`, `numeric`, `english_spans`, `old_style`,
`within`, `parse`.
The page for teachers is `docs/dates.md`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from records.dates.calendar import (
    MONTHS,
    OPEN_FUTURE,
    OPEN_PAST,
    calendar_date,
    day_number,
    display_day,
    julian_to_gregorian,
    year_words,
)
from records.dates.display import interval_display, point_display
from records.dates.edtf import Span, plain_words, read_edtf
from records.dates.entry import DateError, quoted, refusal, tidy
from records.dates.old_style import MENTIONS_STYLE, StylesDisagree
from records.dates.parse import read_words

_MENTIONS_THIRD = re.compile(r"\b(?:early|mid|middle|late)\b", re.I)


def _names_time(text: str) -> bool:
    try:
        return read_words(text).timed
    except DateError:
        return False


@dataclass(frozen=True)
class HistoricalDate:
    """A date or a span of time as history gives it: to the day, the century, or with open ends.

    Two values are equal when both the EDTF and the words are. What follows from them is worked out
    once and kept. Building one from text that is not EDTF as `records.dates.edtf` keeps it, or
    whose words give a Julian day that the EDTF contradicts, raises `DateError`.
    """

    edtf: str
    text: str = ""

    def __post_init__(self) -> None:
        # Written once in its one way; `_span` is kept from here on.
        object.__setattr__(self, "edtf", self._span.edtf)
        if self.text:
            tidy(self.text)
            shown = "".join(c for c in self.text if unicodedata.category(c) != "Cf")
            object.__setattr__(self, "text", " ".join(shown.split()))
            julian = self._julian
            point = self._span.start
            if julian and point and point.kind == "day" and not self.is_interval:
                gregorian = julian_to_gregorian(*julian)
                if gregorian != (point.year, point.month, point.day):
                    day = display_day(day_number(*gregorian))
                    raise refusal(
                        f"The words {quoted(self.text)} give {day}, and the stored date is "
                        f"{plain_words(point)}.",
                        day,
                    )

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickled and copied as what it is made of; all else follows from that.
        return type(self), (self.edtf, self.text)

    @classmethod
    def parse(
        cls, words: str, *, near: tuple[int, int] | None = None, asks: bool = False
    ) -> HistoricalDate:
        """Read plain English ("June 1956", "by 1961", "44 BCE") or EDTF ("1956-06").

        `near` is the first and last year of a course, for "Oct. ’64"; with `asks`, a day before
        February 1918 that names no calendar is a question. `text` keeps the English words with
        stray spaces removed, and is "" for EDTF. Raises `DateError`, and nothing else, for any
        string that is not understood or could mean two things.
        """
        reading = read_words(words, near=near, asks=asks)
        return cls(reading.edtf, words if reading.is_english else "")

    @classmethod
    def from_edtf(cls, edtf: str, text: str = "") -> HistoricalDate:
        """Return the date of an EDTF string, with the words it was entered as, if any.

        The words are kept as they are and not compared with the EDTF, but for one case: a Julian
        day among them must be the Gregorian day stored. Raises `DateError`.
        """
        return cls(edtf, text)

    @cached_property
    def _span(self) -> Span:
        return read_edtf(self.edtf)

    @cached_property
    def _julian(self) -> tuple[int, int, int] | None:
        if not MENTIONS_STYLE.search(self.text):
            return None
        try:
            return read_words(self.text).julian
        except StylesDisagree:
            raise
        except DateError:
            # Words in a form the reader does not know may still be kept beside their EDTF.
            return None

    @cached_property
    def _as_written(self) -> str:
        """A third of a decade or a month in words: EDTF has its bounds only."""
        if not _MENTIONS_THIRD.search(self.text):
            return ""
        try:
            reading = read_words(self.text)
        except DateError:
            return ""
        return reading.shown if reading.edtf == self.edtf else ""

    @cached_property
    def earliest(self) -> int:
        """The first day it can be, as a day number; `OPEN_PAST` if the start is open or unknown."""
        start = self._span.start
        return start.earliest if start else OPEN_PAST

    @cached_property
    def latest(self) -> int:
        """The last day it can be, as a day number; `OPEN_FUTURE` if the end is open or unknown."""
        end = self._span.end
        return end.latest if end else OPEN_FUTURE

    @cached_property
    def sort(self) -> int:
        """The day number to sort by: `earliest`, or the first day of the end where that is open."""
        span = self._span
        point = span.start or span.end
        assert point is not None  # an interval with no known end is refused
        return point.earliest

    @cached_property
    def precision(self) -> str:
        """What is known: day, month, season, year, decade, century, or interval.

        A date whose day is unspecified (1956-06-XX) is known to the month, 1956-XX to the year.
        """
        start = self._span.start
        return "interval" if self.is_interval or start is None else start.precision

    @cached_property
    def is_approximate(self) -> bool:
        """True if it, or an end of it, is "about" (`~` or `%`)."""
        return "~" in self.edtf or "%" in self.edtf

    @cached_property
    def is_uncertain(self) -> bool:
        """True if it, or an end of it, is doubtful (`?` or `%`)."""
        return "?" in self.edtf or "%" in self.edtf

    @cached_property
    def is_interval(self) -> bool:
        """True if it has a start and an end, known or not."""
        return self._span.is_interval

    @cached_property
    def is_one_of(self) -> bool:
        """True if it is one unknown time of several or between two: nothing that lasted."""
        return self._span.one_of

    @cached_property
    def is_open(self) -> bool:
        """True if one end has no bound, be it open (`..`) or unknown (nothing written)."""
        span = self._span
        return span.start is None or span.end is None

    @cached_property
    def start(self) -> HistoricalDate | None:
        """The start of an interval, None if open or unknown; a date that is no interval itself."""
        start = self._span.start
        return self if not self.is_interval else HistoricalDate(start.edtf) if start else None

    @cached_property
    def end(self) -> HistoricalDate | None:
        """The end of an interval, None if open or unknown; a date that is no interval itself."""
        end = self._span.end
        return self if not self.is_interval else HistoricalDate(end.edtf) if end else None

    @cached_property
    def year(self) -> int:
        """The astronomical year of `sort`, for headings: 0 is 1 BCE."""
        return calendar_date(self.sort)[0]

    @cached_property
    def old_style(self) -> str:
        """The Julian day when the words give it: "3 April", and its year where that differs."""
        point = self._span.start
        julian = self._julian
        if julian is None or point is None or point.kind != "day" or self.is_interval:
            return ""
        year, month, day = julian
        words = f"{day} {MONTHS[month - 1]}"
        return words if year == point.year else f"{words} {year_words(year)}"

    def display(self) -> str:
        """Return it in English at the precision it has, never finer. `parse` reads it back."""
        return self._shown

    __str__ = display

    @cached_property
    def _shown(self) -> str:
        span = self._span
        if self.text and self._as_written:
            return self._as_written
        if span.is_interval or span.start is None:
            return interval_display(span)
        return point_display(span.start, self.old_style)

    def describe(self) -> str:
        """Return the echo for the admin box: how the entry was understood and how it sorts."""
        understood = f"Understood as {self.display()}."
        if self.text and _names_time(self.text):
            understood += " The time of day is not kept."
        first, last = display_day(self.sort), display_day(self.latest)
        if self.earliest == OPEN_PAST:
            return f"{understood} Sorts at {first}; no earliest day, latest day {last}."
        if self.latest == OPEN_FUTURE:
            return f"{understood} Sorts from {first}; no latest day."
        if first == last:
            return f"{understood} Sorts on {first}."
        return f"{understood} Sorts from {first} to {last}."

    def overlaps(self, first: int, last: int) -> bool:
        """True if any day it can be lies between day numbers `first` and `last`, both included."""
        return first <= last and self.earliest <= last and first <= self.latest
