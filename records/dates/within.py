"""What was typed, roughly, so that the examples of a refusal lie inside it.

A refusal that answers "early June 1953 ???" with "January 1953" recommends a wrong date. `fitted`
keeps the examples that lie within the years, decades, centuries and months that the entry names,
and makes others where none is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from records.dates.calendar import MONTHS, day_number, days_in_month, ordinal, year_words
from records.dates.english import MONTH_NUMBERS, ORDINALS
from records.dates.entry import DateError
from records.dates.everyday import ANY_MONTH

# Names of months by which a text is searched; "may" and "mar" stand alone in English, too.
_MONTH = re.compile(rf"(?<![a-z])({ANY_MONTH})(?![a-z])")
_YEAR = re.compile(r"(?<![0-9])([1-9][0-9]{3})(?:[/–-]([0-9]{1,2})(?![0-9-]))?(?![0-9])")
_DECADE = re.compile(r"(?<![0-9])([0-9]{1,3}0)'?s\b(?: ?(b\.? ?c|ce|ad))?")
_CENTURY = re.compile(
    rf"(?<![0-9])(?:([0-9]{{1,2}})(?:st|nd|rd|th)|({'|'.join(ORDINALS)}))[ -]"
    r"c(?:ent(?:ury|uries|\.)?|\.)?(?![a-z])( ?b\.?c)?"
)
_SMALL = re.compile(
    r"(?<![0-9])(?:(?:ad|ce) ([0-9]{1,5})|([0-9]{1,5}) ?(b\.?c|ad|ce|a\.d))(?![0-9])"
)
_PLACES = re.compile(
    r"\b([0-9]{1,2})(?:st|nd|rd|th)(?= ?(?:–|-|/|to|and) ?[0-9]{1,2}(?:st|nd|rd|th) cent)"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """The first and last day of what an entry names, and the words for the whole of it."""

    first: int
    last: int
    words: tuple[str, ...]


def frame(text: str) -> Frame | None:
    """Return what `text` (tidied, small letters) names; None if it names no year at all."""
    years = sorted(set(_years(text)))
    if not years:
        return None
    low, high = years[0][0], max(end for _, end in years)
    if low == high and (months := [MONTH_NUMBERS[name] for name in _MONTH.findall(text)]):
        opening, closing = min(months), max(months)
        if months != sorted(months):  # "November to February 1941" reaches over the year's end
            return Frame(
                day_number(low - 1), day_number(high + 1, 12, 31), _words(years, low, high)
            )
        names = [MONTHS[month - 1] for month in (opening, closing)]
        whole = f"{names[0]} {year_words(low)}"
        if opening != closing:
            whole = f"{names[0]}–{names[1]} {year_words(low)}"
        words = (whole, f"c. {whole}") if opening == closing else (whole,)
        days = day_number(low, opening), day_number(low, closing, days_in_month(low, closing))
        return Frame(*days, words)
    return Frame(day_number(low), day_number(high, 12, 31), _words(years, low, high))


def _years(text: str) -> Iterator[tuple[int, int]]:
    for match in _YEAR.finditer(text):
        year = int(match[1])
        if re.match(r"'?s\b", text[match.end(1) :]):
            continue
        behind = text[match.end() : match.end() + 4]
        if re.match(r" ?b\.?c", behind):
            yield 1 - year, 1 - year
            continue
        yield year, year
        if match[2] and int(match[1][: 4 - len(match[2])] + match[2]) > year:
            later = int(match[1][: 4 - len(match[2])] + match[2])
            yield later, later
    for match in _DECADE.finditer(text):
        decade = int(match[1])
        length = 99 if decade % 100 == 0 else 9
        if (match[2] or "").startswith("b"):
            yield 1 - decade - length, 1 - decade
        elif decade >= 100 or match[2]:
            yield decade, decade + length
    for match in _CENTURY.finditer(text):
        number = int(match[1]) if match[1] else ORDINALS[match[2]]
        yield (
            (-100 * number + 1, -100 * number + 100)
            if match[3]
            else (100 * number - 100 or 1, 100 * number - 1)
        )
    for match in _PLACES.finditer(text):
        number = int(match[1])
        yield 100 * number - 100 or 1, 100 * number - 1
    for match in _SMALL.finditer(text):
        number = int(match[1] or match[2])
        if number and len(match[1] or match[2]) != 4:
            year = 1 - number if (match[3] or "").startswith("b") else number
            yield year, year


def _words(years: list[tuple[int, int]], low: int, high: int) -> tuple[str, ...]:
    if low == high:
        return year_words(low), f"c. {year_words(low)}"
    if len(years) == 1 and high - low == 9 and low >= 1000 and low % 100:
        return f"{low}s", f"{year_words(low)} – {year_words(high)}"
    if len(years) == 1 and low % 100 == 0 and high - low == 99 and low > 0:
        return f"{ordinal(low // 100 + 1)} century", f"{year_words(low)} – {year_words(high)}"
    return (f"{year_words(low)} – {year_words(high)}",)


def fitted(
    error: DateError, text: str, bounds: Callable[[str], tuple[int | None, int | None] | None]
) -> DateError:
    """Return `error` with the examples that lie inside `text`, or others where none does.

    `bounds` tells the first and last day of an example, None where it is open, and None for what
    cannot be read.
    """
    named = frame(text)
    if named is None and error.examples:
        return error

    def inside(example: str) -> bool:
        days = bounds(example)
        if days is None:
            return False
        if named is None:
            return True
        low, high = days
        return (
            (low is not None or high is not None)
            and (low is None or named.first <= low <= named.last)
            and (high is None or named.first <= high <= named.last)
        )

    readings = tuple(reading for reading in error.readings if bounds(reading))
    kept = readings or tuple(example for example in error.examples if inside(example))
    if not kept and named is not None:
        kept = tuple(filter(inside, named.words))
    if not kept:
        kept = ("5 March 1953", "June 1956", "c. 1957")
    if kept == error.examples and readings == error.readings:
        return error
    # A question with one reading left is none.
    return type(error)(error.problem, kept, readings if len(readings) > 1 else ())
