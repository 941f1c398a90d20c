"""One date in plain English, with what qualifies it, as EDTF: "c. 5 March 1953", "1950s", "44 BCE".

The patterns of days, months, seasons and years are here; `english_spans` and
`old_style` build on them. Text arrives tidied, in small letters, eras as "bce" and "ce".
"""

from __future__ import annotations

import re
from typing import Any

from records.dates.calendar import (
    MONTHS,
    Day,
    calendar_date,
    day_number,
    days_in_month,
    display_day,
    ordinal,
    year_edtf,
    year_words,
)
from records.dates.edtf import SEASONS, read_edtf
from records.dates.entry import DateError, quoted, refusal


class NotUnderstood(DateError):
    """A part of the entry was not understood; `read_words` says so of the entry as written."""

    def __init__(self) -> None:
        super().__init__("It is not understood as a date.")

    def __reduce__(self) -> Any:
        return type(self), ()


MONTH_NUMBERS = {name.lower(): n for n, name in enumerate(MONTHS, 1)}
MONTH_NUMBERS |= {name[:3].lower(): n for n, name in enumerate(MONTHS, 1)} | {"sept": 9}
_SEASON_NUMBERS = {name: n for n, name in SEASONS.items()} | {"fall": 23}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINALS = {
    word: n
    for n, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        1,
    )
}
ORDINALS["twenty-first"] = 21

MONTH = rf"(?P<month>{'|'.join(sorted(MONTH_NUMBERS, key=len, reverse=True))})\.?"
SEASON = rf"(?P<season>{'|'.join(_SEASON_NUMBERS)})"
YEAR = r"(?P<year>(?:ce )?[0-9]+(?: b?ce)?)"
DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_OF = r"(?: of(?: the year)?|,)? "
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(WEEKDAYS).lower()}),? (?:the )?)?"

DAY_FIRST = re.compile(rf"{_WEEKDAY}{DAY}(?: of)? {MONTH}{_OF}{YEAR}")
MONTH_FIRST = re.compile(rf"{_WEEKDAY}{MONTH} (?:the )?{DAY}(?:, ?| (?:of )?){YEAR}")
MONTH_YEAR = re.compile(rf"{MONTH}{_OF}{YEAR}")
SEASON_YEAR = re.compile(rf"{SEASON}{_OF}{YEAR}")
_WITHIN = re.compile(
    r"(?:an? unknown|an? unspecified|an?|some|one) (?P<part>day|month) (?:in|of) (?P<whole>.+)"
)
_DECADE = re.compile(r"(?P<year>[0-9]{1,4})'?s(?P<era> b?ce)?(?: (?P<meant>decade|century))?")
CENTURY = re.compile(
    rf"(?:(?P<n>[0-9]{{1,3}})(?:st|nd|rd|th)|(?P<word>{'|'.join(ORDINALS)}))"
    r"[ -](?:century|cent|c)\.?(?P<era> b?ce)?"
)
YEAR_ALONE = re.compile(YEAR)
# The same without a year, for the start of a span that leaves it to the end.
NO_YEAR = re.compile(
    rf"{DAY}(?: of)? {MONTH}|{MONTH.replace('month', 'm2')}"
    rf" {DAY.replace('day', 'd2')}"
)

_PARTS = (
    ("early", 0, 3),
    ("mid", 1, 3),
    ("middle", 1, 3),
    ("late", 2, 3),
    ("first half", 0, 2),
    ("second half", 1, 2),
    ("last half", 1, 2),
    ("first quarter", 0, 4),
    ("second quarter", 1, 4),
    ("third quarter", 2, 4),
    ("fourth quarter", 3, 4),
    ("last quarter", 3, 4),
)
_PART_NUMBERS = {name: (n, of) for name, n, of in _PARTS}
_PART = re.compile(
    r"(?:the )?(?P<part>early|mid|middle|late|h[12]|q[1-4]|"
    r"(?:first|second|third|fourth|last|1st|2nd|3rd|4th) "
    r"(?:half|quarter))(?: part)?(?: of| in|,|-)?(?: the)?[ -]?(?P<whole>(?<=[ -]).+)"
)
# The years of a part of a decade and of a century, by the convention in docs/dates.md.
_DECADE_PARTS = {3: ((0, 3), (4, 6), (7, 9)), 2: ((0, 4), (5, 9))}
_CENTURY_PARTS = {
    4: ((0, 24), (25, 49), (50, 74), (75, 99)),
    3: ((0, 33), (34, 66), (67, 99)),
    2: ((0, 49), (50, 99)),
}
_MONTH_PARTS = {3: ((1, 10), (11, 20), (21, 31)), 2: ((1, 15), (16, 31))}

