"""From the figures and dates of one clause to statistics: what changed from what, and when.

“From £29,000 in 1485 to £42,000 by 1509” is one statistic with a value before. Each figure has the
date that stands nearest to it in its own part of the clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from records.typed.figures import FigureError, read_figure
from workbench.notes.dates import Dating, Habits, find_dates
from workbench.notes.figures import Found, find_figures, in_scale_of, in_unit_of
from workbench.notes.mending import mended
from workbench.notes.structure import Confidence, StatisticNote
from workbench.notes.vocabulary import CHANGES

_BEFORE_CHANGE = re.compile(rf"\b{CHANGES}\b", re.I)
_FROM = re.compile(r"\bfrom(?: (?:only|just|around|about))? ?\Z", re.I)
_TO = re.compile(
    r"\s*(?:[\w-]+(?: [\w-]+){0,3}? ?)?,?\s*(?:down to|up to|to|->|→|=>|–>|and then)\s*"
    r"(?:only |just )?\Z",
    re.I,
)
_TO_DIRECT = re.compile(r"[\s(),]*(?:down to|up to|to|-{1,3}>|→|=+>|–>)\s*(?:only |just )?\Z", re.I)
# “An income of £29,000 rose to £42,000”
_WENT_TO = re.compile(
    rf"\s*(?:[a-z]+ly )?(?:had |has )?{CHANGES} (?:[a-z]+ly )?(?:up |down )?to\s*", re.I
)
_BACK = re.compile(r"[\s(),]*(?:[a-z]+ ){0,2}[\s(),]*(?:up |down )?from\s*(?:only |just )?\Z", re.I)
_BREAK = re.compile(r",\s|\band\b|\bbut\b|\bwhile\b|\bthen\b|–|;|\(")
_HEAD = re.compile(
    r"([A-Za-z][a-z]{2,}s|people|men|women)\s+(?:was |were |had been |have been )?\Z"
)
_ATTACHED = re.compile(r"\s*(?:[\w'’-]+ ){0,3}?\s*[,(]?\s*\Z")


@dataclass(frozen=True, slots=True)
class Clause:
    """What was read in one clause. Places count in the text as it was given."""

    dates: tuple[Dating, ...]
    statistics: tuple[StatisticNote, ...]
    # The dates that no statistic carries.
    loose: tuple[Dating, ...]
    doubts: tuple[tuple[int, int, str], ...]
    # Whether the figures, their dates and what they count are all that the clause says.
    only_figures: bool


def read_clause(text: str, start: int, end: int, line: int, habits: Habits) -> Clause:
    """Read the dates and figures between two places of a text in one line."""
    fixed = mended(text, start, end)
    words = fixed.text
    dates = find_dates(words, habits)
    blanked = list(words)
    for date in dates:
        blanked[date.outer : date.end] = " " * (date.end - date.outer)
    masked = "".join(blanked)
    figures, refused = find_figures(words, masked)
    raw = _statistics(words, masked, figures, dates)

    def placed(first: int, last: int) -> tuple[int, int]:
        return fixed.place(first), max(fixed.place(last - 1) + 1 if last else 0, fixed.place(first))

    statistics = []
    for found, note in raw:
        low, high = placed(note.start, note.end)
        confidence = note.confidence
        if found.problem or fixed.slips:
            confidence = Confidence.GUESS
        statistics.append(replace(note, line=line, start=low, end=high, confidence=confidence))
    used = {id(date) for _, note in raw for date in _dates_of(note, dates)}
    doubts = [(slip.start, slip.end, slip.problem) for slip in fixed.slips]
    doubts += [(*placed(date.start, date.end), date.problem) for date in dates if date.problem]
    doubts += [(*placed(one.start, one.end), one.problem) for one in figures if one.problem]
    doubts += [(*placed(first, last), reason) for first, last, reason in refused]
    moved = {
        id(date): Dating(
            fixed.place(date.outer), *placed(date.start, date.end), date.edtf, date.problem
        )
        for date in dates
    }
    return Clause(
        tuple(moved[id(date)] for date in dates),
        tuple(statistics),
        tuple(moved[id(date)] for date in dates if id(date) not in used),
        tuple(doubts),
        bool(figures) and _says_nothing_else(masked, figures),
    )


def _dates_of(note: StatisticNote, dates: list[Dating]) -> list[Dating]:
    return [one for one in dates if one.edtf and one.edtf in (note.date, note.baseline_date)]


def _says_nothing_else(masked: str, figures: list[Found]) -> bool:
    rest = list(masked)
    for one in figures:
        rest[one.start : max(one.end, one.unit_end)] = " " * (
            max(one.end, one.unit_end) - one.start
        )
    return not re.search(r"[A-Za-z]", "".join(rest))


def _statistics(
    words: str, masked: str, figures: list[Found], dates: list[Dating]
) -> list[tuple[Found, StatisticNote]]:
    made: list[tuple[Found, StatisticNote]] = []
    at = 0
    while at < len(figures):
        one = figures[at]
        pair = _pair(masked, one, figures[at + 1]) if at + 1 < len(figures) else ""
        if pair:
            before, now = (one, figures[at + 1]) if pair == "to" else (figures[at + 1], one)
            made.append((now, _changed(words, masked, before, now, dates)))
            at += 2
            continue
        if at + 1 < len(figures) and (span := _span_of(words, one, figures[at + 1])):
            one, at = span, at + 1
        date = _date_of(words, one, figures, dates)
        made.append((one, _note(words, one, one.unit or _subject(masked, one), date)))
        at += 1
    return made


def _span_of(words: str, one: Found, other: Found) -> Found | None:
    """The figure of “about 3,000 to 4,000”, which lies between the two; None for no such thing."""
    if words[one.end : other.start] != " to " or one.figure.value >= other.figure.value:
        return None
    written = words[one.start : other.end]
    try:
        figure = read_figure(written)
    except FigureError:
        return None
    unit = figure.unit or other.unit
    return replace(other, start=one.start, first=one.first, words=written, figure=figure, unit=unit)


def _pair(masked: str, one: Found, other: Found) -> str:
    """Tell how two figures hang together: “to” for from 55 to 25, “from” for to 25 from 55."""
    if one.whole or other.whole or (one.unit and other.unit and not _alike(one, other)):
        return ""
    between = masked[one.end : other.start]
    if len(between) > 120:
        return ""
    head = masked[max(0, one.start - 90) : one.start]
    changes = bool(_FROM.search(head) or _BEFORE_CHANGE.search(head))
    if _TO_DIRECT.fullmatch(between) and (changes or re.search("→|>", between)):
        return "to"
    unit_end = max(one.unit_end, one.end)
    behind = masked[unit_end : other.start]
    if (changes or re.search("→|[-=]>", behind)) and _TO_DIRECT.fullmatch(behind):
        return "to"
    if _WENT_TO.fullmatch(between):
        return "to"
    if _FROM.search(head) and _TO.fullmatch(between):
        return "to"
    if re.search(r"\bto(?: about| around)? ?\Z", head) and _BACK.fullmatch(between):
        return "from"
    if _BACK.fullmatch(between) and (changes or re.search(r"\b(?:up|down) from", between)):
        return "from"
    return ""


def _alike(one: Found, other: Found) -> bool:
    symbols = {"percent", "per mille", "£", "$", "€", "₽"}
    if one.unit in symbols or other.unit in symbols:
        return one.unit == other.unit
    return True


def _changed(
    words: str, masked: str, before: Found, now: Found, dates: list[Dating]
) -> StatisticNote:
    now_words = in_unit_of(now.words, before.words)
    before_words = in_unit_of(in_scale_of(before.words, now.words), now.words)
    figure, baseline = now.figure, before.figure.value
    try:
        figure = read_figure(now_words)
        baseline = read_figure(before_words).value
    except FigureError:
        pass
    first, last = (before, now) if before.start < now.start else (now, before)
    inner = [d for d in dates if first.end <= d.start and d.end <= last.start]
    behind = [d for d in dates if d.start >= last.end]
    ahead = [d for d in dates if d.end <= first.start]
    dates_of_pair = inner[-1] if inner else None, behind[0] if behind else None
    date_before, date_now = dates_of_pair if before.start < now.start else dates_of_pair[::-1]
    if date_now is None and date_before is None and ahead:
        span = ahead[-1].edtf or ""
        if match := re.fullmatch(r"\[([^.,]+)\.\.([^.,]+)\]|([^/.]+)/([^/.]+)", span):
            baseline_edtf, edtf = match[1] or match[3], match[2] or match[4]
        else:
            baseline_edtf, edtf = None, span or None
    else:
        edtf = date_now.edtf if date_now else None
        baseline_edtf = date_before.edtf if date_before else None
        if date_now and date_before is None and date_now.edtf:
            # “From 12 to 107 between 1928 and 1930”
            span_match = re.fullmatch(
                r"\[([0-9X-]+)\.\.([0-9X-]+)\]|(-?[0-9X-]+)/(-?[0-9X-]+)", date_now.edtf
            )
            if span_match:
                baseline_edtf, edtf = span_match[1] or span_match[3], span_match[2] or span_match[4]
    unit = now.unit or before.unit or figure.unit or _subject(masked, first)
    note = _note(words, now, unit, None)
    opening = first.start
    low = max(0, first.start - 40)
    if opener := _FROM.search(masked[low : first.start]):
        opening = low + opener.start()
    return replace(
        note, value=figure.value, upper_value=figure.upper_value, comparator=figure.comparator,
        baseline=baseline, date=edtf, baseline_date=baseline_edtf,
        as_written=" ".join(words[opening : last.end].split()), start=opening, end=last.end,
        confidence=Confidence.STATED if now_words == now.words and before_words == before.words
        else Confidence.LIKELY,
    )  # fmt: skip


def _note(words: str, one: Found, unit: str | None, date: Dating | None) -> StatisticNote:
    confidence = Confidence.STATED
    if one.whole or (date and date.problem):
        confidence = Confidence.LIKELY
    return StatisticNote(
        one.figure.value, one.figure.upper_value, one.figure.comparator, None, unit,
        date.edtf if date else None, None, " ".join(words[one.start : one.end].split()), 0,
        one.start, one.end, confidence,
    )  # fmt: skip


def _subject(masked: str, one: Found) -> str | None:
    """The plural that a number is said of: “Central Soviet Ministries cut from 55 to 25”."""
    head = masked[max(0, one.start - 90) : one.start]
    change = _BEFORE_CHANGE.search(head)
    if change is None or one.figure.unit or re.search(r"/|hal[fv]|third|quarter", one.words):
        return None
    noun = _HEAD.search(head[: change.start()])
    if (
        noun is None
        or noun[1].lower().endswith(("ss", "us", "ics"))
        or noun[1].lower() in ("was", "has", "his")
    ):
        return None
    return noun[1].lower()


def _date_of(words: str, one: Found, figures: list[Found], dates: list[Dating]) -> Dating | None:
    """The date of a figure by itself: of its own part of the clause, else the nearest before it."""
    known = [date for date in dates if date.edtf]
    if not known:
        return None
    if len(known) == 1:
        return known[0]
    behind = [date for date in known if date.start >= one.end]
    ahead = [date for date in known if date.end <= one.start]
    later = [other for other in figures if other.start > one.start]
    following = behind[0] if behind and not (later and later[0].start < behind[0].start) else None
    leads = known[0].start < figures[0].start
    if ahead and leads and not (following and len(known) > len(figures)):
        if not following or _BREAK.search(words, one.end, following.start):
            return ahead[-1]
        if not _BREAK.search(words, ahead[-1].end, one.start):
            return ahead[-1]
        return following
    if following:
        return following
    return ahead[-1] if ahead else behind[0]
