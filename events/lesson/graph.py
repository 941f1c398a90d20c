"""The living graph of a question: its dated evidence between the positions. Pure; no queries.

Each position is a line across the drawing. What supports it stands on its line; what limits it
stands off the line, on the way to the next position. The pieces follow each other in order of time
at equal steps, so that ten of one year can be told apart, and a thin line leads from each to the
next: so one sees the answer change. The places are parts of the width, so that a phone shows the
same drawing in letters of the same size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from records.dates import year_words
from records.dates.calendar import calendar_date

_HEAD, _LANE, _FOOT = 30, 72, 30
# The narrowest drawing, in units of a phone, and the room that a year needs in it.
_NARROW, _YEAR = 290, 40
# Fewer pieces show no change.
_FEWEST = 3


@dataclass(frozen=True)
class Line:
    """A position in the drawing: its words, and the height of its line."""

    words: str
    y: int


@dataclass(frozen=True)
class Dot:
    """A piece of evidence in the drawing. `x` is in percent of the width."""

    label: str
    anchor: str
    stance: str
    letter: str
    x: str
    y: int


@dataclass(frozen=True)
class Year:
    """A year under its first piece; of two that stand near each other the second is lower."""

    x: str
    y: int
    words: str


@dataclass(frozen=True)
class LivingGraph:
    height: int
    lines: list[Line]
    dots: list[Dot]
    # The thin line from piece to piece, in steps across and units down.
    way: str
    years: list[Year]
    summary: str


def living_graph(positions: Sequence[Any]) -> LivingGraph | None:
    """The drawing of a question’s dated evidence; None where too few pieces have a date.

    In: the positions as readers see them (`events.lesson.setting.Argued`), in order.
    """
    dated = [
        (piece, place)
        for place, position in enumerate(positions)
        for piece in position.pieces
        if piece.date is not None
    ]
    if len(dated) < _FEWEST or len(positions) < 2:
        return None
    dated.sort(key=lambda pair: (pair[0].date.sort, pair[0].date.latest, pair[0].label))
    dots = [
        Dot(
            piece.label,
            piece.anchor,
            piece.stance,
            positions[place].letter,
            f"{100 * (number + 0.5) / len(dated):.3g}",
            _height(place, piece.stance, len(positions)),
        )
        for number, (piece, place) in enumerate(dated)
    ]
    years = [calendar_date(piece.date.sort)[0] for piece, _ in dated]
    height = _HEAD + _LANE * (len(positions) - 1) + 30 + _FOOT
    return LivingGraph(
        height,
        [
            Line(f"{position.letter}. {position.name}", _HEAD + _LANE * place)
            for place, position in enumerate(positions)
        ],
        dots,
        " ".join(f"{number + 0.5:g},{dot.y}" for number, dot in enumerate(dots)),
        _years(dots, years, height - _FOOT + 10),
        _summary(dated, years),
    )


def _height(place: int, stance: str, positions: int) -> int:
    on_line = _HEAD + _LANE * place
    if stance == "supports":
        return on_line
    return on_line + (_LANE // 2 if place < positions - 1 else -_LANE // 2)


def _years(dots: list[Dot], years: list[int], y: int) -> list[Year]:
    """The year under the first piece of each, in two rows where one has no room on a phone."""
    apart = ceil(_YEAR * len(dots) / _NARROW)
    shown: list[Year] = []
    free, last = [0, 0], None
    for number, (dot, year) in enumerate(zip(dots, years, strict=True)):
        row = next((row for row in (0, 1) if free[row] <= number), None)
        if year != last and row is not None:
            shown.append(Year(dot.x, y + 13 * row, year_words(year)))
            last, free[row] = year, number + apart
    return shown


def _summary(dated: list[tuple[Any, int]], years: list[int]) -> str:
    """What is drawn, in words: “1953: A1 supports, B2 limits; 1955: …”."""
    by_year: dict[int, list[str]] = {}
    for (piece, _), year in zip(dated, years, strict=True):
        by_year.setdefault(year, []).append(f"{piece.label} {piece.stance}")
    return "; ".join(f"{year_words(year)}: {', '.join(words)}" for year, words in by_year.items())
