"""From plain English to EDTF: how the words of a teacher become a historical date.

`read_words` is the one entrance. What English leaves open is decided here, once, and shown to
whoever typed it by the echo in the admin; `docs/dates.md` gives the decisions with examples:

- "by 1961" is the open start `../1961`; "until 1961" tells that something had begun, not when: the
  unknown start `/1961`. "From 1957" and "since 1957" are the open end `1957/..`.
- "before 1961" and "after 1957" are one of a set, `[..1960]` and `[1958..]`, "between 1957 and
  1961" is `[1957..1961]`, "1956 or 1957" is `[1956,1957]`: one unknown time, and none that lasted.
- "c. 1957–1961" says "about" of the start alone, "probably 1957–1961" doubts both ends.
- "early", "mid" and "late" are thirds, shown as they were written; "beginning" and "end" have no
  agreed bounds and are refused.
- What has two readings is a question that names both: "5/3/1953", "1904-05", "1900s", "’64".
- A day without "O.S." is taken as Gregorian, the calendar of EDTF, unless the reader is asked to
  ask (`asks`): a Russian day before February 1918 may be either.

Whole entries are told apart here. `everyday` and `numeric` put what people type into the forms that
the others know; `english` reads one date, `english_spans` two ends or one, `old_style` a Julian
day; `within` sees to it that what a refusal offers lies inside what was typed.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from records.dates.calendar import Day, day_number, display_day, julian_to_gregorian
from records.dates.display import point_display
from records.dates.edtf import Span, part_words, plain_words, read_edtf
from records.dates.english import (
    DAY,
    MONTH,
    SEASON,
    NotUnderstood,
    is_edtf_shaped,
    marked,
    read_piece,
)
from records.dates.english_spans import read_one_ended, read_span
from records.dates.entry import DateError, WhichCentury, question, quoted, refusal, tidy
from records.dates.everyday import everyday, one_winter, refuse_other_calendars, standard
from records.dates.numeric import Near, read_figures, read_short_years
from records.dates.old_style import A_DAY, PAIR, read_pair, read_styles
from records.dates.within import fitted, frame


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: canonical EDTF, the Julian day if the words give one, and the language.

    `shown` is the date in words where EDTF cannot say it ("late February 1956"), "" elsewhere.
    """

    edtf: str
    julian: Day | None
    is_english: bool
    shown: str = ""
    timed: bool = False


_VAGUE = re.compile(
    r"\b(?P<part>beginning|start|end|close|turn|(?:first|second|third|fourth|last|1st|2nd|3rd|4th)"
    r" (?:week|days|years|months|third)|week)\b(?: (?:in|of))?(?: the)?[ -]"
)
# "By the end of 1956" and "from the start of 1957" say no more and no less than the year does.
_WHOLE_ENDS = re.compile(
    r"^(?:(by|until|till|up to|to|through) (?:the )?end of"
    r"|(from|since) (?:the )?(?:start|beginning) of) "
)
_SAME_REMARKS = {
    "?": "uncertain",
    "probably": "uncertain",
    "possibly": "uncertain",
    "approx": "approximate",
    "approx.": "approximate",
    "approximately": "approximate",
    "about": "approximate",
    "circa": "approximate",
    "c.": "approximate",
    "ca.": "approximate",
}
_REMARKS = {
    "uncertain",
    "start uncertain",
    "end uncertain",
    "both ends uncertain",
    "last uncertain",
    "approximate",
    "start unknown",
    "end unknown",
    "decade",
    "century",
}


# Those that may be said of one of several dates.
_OF_SETS = {
    "approximate",
    "uncertain",
    "both ends uncertain",
    "start uncertain",
    "end uncertain",
    "last uncertain",
}


def read_words(words: str, *, near: Near = None, asks: bool = False) -> Reading:
    """Read a date in plain English or in EDTF.

    In: the words; the first and last year that they are likely to be of, for "’64"; and whether to
    ask of a day before February 1918 in which calendar it is. Raises `DateError`, whose message
    ends with entries that do work, for what is not understood or is understood in two ways.
    """
    outcome = _outcome(words, near, asks)
    if isinstance(outcome, DateError):
        raise outcome.with_traceback(None)
    return outcome


