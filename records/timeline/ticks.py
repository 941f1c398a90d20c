"""The years and months on the axis of a drawing, as round and as many as there is room for."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from math import ceil

from records.dates import year_words
from records.dates.calendar import MONTHS, calendar_date, day_number
from records.timeline.layout import Axis

# Widths of a letter at the size of the drawing: generous, so that no font makes words touch.
_LETTER, _WIDE = 7.2, 13.5
_BETWEEN_TICKS = 6
# How near ticks may stand, for years and for months.
_YEARS_APART, _MONTHS_APART = 46, 62


@dataclass(frozen=True)
class Tick:
    x: str
    label: str


def ticks_of(line: Axis) -> list[Tick]:
    """The years on the axis, or its months where there is room; none inside a break."""
    step = _YEARS_APART / (line.scale * 365.25)
    if step < 0.5:
        return _month_ticks(line)
    every = next(n * 10**power for power in range(8) for n in (1, 2, 5) if n * 10**power >= step)
    years = _round_years(calendar_date(line.first)[0], calendar_date(line.last)[0], every)
    days = [(day_number(year), year) for year in years]
    # Where time is denser, only round years.
    shown = [
        (day, year_words(year))
        for day, year in days
        if line.focus[0] <= day <= line.focus[1] or _named_number(year) % (every * 5) == 0
    ]
    return _apart(line, shown, _YEARS_APART * 0.9)


def _named_number(year: int) -> int:
    """The number in the name of an astronomical year: 44 of 44 BCE, which is -43."""
    return year if year > 0 else 1 - year


def _round_years(first: int, last: int, every: int) -> list[int]:
    """The years whose names are multiples of `every`: 100 and 50 BCE, 50 and 100 CE."""
    bce = range((1 - first) // every * every, max(0, -last), -every)
    return [
        *(1 - name for name in bce),
        *range(ceil(max(first, 1) / every) * every, last + 1, every),
    ]


def _month_ticks(line: Axis) -> list[Tick]:
    step = _MONTHS_APART / (line.scale * 30.44)
    every = next((n for n in (1, 2, 3, 6) if n >= step), 6)
    year, month, _ = calendar_date(line.first)
    last_year, last_month, _ = calendar_date(line.last)
    starts = []
    for n in range(year * 12 + month - 1, last_year * 12 + last_month):
        start = day_number(n // 12, n % 12 + 1)
        # Where time is denser, only years.
        shown = n % 12 == 0 or line.focus[0] <= start <= line.focus[1]
        if n % every == 0 and shown:
            label = year_words(n // 12) if n % 12 == 0 else MONTHS[n % 12][:3]
            starts.append((start, label))
    return _apart(line, starts, 30)


def _apart(line: Axis, days: list[tuple[int, str]], least: float) -> list[Tick]:
    ticks: list[Tick] = []
    free = line.left
    for day, label in days:
        x = line.at(day)
        width = text_width(label)
        if line.shows(day) and x >= free and x + width <= line.right:
            ticks.append(Tick(str(round(x)), label))
            # A year before the common era has twice as many letters as another.
            free = x + max(least, width + _BETWEEN_TICKS)
    return ticks


def text_width(text: str, *, bold: bool = False) -> float:
    """How wide words are at most, in units of the drawing."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    width = (len(text) - wide) * _LETTER + wide * _WIDE
    return width * 1.2 if bold else width
