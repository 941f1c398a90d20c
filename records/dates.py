"""Historical dates: a pure value class over EDTF, with the calendar arithmetic under it.

A date is kept as an Extended Date/Time Format string (EDTF, Library of Congress, 4 February 2019;
ISO 8601-2:2019 annex A), levels 0 and 1, together with the words as somebody wrote them. Two day
numbers, `earliest` and `latest`, are derived from the string for sorting and for range queries.

Three rules hold everywhere:

- Nothing is invented. A month is shown as a month; `~`, `?` and `%` are shown as words and never
  widen the bounds, since no source says by how much "about" reaches.
- Years are astronomical inside (year 0 is 1 BCE, as in EDTF) and BCE/CE outside.
- Days are proleptic Gregorian, as EDTF says; a Julian day is converted, and shown beside it.

Plain English is read by `records.date_reading`; the page for teachers is `docs/dates.md`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# The ends of a 32-bit signed column: no real day reaches them, so they mean "no bound".
OPEN_PAST = -(2**31) + 1
OPEN_FUTURE = 2**31 - 1
# Day numbers of years beyond this would run into the two open bounds.
FURTHEST_YEAR = 5_800_000
LONGEST_TEXT = 200

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
SEASONS = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class DateError(ValueError):
    """A date that cannot be kept. The message is for a teacher: what is wrong, what would work."""


def refusal(problem: str, *examples: str) -> DateError:
    """Return the error that states `problem` (a sentence) and offers `examples`, which all work."""
    *others, last = [f"“{example}”" for example in examples]
    return DateError(f"{problem} Try {', '.join(others)}{' or ' if others else ''}{last}.")


def quoted(words: str) -> str:
    """Return `words` in quotation marks, shortened to 60 characters, for use in a message."""
    return f"“{words if len(words) <= 60 else words[:59] + '…'}”"


# --- the calendar ---------------------------------------------------------------------------


def days_in_month(year: int, month: int, *, julian: bool = False) -> int:
    """Return the number of days of a month (1–12) of an astronomical year."""
    leap = year % 4 == 0 and (julian or year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else _MONTH_DAYS[month - 1]


def _check_day(year: int, month: int, day: int, *, julian: bool = False) -> None:
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
    _check_day(year, month, day)
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
    cycles, rest = divmod(n - 1, 146_097)
    centuries = min(rest // 36_524, 3)
    rest -= centuries * 36_524
    fours, rest = divmod(rest, 1_461)
    years = min(rest // 365, 3)
    rest -= years * 365
    year = 400 * cycles + 100 * centuries + 4 * fours + years + 1
    month = 1
    while rest >= days_in_month(year, month):
        rest -= days_in_month(year, month)
        month += 1
    return year, month, rest + 1


def julian_to_gregorian(y: int, m: int, d: int) -> tuple[int, int, int]:
    """Return the Gregorian (year, month, day) of a Julian day; years astronomical on both sides.

    The Julian calendar has a leap year every fourth year without exception; its 1 January of
    year 1 is the Gregorian 30 December of year 0. Raises `DateError` for an impossible day.
    """
    _check_day(y, m, d, julian=True)
    past = y - 1
    leap_day = m > 2 and y % 4 == 0
    return calendar_date(365 * past + past // 4 + _BEFORE_MONTH[m - 1] + leap_day + d - 2)


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


def _era(year: int) -> str:
    # A year of four digits reads as a year by itself; any other needs its era to.
    return " BCE" if year <= 0 else "" if 1000 <= year <= 9999 else " CE"


def year_words(year: int) -> str:
    """Return an astronomical year in English: "1956", "14 CE", "44 BCE" (from -43)."""
    return f"{year if year > 0 else 1 - year}{_era(year)}"


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


# --- reading EDTF ---------------------------------------------------------------------------

_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2212\ufe63\uff0d"), "-")
_DASHES = dict.fromkeys(map(ord, "\u2012\u2013\u2014\u2015"), "–")
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛′`´"), "'") | dict.fromkeys(map(ord, "“”„‟«»"), '"')
_SLIPS = _HYPHENS | _DASHES | _QUOTES | dict.fromkeys(map(ord, "\u2215\u2044\uff0f"), "/")


def tidy(words: str) -> str:
    """Return `words` with typing slips mended; the letters keep their case.

    Any white space becomes single spaces, invisible characters go, digits of any script become
    0–9, hyphens become "-", every longer dash "–". Raises `DateError` when there is nothing left,
    when there are more than 200 characters, or for characters that no text should hold.
    """
    if len(words) > LONGEST_TEXT:
        raise refusal(
            f"That is {len(words)} characters; a date has at most {LONGEST_TEXT}.", "5 March 1953"
        )
    if words.isascii() and words.isprintable():
        plain = words
    else:
        plain = "".join(map(_mended, words)).translate(_SLIPS)
    plain = " ".join(plain.split())
    if not plain:
        raise refusal("No date was given.", "June 1956", "c. 1957")
    return plain


def _mended(char: str) -> str:
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Cf":
        return ""
    if category in ("Cc", "Cs"):
        raise refusal("The date holds a character that cannot be shown or kept.", "5 March 1953")
    return char


@dataclass(frozen=True, slots=True)
class _Point:
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
class _Span:
    edtf: str
    start: _Point | None
    end: _Point | None
    is_interval: bool


_POINT = re.compile(
    r"(?P<sign>-?)(?:(?P<century>[0-9]{2})XX|(?P<decade>[0-9]{3})X|(?P<year>[0-9]{4})"
    r"(?:-(?P<month>[0-9]{2}|XX))?(?:-(?P<day>[0-9]{2}|XX))?)"
    r"|Y(?P<long>-?[0-9]+)"
)


@lru_cache(maxsize=8192)
def read_edtf(words: str) -> _Span:
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
        return _Span(point.edtf, point, point, False)
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
            f"The span ends before it starts: {_plain(start)} comes after {_plain(end)}.",
            f"{end.edtf}/{start.edtf}",
        )
    return _Span(
        "/".join((start.edtf if start else first, end.edtf if end else last)), start, end, True
    )


def _read_point(text: str) -> _Point:
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
    return _Point(
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


_Day = tuple[int, int, int]


def _within_year(
    text: str, year: int, month_text: str | None, day_text: str | None
) -> tuple[str, int, int, _Day, _Day]:
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
    _check_day(year, month, int(day_text))
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


# --- words ----------------------------------------------------------------------------------


def _plain(point: _Point) -> str:
    """The words of one date without its qualifier or remarks."""
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
    if _era(year) != _era(year + 1):
        return f"{year_words(year)} – {year_words(year + 1)}"
    following = str(year + 1 if year > 0 else -year)
    if year >= 1000 and (year + 1) % 100:
        following = following[-2:]
    return f"{year if year > 0 else 1 - year}–{following}{_era(year)}"


def ordinal(n: int) -> str:
    """Return 1 as "1st", 12 as "12th", 23 as "23rd"."""
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def _about(point: _Point) -> str:
    words = _plain(point)
    return f"c. {words}" if point.qualifier in ("~", "%") and words[:2] != "a " else words


def _point_display(point: _Point, old_style: str) -> str:
    remarks = []
    if point.kind == "decade" and point.year % 100 == 0:
        remarks.append("decade")  # "1900s" alone is also read as the century
    if old_style:
        remarks.append(f"{old_style} Old Style")
    if point.qualifier in ("~", "%") and _about(point) == _plain(point):
        remarks.append("approximate")
    if point.qualifier in ("?", "%"):
        remarks.append("uncertain")
    return _with(_about(point), remarks)


def _with(words: str, remarks: list[str]) -> str:
    return f"{words} ({', '.join(remarks)})" if remarks else words


def _interval_display(span: _Span) -> str:
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


def _shortened(start: _Point, end: _Point) -> str:
    """What two ends share is said once; "" where they must be written in full."""
    if start.kind != end.kind or {start.qualifier, end.qualifier} & {"~", "%"}:
        return ""
    if start.kind == "year":
        if _era(start.year) != _era(end.year) or start.year == end.year:
            return ""
        return f"{year_words(start.year).split()[0]}–{year_words(end.year)}"
    if start.year != end.year or 24 in (start.month, end.month):
        return ""
    if start.kind == "day" and start.month != end.month:
        return f"{start.day} {MONTHS[start.month - 1]} – {_plain(end)}"
    if start.kind == "day":
        return f"{start.day}–{_plain(end)}"
    return f"{_plain(start).split()[0]}–{_plain(end)}"


# --- the value ------------------------------------------------------------------------------

_MENTIONS_STYLE = re.compile(
    r"\b(?:o\.? ?s\b|old[ -]style|n\.? ?s\b|new[ -]style|julian)|[0-9] ?[/(] ?[0-9]", re.I
)


@dataclass(frozen=True)
class HistoricalDate:
    """A date or a span of time as history gives it: to the day, the century, or with open ends.

    Two values are equal when both the EDTF and the words are. Building one from text that is not
    EDTF of level 0 or 1, or whose words give a Julian day that the EDTF contradicts, raises
    `DateError`.
    """

    edtf: str
    text: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "edtf", read_edtf(self.edtf).edtf)
        if self.text:
            tidy(self.text)
            shown = "".join(c for c in self.text if unicodedata.category(c) != "Cf")
            object.__setattr__(self, "text", " ".join(shown.split()))
            julian = self._julian
            point = self._span.start
            if julian and point and point.kind == "day" and not self.is_interval:
                given = julian_to_gregorian(*julian)
                if given != (point.year, point.month, point.day):
                    raise refusal(
                        f"The words {quoted(self.text)} give {display_day(day_number(*given))}, "
                        f"and the stored date is {_plain(point)}.",
                        display_day(day_number(*given)),
                    )

    @classmethod
    def parse(cls, words: str) -> HistoricalDate:
        """Read plain English ("June 1956", "by 1961", "44 BCE") or EDTF ("1956-06").

        `text` keeps the English words with stray spaces removed, and is "" for EDTF. Raises
        `DateError`, and nothing else, for any string that is not understood.
        """
        # Imported here because the reader of English builds on this module.
        from records.date_reading import read_words

        reading = read_words(words)
        return cls(reading.edtf, words if reading.is_english else "")

    @classmethod
    def from_edtf(cls, edtf: str, text: str = "") -> HistoricalDate:
        """Return the date of an EDTF string, with the words it was entered as, if any.

        The words are kept as they are and not compared with the EDTF, but for one case: a Julian
        day among them must be the Gregorian day stored. Raises `DateError`.
        """
        return cls(edtf, text)

    @property
    def _span(self) -> _Span:
        return read_edtf(self.edtf)

    @property
    def _julian(self) -> tuple[int, int, int] | None:
        if not _MENTIONS_STYLE.search(self.text):
            return None
        from records.date_reading import StylesDisagree, read_words

        try:
            return read_words(self.text).julian
        except StylesDisagree:
            raise
        except DateError:
            # Words in a form the reader does not know may still be kept beside their EDTF.
            return None

    @property
    def earliest(self) -> int:
        """The first day it can be, as a day number; `OPEN_PAST` if the start is open or unknown."""
        start = self._span.start
        return start.earliest if start else OPEN_PAST

    @property
    def latest(self) -> int:
        """The last day it can be, as a day number; `OPEN_FUTURE` if the end is open or unknown."""
        end = self._span.end
        return end.latest if end else OPEN_FUTURE

    @property
    def sort(self) -> int:
        """The day number to sort by: `earliest`, or the first day of the end where that is open."""
        span = self._span
        point = span.start or span.end
        assert point is not None  # an interval with no known end is refused
        return point.earliest

    @property
    def precision(self) -> str:
        """What is known: day, month, season, year, decade, century, or interval.

        A date whose day is unspecified (1956-06-XX) is known to the month, 1956-XX to the year.
        """
        start = self._span.start
        return "interval" if self.is_interval or start is None else start.precision

    @property
    def is_approximate(self) -> bool:
        """True if it, or an end of it, is "about" (`~` or `%`)."""
        return "~" in self.edtf or "%" in self.edtf

    @property
    def is_uncertain(self) -> bool:
        """True if it, or an end of it, is doubtful (`?` or `%`)."""
        return "?" in self.edtf or "%" in self.edtf

    @property
    def is_interval(self) -> bool:
        """True if it has a start and an end, known or not."""
        return self._span.is_interval

    @property
    def is_open(self) -> bool:
        """True if one end has no bound, be it open (`..`) or unknown (nothing written)."""
        span = self._span
        return span.start is None or span.end is None

    @property
    def start(self) -> HistoricalDate | None:
        """The start of an interval, None if open or unknown; a date that is no interval itself."""
        start = self._span.start
        return self if not self.is_interval else HistoricalDate(start.edtf) if start else None

    @property
    def end(self) -> HistoricalDate | None:
        """The end of an interval, None if open or unknown; a date that is no interval itself."""
        end = self._span.end
        return self if not self.is_interval else HistoricalDate(end.edtf) if end else None

    @property
    def year(self) -> int:
        """The astronomical year of `sort`, for headings: 0 is 1 BCE."""
        return calendar_date(self.sort)[0]

    @property
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
        span = self._span
        if span.is_interval or span.start is None:
            return _interval_display(span)
        return _point_display(span.start, self.old_style)

    __str__ = display

    def describe(self) -> str:
        """Return the echo for the admin box: how the entry was understood and how it sorts."""
        understood = f"Understood as {self.display()}."
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