@lru_cache(maxsize=8192)
def _outcome(words: str, near: Near, asks: bool) -> Reading | DateError:
    try:
        plain = tidy(words)
    except DateError as error:
        return error
    try:
        reading = _read(plain, near)
        if asks and reading.is_english and reading.julian is None:
            _ask_style(plain, read_edtf(reading.edtf))
        return reading
    except NotUnderstood:
        return fitted(_not_understood(plain), plain.lower(), _bounds)
    except WhichCentury as error:
        if all(map(_bounds, error.readings)):
            return fitted(error, plain.lower(), _bounds)
        # The year is short, and something else is amiss: to ask for its century would not help.
        return fitted(_not_understood(plain), plain.lower(), _bounds)
    except DateError as error:
        return fitted(error, plain.lower(), _bounds)


@lru_cache(maxsize=1024)  # refusals offer the same few examples
def _bounds(example: str) -> tuple[int | None, int | None] | None:
    try:
        span = read_edtf(_read(example, None).edtf)
    except DateError:
        return None
    start, end = span.start, span.end
    return start.earliest if start else None, end.latest if end else None


def _read(plain: str, near: Near) -> Reading:
    # A space before a qualifier or around the slash is a slip.
    closed = re.sub(r" (?=[?~%]+(?:$| ?/))", "", plain)
    if closed[0] == "[" and not re.search("[a-z]{2}", closed, re.I):
        closed = closed.replace(" ", "")
        plain = closed
    if _LIFE.fullmatch(closed):
        year = closed[1:5]
        raise question(
            f"{quoted(plain)} could be the end of a span whose start is missing, or EDTF for "
            f"{int(year) + 1} BCE.",
            f"until {year}",
            f"by {year}",
            f"{int(year) + 1} BCE",
        )
    if _EDTF_OF_TWO.fullmatch(closed):
        # Nobody writes two years with a hyphen on one side of a slash: "1904-05/1906" is EDTF.
        return Reading(read_edtf(closed).edtf, None, False)
    lowered = plain.lower()
    mended, timed = everyday(lowered)
    mended = read_short_years(read_figures(one_winter(mended)), near)
    if _SPAN_OF_YEARS.fullmatch(mended):
        return _read_english(mended)
    if mended in (lowered, lowered.replace("–", "-")) and is_edtf_shaped(closed):
        return Reading(read_edtf(closed).edtf, None, False)
    if is_edtf_shaped(mended) and "–" not in mended:
        return Reading(read_edtf(mended).edtf, None, True, timed=timed)
    reading = _read_english(mended)
    if not timed:
        return reading
    return Reading(reading.edtf, reading.julian, True, reading.shown, timed=True)


_END = r"-?[0-9X]{4}(?:-[0-9X]{2}){0,2}[?~%]?"
_EDTF_OF_TWO = re.compile(
    rf"(?:{_END}|\.\.)?/(?:{_END}|\.\.)?|\[(?:{_END})?(?:(?:\.\.|,)(?:{_END})?)+\]"
    r"|[0-9]{4}-(?:[01]|[01][0-9]-[0-3])X"
)
_SPAN_OF_YEARS = re.compile(r"[0-9]{4}[?~%]? ?[–-] ?[0-9]{4}[?~%]?")
# A year behind a hyphen, as it is copied from the second half of a life.
_LIFE = re.compile(r"-[1-9][0-9]{3}(?:-[0-9]{2}){0,2}[?~%]*")
# From 1700 on Russia counted its years from January and its days by the Julian calendar; before, a
# day is as the source has it, which is documented.
_DOUBTFUL = day_number(1700), day_number(1918, 2, 13)


