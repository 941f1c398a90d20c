"""Where the marks and the words of a timeline go. Pure numbers: days in, positions out.

Days are day numbers (`dates.calendar`), positions are units of the drawing from its left edge.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

# A stretch in which nothing begins or ends is quiet when it is longer than this part of the whole,
# and never when it is shorter than two years.
_QUIET_PART, _QUIET_DAYS = 20, 731
_MOST_BREAKS = 8
# Beyond the focus, time is drawn this many times as dense.
_DENSER = 4
# Time shorter than this is never folded.
_LONG_DAYS = 3653
# A break is drawn this wide, whatever time it leaves out.
BREAK = 26.0


@dataclass(frozen=True)
class Break:
    """A stretch of quiet time drawn narrow: its days, and its place in the drawing."""

    first: int
    last: int
    left: float
    right: float


@dataclass(frozen=True)
class Axis:
    """Days along a line, even between its knots. `scale` is units a day between `focus`."""

    days: tuple[int, ...]
    places: tuple[float, ...]
    breaks: tuple[Break, ...]
    focus: tuple[int, int]
    scale: float

    @property
    def first(self) -> int:
        return self.days[0]

    @property
    def last(self) -> int:
        return self.days[-1]

    @property
    def left(self) -> float:
        return self.places[0]

    @property
    def right(self) -> float:
        return self.places[-1]

    @property
    def folds(self) -> tuple[float, ...]:
        """Where the focus begins and ends, if time beyond is drawn denser."""
        return tuple(self.at(day) for day in self.focus if self.first < day < self.last)

    def at(self, day: int) -> float:
        """The place of a day; a day beyond either end is at that end."""
        if day <= self.first:
            return self.left
        if day >= self.last:
            return self.right
        n = bisect_right(self.days, day) - 1
        share = (day - self.days[n]) / (self.days[n + 1] - self.days[n])
        return self.places[n] + share * (self.places[n + 1] - self.places[n])

    def shows(self, day: int) -> bool:
        """Whether a day lies on the axis and in no break."""
        inside = self.first <= day <= self.last
        return inside and not any(gap.first < day < gap.last for gap in self.breaks)

    def pieces(self, left: float, right: float) -> list[tuple[float, float]]:
        """A stretch of the line without what lies within breaks, so that a bar shows them too."""
        parts = []
        for gap in self.breaks:
            if left < gap.left and gap.right < right:
                parts.append((left, gap.left))
                left = gap.right
        return [*parts, (left, right)]


def axis(
    days: Iterable[int], left: float, right: float, focus: tuple[int, int] | None = None
) -> Axis:
    """Lay an axis from `left` to `right` over the days on which something begins or ends.

    Some air is left at both ends. Quiet stretches become breaks, the longest ones first, but never
    so near to one of the days that its mark would touch the break. Where `focus`, the first and
    last day of what matters most, is the smaller part of the whole, time beyond it is drawn denser.
    Raises ValueError without days.
    """
    marked = sorted(set(days))
    if not marked:
        raise ValueError("An axis needs at least one day.")
    whole = marked[-1] - marked[0]
    air = max(30, whole // 40)
    quiet = max(_QUIET_DAYS, whole // _QUIET_PART)
    gaps = [(b - a, a, b) for a, b in pairwise(marked) if b - a > quiet]
    longest = sorted(sorted(gaps, reverse=True)[:_MOST_BREAKS], key=lambda gap: gap[1])
    cuts = [(a + quiet // 4, b - quiet // 4) for _, a, b in longest]
    ends = (marked[0] - air, marked[-1] + air)
    sharp = _sharp(focus, ends, air, cuts)
    knots = sorted({*ends, *sharp, *(day for cut in cuts for day in cut)})
    stretches = list(pairwise(knots))
    weights = [
        0 if cut in cuts else (cut[1] - cut[0]) / (1 if sharp[0] <= cut[0] < sharp[1] else _DENSER)
        for cut in stretches
    ]
    scale = (right - left - BREAK * len(cuts)) / sum(weights)
    places, breaks = [left], []
    for stretch, weight in zip(stretches, weights, strict=True):
        start = places[-1]
        places.append(start + (weight * scale or BREAK))
        if not weight:
            breaks.append(Break(*stretch, start, places[-1]))
    return Axis(tuple(knots), (*places[:-1], right), tuple(breaks), sharp, scale)


def _sharp(
    focus: tuple[int, int] | None, ends: tuple[int, int], edge: int, cuts: list[tuple[int, int]]
) -> tuple[int, int]:
    """The stretch that is drawn at full width: the focus with some air, or everything."""
    if focus is None or ends[1] - ends[0] < _LONG_DAYS:
        return ends
    air = max(30, (focus[1] - focus[0]) // 20)
    first, last = max(ends[0], focus[0] - air), min(ends[1], focus[1] + air)
    # Within a break there is nothing to draw at any width: the fold stands at its edge.
    for a, b in cuts:
        first = b if a < first < b else first
        last = a if a < last < b else last
    # Beyond it there must be something to draw.
    first = first if first > ends[0] + edge else ends[0]
    last = last if last < ends[1] - edge else ends[1]
    small = (last - first) * _DENSER < (ends[1] - ends[0]) * (_DENSER - 1)
    return (first, last) if first < last and small else ends


@dataclass(frozen=True)
class Box:
    """A mark from `left` to `right`, and how wide its words are.

    `room` is where words may stand on it, as on a bar; where they do not fit, they stand beside it.
    Heavier ones get their words first.
    """

    left: float
    right: float
    words: float
    room: tuple[float, float] = (0.0, 0.0)
    weight: int = 0


@dataclass(frozen=True)
class Place:
    """The row of a mark, counted from 0, and where its words begin; None where they had no room."""

    row: int
    words: float | None


# Between a mark and its words, between neighbours in a row, and before words on a bar.
_BESIDE, _APART, _ON = 5.0, 8.0, 5.0


def pack(
    boxes: Sequence[Box],
    left: float,
    right: float,
    most: int,
    closed: Sequence[tuple[float, float]] = (),
) -> list[Place]:
    """Give every box a row so that nothing in a row touches anything else in it.

    In: boxes that lie between `left` and `right`, how many rows there may be, and the stretches on
    which no words may stand, such as breaks. Out: a place for each, in the order given. Words that
    find no room are left out; a mark that finds none shares the last row with another.
    """
    taken: list[list[tuple[float, float]]] = []
    places: dict[int, Place] = {}
    for n in sorted(range(len(boxes)), key=lambda n: (-boxes[n].weight, boxes[n].left, n)):
        box = boxes[n]
        for words in (*_words(box, left, right, closed), None):
            extent = _extent(box, words)
            row = next((r for r, row in enumerate(taken) if _free(row, extent)), len(taken))
            if row < most:
                break
        else:
            row = most - 1
        if row == len(taken):
            taken.append([])
        taken[row].append(extent)
        places[n] = Place(row, words)
    return [places[n] for n in range(len(boxes))]


def _words(
    box: Box, left: float, right: float, closed: Sequence[tuple[float, float]]
) -> list[float]:
    """Where the words of a box may begin, the best place first."""
    if box.room[0] + box.words + 2 * _ON <= box.room[1]:
        return [box.room[0] + _ON]
    after, before = box.right + _BESIDE, box.left - _BESIDE - box.words
    fits = [after] if after + box.words <= right else []
    fits += [before] if before >= left else []
    return [x for x in fits if all(x + box.words <= a or b <= x for a, b in closed)]


def _extent(box: Box, words: float | None) -> tuple[float, float]:
    if words is None:
        return box.left, box.right
    return min(box.left, words), max(box.right, words + box.words)


def _free(row: list[tuple[float, float]], extent: tuple[float, float]) -> bool:
    return all(extent[1] + _APART <= a or b + _APART <= extent[0] for a, b in row)
