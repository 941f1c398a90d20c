"""Dates in running words. This finds the words of a date; `records.dates` alone reads them.

Each pattern is one form of a date. The longest that the reader understands wins; where the reader
asks which of two readings is meant, prose usually settles it, and the choice is kept as a doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from records.dates import DateError, HistoricalDate
from workbench.notes.vocabulary import MONTHS

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_ERA = r"(?:B\.? ?C\.? ?E\b\.?|B\.? ?C\b\.?|BCE?\b|A\.? ?D\b\.?|AD\b|CE\b)"
_BARE = r"(?:1[0-9]{3}|20[0-9]{2})(?![0-9]|,[0-9]{3}|\.[0-9])"
_YEAR = rf"(?:(?:AD|A\.D\.|CE) [0-9]{{1,4}}(?![0-9])|[0-9]{{1,4}} ?{_ERA}|{_BARE})"
_SHORT = r"(?:'[0-9]{2}(?![0-9]))"
_DAY = r"[0-3]?[0-9](?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,? (?:the )?)?"
_SEASON = r"(?:[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter|[Ff]all)"
_DASH = r" ?(?:-|–|to|until|till|/) ?"
_ORDINAL = r"(?:[0-9]{1,2}(?:st|nd|rd|th)|[A-Za-z]{5,11}(?:th|st|nd|rd))"
_CENTURY = rf"{_ORDINAL}[ -][Cc](?:entury|ent\.?|\.)?(?![A-Za-z])(?: {_ERA})?"
_DECADE = r"(?:[12][0-9]{2}0'?s|[0-9]{2}0s AD)\b"
_PART = r"(?:[Ee]arly|[Mm]id(?:dle)?|[Ll]ate|(?:first|second|last) (?:half|quarter)(?: of)?)"
_YEAR_OR_SHORT = rf"(?:{_YEAR}|{_SHORT})"

_DAY_FIRST = rf"{_WEEKDAY}{_DAY}(?: of)? {MONTH},? {_YEAR_OR_SHORT}"
_MONTH_FIRST = rf"{_WEEKDAY}{MONTH} {_DAY},? {_YEAR_OR_SHORT}"
_WHOLE = (
    rf"{_DAY}{_DASH}{_DAY}(?: of)? {MONTH},? {_YEAR_OR_SHORT}",
    rf"{MONTH} {_DAY}{_DASH}(?:{MONTH} )?{_DAY},? {_YEAR}",
    rf"{_DAY} {MONTH}{_DASH}{_DAY} {MONTH},? {_YEAR}",
    rf"{_BARE},? {_DAY} {MONTH}(?! [12][0-9]{{3}})",
    _DAY_FIRST,
    _MONTH_FIRST,
    rf"{MONTH}{_DASH}{MONTH},? {_YEAR}",
    rf"{MONTH},?(?: of)? {_YEAR_OR_SHORT}(?:/[0-9]{{1,2}}(?![0-9]))?",
    rf"{_SEASON}(?: of)? {_YEAR_OR_SHORT}(?:[-–/][0-9]{{2,4}}(?![0-9]))?",
    r"[12][0-9]{3}-[01][0-9]-[0-3][0-9](?![0-9])",
    r"(?<![0-9/.])[0-3]?[0-9]([./-])[0-3]?[0-9]\1(?:[12][0-9]{3}|[0-9]{2})(?![0-9/])",
    rf"(?:Q[1-4]|H[12]) {_YEAR}",
)
_POINT = "|".join(_WHOLE)
_PARTED = rf"{_PART}[ -](?:of )?(?:the )?(?:{_CENTURY}|{_DECADE}|{MONTH} {_YEAR}|{_YEAR})"
_YEARS = rf"(?:{_BARE}|[0-9]{{1,4}})[-–/](?:[0-9]{{1,4}})(?![0-9])(?: ?{_ERA})?"

_ATOM = re.compile(
    rf"(?:{_PARTED})|(?:the )?(?:{_CENTURY}|{_DECADE})|(?:the )?(?:{_POINT})"
    rf"|(?<![0-9.,/£$€-])(?:{_YEARS}|{_YEAR})|(?<![A-Za-z0-9]){_SHORT}"
)
# Words before a date that change what it means; the reader knows them all.
_LEADING = re.compile(
    r"(?:(?<![A-Za-z])(?:by the end of|up to|not later than|no later than|not before|by|until|till|"
    r"from|since|before|after|pre|post|"
    r"between|about|around|circa|approximately|probably|possibly|ca\.?|c\.?|~|night of|overnight)"
    r"[ -]?(?:the |early in |late in )?){1,2}\Z",
    re.I,
)
# Words that place an event in a date and change nothing of it.
_PLACING = re.compile(
    r"(?<![A-Za-z])(?:in|on|during|at|for|of|throughout|within|as early as|as late as|as of|around|"
    r"dated)(?: the)?(?: (?:year|summer of|spring of|night of|beginning of|start of|end of|"
    r"course of|month of))?(?: the)?,? \Z",
    re.I,
)
_VAGUE = re.compile(r"(?:beginning|start|end) of(?: the)? \Z")
_JOIN = re.compile(r"(?: ?[-–] ?| (?:to|until|till|through|and|up to) )(?:the )?")
_NO_YEAR = re.compile(
    rf"(?<![A-Za-z0-9])(?:(?:{_DAY}(?: of)? |(?:early|mid|late)[ -]){MONTH}|"
    rf"{MONTH} {_DAY}(?![0-9,])|"
    r"(?<=[Ii]n )(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December)\b)"
)
_MORE = re.compile(
    r" (?:onwards?|and after|or later|or (?:1[0-9]{3}|20[0-9]{2}))\b"
    r"| ?\((?:O\.?S\.?|N\.?S\.?|[Oo]ld [Ss]tyle|[Nn]ew [Ss]tyle)\)"
    r"| (?:O\.?S\b\.?|N\.?S\b\.?|Old Style|New Style)"
)
_YEAR_AHEAD = re.compile(rf"({_BARE}),? ({_DAY} {MONTH})")
_TWO_YEARS_BCE = re.compile(r"(?:in )?([0-9]{2,3})/([0-9]{1,2}) ?B\.?C\.?(?:E\.?)?")
# Of two months; the reader of dates knows each short one by itself.
_SHORT_MONTH = re.compile(
    r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?(?= ?[-–] ?[A-Z]| [0-9]{4}\Z)"
)
_NAMED_DAY = re.compile(r"(?:[A-Z][a-z]+day),? ?(?:the )?")
_SMALL_SPAN = re.compile(
    rf"(?<![A-Za-z])(from|between) ([0-9]{{1,4}})( ?(?:-|–) ?| (?:to|until|and) )([0-9]{{1,4}})"
    rf" ?{_ERA}"
)
# Three figures or fewer, placed like a year, in notes that count in BCE.
_SMALL_YEAR = re.compile(
    r"(?<![A-Za-z])((?:in|by|from|since|until|before|after|during) )([0-9]{2,3})"
    r"(?![0-9,.]?[0-9]|%| to [0-9]| ?(?:per|[a-z]+s\b|men|people|women|million|thousand|hundred))"
)
_COUNTED = re.compile(
    r" (?:[a-z][a-z-]* ){0,2}(?:[a-z]{3,}(?:[^s'\W]s|ies)|men|people|women|soldiers|"
    r"troops|tons|tonnes|votes|Communists|Jews|Nazis)\b"
)
_PLACED = re.compile(
    r"(?:[Ii]n|[Bb]y|[Oo]n|[Ff]rom|[Ss]ince|[Uu]ntil|[Tt]ill|[Bb]efore|[Aa]fter|[Dd]uring|[Oo]f|[Tt]he|"
    r"[Bb]etween|[Ll]ate|[Ee]arly|[Mm]id|and|or|to|c\.|[Cc]irca|[Aa]round|[Aa]bout|[(\[,:–-]) ?\Z"
)


@dataclass(frozen=True, slots=True)
class Dating:
    """A date in the text: its words with those that belong to it, and what they were read as.

    `outer` is where the words before it begin that only place it (“in”). `edtf` is None for a day
    without its year. `problem` is the doubt, "" for none.
    """

    outer: int
    start: int
    end: int
    edtf: str | None
    problem: str = ""

    def moved(self, by: int) -> Dating:
        """The same date in a text that begins so many characters earlier."""
        return replace(
            self, outer=self.outer + by, start=self.start + by, end=self.end + by, problem=""
        )


@dataclass(frozen=True, slots=True)
class Habits:
    """How these notes write dates, as far as the whole of them shows it."""

    month_first: bool = False
    before_common_era: bool = False
    near: tuple[int, int] | None = None
    year: str | None = None
    # Several lines begin with a year, as in a list of dates.
    year_led: bool = False


def habits_of(text: str, raw: str) -> Habits:
    """What all notes together say of the order of day and month, the era, and the years.

    In: the notes without their layout, and with it.
    """
    american = len(re.findall(rf"\b{MONTH} {_DAY},? [12][0-9]{{3}}", text)) + 3 * len(
        re.findall(r"(?<![0-9/])(?:0?[1-9]|1[0-2])/(?:1[3-9]|2[0-9]|3[01])/[0-9]{2,4}", text)
    )
    british = len(re.findall(rf"\b{_DAY} {MONTH},? [12][0-9]{{3}}", text)) + 3 * len(
        re.findall(r"(?<![0-9/])(?:1[3-9]|2[0-9]|3[01])/(?:0?[1-9]|1[0-2])/[0-9]{2,4}", text)
    )
    years = sorted(int(year) for year in re.findall(r"(?<![0-9,.])1[0-9]{3}(?![0-9,])", text))
    middle = years[len(years) // 2] if years else 0
    near = (middle // 100 * 100 + 9, middle // 100 * 100 + 99) if years else None
    bce = bool(re.search(r"[0-9] ?(?:BCE?\b|B\.C\.)", text))
    led = len(re.findall(r"(?m)^[ \t*•-]{0,8}[12][0-9]{3}(?:[-–][0-9]{2,4})? [A-Za-z]", raw))
    return Habits(american > british, bce, near, None, led >= 3)


def find_dates(text: str, habits: Habits) -> list[Dating]:
    """Every date in a clause, in its order, none over another."""
    found: list[Dating] = []
    at = 0
    while match := _ATOM.search(text, at):
        dating = None
        if not _is_count(text, match, habits):
            dating = _longest(text, match, habits, at)
        if dating:
            found.append(dating)
            at = max(dating.end, match.start() + 1)
        else:
            at = match.start() + max(1, len(re.match(r"[0-9]*", match[0])[0]))  # type: ignore[index]
    taken = [(one.start, one.end) for one in found]
    found += _without_year(text, taken, habits, found)
    if habits.before_common_era:
        taken = [(one.start, one.end) for one in found]
        for match in _SMALL_YEAR.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            words = f"{match[0].removeprefix('during ')} BCE"
            if read := _read(words, habits):
                problem = f"“{match[2]}” was taken as {match[2]} BCE, as the other years are."
                found.append(Dating(match.start(), match.start(), match.end(), read[0], problem))
    return sorted(found, key=lambda one: one.start)


def _is_count(text: str, match: re.Match[str], habits: Habits) -> bool:
    """Tell whether four figures by themselves are a number of something and no year."""
    if not re.fullmatch(r"[0-9]{4}", match[0]):
        return False
    counted = _COUNTED.match(text, match.end())
    before = text[max(0, match.start() - 12) : match.start()]
    if not counted or _PLACED.search(before):
        return False
    is_round = match[0].endswith(("00", "50"))
    of_people = re.search(
        r"(?:men|people|women|soldiers|troops|prisoners|tons|tonnes|votes)$", counted[0]
    )
    return bool(of_people) or (is_round and bool(before.strip()))


def _longest(text: str, match: re.Match[str], habits: Habits, floor: int) -> Dating | None:
    """The longest stretch around a date that the reader understands."""
    start, end = match.span()
    day = _NAMED_DAY.match(match[0])
    if day and re.search(r"[A-Z][a-z]+ \Z", text[max(0, start - 20) : start]):
        start += day.end()  # “Bloody Sunday” is a name
    ends = [end]
    join = _JOIN.match(text, end)
    other = _ATOM.match(text, join.end()) if join else None
    if other and not _is_count(text, other, habits):
        ends.insert(0, other.end())
    if more := _MORE.match(text, end):
        ends.insert(0, more.end())
    low = max(floor, start - 40)
    leading = _LEADING.search(text[low:start])
    starts = [low + leading.start(), start] if leading else [start]
    if span := _small_span(text, match, low):
        starts.insert(0, span)
    for last in ends:
        for first in starts:
            words = text[first:last].strip()
            if last != end and text[first:start].strip().lower() not in ("from", "between"):
                joined = text[end:last]
                if re.match(r" (?:and|to|until|up to) ", joined) and first != start:
                    continue
                if re.match(r" and ", joined):
                    continue
            if read := _read(words, habits):
                outer, vague = _outer(text, first, low)
                if leading and first == start:
                    outer = starts[-2]
                    vague = f"“{text[outer:start].strip()}” is not kept in the date."
                return Dating(outer, first, last, read[0], read[1] or vague)
    return None


def _small_span(text: str, match: re.Match[str], low: int) -> int | None:
    """Where “from 58 to 50 BCE” begins, whose first year says no era."""
    for span in _SMALL_SPAN.finditer(text, low, match.end()):
        if span.end() == match.end():
            return span.start()
    return None


def _outer(text: str, first: int, low: int) -> tuple[int, str]:
    before = text[low:first]
    if placing := _PLACING.search(before):
        vague = _VAGUE.search(placing[0])
        problem = f"“{vague[0].strip()}” is not kept in the date." if vague else ""
        return low + placing.start(), problem
    return first, ""


def _read(words: str, habits: Habits) -> tuple[str, str] | None:
    """What the reader makes of some words: EDTF and a doubt; None where it makes nothing."""
    words = words.strip(" ,")
    if turned := _YEAR_AHEAD.fullmatch(words):
        words = f"{turned[2]} {turned[1]}"  # “1862, 30 September”
    words = _SHORT_MONTH.sub(_in_full, words)  # “Nov.-Dec. 1569”
    # “From 1904-05” is the years that “1904-05” is.
    words = re.sub(r"^from (?=[12][0-9]{3}[-–/][0-9]{1,2}$)", "", words, flags=re.I)
    if greek := _TWO_YEARS_BCE.fullmatch(words):
        # A year of Athens began in summer: 508/7 is 508–507.
        words = f"{greek[1]}–{greek[1][: -len(greek[2])]}{greek[2]} BCE"
    try:
        return HistoricalDate.parse(words, near=habits.near).edtf, ""
    except DateError as error:
        readings = error.readings
        if len(readings) < 2:
            weekday = re.sub(_WEEKDAY, "", words, count=1)
            if "was a" in error.problem and weekday != words and (read := _read(weekday, habits)):
                return read[0], error.problem
            return None
        numeric = re.search(r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}", words)
        chosen = readings[1] if numeric and habits.month_first else readings[0]
    try:
        edtf = HistoricalDate.parse(chosen, near=habits.near).edtf
    except DateError:
        return None
    others = " or ".join(f"“{reading}”" for reading in readings if reading != chosen)
    return edtf, f"“{words}” was taken as “{chosen}”; it could be {others}."


def _in_full(match: re.Match[str]) -> str:
    return next(month for month in MONTHS if month.startswith(match[1].lower())).capitalize()


def _without_year(
    text: str, taken: list[tuple[int, int]], habits: Habits, dated: list[Dating]
) -> list[Dating]:
    """Days and months that say no year: of the year just named, or of the heading’s."""
    found = []
    for match in _NO_YEAR.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        year = habits.year
        for dating in dated:
            if (
                dating.end <= match.start()
                and dating.edtf
                and (said := re.match(r"[0-9]{4}", dating.edtf))
            ):
                year = said[0]
        edtf, problem = None, f"“{match[0]}” does not say which year."
        if year and (read := _read(f"{match[0]} {year}", habits)):
            edtf, problem = read[0], f"“{match[0]}” says no year; taken as {year}."
        outer, _ = _outer(text, match.start(), max(0, match.start() - 40))
        found.append(Dating(outer, match.start(), match.end(), edtf, problem))
    return found