def _ask_style(plain: str, span: Span) -> None:
    """Raise a question for a day that Russia and its neighbours counted in the Julian calendar."""
    points = [point for point in (span.start, span.end) if point is not None]
    days = [point for point in points if point.kind == "day"]
    if re.search(r"\b[on]\.? ?s\b\.?|style|gregorian|julian", plain, re.I) or not any(
        _DOUBTFUL[0] <= point.earliest <= _DOUBTFUL[1] for point in days
    ):
        return
    problem = (
        "Before February 1918 Russia wrote days in Old Style, and this does not say which it is."
    )
    if len(points) == 2 and points[0] is points[1]:
        day = display_day(points[0].earliest)
        about = "c. " if points[0].qualifier in ("~", "%") else ""
        raise question(problem, f"{about}{day} N.S.", f"{about}{day} O.S.")
    converted = plain
    if len(days) == len(points) == 2 and not span.one_of:
        ends = [julian_to_gregorian(point.year, point.month, point.day) for point in days]
        first, last = (display_day(day_number(*end)) for end in ends)
        converted = f"{first} – {last} N.S."
    raise question(problem, f"{plain} N.S.", *([converted] if converted != plain else []))


def _not_understood(text: str) -> DateError:
    lowered = text.lower()
    if re.fullmatch(
        rf"(?:{DAY} )?{MONTH}|{MONTH.replace('month', 'm2')} {DAY.replace('day', 'd2')}|{SEASON}",
        lowered,
    ):
        return refusal(f"{quoted(text)} does not say which year.", "5 March 1953", "June 1956")
    if frame(lowered) is not None:
        return refusal(f"{quoted(text)} is not understood as a date.")
    if re.search(r"\bcentury\b", lowered):
        return refusal(f"{quoted(text)} does not say which century.", "19th century", "c. 1900")
    return refusal(
        f"{quoted(text)} is not understood as a date.",
        "5 March 1953",
        "June 1956",
        "by 1961",
        "1957–1961",
        "c. 1957",
        "44 BCE",
    )


def _read_english(lowered: str) -> Reading:
    text, remarks, aside = _take_remarks(standard(lowered))
    if "@os" in text + aside or "@ns" in text + aside or (aside and A_DAY.fullmatch(aside)):
        if text.endswith(" @ns") and not aside and _is_span(text):
            return _read_english(text.removesuffix(" @ns"))  # both days of it are New Style
        edtf, julian = read_styles(text, aside)
        return Reading(_qualify(edtf, remarks), julian, True)
    if pair := PAIR.fullmatch(text):
        edtf, julian = read_pair(pair)
        return Reading(_qualify(edtf, remarks), julian, True)
    refuse_other_calendars(text)
    if aside:
        raise NotUnderstood
    if "/" in text and (match := re.search(r"\b(?:unknown|open)\b", text)):
        raise refusal(
            f"“{match[0]}” is from an older draft of EDTF: an unknown end is left empty, "
            "an open one is two dots.",
            "1957/",
            "1957/..",
            "/1961",
            "../1961",
        )
    text = _WHOLE_ENDS.sub(r"\1\2 ", text)
    if vague := _VAGUE.search(text):
        raise _vague(text, vague["part"])
    if text.startswith(("fl.", "flourished", "floruit")):
        raise refusal(
            "“Flourished” says that somebody was alive then, which is no date: say about.",
        )
    span = read_one_ended(text, remarks) or read_span(text)
    if span is None:
        meant = " ".join(sorted(remarks & {"decade", "century"}))
        remarks -= {"decade", "century"}
        span = read_piece(f"{text} {meant}".strip())
    edtf = read_edtf(_qualify(span, remarks)).edtf
    return Reading(edtf, None, True, _as_written(text, edtf))


def _is_span(text: str) -> bool:
    return bool(re.search(r" (?:to|until|and) |–| - ", text))


# Thirds of what is no year, whose words EDTF has no code for.
_THIRD = re.compile(
    r"(?:(?:the )?(?P<part>early|mid|middle|late)(?: part)?(?: of| in)?(?: the)?[ -])"
    r"(?P<whole>[^–]+)"
)


