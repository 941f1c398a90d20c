"""Spans in plain English as EDTF: "1957–61", "26 May to 12 June 1953", "by 1961", "since 1957".

What was decided about "by", "until", "after" and the like is listed in `records.dates.parse`.
Text arrives as in `records.dates.english`.
"""

from __future__ import annotations

import re

from records.dates.calendar import MONTHS, calendar_date, year_edtf
from records.dates.edtf import read_edtf
from records.dates.english import (
    ABOUT,
    CENTURY,
    DAY,
    DAY_FIRST,
    DOUBT,
    FILLER,
    MONTH,
    MONTH_FIRST,
    MONTH_NUMBERS,
    MONTH_YEAR,
    NO_YEAR,
    SEASON,
    SEASON_YEAR,
    YEAR_ALONE,
    NotUnderstood,
    marked,
    read_piece,
)
from records.dates.entry import question, quoted, refusal

_EDTF_DATE = re.compile(
    r"-?[0-9x]{4}(?:-(?:0[1-9]|1[0-2]|2[1-4]|xx)(?:-[0-9x]{2})?)?[?~%]?|y-?[0-9]+[?~%]?", re.I
)
_NOW = {"present", "the present", "now", "today", "date", "onwards", "onward", "ongoing"}
_ONWARDS = re.compile(r"(?:from |since )?(.+?) ?(?:onwards?|on|and after|to date)")
_TO_WHAT = re.compile(r"(?:from |since )?(.+?) ?(?:–|-|\bto|\buntil|\btill) ?(.+)")
_WINTER_TO = re.compile(
    r"(?:from )?winter(?: (?P<year>[0-9]{4}))? ?(?:–|-|to) ?(?:the )?(?:spring|summer)"
)
_BETWEEN = re.compile(r"between (.+?) and (.+)")
_SPACED = re.compile(r"(?:from )?(.+?) (?:(?:up )?to|until|till|through|–|-) (.+)")
_ONE_ENDED = re.compile(
    r"(by|not? later than|before|until|till|up to|to|through|from|since|not? earlier than|after"
    r"|not before|not after)(?: the)? (.+)"
)
_OR = re.compile(r"(.+?)(?:, (.+?))?,? or (.+)")


def read_one_ended(text: str, remarks: set[str]) -> str | None:
    """Return the EDTF of "by 1961", "since 1957"…; None if `text` does not name one end alone.

    `remarks` tell an unknown end from an open one. Raises `DateError` for an end not understood.
    """
    if (onward := _ONWARDS.fullmatch(text)) or (
        (onward := _TO_WHAT.fullmatch(text)) and onward[2] in _NOW
    ):
        return f"{read_piece(onward[1])}/.."
    if "[" in text:
        return None
    match = _ONE_ENDED.fullmatch(text)
    if match is None:
        return None
    word, date_text = match.groups()
    if word == "from" and _split(text):
        return None
    piece = read_piece(date_text)
    if word == "by" or "later" in word:
        return f"../{piece}"
    if word == "before":
        return f"[..{_next_to(piece, -1)}]"
    if word == "not after":
        return f"[..{piece}]"
    if word == "not before":
        return f"[{piece}..]"
    if word in ("from", "since") or "earlier" in word:
        return f"{piece}/" if "end unknown" in remarks else f"{piece}/.."
    if word == "after":
        return f"[{_next_to(piece, 1)}..]"
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
    if one_of := _OR.fullmatch(text):
        return _one_of(one_of)
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
        # "1956–57", and "1899–00" into the next century.
        century = int(opening[1][:2]) + (int(last[:2]) == (int(opening[1]) + 1) % 100 == 0)
        last = f"{century:02}{last}"
    if re.fullmatch(r"[0-9]{1,3}", last) and re.search(r"\bce\b", first):
        last += " ce"  # "AD 14–37"
    start = read_piece(_borrowed(first, last))
    end = read_piece(last)
    if match := _WINTER_TO.match(text):
        # The winter before the spring of that year, and not the one that its December begins.
        start = (
            f"{int(start[:4]) - 1:04}{start[4:]}" if match["year"] in (None, last[-4:]) else start
        )
    elif re.fullmatch(rf"{MONTH}|{SEASON}", first) and start[:4] == end[:4] and start > end:
        name, year = first.rstrip("."), int(start[:4])
        name = MONTHS[MONTH_NUMBERS[name] - 1] if name in MONTH_NUMBERS else name
        behind = last.replace(start[:4], "").strip(" ,.")
        behind = MONTHS[MONTH_NUMBERS[behind] - 1] if behind in MONTH_NUMBERS else behind
        raise question(
            f"{name} comes after {behind} in {year}, so one of them is of another year.",
            f"{name} {year - 1} – {behind} {year}",
            f"{name} {year} – {behind} {year + 1}",
        )
    start, end = marked(start, doubt), marked(end, doubt)
    if "[" in start + end:
        # A third of a decade or a month as an end: "late 1940s to early 1950s" runs from the first
        # day of one to the last day of the other.
        edges = read_edtf(start).start, read_edtf(end).end
        start, end = (edge.edtf if edge else "" for edge in edges)
    if read_edtf(start).start is None or read_edtf(end).end is None or "," in start + end:
        raise NotUnderstood
    if _BETWEEN.fullmatch(text):
        return f"[{start}..{end}]"
    return f"{start}/{end}"


def _one_of(match: re.Match[str]) -> str:
    """Return "1956 or 1957", "5 or 6 March 1953" as one of a set."""
    last = match[3]
    earlier = [part for part in (match[1], match[2]) if part]
    if re.fullmatch("[0-9]{1,2}", last) and re.fullmatch("[0-9]{4}", earlier[-1]):
        last = earlier[-1][: 4 - len(last)] + last  # "1956 or 7"
    end = read_piece(last)
    starts = [read_piece(_borrowed(part, last)) for part in earlier]
    if any("[" in part or "/" in part for part in (*starts, end)):
        raise NotUnderstood
    return f"[{','.join((*starts, end))}]"


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
