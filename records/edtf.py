"""Reading EDTF of levels 0 and 1 into points and spans of time.

The Extended Date/Time Format is the Library of Congress specification of 4 February 2019 (ISO
8601-2:2019 annex A). `read_edtf` is the entrance. What is level 2 is refused with the nearest
level 1 form; `docs/dates.md` lists what is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from records.calendar import (
    MONTHS,
    Day,
    calendar_date,
    check_day,
    day_number,
    days_in_month,
    era_words,
    ordinal,
    year_edtf,
    year_words,
)
from records.date_entry import DateError, quoted, refusal, tidy

SEASONS = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}


@dataclass(frozen=True, slots=True)
class Point:
    """One EDTF date: no interval, at most one qualifier."""

    edtf: str
    kind: str  # a precision, or "day of month", "day of year", "month of year" for X digits
    year: int  # of a decade or century: its digits with 0 for X, so 18XX has 1800
    month: int  # 0 when there is none; 21–24 for a season
    day: int
    negative: bool  # tells -00XX from 00XX
    qualifier: str
    earliest: int
    latest: int

    @property
    def precision(self) -> str:
        return self.kind.rpartition(" ")[2]


@dataclass(frozen=True, slots=True)
class Span:
    """What an EDTF string says: two ends, None if open or unknown; one date is both its ends."""

    edtf: str
    start: Point | None
    end: Point | None
    is_interval: bool


_POINT = re.compile(
    r"(?P<sign>-?)(?:(?P<century>[0-9]{2})XX|(?P<decade>[0-9]{3})X|(?P<year>[0-9]{4})"
    r"(?:-(?P<month>[0-9]{2}|XX))?(?:-(?P<day>[0-9]{2}|XX))?)"
    r"|Y(?P<long>-?[0-9]+)"
)


@lru_cache(maxsize=8192)
def read_edtf(words: str) -> Span:
    """Read an EDTF string of level 0 or 1 (without times of day); raise `DateError` otherwise.

    An interval is refused when its first possible day comes after its last possible day, so
    "1957/1955" is refused while "1956-06/1956" and "1956/1956-06" (some time in 1956 to June)
    stand. Times of day are refused: nothing in the record is kept to the hour.
    """
    text = re.sub(r" ?/ ?", "/", tidy(words)).replace("–", "-").replace(" ", "\0").upper()
    if "\0" in text or len(text) > 60:
        raise refusal(f"{quoted(words)} is not an EDTF date.", "1956-06", "1957/1961")
    if text.count("/") > 1 or re.search(r"[\[\]{},]", text):
        raise _level_two(text)
    if "/" not in text:
        point = _read_point(text)
        return Span(point.edtf, point, point, False)
    first, last = text.split("/")
    if first in ("", "..") and last in ("", ".."):
        raise refusal("An interval needs at least one known end.", "1957/1961", "1957/..")
    start = None if first in ("", "..") else _read_point(first)
    end = None if last in ("", "..") else _read_point(last)
    if any(point and "X" in point.edtf for point in (start, end)):
        # Level 2 by the specification ("portions of a date within an interval").
        a = f"{year_edtf(calendar_date(start.earliest)[0])}" if start else first
        b = f"{year_edtf(calendar_date(end.latest)[0])}" if end else last
        raise refusal(
            "A span runs between whole days, months, seasons or years: an X or a decade "
            "or century at one end is EDTF level 2.",
            f"{a}/{b}",
        )
    if start and end and start.earliest > end.latest:
        raise refusal(
            f"The span ends before it starts: {plain_words(start)} comes after {plain_words(end)}.",
            f"{end.edtf}/{start.edtf}",
        )
    return Span(
        "/".join((start.edtf if start else first, end.edtf if end else last)), start, end, True
    )


def _read_point(text: str) -> Point:
    bare, qualifier = text, ""
    while bare and bare[-1] in "?~%" and len(text) - len(bare) < 2:
        qualifier = bare[-1] if qualifier in ("", bare[-1]) else "%"
        bare = bare[:-1]
    match = _POINT.fullmatch(bare)
    if match is None:
        raise _unreadable(text)
    part = match.groupdict()
    negative = part["sign"] == "-"
    month = day = 0
    if part["long"]:
        year = int(part["long"])
        if abs(year) <= 9999:
            raise refusal(
                "In EDTF the letter Y is for years of more than four digits.", year_edtf(year)
            )
        kind, first, last = "year", (year, 1, 1), (year, 12, 31)
        bare = year_edtf(year)
        negative = year < 0
    elif part["century"] or part["decade"]:
        kind, size = ("century", 100) if part["century"] else ("decade", 10)
        year = int(part["century"] or part["decade"]) * size
        low, high = year, year + size - 1
        if negative:
            low, high = -high, -low
            if kind == "decade":
                # -004X is 50–41 BCE: ten years that nobody calls a decade.
                raise refusal(
                    "Decades BCE are kept as a span of years.",
                    f"{year_edtf(low)}/{year_edtf(high)}",
                )
        first, last = (low, 1, 1), (high, 12, 31)
    else:
        year = -int(part["year"]) if negative else int(part["year"])
        if negative and year == 0:
            raise refusal("EDTF writes the year 1 BCE without a sign.", "0000", "1 BCE")
        kind, month, day, first, last = _within_year(bare, year, part["month"], part["day"])
    return Point(
        bare + qualifier,
        kind,
        year,
        month,
        day,
        negative,
        qualifier,
        day_number(*first),
        day_number(*last),
    )


def _within_year(
    text: str, year: int, month_text: str | None, day_text: str | None
) -> tuple[str, int, int, Day, Day]:
    whole_year = (year, 1, 1), (year, 12, 31)
    if month_text is None:
        return "year", 0, 0, *whole_year
    if month_text == "XX":
        if day_text not in (None, "XX"):
            raise _level_two(text)
        return "day of year" if day_text else "month of year", 0, 0, *whole_year
    month = int(month_text)
    if day_text is None and month in SEASONS:
        # EDTF leaves the months of a season open. Here: the meteorological seasons of the
        # northern hemisphere, and a winter belongs to the year of its December.
        opening = 3 * (month - 20)
        closing = (year, opening + 2) if month < 24 else (year + 1, 2)
        return ("season", month, 0, (year, opening, 1), (*closing, days_in_month(*closing)))
    if day_text is None and 25 <= month <= 41:
        raise refusal(
            f"{quoted(text)} names a part of a year by EDTF level 2; levels 0 and 1 are kept.",
            f"{year_edtf(year)}-21",
            year_edtf(year),
        )
    if not 1 <= month <= 12:
        raise refusal(
            f"There is no month {month:02}: months run from 01 to 12, and 21 to 24 are "
            "spring to winter.",
            f"{year_edtf(year)}-06",
            f"June {year_words(year)}",
        )
    whole_month = (year, month, 1), (year, month, days_in_month(year, month))
    if day_text is None:
        return "month", month, 0, *whole_month
    if day_text == "XX":
        return "day of month", month, 0, *whole_month
    check_day(year, month, int(day_text))
    return "day", month, int(day_text), (year, month, int(day_text)), (year, month, int(day_text))


def _unreadable(text: str) -> DateError:
    if re.fullmatch(r"[0-9]{1,3}", text):
        return refusal(
            f"{quoted(text)} could be a day or a year.",
            f"{max(int(text), 1)} CE",
            f"{max(int(text), 1)} BCE",
        )
    if re.fullmatch(r"[0-9]{1,4}-[0-9]{1,4}", text):
        return refusal(
            "Years of fewer than four digits need their era.", "900 CE – 1100", "49–44 BCE"
        )
    if re.fullmatch(r"-?[0-9]{5,}", text):
        return refusal("A year of more than four digits needs its era.", "17001 BCE", "Y-17000")
    if "T" in text and re.match(r"-?[0-9]{4}-", text):
        return refusal("Days are kept, times of day are not.", "1964-10-14")
    if re.search(r"[0-9X]", text) and re.search(r"[XSEY?~%]|\.\.", text):
        return _level_two(text)
    return refusal(f"{quoted(text)} is not a date that can be read.", "June 1956", "1956-06-30")


def _level_two(text: str) -> DateError:
    """Return the refusal of an EDTF level 2 form, naming a level 1 form with the same reach."""
    ends = []
    for stated in re.findall(r"(?<![0-9-])-?[0-9]{4}(?:-[0-9]{2}){0,2}(?![0-9X])", text):
        try:
            ends.append(_read_point(stated))
        except DateError:
            continue
    first, last = (ends[0], ends[-1]) if ends else (None, None)
    fallback = "1953-05/1954-05"
    if masked := re.match(r"[0-9]{4}-XX|[0-9]{3}X|[0-9]{2}XX", text):
        fallback = masked[0]
    elif masked := re.match(r"([1-9])XXX", text):
        fallback = f"{masked[1]}000/{masked[1]}999"
    elif text.startswith("Y"):
        fallback = "Y-17000"
    elif first and last and text[1:3] == "..":
        fallback = f"../{last.edtf}"
    elif first and last and text[-3:-1] == "..":
        fallback = f"{first.edtf}/.."
    elif first and last and first is not last and first.earliest <= last.latest:
        fallback = f"{first.edtf}/{last.edtf}"
    elif first:
        fallback = first.edtf + ("~" if "S" in text or "~" in text else "?")
    return refusal(
        f"{quoted(text)} is EDTF level 2 or not EDTF; levels 0 and 1 are kept.", fallback
    )


def plain_words(point: Point) -> str:
    """Return one date in English without its qualifier or remarks."""
    shown = year_words(point.year)
    match point.kind:
        case "day":
            return f"{point.day} {MONTHS[point.month - 1]} {shown}"
        case "month":
            return f"{MONTHS[point.month - 1]} {shown}"
        case "day of month":
            return f"a day in {MONTHS[point.month - 1]} {shown}"
        case "day of year" | "month of year":
            return f"a {point.kind.partition(' ')[0]} in {shown}"
        case "season" if point.month == 24:
            return f"winter {_winter_years(point.year)}"
        case "season":
            return f"{SEASONS[point.month]} {shown}"
        case "decade":
            return f"{point.year}s" + (" CE" if point.year < 1000 else "")
        case "century":
            return f"{ordinal(point.year // 100 + 1)} century" + (" BCE" if point.negative else "")
    return shown


def _winter_years(year: int) -> str:
    # "Winter 1953" is read both ways by historians, so both of its years are shown.
    if era_words(year) != era_words(year + 1):
        return f"{year_words(year)} – {year_words(year + 1)}"
    following = str(year + 1 if year > 0 else -year)
    if year >= 1000 and (year + 1) % 100:
        following = following[-2:]
    return f"{year if year > 0 else 1 - year}–{following}{era_words(year)}"
