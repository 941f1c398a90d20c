"""A series of one measure as a line over time, laid out on the server. Pure functions; no queries.

Places along the line are percentages of the width, heights and letters are CSS pixels: the drawing
fits any window with letters of one size. Labels are laid out for the narrowest frame a drawing is
for; in a wider one the places only move apart, so what does not overlap there overlaps nowhere.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from records.dates import HistoricalDate, calendar_date, year_words
from reforms.charts.scale import in_short, round_values

# The narrowest frames in CSS pixels: a phone of 320 px less its margins, and a column of text.
PHONE, DESK = 276, 560
# Pixels: one line of words, one letter (generous, for readers who space letters out), the plot.
_LINE, _LETTER, _PLOT, _FOOT = 19, Decimal("8.6"), 150, 30
# Around a mark, and between a label and whatever stands next to it.
_MARK, _AIR, _STEP = 9, 3, 4
# How far the stripes of an open end reach over and under the middle of a mark, in pixels.
_REACH = {"about": (17, 17), "over": (35, _MARK), "at_least": (35, _MARK), "under": (_MARK, 35)}
# Left of the frame, for the numbers of the scale: up to three letters, and longer ones.
_NARROW, _WIDE = 38, 82
# So many letters make a line of a label.
_WRAP = 30
# More words than this would hide the line; the table has them all.
_LABELS = 8
# Room at both sides, in percent, so that marks at the ends stand inside the frame.
_SIDE = 4


@dataclass(frozen=True)
class Observation:
    """One dated value: `words` how much, `of` what else to say (a source, “before”), or blank.

    `kind` is value, before or disputed; `upper` the higher value of “between”; `pair` numbers the
    two ends of one change, so that they are joined, and is 0 for a plain observation.
    """

    date: HistoricalDate
    words: str
    kind: str
    value: Decimal
    comparator: str = "exactly"
    upper: Decimal | None = None
    of: str = ""
    pair: int = 0


@dataclass(frozen=True)
class Label:
    """Words beside a mark: lines of (text, part) from `top` down, set by `anchor` at `x` percent.

    `left`, `right`, `top`, `bottom` are its box in pixels of the narrowest frame. `mark_x` and
    `mark_y` are where its mark begins; `far` says that a leader must show which mark that is.
    """

    x: str
    anchor: str
    lines: list[tuple[str, str, int]]
    left: float
    right: float
    top: int
    bottom: int
    mark_x: str
    mark_y: int

    @property
    def far(self) -> bool:
        return self.mark_y - self.bottom > 2 * _STEP


@dataclass(frozen=True)
class Point:
    """One mark: `shape` is day, month or year, as precisely as its date is known.

    `open` is over, under, about or between when the value is no single number; `reach` is how many
    pixels “between” reaches up.
    """

    x: str
    y: int
    kind: str
    shape: str
    open: str
    reach: int


@dataclass(frozen=True)
class Segment:
    """A piece of the line from one mark to the next; `kind` is value or disputed."""

    x1: str
    y1: int
    x2: str
    y2: int
    kind: str


@dataclass(frozen=True)
class LineChart:
    """Marks, the line through them, and labels, for frames at least `frame` pixels wide.

    `ticks` are the round values of the scale (y, words), zero among them, and `scale` says what
    they count; they stand left of everything else, in a margin that is `wide` or not.
    """

    frame: int
    size: str
    points: list[Point]
    segments: list[Segment]
    labels: list[Label]
    height: int
    zero: int
    first_year: str
    last_year: str
    ticks: list[tuple[int, str]]
    scale: str
    wide: bool

    @property
    def room(self) -> int:
        """The pixels of the narrowest frame that the scale leaves to the line."""
        return _room(self.frame, self.wide)


def _room(frame: int, wide: bool) -> int:
    return frame - (_WIDE if wide else _NARROW)


# Left, right, top, bottom in pixels.
Box = tuple[float, float, float, float]


def line_chart(observations: Sequence[Observation], frame: int, unit: str) -> LineChart:
    """Lay out observations, in order of time, in a frame. At least two must differ in date."""
    first = min(o.date.earliest for o in observations)
    last = max(o.date.latest for o in observations)
    days = Decimal(max(last - first, 1))
    values = [value for o in observations for value in (o.value, o.upper or o.value)]
    least, most = min(Decimal(0), *values), max(Decimal(0), *values)
    extent = (most - least) or Decimal(1)
    marked = round_values(least, most)
    numbers, scale = in_short(marked, unit)
    wide = max(map(len, numbers)) > 3
    room = _room(frame, wide)

    def across(day: Decimal) -> Decimal:
        return _SIDE + (day - first) / days * (100 - 2 * _SIDE)

    def down(value: Decimal) -> int:
        return round((most - value) / extent * _PLOT)

    spots = [(across(_middle(o.date)), down(o.value)) for o in observations]
    reach = [
        (max(_MARK, y - down(o.upper)), _MARK)
        if o.upper is not None
        else _REACH.get(o.comparator, (_MARK, _MARK))
        for o, (_, y) in zip(observations, spots, strict=True)
    ]
    placed = _labels(observations, spots, reach, room, down(Decimal(0)))
    # The highest label decides where the plot begins, under the words of the scale.
    shift = _AIR + _LINE - min([0, *(label.top for label in placed)])
    points = [
        Point(
            x=percent(x),
            y=y + shift,
            kind=o.kind,
            shape=o.date.precision if o.date.precision in {"day", "month"} else "year",
            open="over" if o.comparator == "at_least" else o.comparator.replace("exactly", ""),
            reach=0 if o.upper is None else y - down(o.upper),
        )
        for o, (x, y) in zip(observations, spots, strict=True)
    ]
    bottom = max([_PLOT, *(label.bottom for label in placed)])
    return LineChart(
        frame=frame,
        size="phone" if frame == PHONE else "desk",
        points=points,
        segments=_segments(observations, points),
        labels=[_moved(label, shift) for label in placed],
        height=bottom + shift + _FOOT,
        zero=down(Decimal(0)) + shift,
        first_year=_year(first),
        last_year=_year(last),
        ticks=[(down(value) + shift, words) for value, words in zip(marked, numbers, strict=True)],
        scale=scale,
        wide=wide,
    )


def _segments(observations: Sequence[Observation], points: Sequence[Point]) -> list[Segment]:
    """Plain observations joined in order of time; each change from its before to its after."""
    segments = []
    for chain in sorted({o.pair for o in observations}):
        ends = [
            (o, point)
            for o, point in zip(observations, points, strict=True)
            if o.pair == chain and (chain or o.kind != "disputed")
        ]
        kind = "disputed" if any(o.kind == "disputed" for o, _ in ends) else "value"
        for (_, start), (_, end) in pairwise(ends):
            segments.append(Segment(start.x, start.y, end.x, end.y, kind))
    return segments


def _labels(
    observations: Sequence[Observation],
    spots: Sequence[tuple[Decimal, int]],
    reach: Sequence[tuple[int, int]],
    frame: int,
    floor: int,
) -> list[Label]:
    """Labels over their marks, moved up until they touch neither each other nor any mark.

    In: where the marks are (percent, pixels), how far each reaches up and down, and `floor`, the y
    of the zero line.
    """
    named = _named(observations)
    marks: list[Box] = [
        (float(x) * frame / 100 - _MARK, float(x) * frame / 100 + _MARK, y - above, y + below)
        for (x, y), (above, below) in zip(spots, reach, strict=True)
    ]
    taken = list(marks)
    labels = []
    for n in named:
        x, y = spots[n]
        texts = _texts(observations[n], frame)
        width = float(max(len(text) for text, _ in texts) * _LETTER)
        at = float(x) * frame / 100
        anchor = "start" if at + width <= frame else "end"
        if at - width / 2 >= 0 and at + width / 2 <= frame:
            anchor = "middle"
        elif anchor == "end" and at < width:
            # Too long for either side of its mark: it begins at the edge of the frame.
            anchor, at, x = "start", 0.0, Decimal(0)
        left = {"start": at, "middle": at - width / 2, "end": at - width}[anchor]
        height = _LINE * len(texts)
        bottom = y - reach[n][0] - _AIR
        # A line that falls steeply to its mark leaves room under it.
        under = y + _MARK + _AIR + height
        if (
            n
            and spots[n - 1][1] < y - 2 * _MARK
            and observations[n].comparator == "exactly"
            and under <= floor
            and _free(left, left + width, under - height, under, taken)
        ):
            bottom = under
        while not _free(left, left + width, bottom - height, bottom, taken):
            bottom -= _STEP
        top = bottom - height
        taken.append((left, left + width, top, bottom))
        lines = [(text, part, top + _LINE * (i + 1) - 5) for i, (text, part) in enumerate(texts)]
        labels.append(
            Label(
                x=percent(x),
                anchor=anchor,
                lines=lines,
                left=left,
                right=left + width,
                top=top,
                bottom=bottom,
                mark_x=percent(spots[n][0]),
                mark_y=y - reach[n][0] + 2,
            )
        )
    return labels


def _free(left: float, right: float, top: int, bottom: int, taken: Sequence[Box]) -> bool:
    return not any(
        left < other_right + _AIR
        and right > other_left - _AIR
        and top < other_bottom
        and bottom > other_top
        for other_left, other_right, other_top, other_bottom in taken
    )


def _named(observations: Sequence[Observation]) -> list[int]:
    """Which observations carry words: all of a few; of many the ends, the extremes, the disputed.

    Those nearest to the zero line come first, so that a label moved up finds room above them.
    """
    count = len(observations)
    if count <= _LABELS:
        chosen = set(range(count))
    else:
        order = sorted(range(count), key=lambda n: observations[n].value)
        disputed = [n for n in range(count) if observations[n].kind == "disputed"]
        chosen = set([0, count - 1, order[0], order[-1], *disputed][:_LABELS])
    return sorted(chosen, key=lambda n: (observations[n].value, n))


def _texts(observation: Observation, frame: int) -> list[tuple[str, str]]:
    """The lines of a label with their parts: how much, when, and what else."""
    most = int(frame / _LETTER)
    parts = [
        (observation.words, f"words {observation.kind}"),
        (observation.date.display(), "label"),
        (textwrap.shorten(observation.of, 3 * _WRAP, placeholder="…"), "label"),
    ]
    return [(line, part) for text, part in parts for line in textwrap.wrap(text, min(most, _WRAP))]


def _moved(label: Label, by: int) -> Label:
    return replace(
        label,
        lines=[(text, part, y + by) for text, part, y in label.lines],
        top=label.top + by,
        bottom=label.bottom + by,
        mark_y=label.mark_y + by,
    )


def _middle(date: HistoricalDate) -> Decimal:
    return Decimal(date.earliest + date.latest) / 2


def _year(day: int) -> str:
    return year_words(calendar_date(day)[0])


def percent(value: Decimal) -> str:
    """A share of the width as SVG takes it: “41.67%”."""
    return f"{value:.2f}%"
