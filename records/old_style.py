"""Old Style days: a Julian day alone, or beside the Gregorian one, as EDTF.

"O.S." means the Julian calendar only; the year is taken to begin on 1 January.
"""

from __future__ import annotations

import re

from records.calendar import MONTHS, Day, day_number, display_day, julian_to_gregorian, year_words
from records.date_entry import DateError, refusal
from records.english_dates import (
    ABOUT,
    DAY_FIRST,
    FILLER,
    MONTH,
    MONTH_FIRST,
    MONTH_NUMBERS,
    NO_YEAR,
    YEAR,
    day_edtf,
    marked,
    stated_year,
)

# Words in which a Julian day may be found; `records.dates` looks no further in any other.
MENTIONS_STYLE = re.compile(
    r"\b(?:o\.? ?s\b|old[ -]style|n\.? ?s\b|new[ -]style|julian)|[0-9] ?[/(] ?[0-9]", re.I
)

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
    if match := re.fullmatch(
        rf"([0-9]{{1,2}}) ?(?:/ ?([0-9]{{1,2}})|\(([0-9]{{1,2}})\)) "
        rf"{MONTH},? {YEAR}",
        text,
    ):
        # "3/15 April 1894" and "3 (15) April 1894": Old Style first, as Russian editions print it.
        tail = f"{match['month']} {match['year']}"
        parts = [f"{match[1]} {tail} @os", f"{match[2] or match[3]} {tail} @ns"]
    else:
        if re.fullmatch(r" *@[on]s *", aside):
            text, aside = f"{text} {aside}", ""  # "3 April 1894 (Old Style)"
        parts = [part for part in (*re.split(r" ?[/=] ?", text), aside) if part.strip()]
    if len(parts) == 1:
        day = _styled_day(parts[0])
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
    try:
        edtf, julian = _agreed(_styled_day(old[0]), _styled_day(new[0]))
    except StylesDisagree:
        if match is None:
            raise
        raise StylesDisagree(
            str(
                refusal(
                    "Two days with a slash or brackets are read as Old Style and New Style, and "
                    "these do not agree.",
                    "9–10 March 1956",
                    "3/15 April 1894",
                )
            )
        ) from None
    return marked(edtf, marks), julian


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
    known = old[0] if old[0] is not None else new[0]
    if known is None:
        raise refusal("The days lack their year.", "15 April 1894 (O.S. 3 April)")
    # In the first days of a Gregorian year the Julian one has not yet begun.
    candidates = [known, known - 1, known + 1] if old[0] is None else [known]
    for year in candidates:
        julian = (year, old[1], old[2])
        given = julian_to_gregorian(*julian)
        if given[1:] == new[1:] and new[0] in (None, given[0]):
            return day_edtf(given), julian
    julian = (known, old[1], old[2])
    given = julian_to_gregorian(*julian)
    old_words = f"{old[2]} {MONTHS[old[1] - 1]} {year_words(known)}"
    right = f"{display_day(day_number(*given))} ({old_words} Old Style)"
    raise StylesDisagree(
        str(
            refusal(
                f"The two days disagree: {old_words} Old Style was "
                f"{display_day(day_number(*given))}, not {new[2]} {MONTHS[new[1] - 1]}"
                f"{'' if new[0] is None else ' ' + year_words(new[0])}.",
                right,
            )
        )
    )