_EDTF_SIGNS = frozenset("0123456789X/")
# Decades ("1950s"), "1st" and a dash that leads nowhere have the shape of EDTF, but are English.
_ENGLISH_SHAPE = re.compile(
    r"[0-9]+'?s|[0-9]*1st|.*[0-9][–-]|–.*|[0-9]+'?s[–-][0-9]+'?s", re.IGNORECASE
)
_EDTF_SHAPE = re.compile(r"[0-9xyest:z+?~%.\[\]{},–-]*(?: ?/ ?[0-9xyest:z+?~%.–-]*)*", re.I)

ABOUT = re.compile(
    # At the start of a word: “Dec” ends in a c, too.
    r"\b(?:(?:circa|about|around|approximately|roughly)\b|(?:ca|approx)\b\.?|c\b\.?|c(?=[0-9]))\s*"
)
DOUBT = re.compile(r"(?:probably|possibly|perhaps|maybe|likely)\s+")
_NO_DIGITS = re.compile("[^0-9]")
_REMARK = re.compile(r"(.*[^ ]) ?\((uncertain|approximate)\)")
FILLER = re.compile(r"(?:(?:in|on|during|the|year|dated)\s+)+")


def is_edtf_shaped(text: str) -> bool:
    """Tell what was meant as EDTF, though it may be wrong, from English."""
    return bool(
        _EDTF_SHAPE.fullmatch(text)
        and any(sign in _EDTF_SIGNS for sign in text)
        and not _ENGLISH_SHAPE.fullmatch(text)
    )


def read_piece(text: str) -> str:
    """Read one date with what qualifies it; return it as EDTF, and raise `DateError` otherwise."""
    marks = ""
    if match := _REMARK.fullmatch(text):
        text, marks = match[1], "?" if match[2] == "uncertain" else "~"
    for _ in range(3):
        text = text[match.end() :] if (match := FILLER.match(text)) else text
        if match := ABOUT.match(text):
            text, marks = text[match.end() :], marks + "~"
        elif match := DOUBT.match(text):
            text, marks = text[match.end() :], marks + "?"
    while text and text[-1] in "?~%":
        text, marks = text[:-1].rstrip(), marks + text[-1].replace("%", "?~")
    return marked(_read_body(text), marks)


def marked(edtf: str, marks: str) -> str:
    """Return the EDTF of one date with the qualifiers `marks` ("?", "~") added to its own."""
    bare = edtf.rstrip("?~%")
    present = set(edtf[len(bare) :].replace("%", "?~") + marks)
    return bare + ("%" if len(present) == 2 else "".join(present))


def _read_body(text: str) -> str:
    if match := _WITHIN.fullmatch(text):
        whole = read_piece(match["whole"])
        depth = whole.lstrip("-").count("-")
        if (
            whole[-1] in "?~%"
            or "X" in whole
            or "Y" in whole
            or depth > (match["part"] == "day")
            or not re.fullmatch(r"-?[0-9]{4}(-(0[1-9]|1[0-2]))?", whole)
        ):
            raise NotUnderstood
        return whole + ("-XX" if match["part"] == "month" or depth else "-XX-XX")
    if match := DAY_FIRST.fullmatch(text) or MONTH_FIRST.fullmatch(text):
        day = stated_year(match["year"]), MONTH_NUMBERS[match["month"]], int(match["day"])
        check_weekday(match["weekday"], day)
        return day_edtf(day)
    if match := MONTH_YEAR.fullmatch(text):
        return f"{_short_year(match['year'])}-{MONTH_NUMBERS[match['month']]:02}"
    if match := SEASON_YEAR.fullmatch(text):
        return f"{_short_year(match['year'])}-{_SEASON_NUMBERS[match['season']]}"
    if match := _DECADE.fullmatch(text):
        return _decade(match)
    if match := CENTURY.fullmatch(text):
        number = int(match["n"]) if match["n"] else ORDINALS[match["word"]]
        if not 1 <= number <= 100:
            raise refusal("Centuries run from the 1st to the 100th.", "19th century")
        return f"{'-' if match['era'] == ' bce' else ''}{number - 1:02}XX"
    if YEAR_ALONE.fullmatch(text):
        return year_edtf(stated_year(text))
    if match := _PART.fullmatch(text):
        return _part(match["part"], match["whole"])
    if is_edtf_shaped(text) and "/" not in text and text[0] != "-":
        return read_edtf(text).edtf
    raise NotUnderstood


