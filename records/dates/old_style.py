"""Old Style days: a Julian day alone, or beside the Gregorian one, as EDTF.

"O.S." means the Julian calendar only; the year is taken to begin on 1 January.
"""

from __future__ import annotations

import re
from contextlib import suppress

from records.dates.calendar import (
    MONTHS,
    Day,
    day_number,
    display_day,
    julian_to_gregorian,
    year_words,
)
from records.dates.english import (
    ABOUT,
    DAY_FIRST,
    FILLER,
    MONTH,
    MONTH_FIRST,
    MONTH_NUMBERS,
    NO_YEAR,
    YEAR,
    check_weekday,
    day_edtf,
    marked,
    stated_year,
)
from records.dates.entry import DateError, question, refusal

# Words in which a Julian day may be found; `records.dates` looks no further in any other.
MENTIONS_STYLE = re.compile(
    r"\b(?:o\.? ?s\b|old[ -]style|n\.? ?s\b|new[ -]style|julian)|[0-9a-z] ?[/(] ?[0-9a-z]", re.I
)
# The last day of which Russia still wrote the Julian one, 1 February 1918. Two days with a stroke
# after it are no Old Style and New Style.
_LAST_PAIR = day_number(1918, 2, 14)
_DAY_OF_MONTH = "[0-9]{1,2}(?:st|nd|rd|th)?"
_ANY_MONTH = MONTH.replace("(?P<month>", "(?:")
_HALF = (
    rf"(?:{_DAY_OF_MONTH} (?:of )?{_ANY_MONTH}|{_ANY_MONTH} (?:the )?{_DAY_OF_MONTH}"
    rf"|{_DAY_OF_MONTH})"
)
PAIR = re.compile(
    rf"(?P<first>{_HALF}(?:,? [0-9]{{4}})?) ?(?:/ ?(?P<stroke>{_HALF})|\((?P<brackets>{_HALF})\)),?"
    rf" (?P<of>(?:{_ANY_MONTH},? )?){YEAR}"
)
A_DAY = re.compile(rf"{_HALF}(?:,? {YEAR})?")

_Loose = tuple[int | None, int, int]  # a day whose year may be left to the other of a pair


class StylesDisagree(DateError):
    """The Old Style and the New Style day of a pair are not the same day."""


def read_styles(text: str, aside: str) -> tuple[str, Day | None]:
    """Read a day that gives its Julian form, alone or beside the Gregorian one.

    `aside` is what stood in brackets behind `text`. Returns the EDTF and the Julian day, if one is
    given. Raises `StylesDisagree` for a pair that is not one day, `DateError` for what is no day.
    """
    marks = ""
    if match := ABOUT.match(text):
        text, marks = text[match.end() :], "~"
    text = FILLER.sub("", text, count=1) if FILLER.match(text) else text
    if re.search(r" (?:to|until) |–| - ", text):
        raise refusal(
            "A span takes its days in New Style: convert each Julian end first.",
            "7 November 1917 – 3 March 1918",
            "25 October 1917 O.S.",
        )
    if re.fullmatch(r" *@[on]s *", aside):
        text, aside = f"{text} {aside}", ""  # "3 April 1894 (Old Style)"
    parts = [part for part in (*re.split(r" ?[/=] ?", text), aside) if part.strip()]
    if len(parts) == 1:
        day = _styled_day(parts[0])
        if weekday := re.match(r"[a-z]+day\b", parts[0].replace("@os", "").strip()):
            is_old = "@os" in parts[0]
            check_weekday(
                weekday[0], julian_to_gregorian(*_with_year(day)) if is_old else _with_year(day)
            )
        if "@os" not in parts[0]:
            return marked(day_edtf(_with_year(day)), marks), None
        julian = _with_year(day)
        return marked(day_edtf(julian_to_gregorian(*julian)), marks), julian
    olds = [part for part in parts if "@os" in part]
    news = [part for part in parts if "@ns" in part]
    plain = [part for part in parts if "@" not in part]
    old, new = (olds or plain)[:1], (news or plain)[:1]
    if len(parts) != 2 or not old or not new or old == new:
        raise refusal(
            "Give one Old Style day and one New Style day.",
            "15 April 1894 (O.S. 3 April)",
            "3 April 1894 O.S.",
        )
    if not olds and not news:
        return _pair(parts[0], parts[1], marks)
    edtf, julian = _agreed(_styled_day(old[0]), _styled_day(new[0]))
    return marked(edtf, marks), julian


