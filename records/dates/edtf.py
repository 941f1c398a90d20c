"""Reading EDTF of levels 0 and 1, and what historians need of level 2, into points and spans.

The Extended Date/Time Format is the Library of Congress specification of 4 February 2019 (ISO
8601-2:2019 annex A). `read_edtf` is the entrance. Of level 2 there are one of a set
("[1956,1957]", "[1977..1980]", "[..1952]"), thirds, quarters and halves of a year (37 to 39, 33 to
36, 40 and 41), and decades and centuries at the ends of a span. The rest is refused with the
nearest form that is kept; `docs/dates.md` lists what is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from records.dates.calendar import (
    MONTHS,
    Day,
    check_day,
    day_number,
    days_in_month,
    era_words,
    ordinal,
    year_edtf,
    year_words,
)
from records.dates.entry import DateError, quoted, refusal, tidy
from records.dates.level_two import MASKED, doubted_as_a_whole, masked_ends

SEASONS = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
# Parts of a year by EDTF level 2: their names, first month and length in months.
YEAR_PARTS = {
    33: ("first quarter of", 1, 3),
    34: ("second quarter of", 4, 3),
    35: ("third quarter of", 7, 3),
    36: ("last quarter of", 10, 3),
    37: ("early", 1, 4),
    38: ("mid", 5, 4),
    39: ("late", 9, 4),
    40: ("first half of", 1, 6),
    41: ("second half of", 7, 6),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One EDTF date: no interval, at most one qualifier."""

    edtf: str
    kind: str  # a precision, or "day of month", "day of year", "month of year" for X digits
    year: int  # of a decade or century: its digits with 0 for X, so 18XX has 1800
    month: int  # 0 when there is none; 21–24 for a season, 33–41 for another part of a year
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
    """What an EDTF string says: two ends, None if open or unknown; one date is both its ends.

    `one_of`: not a time that lasted from one end to the other but one unknown time within.
    `choices`: the dates that it is one of, where these are named one by one.
    """

    edtf: str
    start: Point | None
    end: Point | None
    is_interval: bool
    one_of: bool = False
    choices: tuple[Point, ...] = ()


_POINT = re.compile(
    r"(?P<sign>-?)(?:(?P<century>[0-9]{2})XX|(?P<decade>[0-9]{3})X|(?P<year>[0-9]{4})"
    r"(?:-(?P<month>[0-9]{2}|XX))?(?:-(?P<day>[0-9]{2}|XX))?)"
    r"|Y(?P<long>-?[0-9]+)"
)


@lru_cache(maxsize=8192)
def read_edtf(words: str) -> Span:
    """Read an EDTF string as kept (without times of day); raise `DateError` otherwise.

    An interval is refused when its first possible day comes after its last possible day, so
    "1957/1955" is refused while "1956-06/1956" and "1956/1956-06" (some time in 1956 to June)
    stand. Times of day are refused: nothing in the record is kept to the hour.
    """
    text = re.sub(r" ?/ ?", "/", tidy(words)).replace("–", "-").replace(" ", "\0").upper()
    if "\0" in text or len(text) > 60:
        raise refusal(f"{quoted(words)} is not an EDTF date.", "1956-06", "1957/1961")
    if text[0] == "[" and text[-1] == "]" and "/" not in text:
        return _read_set(text[1:-1], text)
    if text.count("/") > 1 or re.search(r"[\[\]{},]", text):
        raise _level_two(text)
    if masked := MASKED.fullmatch(text):
        return _read_set("..".join(masked_ends(masked)), text)
    if "/" not in text:
        point = _read_point(text)
        return Span(point.edtf, point, point, False)
    first, last = text.split("/")
    if first in ("", "..") and last in ("", ".."):
        raise refusal("An interval needs at least one known end.", "1957/1961", "1957/..")
    start = None if first in ("", "..") else _read_point(first)
    end = None if last in ("", "..") else _read_point(last)
    for known in (start, end):
        if known and known.kind[:3] in ("day", "mon") and "X" in known.edtf:
            whole = known.edtf.partition("-X")[0] + known.qualifier
            raise refusal(
                "A day or a month that is not known cannot be an end of a span: give the month or "
                "the year that it lies in.",
                text.replace(known.edtf, whole),
            )
    if start and end and start.earliest > end.latest:
        raise refusal(
            f"The span ends before it starts: {plain_words(start)} comes after {plain_words(end)}.",
            f"{end.edtf}/{start.edtf}",
        )
    return Span(
        "/".join((start.edtf if start else first, end.edtf if end else last)), start, end, True
    )