def _part(name: str, whole_text: str) -> str:
    """Return the EDTF of "early 1953", "Q3 1957" or "second half of the 19th century".

    A part of a year has a code of its own. A third of anything else is one of its days or years, a
    half or a quarter is the span of them.
    """
    if name[0] in "hq" and name[1:].isdigit():
        number, of = int(name[1]) - 1, 2 if name[0] == "h" else 4
    else:
        for figure, word in zip(("1st", "2nd", "3rd", "4th"), ORDINALS, strict=False):
            name = name.replace(figure, word)
        if name not in _PART_NUMBERS:
            raise NotUnderstood
        number, of = _PART_NUMBERS[name]
    whole = read_piece(FILLER.sub("", whole_text, count=1))
    span = read_edtf(whole)
    point = span.start
    if point is None or point is not span.end or point.qualifier:
        raise NotUnderstood
    if point.kind == "year" and abs(point.year) <= 9999:
        return f"{whole}-{ {2: 40, 3: 37, 4: 33}[of] + number }"
    form = "[{}..{}]" if of == 3 else "{}/{}"
    if point.kind == "month" and of in _MONTH_PARTS:
        first, last = _MONTH_PARTS[of][number]
        last = min(last, days_in_month(point.year, point.month))
        return form.format(f"{whole}-{first:02}", f"{whole}-{last:02}")
    table = {"decade": _DECADE_PARTS, "century": _CENTURY_PARTS}.get(point.kind, {})
    if of not in table:
        raise NotUnderstood
    first, last = table[of][number]
    opening = calendar_date(point.latest)[0] - (9 if point.kind == "decade" else 99)
    years = max(opening + first, calendar_date(point.earliest)[0]), opening + last
    return form.format(*map(year_edtf, years))


def _decade(match: re.Match[str]) -> str:
    digits, era, meant = match["year"], match["era"] or "", match["meant"]
    number = int(digits)
    if era == " bce":
        raise refusal(
            "Decades BCE are counted backwards and are kept as a span of years.",
            f"{number + 9}–{max(number, 1)} BCE",
        )
    if number % 10:
        decade = f"{number // 10 * 10}s" if number >= 1000 and number % 100 >= 10 else "1950s"
        raise refusal(f"{quoted(digits + 's')} is not a decade.", decade)
    if len(digits) < 4 and not era:
        raise refusal(f"{quoted(digits + 's')} does not say of which century.", "1950s", "50s CE")
    if number % 100 == 0 and not meant:
        shown = digits + "s" + era.upper()
        raise refusal(
            f"{quoted(shown)} is a decade to some and a century to others.",
            f"{shown} (decade)",
            f"{ordinal(number // 100 + 1)} century",
        )
    if meant == "century" and number % 100 == 0:
        return f"{number // 100:02}XX"
    if meant == "century":
        raise refusal(f"{quoted(digits + 's')} is not a century.", "1950s", "20th century")
    return f"{number // 10:03}X"


def stated_year(text: str) -> int:
    """Return the astronomical year of "1956", "14 ce", "ce 14" or "44 bce"."""
    digits = _NO_DIGITS.sub("", text)
    number = int(digits)
    if text.count("ce") > 1 or (digits[0] == "0" and number and len(digits) != 4):
        raise NotUnderstood
    if text.isdecimal() and len(text) != 4:
        shown = max(number, 1)
        raise refusal(
            f"{quoted(text)} needs its era to be read as a year.",
            *((f"{shown} CE", f"{shown} BCE") if shown < 10_000 else ("17001 BCE",)),
        )
    if number == 0:
        raise refusal("There is no year 0: 1 BCE is followed by 1 CE.", "1 BCE", "1 CE")
    year = 1 - number if "bce" in text else number
    year_edtf(year)  # refuses what is too far away
    return year


def _short_year(text: str) -> str:
    year = stated_year(text)
    if abs(year) > 9999:
        raise refusal("A year of more than four digits has no months in EDTF.", year_words(year))
    return year_edtf(year)


def day_edtf(day: Day) -> str:
    """Return a Gregorian day as EDTF; raise `DateError` if there is no such day."""
    year = _short_year(year_words(day[0]).lower())
    day_number(*day)  # refuses 31 February
    return f"{year}-{day[1]:02}-{day[2]:02}"


def check_weekday(name: str | None, day: Day) -> None:
    if name is None:
        return
    number = day_number(*day)
    actual = WEEKDAYS[(number - 1) % 7]  # 1 January of year 1 is a Monday in this calendar
    if actual.lower() != name:
        raise refusal(
            f"{display_day(number)} was a {actual}, not a {name.title()}.", display_day(number)
        )