def read_pair(match: re.Match[str]) -> tuple[str, Day | None]:
    """Read two days with a stroke or brackets and no word of style: a match of `PAIR`.

    "3/15 April 1894", "25 October (7 November) 1917" are one day in two calendars, as Russian
    editions print it; "24/25 February 1956" is a night. Raises `DateError`.
    """
    first, second = match["first"], match["stroke"] or match["brackets"]
    named = match["of"].strip(" ,")
    for half in (second, first):  # "October 25 (28)", "24/25 February"
        found = re.search("[a-z]{3,}", half)
        named = named or (found[0] if found else "")
    first, second = (
        half if re.search("[a-z]{3}", half) else f"{half} {named}" for half in (first, second)
    )
    return _pair(first, f"{second} {match['year']}", "", stroke=match["stroke"] is not None)


def _pair(first: str, second: str, marks: str, *, stroke: bool = False) -> tuple[str, Day | None]:
    one, other = _styled_day(first), _styled_day(second)
    # Which of the two is the Julian day shows in which of them makes them one day.
    for old, new in ((one, other), (other, one)):
        with suppress(StylesDisagree):
            edtf, julian = _agreed(old, new)
            if day_number(*julian_to_gregorian(*julian)) <= _LAST_PAIR:
                return marked(edtf, marks), julian
    closing = _with_year(other if other[0] is not None else (one[0], *other[1:]))
    opening = (one[0] if one[0] is not None else closing[0], *one[1:])
    days = day_number(*opening), day_number(*closing)
    if days[1] - days[0] == 1 and stroke:
        return f"{marked(day_edtf(opening), marks)}/{marked(day_edtf(closing), marks)}", None
    words = [display_day(n) for n in days]
    span = [f"{words[0]} – {words[1]}"] if days[0] < days[1] else []
    if days[1] > _LAST_PAIR:
        raise question(
            "Two days with a stroke could be a span or one of the two: after 1 February 1918 they "
            "are no Old Style and New Style.",
            *span,
            f"{words[0]} or {words[1]}",
        )
    _agreed(one, other)  # says which day the first of them was
    raise StylesDisagree(f"{words[0]} and {words[1]} are not one day.", tuple(span or words[:1]))


def _styled_day(part: str) -> _Loose:
    """Return (year or None, month, day) of one half of a pair."""
    bare = " ".join(re.sub(r"@[on]s", " ", part).split()).strip(" ,;")
    if match := DAY_FIRST.fullmatch(bare) or MONTH_FIRST.fullmatch(bare):
        return stated_year(match["year"]), MONTH_NUMBERS[match["month"]], int(match["day"])
    if match := NO_YEAR.fullmatch(bare):
        month = match["month"] or match["m2"]
        return None, MONTH_NUMBERS[month], int(match["day"] or match["d2"])
    raise refusal(
        "Old Style and New Style need a whole day.",
        "3 April 1894 O.S.",
        "15 April 1894 (O.S. 3 April)",
    )


def _with_year(day: _Loose) -> Day:
    if day[0] is None:
        raise refusal("The day lacks its year.", "3 April 1894 O.S.")
    return day[0], day[1], day[2]


def _agreed(old: _Loose, new: _Loose) -> tuple[str, Day]:
    """Return the EDTF and the Julian day of a pair; a year left out is taken from the other."""
    known_year = old[0] if old[0] is not None else new[0]
    if known_year is None:
        raise refusal("The days lack their year.", "15 April 1894 (O.S. 3 April)")
    # In the first days of a Gregorian year the Julian one has not yet begun.
    candidates = [known_year, known_year - 1, known_year + 1] if old[0] is None else [known_year]
    for year in candidates:
        julian = (year, old[1], old[2])
        gregorian = julian_to_gregorian(*julian)
        if gregorian[1:] == new[1:] and new[0] in (None, gregorian[0]):
            return day_edtf(gregorian), julian
    julian = (known_year, old[1], old[2])
    gregorian = julian_to_gregorian(*julian)
    old_words = f"{old[2]} {MONTHS[old[1] - 1]} {year_words(known_year)}"
    right = f"{display_day(day_number(*gregorian))} ({old_words} Old Style)"
    raise StylesDisagree(
        f"The two days disagree: {old_words} Old Style was "
        f"{display_day(day_number(*gregorian))}, not {new[2]} {MONTHS[new[1] - 1]}"
        f"{'' if new[0] is None else ' ' + year_words(new[0])}.",
        (right,),
    )