def _read_set(inside: str, text: str) -> Span:
    """One of a set: two or more dates with commas between them, or one range of possibility."""
    if inside.count("..") == 1 and "," not in inside:
        first, last = inside.split("..")
        start = _read_point(first) if first else None
        end = _read_point(last) if last else None
        if start is None and end is None:
            raise refusal("One of a set needs at least one known end.", "[1977..1980]")
        if start and end and start.earliest > end.latest:
            raise refusal(
                f"The set ends before it starts: {plain_words(start)} comes after "
                f"{plain_words(end)}.",
                f"[{end.edtf}..{start.edtf}]",
            )
        if start and end and _bare(start) == _bare(end):
            one = _doubted(start, end)
            return Span(one.edtf, one, one, False)
        edtf = f"[{start.edtf if start else ''}..{end.edtf if end else ''}]"
        return Span(edtf, start, end, True, one_of=True)
    if not inside or ".." in inside:
        raise _level_two(text)
    named: dict[str, Point] = {}
    for point in map(_read_point, inside.split(",")):
        name = _bare(point)
        named[name] = _doubted(named[name], point) if name in named else point
    points = tuple(sorted(named.values(), key=lambda point: (point.earliest, point.latest)))
    if len(points) == 1:
        return Span(points[0].edtf, points[0], points[0], False)
    edtf = f"[{','.join(point.edtf for point in points)}]"
    if len(edtf) > 60:
        raise refusal(
            "That is one of too many dates: give the span that holds them.",
            f"[{points[0].edtf}..{points[-1].edtf}]",
        )
    last_day = max(points, key=lambda point: point.latest)
    return Span(edtf, points[0], last_day, True, one_of=True, choices=points)


def _bare(point: Point) -> str:
    return point.edtf.rstrip("?~%")


def _doubted(one: Point, other: Point) -> Point:
    """One date that was named twice, with the doubts of both: said once, it is in doubt."""
    doubts = {one.qualifier, other.qualifier} - {""}
    return _read_point(_bare(one) + (doubts.pop() if len(doubts) == 1 else "%" if doubts else ""))


def _read_point(text: str) -> Point:
    bare, qualifier = text, ""
    while bare and bare[-1] in "?~%" and len(text) - len(bare) < 2:
        qualifier = bare[-1] if qualifier in ("", bare[-1]) else "%"
        bare = bare[:-1]
    match = _POINT.fullmatch(bare)
    if match is None:
        whole = doubted_as_a_whole(text)
        if not whole:
            raise _unreadable(text)
        return _read_point(whole)
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
        # The years 00XX are the 1st century, and that began with 1 CE: there was no year 0.
        first, last = (low if negative else max(low, 1), 1, 1), (high, 12, 31)
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
    if day_text is None and month in YEAR_PARTS:
        name, opening, length = YEAR_PARTS[month]
        ending = (year, opening + length - 1)
        kind = "half" if "half" in name else "quarter" if "quarter" in name else "third"
        return (kind, month, 0, (year, opening, 1), (*ending, days_in_month(*ending)))
    if day_text is None and 25 <= month <= 32:
        raise refusal(
            f"{quoted(text)} is a season of one hemisphere by EDTF level 2, which is not kept.",
            f"{year_edtf(year)}-{21 + (month - 25) % 4}",
            year_edtf(year),
        )
    if not 1 <= month <= 12:
        raise refusal(
            f"There is no month {month:02}: months run from 01 to 12, and 21 to 24 are "
            "spring to winter.",
            year_words(year),
            f"{year_edtf(year)}-XX",
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
    if re.match(r"-?XXXX", text):
        month = re.match(r"-?XXXX(-(?:0[1-9]|1[0-2]))(?![0-9])", text)
        return refusal(
            f"{quoted(text)} does not say which year.", f"1956{month[1] if month else ''}"
        )
    if masked := re.match(r"[0-9]{4}-XX|[0-9]{3}X|[0-9]{2}XX", text):
        fallback = masked[0]
    elif masked := re.match(r"[0-9]{2}X[0-9](?![0-9])", text):
        # Years that do not follow each other: the century holds them all.
        fallback = f"{text[:2]}XX"
    elif masked := re.match(r"(-?)([1-9])XXX", text):
        ends_of = (f"{masked[1]}{masked[2]}{digits}" for digits in ("000", "999"))
        fallback = f"[{'..'.join(sorted(ends_of, key=int))}]"
    elif text.startswith("Y"):
        fallback = "Y-17000"
    elif first and last and first is not last and first.earliest <= last.latest:
        fallback = f"{first.edtf}/{last.edtf}"
    elif first:
        fallback = first.edtf + ("~" if "S" in text or "~" in text else "?")
    if re.match(r"-?[0-9]{1,3}X+-[0-9]{2}", text):
        return refusal(
            f"{quoted(text)} is a day or a month of a year that is not known, by EDTF level 2. A "
            "page cannot say that: give the years, and the day in the text.",
            fallback,
        )
    return refusal(f"{quoted(text)} is EDTF of level 2 that is not kept, or not EDTF.", fallback)


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
        case "third" | "quarter" | "half":
            return part_words(YEAR_PARTS[point.month][0], shown)
        case "decade":
            return f"{point.year}s" + (" CE" if point.year < 1000 else "")
        case "century":
            return f"{ordinal(point.year // 100 + 1)} century" + (" BCE" if point.negative else "")
    return shown


def part_words(part: str, whole: str) -> str:
    """Return a part of a time in English: "early 1953", "mid-1953", "first half of 1957"."""
    return f"{part}{'-' if part == 'mid' else ' '}{whole}"


def _winter_years(year: int) -> str:
    # "Winter 1953" is read both ways by historians, so both of its years are shown.
    if era_words(year) != era_words(year + 1):
        return f"{year_words(year)} – {year_words(year + 1)}"
    following = str(year + 1 if year > 0 else -year)
    if year >= 1000 and (year + 1) % 100:
        following = following[-2:]
    return f"{year if year > 0 else 1 - year}–{following}{era_words(year)}"
