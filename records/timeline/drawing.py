"""A timeline as a drawing: dated items in lanes become shapes, words and ticks. No queries.

The mark shows how much is known and nothing more: a dot for a day, a bar for a month, hatching
for what is known only to the year or less, and an open end where an end is “about” or unknown.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from records.dates import OPEN_FUTURE, OPEN_PAST, HistoricalDate, display_day, year_words
from records.dates.calendar import calendar_date
from records.timeline.layout import Axis, Box, axis, pack
from records.timeline.ticks import Tick, text_width, ticks_of

WIDTH = 1180
# The titles of the lanes stand in a column of their own, left of the axis.
_GUTTER, _MARGIN = 172, 6
_HEAD, _FOOT, _BETWEEN = 26, 24, 14
_ROW = {"dots": 18, "bars": 19}
_BAR, _DOT, _TURNING_DOT, _THIN = 15, 5.0, 7.0, 7
_MOST_ROWS, _MOST_LANES = 24, 24
_LONGEST = 40
# How much larger the words of what matters most are set (`.turning` in thaw.css).
_LARGER = 15 / 13
# So many letters of a lane's title fit before the axis, set bold.
_TITLE = 20
_STUB = 14.0


@dataclass(frozen=True)
class Item:
    """One dated thing: its words, where it leads, and how soon it deserves words (more, sooner)."""

    span: HistoricalDate
    label: str
    href: str
    kind: str
    weight: int = 1
    detail: str = ""


@dataclass(frozen=True)
class Lane:
    """Items drawn under each other with a title: as dots with words beside them, or as bars."""

    title: str
    items: Sequence[Item]
    style: str = "bars"


@dataclass(frozen=True)
class Shape:
    """One piece of a mark. `kind` is dot, sure, vague, or open; `path` is for an open end."""

    kind: str
    x: str = ""
    y: str = ""
    width: str = ""
    height: str = ""
    path: str = ""


@dataclass(frozen=True)
class Mark:
    item: Item
    shapes: tuple[Shape, ...]
    text: str
    x: str
    y: str
    # Its bar leaves no room beside it: the words stand on it, with a rim of paper.
    is_long: bool = False


@dataclass(frozen=True)
class Band:
    """A lane as drawn: the lines of its title and its marks. `y` is its upper edge."""

    title: list[tuple[int, str]]
    y: int
    marks: list[Mark]


@dataclass(frozen=True)
class Gap:
    """A break in the axis; `words` say what it leaves out."""

    x: str
    width: str
    words: str


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    top: int
    bottom: int
    left: int
    bands: list[Band]
    ticks: list[Tick]
    gaps: list[Gap]
    folds: list[str]
    marker: str
    summary: str
    used: set[str]

    @property
    def depth(self) -> int:
        return self.bottom - self.top


def draw(
    lanes: Iterable[Lane],
    *,
    first: int | None = None,
    last: int | None = None,
    marker: int | None = None,
    focus: tuple[int, int] | None = None,
) -> Drawing | None:
    """Lay out lanes from top to bottom; None when nothing is dated in them.

    In: lanes, the days (numbers) at which the drawing is cut off on either side, a day to mark with
    a line across all lanes, and the first and last day of what matters most (else of the dots).
    """
    lanes = [lane for lane in lanes if lane.items]
    spans = [item.span for lane in lanes for item in lane.items]
    if not spans:
        return None
    days = [day for span in spans for day in _days(span)]
    if marker is not None:
        days.append(marker)
    low = min(days) if first is None else max(first, min(days))
    high = max(low, max(days) if last is None else min(last, max(days)))
    cut = [min(max(day, low), high) for day in days]
    line = axis(cut, _GUTTER, WIDTH - _MARGIN, focus or _focus(lanes, low, high))
    bands = []
    y = _HEAD
    for lane in _few(lanes):
        band, height = _band(lane, line, y)
        bands.append(band)
        y += height + _BETWEEN
    bottom = y - _BETWEEN + 4
    marks = [mark for band in bands for mark in band.marks]
    return Drawing(
        width=WIDTH,
        height=bottom + _FOOT,
        top=_HEAD - 6,
        bottom=bottom,
        left=_GUTTER,
        bands=bands,
        ticks=ticks_of(line),
        gaps=[
            Gap(
                _number(gap.left),
                _number(gap.right - gap.left),
                f"Left out: {display_day(gap.first)} to {display_day(gap.last)}, when nothing here "
                "begins or ends",
            )
            for gap in line.breaks
        ],
        folds=[_number(x) for x in line.folds],
        marker="" if marker is None else _number(line.at(marker)),
        summary=f"{len(marks)} item{'' if len(marks) == 1 else 's'} {_years(low, high)}: "
        + "; ".join(f"{lane.title} {len(lane.items)}" for lane in _few(lanes)),
        used={shape.kind for mark in marks for shape in mark.shapes}
        | {name for name, there in (("gap", line.breaks), ("fold", line.folds)) if there},
    )


def _few(lanes: list[Lane]) -> list[Lane]:
    """Lanes beyond the most that a page can hold become one."""
    if len(lanes) <= _MOST_LANES:
        return lanes
    last_lanes = lanes[_MOST_LANES - 1 :]
    items = [item for lane in last_lanes for item in lane.items]
    return [
        *lanes[: _MOST_LANES - 1],
        Lane(f"{len(last_lanes)} others", items, last_lanes[0].style),
    ]


def _focus(lanes: list[Lane], first: int, last: int) -> tuple[int, int] | None:
    """The first and last day of what is drawn as dots: events are what a timeline is about."""
    dots = [item.span for lane in lanes if lane.style == "dots" for item in lane.items]
    days = [day for span in dots for day in _days(span) if first <= day <= last]
    return (min(days), max(days)) if days else None


def _days(span: HistoricalDate) -> list[int]:
    """The days on which a span may begin and end, its open ends left out."""
    points = [point for point in (span.start, span.end) if point is not None]
    days = [day for point in points for day in (point.earliest, point.latest)]
    return [day for day in days if day not in (OPEN_PAST, OPEN_FUTURE)]


def _band(lane: Lane, line: Axis, top: int) -> tuple[Band, int]:
    row_height = _ROW[lane.style]
    items = sorted(lane.items, key=lambda item: (item.span.sort, item.span.latest))
    texts = [_short(item.label) for item in items]
    boxes, long = [], []
    for item, text in zip(items, texts, strict=True):
        dot = _TURNING_DOT if item.weight > 2 else _DOT
        left, right = _extent(item.span, line, lane.style, dot)
        width = text_width(text, bold=item.weight > 2) * (_LARGER if item.weight > 2 else 1)
        beside = width + _BETWEEN
        long.append(left - beside < line.left and right + beside > line.right)
        is_bar = long[-1] or lane.style == "bars"
        room = _room(item.span, line) if is_bar else (0.0, 0.0)
        if long[-1] and room[1] - room[0] < beside:
            room = max(line.pieces(left, right), key=lambda piece: piece[1] - piece[0])
        boxes.append(Box(left, right, width, room, item.weight))
    closed = [(gap.left, gap.right) for gap in line.breaks]
    places = pack(boxes, line.left, line.right, _MOST_ROWS, closed)
    marks = []
    for item, text, place, is_long in zip(items, texts, places, long, strict=True):
        y = top + place.row * row_height
        marks.append(
            Mark(
                item,
                tuple(_shapes(item.span, line, "bars" if is_long else lane.style, y)),
                text if place.words is not None else "",
                _number(place.words or 0),
                str(y + 12),
                is_long,
            )
        )
    lines = textwrap.wrap(lane.title, _TITLE, max_lines=3, placeholder="…")
    title = [(top + 12 + n * 15, words) for n, words in enumerate(lines)]
    rows = 1 + max(place.row for place in places)
    return Band(title, top, marks), max(rows * row_height, len(lines) * 15 + 4)


def _extent(span: HistoricalDate, line: Axis, style: str, dot: float = _DOT) -> tuple[float, float]:
    """From where to where the mark of a span reaches, its open ends included.

    In: half the width of the dot that a day is drawn as.
    """
    days = _days(span)
    left, right = line.at(min(days)), line.at(max(days))
    if _is_dot(span, style):
        return max(line.left, left - dot), min(line.right, right + dot)
    right = max(right, left + 3)
    before, after = _open_ends(span)
    if before:
        left -= _STUB
    if after:
        right += _STUB
    if left < line.left or right > line.right:
        return max(line.left, left), min(line.right, right)
    return left, right


def _is_dot(span: HistoricalDate, style: str) -> bool:
    return style == "dots" and span.earliest == span.latest and not any(_open_ends(span))


def _open_ends(span: HistoricalDate) -> tuple[bool, bool]:
    """Whether the beginning and the end of a span are open, unknown, or qualified."""
    start, end = span.start, span.end
    return (
        start is None or start.is_approximate or start.is_uncertain,
        end is None or end.is_approximate or end.is_uncertain,
    )


def _shapes(span: HistoricalDate, line: Axis, style: str, y: int) -> list[Shape]:
    """The pieces of one mark: what is certain, what is vague, and its open ends."""
    height = _BAR if style == "bars" else _THIN
    upper = y + 1 if style == "bars" else y + 5
    if _is_dot(span, style):
        return [Shape("dot", _number(line.at(span.earliest)), str(y + 8.5))]
    left, right = _extent(span, line, style)
    before, after = _open_ends(span)
    days = _days(span)
    if max(days) < line.first or min(days) > line.last:
        # Only an open end reaches into the drawing: nothing of it is known to lie there.
        middle = upper + height / 2
        return [Shape("open", path=f"M{_number(left)} {middle:g}H{_number(right)}")]
    inner_left = left + _STUB if before and left + _STUB < right else left
    inner_right = right - _STUB if after and right - _STUB > inner_left else right
    pieces = []
    for kind, begin, end in _stretches(span, line, inner_left, inner_right):
        for a, b in line.pieces(begin, end):
            # Whole edges, so that two pieces meet.
            width = max(1, round(b) - round(a))
            pieces.append(Shape(kind, _number(a), str(upper), str(width), str(height)))
    middle = upper + height / 2
    if before:
        pieces.append(Shape("open", path=f"M{_number(inner_left)} {middle:g}H{_number(left)}"))
    if after:
        pieces.append(Shape("open", path=f"M{_number(inner_right)} {middle:g}H{_number(right)}"))
    return pieces


def _stretches(
    span: HistoricalDate, line: Axis, left: float, right: float
) -> list[tuple[str, float, float]]:
    """What of a span is sure and what vague, from left to right."""
    start, end = span.start, span.end
    if span.is_one_of:
        # Between two days lies one that nobody knows: nothing lasted from the one to the other.
        return [("vague", left, max(right, left + 3))]
    if not span.is_interval:
        # A day or a month is the mark itself; anything longer says only “at some time in it”.
        exact = span.latest - span.earliest <= 31
        return [("sure" if exact else "vague", left, max(right, left + 3))]
    sure_from = left if start is None else max(left, min(right, line.at(start.latest)))
    sure_to = right if end is None else min(right, max(left, line.at(end.earliest)))
    if start is not None and start.earliest == start.latest:
        sure_from = left
    if end is not None and end.earliest == end.latest:
        sure_to = right
    if sure_from >= sure_to:
        certain = start is not None and end is not None and span.latest - span.earliest <= 31
        return [("sure" if certain else "vague", left, max(right, left + 3))]
    pieces = [
        ("vague", left, sure_from),
        ("sure", sure_from, sure_to),
        ("vague", sure_to, right),
    ]
    return [piece for piece in pieces if piece[2] - piece[1] >= 1]


def _room(span: HistoricalDate, line: Axis) -> tuple[float, float]:
    """The longest stretch of a bar that is certain and unbroken, for words to stand on."""
    left, right = _extent(span, line, "bars")
    before, after = _open_ends(span)
    left, right = left + _STUB * before, right - _STUB * after
    sure = [
        piece
        for kind, a, b in _stretches(span, line, left, right)
        if kind == "sure"
        for piece in line.pieces(a, b)
    ]
    return max(sure, key=lambda piece: piece[1] - piece[0], default=(0.0, 0.0))


def _years(low: int, high: int) -> str:
    """The years of two days, in words: “in 1957”, “from 1953 to 1964”."""
    first, last = (year_words(calendar_date(day)[0]) for day in (low, high))
    return f"in {first}" if first == last else f"from {first} to {last}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip(' ,;:')}…"


def _number(value: float) -> str:
    # The drawing is 1180 units wide: half of one is nothing that anybody sees, and much to send.
    return str(round(value))
