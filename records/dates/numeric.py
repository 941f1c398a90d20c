"""Dates in figures, and years in short: read where they have one reading, asked about where two.

"22/6/1941" has one reading, "5/3/1953" two; "1953/4" is two years, "1904-05" may be years or a
month; "'64" is of the century that the course is about, where that is known.
"""

from __future__ import annotations

import re

from records.dates.calendar import MONTHS, days_in_month, ordinal
from records.dates.edtf import SEASONS
from records.dates.english import MONTH_NUMBERS
from records.dates.entry import DateError, WhichCentury, question, quoted, refusal
from records.dates.everyday import ANY_MONTH

Near = tuple[int, int] | None  # the first and last year that a course is about

_THREE = re.compile(
    r"(?<![0-9./])([0-9]{1,2})([./])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?![0-9./])"
    r"|(?<![0-9./–-])([0-9]{1,2})-([0-9]{1,2})-([0-9]{4}|[0-9]{2})(?![0-9./–-])"
)
_YEAR_FIRST = re.compile(
    r"(?<![0-9./-])([0-9]{4})([./–-])([0-9]{1,2})\2([0-9]{1,2})(?![0-9]|[./-][0-9])"
)
_MONTH_FIRST = re.compile(
    r"(?<![0-9./–-])(?<![0-9] )([0-9]{1,2}) ?([./-]) ?([1-9][0-9]{3})(?![0-9./–-])"
)
_TWO_YEARS = re.compile(
    r"(?<![0-9./–-])([0-9]{4})( ?)([/–-])( ?)([0-9]{1,2})(?![0-9.~%X/–-]|'?s\b|st|nd|rd|th| ?b?ce|"
    rf" (?:of )?{ANY_MONTH}\b)"
)
_DUAL = re.compile(
    rf"((?:[0-9]{{1,2}}(?:st|nd|rd|th)? (?:of )?)?({ANY_MONTH})\.?"
    rf"(?: (?:the )?([0-9]{{1,2}})(?:st|nd|rd|th)?)?,?) "
    rf"([0-9]{{4}})/([0-9]{{1,2}})\b(?! ?(?:of )?{ANY_MONTH})"
)
_SEASON = "(?:spring|summer|autumn|fall|winter)"
_SHORT = re.compile(r"'([0-9]{2})(?![0-9]|'?s)")
_SHORT_BEHIND = re.compile(
    rf"\b((?:[0-9]{{1,2}}(?:st|nd|rd|th)? (?:of )?{ANY_MONTH}\.?,?|"
    rf"{ANY_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?,|"
    rf"{ANY_MONTH}\.? ?-?(?=[ -](?:3[2-9]|[4-9][0-9])$)|{_SEASON}(?: of)?)[ -])([0-9]{{2}})$"
)
_SHORT_WINTER = re.compile(r"\b(winter (?:of )?)'?([0-9]{2})[/–-]'?([0-9]{2})$")
_TENS = (
    "twenties",
    "thirties",
    "forties",
    "fifties",
    "sixties",
    "seventies",
    "eighties",
    "nineties",
)
_SHORT_DECADE = re.compile(rf"(?:the )?(?:'?(?P<figures>[1-9]0)'?s|(?P<word>{'|'.join(_TENS)}))")


def read_short_years(text: str, near: Near) -> str:
    """Return `text` with years of two figures in full: of the century that `near` lies in.

    Raises `DateError`, a question, where that leaves none or two.
    """
    winter = _SHORT_WINTER.search(text)
    if winter and (int(winter[2]) + 1) % 100 == int(winter[3]):
        text = f"{text[: winter.start()]}{winter[1]}'{winter[2]}"
    text = _SHORT_BEHIND.sub(r"\1'\2", text)
    if decade := _SHORT_DECADE.fullmatch(re.sub(r"^(?:early|mid|late)[ -]", "", text)):
        tens = decade["figures"] or str(20 + 10 * _TENS.index(decade["word"]))
        part = text[: len(text) - len(decade[0])]
        years = _of_century(int(tens), near)
        if len(years) == 1:
            return f"{part}{years[0]}s"
        years = years or [1900 + int(tens), 1800 + int(tens)]
        decades = tuple(f"{part}{year}s" for year in years[:2])
        problem = f"{quoted(text)} does not say of which century."
        raise WhichCentury(problem, decades, decades)
    shorts = _SHORT.findall(text)
    if not shorts:
        return text
    if stated := re.search(r"(?<![0-9])[1-9][0-9]{3}(?![0-9])", text):
        near = int(stated[0]), int(stated[0]) + 99
    choices = [_of_century(int(short), near) for short in shorts]
    if all(len(years) == 1 for years in choices):
        full = iter(choices)
        return _SHORT.sub(lambda _: str(next(full)[0]), text)
    other = 2000 if int(shorts[-1]) <= 30 else 1800
    full_texts = tuple(_capital(_in_century(text, century)) for century in (1900, other))
    raise WhichCentury(f"“’{shorts[0]}” does not say of which century.", full_texts, full_texts)


