"""Points and spans of time in English, at the precision they have and never finer.

`~`, `?` and `%` are shown as words. What is shown here, `records.dates.parse` reads back.
"""

from __future__ import annotations

from records.dates.calendar import MONTHS, Day, calendar_date, era_words, year_words
from records.dates.edtf import Point, Span, plain_words, read_edtf


def _about(point: Point) -> str:
    words = plain_words(point)
    return f"c. {words}" if point.qualifier in ("~", "%") and words[:2] != "a " else words


def point_display(point: Point, old_style: str) -> str:
    """Return one date in English; `old_style` is its Julian day in words, "" for none."""
    remarks = []
    if point.kind == "decade" and point.year % 100 == 0:
        remarks.append("decade")  # "1900s" alone is also read as the century
    if old_style:
        remarks.append(f"{old_style} Old Style")
    if point.qualifier in ("~", "%") and _about(point) == plain_words(point):
        remarks.append("approximate")
    if point.qualifier in ("?", "%"):
        remarks.append("uncertain")
    return _with(_about(point), remarks) if remarks else _about(point)


def _with(words: str, remarks: list[str]) -> str:
    return f"{words} ({', '.join(remarks)})" if remarks else words


def interval_display(span: Span) -> str:
    """Return an interval in English; an open end and an unknown end read differently."""
    if span.one_of:
        return _one_of_display(span)
    start, end = span.start, span.end
    if start is not None and start == end:
        return point_display(start, "")  # begun and ended on the same day, or in the same month
    doubts = [bool(point and point.qualifier in ("?", "%")) for point in (start, end)]
    if start is None or end is None:
        remarks = ["uncertain"] if any(doubts) else []
        if end is not None:
            if span.edtf.startswith("../"):
                return _with(f"by {_about(end)}", remarks)
            return _with(f"until {_about(end)}", [*remarks, "start unknown"])
        assert start is not None
        if span.edtf.endswith("/.."):
            return _with(f"from {_about(start)}", remarks)
        return _with(f"from {_about(start)}", [*remarks, "end unknown"])
    doubtful = {
        (True, True): ["uncertain"],
        (True, False): ["start uncertain"],
        (False, True): ["end uncertain"],
    }.get((doubts[0], doubts[1]), [])
    short = _shortened(start, end)
    if short is None:
        words = f"{_about(start)} – {_about(end)}"
    else:
        words = (" – " if " " in short[0] else "–").join(short)
    return _with(words, doubtful) if doubtful else words


def _one_of_display(span: Span) -> str:
    """Return one unknown time of several: "between …", "before …", "after …", "… or …"."""
    start, end = span.start, span.end
    points = span.choices or [point for point in (start, end) if point is not None]
    doubts = {point.qualifier in ("?", "%") for point in points}
    remarks = ["uncertain"] if doubts == {True} else []
    if len(doubts) == 2 and span.choices:
        # What stands in brackets at the end is said of all dates, so that a doubt about the last
        # alone has words of its own.
        words = [_with(_about(p), ["uncertain"] * (p.qualifier in ("?", "%"))) for p in points]
        if points[-1].qualifier in ("?", "%"):
            words[-1] = _with(_about(points[-1]), ["last uncertain"])
        return f"{', '.join(words[:-1])} or {words[-1]}"
    if len(doubts) == 2:
        remarks = ["start uncertain" if points[0].qualifier in ("?", "%") else "end uncertain"]
    if span.choices:
        *earlier, second_last, last = span.choices
        words = [f"{_about(point)}, " for point in earlier]
        return _with("".join(words) + _joined(second_last, last, "or"), remarks)
    if start is None or end is None:
        point = start or end
        assert point is not None
        if beside := _beside(point, 1 if start is None else -1):
            return _with(f"{'before' if start is None else 'after'} {beside}", remarks)
        return _with(f"{_about(point)} or {'earlier' if start is None else 'later'}", remarks)
    return _with(f"between {_joined(start, end, 'and')}", remarks)


def _beside(point: Point, step: int) -> str:
    """Return the day, month or year next to a date in words; "" for what has no such neighbour."""
    if point.kind not in ("day", "month", "year") or point.qualifier in ("~", "%"):
        return ""
    beside: Day = calendar_date(point.latest + 1 if step > 0 else point.earliest - 1)
    if abs(beside[0]) > 9999:
        return ""
    year = f"{'-' if beside[0] < 0 else ''}{abs(beside[0]):04}"
    size = {"year": 0, "month": 1, "day": 2}[point.kind]
    found = read_edtf("-".join([year, f"{beside[1]:02}", f"{beside[2]:02}"][: size + 1])).start
    return plain_words(found) if found else ""


def _joined(start: Point, end: Point, word: str) -> str:
    """Return two dates with "and" or "or" between them; what they share is said once."""
    short = _shortened(start, end) or (_about(start), _about(end))
    return f" {word} ".join(short)


def _shortened(start: Point, end: Point) -> tuple[str, str] | None:
    """The words of two dates without what they share; None where both must be written in full."""
    if start.kind != end.kind or {start.qualifier, end.qualifier} & {"~", "%"}:
        return None
    last = plain_words(end)
    if start.kind == "year":
        if era_words(start.year) != era_words(end.year) or start.year == end.year:
            return None
        return year_words(start.year).split()[0], last
    if start.year != end.year or 24 in (start.month, end.month):
        return None
    if start.kind == "day" and start.month != end.month:
        return f"{start.day} {MONTHS[start.month - 1]}", last
    if start.kind == "day":
        return str(start.day), last
    if start.kind in ("month", "season"):
        return plain_words(start).split()[0], last
    return None
