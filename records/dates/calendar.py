"""The calendar under historical dates: day numbers, Julian days, and days and years as written.

Years are astronomical inside (year 0 is 1 BCE, as in EDTF) and BCE/CE outside. Days are counted in
the proleptic Gregorian calendar (ISO 8601-1:2019); day 1 is 1 January of year 1.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from records.dates.entry import refusal

# The ends of a 32-bit signed column: no real day reaches them, so they mean "no bound".
OPEN_PAST = -(2**31) + 1
OPEN_FUTURE = 2**31 - 1
# Day numbers of years beyond this would run into the two open bounds.
FURTHEST_YEAR = 5_800_000

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_BEFORE_MONTH_OF_LEAP_YEAR = (0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335)
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Day = tuple[int, int, int]  # astronomical year, month, day


def days_in_month(year: int, month: int, *, julian: bool = False) -> int:
    """Return the number of days of a month (1–12) of an astronomical year."""
    leap = year % 4 == 0 and (julian or year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else _MONTH_DAYS[month - 1]


def check_day(year: int, month: int, day: int, *, julian: bool = False) -> None:
    """Raise `DateError` for a month or a day that the calendar, or its Julian form, lacks."""
    if not 1 <= month <= 12:
        raise refusal(f"There is no month {month}: months run from 1 to 12.", "June 1956")
    length = days_in_month(year, month, julian=julian)
    if not 1 <= day <= length:
        name = MONTHS[month - 1]
        shown = year_words(year)
        style = " Old Style" if julian else ""
        raise refusal(
            f"There is no {day} {name} {shown}{style}: {name} {shown} had {length} days.",
            f"{length if day else 1} {name} {shown}{style}",
        )


def day_number(year: int, month: int = 1, day: int = 1) -> int:
    """Return the proleptic Gregorian ordinal of a day: 1 is 0001-01-01, 0 is 31 December 1 BCE.

    `year` is astronomical (0 is 1 BCE) and of any size; equals `datetime.date.toordinal()` where
    that exists. Raises `DateError` for a month or a day that the calendar does not have.
    """
    check_day(year, month, day)
    past = year - 1
    leap_day = month > 2 and days_in_month(year, 2) == 29
    return (
        365 * past
        + past // 4
        - past // 100
        + past // 400
        + _BEFORE_MONTH[month - 1]
        + leap_day
        + day
    )


def calendar_date(n: int) -> tuple[int, int, int]:
    """Return (astronomical year, month, day) of day number `n`; the inverse of `day_number`."""
    # The Gregorian calendar repeats every 400 years, which are 146,097 days.
    cycles, remainder = divmod(n - 1, 146_097)
    centuries = min(remainder // 36_524, 3)
    remainder -= centuries * 36_524
    fours, remainder = divmod(remainder, 1_461)
    years = min(remainder // 365, 3)
    remainder -= years * 365
    year = 400 * cycles + 100 * centuries + 4 * fours + years + 1
    before = _BEFORE_MONTH_OF_LEAP_YEAR if days_in_month(year, 2) == 29 else _BEFORE_MONTH
    month = bisect_right(before, remainder)
    return year, month, remainder - before[month - 1] + 1


def julian_to_gregorian(y: int, m: int, d: int) -> tuple[int, int, int]:
    """Return the Gregorian (year, month, day) of a Julian day; years astronomical on both sides.

    The Julian calendar has a leap year every fourth year without exception; its 1 January of
    year 1 is the Gregorian 30 December of year 0. Raises `DateError` for an impossible day.
    """
    check_day(y, m, d, julian=True)
    past = y - 1
    leap_day = m > 2 and y % 4 == 0
    return calendar_date(365 * past + past // 4 + _BEFORE_MONTH[m - 1] + leap_day + d - 2)


@lru_cache(maxsize=8192)
def iso_day(n: int) -> str | None:
    """Return day number `n` as ISO 8601 ("1956-06-30", "-0043-03-15"); None for an open bound.

    Years past 9999 take the expanded form with a sign ("+12000-01-01").
    """
    if n <= OPEN_PAST or n >= OPEN_FUTURE:
        return None
    year, month, day = calendar_date(n)
    sign = "-" if year < 0 else "+" if year > 9999 else ""
    return f"{sign}{abs(year):04}-{month:02}-{day:02}"


def display_day(n: int) -> str:
    """Return day number `n` in English ("30 June 1956", "15 March 44 BCE"); "" if open."""
    if n <= OPEN_PAST or n >= OPEN_FUTURE:
        return ""
    year, month, day = calendar_date(n)
    return f"{day} {MONTHS[month - 1]} {year_words(year)}"


def era_words(year: int) -> str:
    """Return what follows an astronomical year in English: " BCE", " CE", or "" for 1000–9999."""
    # A year of four digits reads as a year by itself; any other needs its era to.
    return " BCE" if year <= 0 else "" if 1000 <= year <= 9999 else " CE"


def year_words(year: int) -> str:
    """Return an astronomical year in English: "1956", "14 CE", "44 BCE" (from -43)."""
    return f"{year if year > 0 else 1 - year}{era_words(year)}"


def year_edtf(year: int) -> str:
    """Return an astronomical year as EDTF: "1956", "-0043", and "Y-17000" past four digits.

    Raises `DateError` for a year more than 5,800,000 away, whose days would not fit the column.
    """
    if abs(year) > FURTHEST_YEAR:
        raise refusal(
            "That year is too far away to be kept: years run to 5.8 million each way.",
            "17001 BCE",
            "Y-17000",
        )
    if abs(year) > 9999:
        return f"Y{year}"
    return f"{'-' if year < 0 else ''}{abs(year):04}"


def ordinal(n: int) -> str:
    """Return 1 as "1st", 12 as "12th", 23 as "23rd"."""
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"