def _in_century(text: str, century: int) -> str:
    return _SHORT.sub(lambda match: str(century + int(match[1])), text)


def _of_century(year: int, near: Near) -> list[int]:
    """The years that end in two figures, of those that `near` runs over."""
    if near is None:
        return []
    centuries = range(near[0] // 100 * 100, near[1] + 1, 100)
    return [c + year for c in centuries if near[0] - 9 <= c + year <= near[1]]


def read_figures(text: str) -> str:
    """Return `text` with every date in figures written in words; raise `DateError` in doubt."""
    if century := re.fullmatch(r"c\.? ?([12]?[0-9])", text):
        raise question(
            f"{quoted(text)} could be a century or a year.",
            f"{ordinal(int(century[1]) or 1)} century",
            f"c. {int(century[1]) or 1} CE",
        )
    if not re.search("[0-9] ?[./–-] ?[0-9]", text):
        return text
    text = _three_figures(_YEAR_FIRST.sub(_year_first, text))
    text = _DUAL.sub(_dual, text)
    text = _MONTH_FIRST.sub(_month_first, text)
    return _years(text)


def _three_figures(text: str) -> str:
    """Write 22/6/1941 in words; ask about all such dates of the text where one has two readings."""
    found = list(_THREE.finditer(text))
    if not found:
        return text
    doubt = False
    readings = []
    for day_first in (True, False):

        def words(match: re.Match[str], day_first: bool = day_first) -> str:
            nonlocal doubt
            one, other, year = match.group(1, 3, 4) if match[1] else match.group(5, 6, 7)
            orders = [(d, m) for d, m in ((one, other), (other, one)) if _is_day(d, m, year)]
            if not orders:
                raise _no_such_day(match[0], other, one, year)
            if len(orders) == 2 and int(one) != int(other):
                doubt = True
            d, m = orders[0] if day_first else orders[-1]
            full = year if len(year) == 4 else f"'{year}"
            return f"{int(d)} {MONTHS[int(m) - 1].lower()} {full}"

        readings.append(_THREE.sub(words, text))
    if not doubt:
        return readings[0]
    shown = [re.sub(r"'([0-9]{2})", r"19\1", _capital(words)) for words in readings]
    raise question(
        "Numbers alone do not say which is the day and which the month: countries differ. Write "
        "the month as a word.",
        *shown,
    )


def _capital(text: str) -> str:
    """Return a text in small letters with its months in full and as English writes them."""
    return re.sub(
        rf"(?<![a-z])({ANY_MONTH})\.?(?![a-z])", lambda m: MONTHS[MONTH_NUMBERS[m[1]] - 1], text
    )


def _is_day(day: str, month: str, year: str) -> bool:
    full = int(year) if len(year) == 4 else 1904  # a leap year: of which century is not known yet
    return 1 <= int(month) <= 12 and 1 <= int(day) <= days_in_month(full, int(month))


def _no_such_day(text: str, first_month: str, second_month: str, year: str) -> DateError:
    year = year if len(year) == 4 else f"19{year}"
    months = [m for m in map(int, (first_month, second_month)) if 1 <= m <= 12]
    offers = [f"{MONTHS[m - 1]} {year}" for m in months] or [year]
    return refusal(f"There is no day {quoted(text)}, whichever figure is the month.", *offers)


def _year_first(match: re.Match[str]) -> str:
    year, _, month, day = match.groups()
    if not 1 <= int(month) <= 12:
        raise refusal(f"There is no month {month}: months run from 1 to 12.", year)
    name = MONTHS[int(month) - 1]
    if int(day) == 0:
        raise refusal(f"There is no day 0: {quoted(match[0])} gives the month.", f"{name} {year}")
    if match[2] in "-–" and len(month) == len(day) == 2:
        return f"{year}-{month}-{day}"
    return f"{int(day)} {name.lower()} {year}"


def _month_first(match: re.Match[str]) -> str:
    if not 1 <= int(match[1]) <= 12:
        raise refusal(
            f"{quoted(match[0])} is not clear: months are words or two figures after a hyphen.",
            match[3],
        )
    return f"{MONTHS[int(match[1]) - 1].lower()} {match[3]}"


def follows(year: str, ending: str) -> str:
    """Return the year that "4" or "54" means behind "1953", "" if it is not later."""
    full = year[: 4 - len(ending)] + ending
    if int(full) > int(year):
        return full
    # "1899/00"
    wrapped = len(ending) == 2 and int(ending) == 0 and int(year) % 100 == 99
    return str(int(year) + 1) if wrapped else ""


def _dual(match: re.Match[str]) -> str:
    """Read "30 January 1648/9": the year that England began on 25 March, and ours."""
    words, month_name, day_behind, year, ending = match.groups()
    month = MONTH_NUMBERS[month_name]
    stated = re.match("[0-9]{1,2}", words) or (
        re.match("[0-9]{1,2}", day_behind) if day_behind else None
    )
    day = int(stated[0]) if stated else 1
    following = follows(year, ending)
    name = f"{day} {MONTHS[month - 1]}" if stated else MONTHS[month - 1]
    if not following or int(following) != int(year) + 1:
        raise refusal(
            f"{quoted(match[0])} has two years that do not follow each other.", f"{name} {year}"
        )
    if month > 3 or (month == 3 and day > 24):
        raise question(
            "A year is written double only before 25 March, where the old English year ended.",
            f"{name} {year}",
            f"{name} {following}",
        )
    if int(year) >= 1752:
        raise question(
            "A year is written double only up to 1752, when the English year began to begin on 1 "
            "January.",
            f"{name} {year}",
            f"{name} {following}",
        )
    return f"{words} {following}"


def _one_end(before: str, span: str) -> str:
    """Return the end of a span of years that "by" or "since" before it can mean, else the span."""
    first, last = span.split("–")
    if re.search(r"\b(?:by|until|till|up to|to|through|than|after) $", before):
        return last
    return first if re.search(r"\b(?:from|since|before) $", before) else span


def _years(text: str) -> str:
    """Read "1953/4" as a span of years; a question where the second figure may be a month."""
    found = list(_TWO_YEARS.finditer(text))
    for match in reversed(found):
        year, gap, sign, _, ending = match.groups()
        later = follows(year, ending)
        number = int(ending)
        is_month = 1 <= number <= 12
        is_season = len(ending) == 2 and number in SEASONS
        edtf_like = sign == "-" and len(ending) == 2 and not gap
        span = f"{year}–{later}"
        if later and not gap and (is_month or is_season) and (len(ending) == 2 or sign == "-"):
            if is_season and sign == "/":
                pass
            elif not (edtf_like and len(found) == 2 and is_month):
                part = MONTHS[number - 1] if is_month else SEASONS[number]
                raise question(
                    f"{quoted(match[0])} could be years or a {'month' if is_month else 'season'}.",
                    *(
                        _capital(text[: match.start()] + reading + text[match.end() :])
                        for reading in (_one_end(text[: match.start()], span), f"{part} {year}")
                    ),
                )
            else:
                continue
        if later:
            text = text[: match.start()] + span + text[match.end() :]
        elif is_month and not edtf_like and not gap:
            words = f"{MONTHS[number - 1].lower()} {year}"
            text = text[: match.start()] + words + text[match.end() :]
        elif is_season and not edtf_like and not gap:
            text = f"{text[: match.start()]}{SEASONS[number]} {year}{text[match.end() :]}"
    return text
