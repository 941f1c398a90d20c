"""Spans in plain English as EDTF: "1957–61", "26 May to 12 June 1953", "by 1961", "since 1957".

What was decided about "by", "until", "after" and the like is listed in `records.date_reading`.
Text arrives as in `records.english_dates`.
"""

from __future__ import annotations

import re

from records.calendar import calendar_date, year_edtf
from records.date_entry import quoted, refusal
from records.edtf import read_edtf
from records.english_dates import (
    ABOUT,
    CENTURY,
    DAY,
    DAY_FIRST,
    DOUBT,
    FILLER,
    MONTH,
    MONTH_FIRST,
    MONTH_YEAR,
    NO_YEAR,
    SEASON,
    SEASON_YEAR,
    YEAR,
    YEAR_ALONE,
    marked,
    read_piece,
)

_EDTF_DATE = re.compile(
    r"-?[0-9x]{4}(?:-(?:0[1-9]|1[0-2]|2[1-4]|xx)(?:-[0-9x]{2})?)?[?~%]?|y-?[0-9]+[?~%]?", re.I
)
_YEARS = re.compile(r"[0-9]{4}[?~%]?( ?)([–-])( ?)([0-9]{2}|[0-9]{4})[?~%]?")
_NOW = {"present", "the present", "now", "today", "date", "onwards", "onward", "ongoing"}
_BETWEEN = re.compile(r"between (.+?) and (.+)")
_SPACED = re.compile(r"(?:from )?(.+?) (?:(?:up )?to|until|till|through|–|-) (.+)")
_ONE_ENDED = re.compile(
    r"(by|not? later than|before|until|till|up to|to|through|from|since|not? earlier than|after)"
    r"(?: the)? (.+)"
)


def is_span_of_years(text: str) -> bool:
    """Tell "1957-61" and "1957 - 1961" from the EDTF "1957-06", and from the slip "1957-13"."""
    match = _YEARS.fullmatch(text)
    if match is None or _EDTF_DATE.fullmatch(text):
        return False
    return len(match[4]) == 4 or match[0][4:5] != "-" or int(match[4]) > int(text[2:4])


def read_one_ended(text: str, remarks: set[str]) -> str | None:
    """Return the EDTF of "by 1961", "since 1957"…; None if `text` does not name one end alone.

    `remarks` tell an unknown end from an open one. Raises `DateError` for an end not understood.
    """
    if (
        onward := re.fullmatch(r"(?:from |since )?(.+?) ?(?:onwards?|on|and after|to date)", text)
    ) or (
        (onward := re.fullmatch(r"(?:from |since )?(.+?) ?(?:–|-|\bto|\buntil|\btill) ?(.+)", text))
        and onward[2] in _NOW
    ):
        return f"{read_piece(onward[1])}/.."
    match = _ONE_ENDED.fullmatch(text)
    if match is None:
        return None
    word, rest = match.groups()
    if word == "from" and _split(text):
        return None
    piece = read_piece(rest)
    if word == "by" or "later" in word:
        return f"../{piece}"
    if word == "before":
        return f"../{_next_to(piece, -1)}"
    if word in ("from", "since") or "earlier" in word:
        return f"{piece}/" if "end unknown" in remarks else f"{piece}/.."
    if word == "after":
        return f"{_next_to(piece, 1)}/.."
    return f"/{piece}"


def _next_to(piece: str, step: int) -> str:
    """Return the day, month or year just before (step -1) or just after (1) that of `piece`.

    A date that is only "about" right stays: a step would claim to know it.
    """
    if piece[-1] in "~%":
        return piece
    bare = piece.rstrip("?~%")
    span = read_edtf(bare)
    point = span.start
    assert point is not None
    edge = point.earliest - 1 if step < 0 else point.latest + 1
    year, month, day = calendar_date(edge)
    if point.kind == "day":
        stepped = f"{year_edtf(year)}-{month:02}-{day:02}"
    elif point.kind in ("month", "season", "day of month"):
        stepped = f"{year_edtf(year)}-{month:02}"
    else:
        stepped = year_edtf(year)
    return stepped + piece[len(bare) :]


def _split(text: str) -> tuple[str, str] | None:
    match = _BETWEEN.fullmatch(text) or _SPACED.fullmatch(text)
    if match:
        return match[1], match[2]
    bare = FILLER.sub("", ABOUT.sub("", text, count=1), count=1)
    for dash in "–-":
        if text.count(dash) == 1 and (dash == "–" or not _EDTF_DATE.fullmatch(bare)):
            first, last = text.split(dash)
            return first.strip().removeprefix("from "), last.strip()
    return None


def read_span(text: str) -> str | None:
    """Return the EDTF of a span with two ends, None if `text` is none; raise `DateError`."""
    # "May 26–28, 1953" names its month first; turned round, the end holds month and year.
    text = re.sub(
        rf"{MONTH} {DAY} ?([–-]) ?(?P<last>[0-9]{{1,2}})(?:st|nd|rd|th)?,? {YEAR}",
        r"\g<day>\3\g<last> \g<month> \g<year>",
        text,
    )
    ends = _split(text)
    if ends is None or CENTURY.fullmatch(FILLER.sub("", text, count=1)):
        return None
    first, last = ends
    if not first or not last:
        shown = first or last
        read_edtf(f"/{read_piece(shown)}")  # what is wrong with that end comes first
        raise refusal(
            f"{quoted(text)} lacks one end.",
            *(
                (f"from {shown}", f"from {shown} (end unknown)")
                if not last
                else (f"until {shown}", f"by {shown}")
            ),
        )
    doubt = ""
    if match := DOUBT.match(first):
        first, doubt = first[match.end() :], "?"
    if re.fullmatch(r"[0-9]{2}[?~%]?", last) and (
        opening := re.search(r"([0-9]{4})[?~%]?$", first)
    ):
        last = opening[1][:2] + last
    if re.fullmatch(r"[0-9]{1,3}", last) and re.search(r"\bce\b", first):
        last += " ce"  # "AD 14–37"
    start = read_piece(_borrowed(first, last))
    end = read_piece(last)
    return f"{marked(start, doubt)}/{marked(end, doubt)}"


def _borrowed(first: str, last: str) -> str:
    """Give the start of a span what it leaves to the end: era, year, or month and year."""
    bare = FILLER.sub("", ABOUT.sub("", last, count=1), count=1)
    for pattern in (DAY_FIRST, MONTH_FIRST, MONTH_YEAR, SEASON_YEAR, YEAR_ALONE):
        if match := pattern.match(bare):
            break
    else:
        return first
    named = match.groupdict()
    year = named["year"]
    alone = not named.get("month") and not named.get("season")
    core = FILLER.sub("", ABOUT.sub("", first, count=1), count=1)
    if named.get("day") and re.fullmatch(DAY, core):
        return f"{first} {named['month']} {year}"
    if re.fullmatch(MONTH, core) or re.fullmatch(SEASON, core) or NO_YEAR.fullmatch(core):
        # "March-1957" is a month with a stray hyphen rather than a span.
        return first if alone else f"{first} {year}"
    if era := re.search("b?ce", year):
        ends_in_year = re.search(r"(?:^|[a-z.,] )[0-9]{1,9}$", core)
        if ends_in_year and not re.search(r"\bb?ce\b", core):
            return f"{first} {era[0]}"
    return first