def _as_written(text: str, edtf: str) -> str:
    """Return "late February 1956" in its one way for a third that EDTF can only give as bounds."""
    if not re.search(r"\b(?:early|mid|middle|late)\b", text) or re.search(r"-3[789]", edtf):
        return ""
    ends = re.fullmatch(r"(?:from )?(.+?) ?(?:–| to | - ) ?(.+)", text)
    words = []
    for end in (ends[1], ends[2]) if ends else (text,):
        third = _THIRD.fullmatch(end)
        try:
            whole = read_edtf(read_piece(third["whole"] if third else end))
        except DateError:
            return ""
        if whole.start is None or whole.one_of or whole.start.qualifier:
            return ""
        name = point_display(whole.start, "")
        part = {"middle": "mid"}.get(third["part"], third["part"]) if third else ""
        words.append(part_words(part, name) if part else name)
    return " – ".join(words)


def _take_remarks(text: str) -> tuple[str, set[str], str]:
    """Part "1957 (uncertain)" into the date, the known remarks, and the rest of the brackets."""
    remarks: set[str] = set()
    aside = ""
    while match := re.fullmatch(r"(.*[^ (]) ?\(([^()]*)\)", text):
        items = [_SAME_REMARKS.get(i, i) for i in map(str.strip, re.split("[,;]", match[2]))]
        remarks_here = {item for item in items if item in _REMARKS}
        other = ", ".join(item for item in items if item not in _REMARKS)
        if other and aside:
            break
        text, aside = match[1].rstrip(" ,;"), aside or other
        remarks |= remarks_here
    return text, remarks, aside


def _qualify(edtf: str, remarks: set[str]) -> str:
    """Add the qualifiers that remarks ask for to the EDTF of a date or a span."""
    if edtf[0] == "[" and remarks <= _OF_SETS:
        separator = ".." if ".." in edtf else ","
        parts = edtf[1:-1].split(separator)
        for remark in sorted(remarks):
            sign = "~" if remark == "approximate" else "?"
            first = len(parts) - 1 if remark in ("end uncertain", "last uncertain") else 0
            last = 0 if remark == "start uncertain" else len(parts) - 1
            parts[first : last + 1] = [p and marked(p, sign) for p in parts[first : last + 1]]
        return f"[{separator.join(parts)}]"
    ends = edtf.split("/")
    marks = [""] * len(ends)
    for remark in sorted(remarks):
        if remark == "approximate":
            marks = [mark + "~" for mark in marks]
        elif remark in ("uncertain", "both ends uncertain"):
            marks = [mark + "?" for mark in marks]
        elif len(ends) == 2 and remark == "start uncertain":
            marks[0] += "?"
        elif len(ends) == 2 and remark == "end uncertain":
            marks[1] += "?"
        elif not (
            (remark == "start unknown" and ends[0] == "")
            or (remark == "end unknown" and ends[-1] == "")
        ):
            raise refusal(
                f"“({remark})” does not fit this date.",
                "1957 (uncertain)",
                "from 1957 (end unknown)",
            )
    return "/".join(
        end if end in ("", "..") else marked(end, mark)
        for end, mark in zip(ends, marks, strict=True)
    )


def _vague(text: str, part: str) -> DateError:
    """Refuse "end of June 1957", with the third that is nearest to it."""
    if frame(text) is None:
        return _not_understood(text)
    if part == "turn" and (years := re.search(r"([0-9]{4})–([0-9]{4})", text)):
        return refusal("“turn” has no agreed bounds.", f"December {years[1]} – January {years[2]}")
    third = {"beginning": "early", "start": "early", "end": "late", "close": "late"}.get(part)
    examples = []
    match = re.search(rf"\b{part} (?:in |of )?(?:the )?(.+)$", text)
    if third and match and not _is_span(match[1]):
        whole = match[1]
        examples.append(part_words(third, whole))
        with suppress(DateError):
            point = read_edtf(read_piece(whole)).start
            examples = [part_words(third, plain_words(point))] if point else []
    return refusal(
        f"“{part}” has no agreed bounds, so it would be lost or guessed: give the days, months or "
        "years that the evidence bears out, or say early or late.",
        *examples,
    )
