"""A bar chart of one measure, laid out on the server. Pure functions; no queries.

Bars always start at zero, so that their lengths compare honestly. Each bar carries its own words,
so the chart needs no axis and no colour to be read. Lengths are percentages of the width: the
drawing fits a phone and a page of print with letters of the same size.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from reforms.figures import amount

if TYPE_CHECKING:
    from reforms.models import Statistic

# Heights in CSS pixels.
_LINE, _TO_BAR, _BAR, _GAP = 21, 6, 13, 16
# As many letters as fit on a screen of 320 px: of a label and its value, and of one line of words.
_BESIDE, _ACROSS = 27, 30


@dataclass(frozen=True)
class Line:
    """One line of words over a bar: `part` is label or words; `end` sets it to the right edge."""

    text: str
    part: str
    y: int
    end: bool = False


@dataclass(frozen=True)
class Bar:
    """One value: `label` says when (and of whom), `words` how much; `lines` set them out.

    `x` and `width` are percentages; `more` is the width between the lower and the upper value of
    “between”, or blank. `kind` is value, before, or disputed; `y` is in pixels.
    """

    label: str
    words: str
    kind: str
    x: str
    width: str
    more_x: str
    more: str
    lines: list[Line]
    y: int


@dataclass(frozen=True)
class Chart:
    """Bars from top to bottom. `whole` is true when the full width stands for 100 percent."""

    bars: list[Bar]
    height: int
    zero: str
    whole: bool
    summary: str


def chart(
    statistics: Iterable[Statistic], unit: str, contested: Collection[Statistic] = ()
) -> Chart | None:
    """Lay out the bars of one measure's figures, in order of time; None when there are none.

    In: statistics of one measure, the measure's unit, and those of the statistics that a source or
    another figure contradicts.
    """
    rows = [row for statistic in statistics for row in _rows(statistic, statistic in contested)]
    if not rows:
        return None
    rows.sort(key=lambda row: row[0])
    values = [value for *_, low, high in rows for value in (low, high or low)]
    whole = unit == "percent" and all(0 <= value <= 100 for value in values)
    least, most = min(Decimal(0), *values), max(Decimal(0), *values)
    if whole:
        most = Decimal(100)
    extent = (most - least) or Decimal(1)

    def place(value: Decimal) -> Decimal:
        return (value - least) / extent * 100

    bars = []
    y = 0
    for _, label, words, kind, low, high in rows:
        lines = _lines(label, words, y)
        left, right = sorted((place(Decimal(0)), place(low)))
        bars.append(
            Bar(
                label=label,
                words=words,
                kind=kind,
                x=_percent(left),
                # A value of zero is still drawn, as a hair line.
                width=_percent(max(right - left, Decimal("0.4"))),
                more_x=_percent(right),
                more=_percent(place(high) - place(low)) if high is not None else "",
                lines=lines,
                y=lines[-1].y + _TO_BAR,
            )
        )
        y = lines[-1].y + _TO_BAR + _BAR + _GAP
    summary = "; ".join(f"{bar.label}: {bar.words}" for bar in bars)
    return Chart(bars, y, _percent(place(Decimal(0))), whole, summary)


def _lines(label: str, words: str, top: int) -> list[Line]:
    """The words over a bar, side by side where they fit, else under each other and broken."""
    first = top + _LINE - _TO_BAR
    if len(label) + len(words) <= _BESIDE:
        return [Line(label, "label", first), Line(words, "words", first, end=True)]
    broken = [
        (text, part)
        for whole, part in ((label, "label"), (words, "words"))
        for text in textwrap.wrap(whole, _ACROSS)
    ]
    return [Line(text, part, first + n * _LINE) for n, (text, part) in enumerate(broken)]


# When it sorts, label, words, kind, value, upper value.
Row = tuple[float, str, str, str, Decimal, Decimal | None]


def _rows(statistic: Statistic, contested: bool) -> list[Row]:
    """One row for an observation, two for a change: before and after."""
    kind = "disputed" if contested else "value"
    date, before = statistic.date, statistic.baseline_date
    label = date.display() if date else "undated"
    if statistic.population:
        label = f"{label}, {statistic.population}"
    words = f"{statistic.amount}, disputed" if contested else statistic.amount
    sorts = float("inf") if date is None else date.sort
    rows: list[Row] = [(sorts, label, words, kind, statistic.value, statistic.upper_value)]
    if statistic.baseline_value is not None:
        rows.insert(
            0,
            (
                sorts if before is None else before.sort,
                _before(statistic, label),
                amount(statistic.baseline_value, statistic.baseline_comparator or "exactly"),
                "before",
                statistic.baseline_value,
                None,
            ),
        )
    return rows


def _before(statistic: Statistic, label: str) -> str:
    """When the value before was counted, and which later one it belongs to."""
    if statistic.baseline_date is None:
        return f"before {label}"
    earlier = statistic.baseline_date.display()
    return f"{earlier} (before {label})" if statistic.date else f"{earlier}, and then"


def _percent(value: Decimal) -> str:
    return f"{value:.2f}%"
