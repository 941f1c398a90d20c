"""The drawing that suits the figures of one measure, laid out on the server.

Observations of one stock on different dates are a line (`reforms.charts.lines`); a change, a share
and a single count are bars. Pure functions; no queries.

Bars always start at zero, so that their lengths compare honestly. Each bar carries its own words,
so the chart needs no axis and no colour to be read. Lengths are percentages of the width: the
drawing fits a phone and a page of print with letters of the same size.

“Over”, “under” and “about” end in stripes: the source gives no end, so none is drawn. How far the
stripes reach says nothing, and the note under the drawing says so.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from reforms.charts.lines import DESK, PHONE, LineChart, Observation, line_chart, percent
from reforms.charts.titles import said
from reforms.figures import number

if TYPE_CHECKING:
    from records.dates import HistoricalDate
    from reforms.models import Statistic

# After the words of a value that evidence, or another figure, contradicts.
_DISPUTED = ", disputed"
_PART_OF_WHOLE = re.compile(r"([\d,]+) of ([\d,]+)")

# Heights in CSS pixels.
_LINE, _TO_BAR, _BAR, _GAP = 21, 6, 13, 16
# As many letters as fit on a screen of 320 px: of a label and its value, and of one line of words.
_BESIDE, _ACROSS = 27, 30
# How much of the width the stripes of an open end take, in percent, and how they thin out.
_STRIPES = Decimal(9)
_FADING = [(Decimal(at), Decimal(wide)) for at, wide in ((2, 20), (28, 14), (50, 10), (70, 6))]
_EVEN = [(Decimal(4 + 16 * n), Decimal(8)) for n in range(6)]


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

    `x` and `width` are percentages of what is certain. `more` is the width of what may be more or
    less, from `more_x`, blank for a plain value; `stripes` (x, width) fill it, thinning out where
    the end is open. `ghost` is the width of the value before, blank but for a change. `kind` is
    value, before, or disputed; `y` is in pixels.
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
    stripes: list[tuple[str, str]]
    ghost: str = ""


@dataclass(frozen=True)
class Chart:
    """Bars from top to bottom, or one line in `drawings` for a phone and for a desk.

    `whole` is true when the full width stands for 100 percent, or for the number that a part is
    counted out of. `says` is the title without the name of what is counted, `summary` every value
    in words, `note` how the drawing is to be read.
    """

    bars: list[Bar]
    height: int
    zero: str
    whole: bool
    says: str
    summary: str
    drawings: list[LineChart]
    note: str

    @property
    def is_single(self) -> bool:
        """Whether there is one number and nothing to measure it by: a sentence says it better."""
        return len(self.bars) == 1 and not self.whole


def _out_of(statistics: Sequence[Statistic]) -> Decimal | None:
    """The whole that a single figure is a part of: 153502 for “14,338 of 153,502”; else None."""
    if len(statistics) != 1 or statistics[0].baseline_value is not None:
        return None
    match = _PART_OF_WHOLE.fullmatch(statistics[0].as_written)
    if match is None:
        return None
    part, whole = (Decimal(text.replace(",", "")) for text in match.groups())
    return whole if part == statistics[0].value and 0 <= part <= whole and whole else None


def chart(
    statistics: Iterable[Statistic], unit: str, contested: Collection[Statistic] = ()
) -> Chart | None:
    """Lay out the bars of one measure's figures, in order of time; None when there are none.

    In: statistics of one measure, the measure's unit, and those of the statistics that a source or
    another figure contradicts.
    """
    statistics = list(statistics)
    rows = [
        row
        for pair, statistic in enumerate(statistics, 1)
        for row in _rows(statistic, statistic in contested, pair)
    ]
    if not rows:
        return None
    rows.sort(key=lambda row: row.sorts)
    open_ended = any(row.comparator not in {"exactly", "between"} for row in rows)
    is_series = _is_series(statistics)
    says = said(rows, unit, is_series=is_series)
    if is_series:
        drawings = [line_chart(_observations(rows), frame, unit) for frame in (PHONE, DESK)]
        note = _note("The drawing starts at zero.", rows, open_ended)
        return Chart([], 0, "", False, says, _summary(rows), drawings, note)
    values = [value for row in rows for value in (row.value, row.upper or row.value)]
    out_of = _out_of(statistics)
    whole = out_of is not None or (unit == "percent" and all(0 <= value <= 100 for value in values))
    least, most = min(Decimal(0), *values), max(Decimal(0), *values)
    if whole:
        most = Decimal(100) if out_of is None else out_of
    extent = (most - least) or Decimal(1)
    # An open end needs room to the right of the largest value.
    room = Decimal(100) if whole or not open_ended else 100 - _STRIPES

    def place(value: Decimal) -> Decimal:
        return (value - least) / extent * room

    bars = []
    y = 0
    for row in rows:
        lines = _lines(row, y)
        left, right = sorted((place(Decimal(0)), place(row.value)))
        start, end, stripes = _open_end(row, left, right, place)
        before = place(row.compared) - place(Decimal(0)) if row.compared is not None else None
        bars.append(
            Bar(
                label=row.label,
                words=row.words,
                kind=row.kind,
                x=percent(left),
                # A value of zero is still drawn, as a hair line.
                width=percent(max((start if end > start else right) - left, Decimal("0.4"))),
                more_x=percent(start),
                more=percent(end - start) if end > start else "",
                lines=lines,
                y=lines[-1].y + _TO_BAR,
                stripes=stripes,
                ghost=percent(before) if before is not None and before > 0 else "",
            )
        )
        y = lines[-1].y + _TO_BAR + _BAR + _GAP
    start_words = (
        f"The full width is all {number(out_of)}."
        if out_of is not None
        else "Each bar is a share of the whole, which is the full width."
        if whole
        else "All bars start at zero."
    )
    note = _note(start_words, rows, open_ended)
    zero = percent(place(Decimal(0)))
    return Chart(bars, y, zero, whole, says, _summary(rows), [], note)


def _is_series(statistics: Sequence[Statistic]) -> bool:
    """Whether figures are observations of one stock at several times: then a line joins them.

    A count over a span (“1937–1938”) is not a stock, a part (“in Ukraine”) belongs to another line,
    and a figure without a date has no place in time.
    """
    dates = [statistic.date for statistic in statistics]
    return (
        len({date.edtf for date in dates if date}) > 1
        and all(date and not date.is_interval for date in dates)
        and len({statistic.population for statistic in statistics}) == 1
    )


def _observations(rows: Sequence[Row]) -> list[Observation]:
    """The values of a series as the line takes them; one without a date is only in the table."""
    return [
        Observation(
            date=row.date,
            words=row.words,
            kind=row.kind,
            value=row.value,
            comparator=row.comparator,
            upper=row.upper,
            of=row.of,
            pair=row.pair if row.apart else 0,
        )
        for row in rows
        if row.date is not None
    ]


def _open_end(
    row: Row, left: Decimal, right: Decimal, place: Callable[[Decimal], Decimal]
) -> tuple[Decimal, Decimal, list[tuple[str, str]]]:
    """Where the uncertain part of a bar begins and ends, and its stripes; all in percent."""
    if row.upper is not None:
        start, end, pattern = right, place(row.upper), _EVEN
    elif row.comparator in {"over", "at_least"}:
        start, end, pattern = right, min(right + _STRIPES, Decimal(100)), _FADING
    elif row.comparator == "under":
        start, end, pattern = max(right - _STRIPES, left), right, _FADING
    elif row.comparator == "about":
        half = min(_STRIPES / 2, right - left, 100 - right)
        start, end, pattern = right - half, right + half, _EVEN
    else:
        return right, right, []
    unit = (end - start) / 100
    return (
        start,
        end,
        [(percent(start + at * unit), percent(wide * unit)) for at, wide in pattern],
    )


def _summary(rows: Sequence[Row]) -> str:
    return "; ".join(f"{row.label}: {row.words}" for row in rows)


def _note(start: str, rows: Sequence[Row], open_ended: bool) -> str:
    """How the drawing is to be read, in whole sentences."""
    sentences = [start]
    if open_ended:
        sentences.append("Stripes: the source gives no end; how far they reach says nothing.")
    if any(row.upper is not None for row in rows):
        sentences.append("Between two values there are stripes.")
    if any(row.kind == "disputed" for row in rows):
        sentences.append("Dashed: disputed.")
    return " ".join(sentences)


def _lines(row: Row, top: int) -> list[Line]:
    """The words over a bar, side by side where they fit, else under each other and broken."""
    first = top + _LINE - _TO_BAR
    if len(row.label) + len(row.words) <= _BESIDE and not row.of:
        return [Line(row.label, "label", first), Line(row.words, "words", first, end=True)]
    broken = [
        (text, part)
        for whole, part in ((row.label, "label"), (row.words, "words"), (row.of, "label"))
        for text in textwrap.wrap(whole, _ACROSS)
    ]
    return [Line(text, part, first + n * _LINE) for n, (text, part) in enumerate(broken)]


@dataclass(frozen=True)
class Row:
    """One value to draw. `of` says by whom a disputed one is given.

    `pair` numbers the figure; `apart` marks both ends of a contested change, which is no part of
    the line through the other figures. `compared` is the value before, for the bar after it.
    """

    sorts: float
    label: str
    words: str
    kind: str
    value: Decimal
    upper: Decimal | None
    date: HistoricalDate | None
    comparator: str
    pair: int
    of: str = ""
    apart: bool = False
    compared: Decimal | None = None
    population: str = ""

    @property
    def when(self) -> str:
        """When, and of whom where that is said of this value alone."""
        date = self.date.display() if self.date else "undated"
        return f"{date}, {self.population}" if self.population else date

    @property
    def amount(self) -> str:
        """How much, without the word that it is disputed."""
        return self.words.removesuffix(_DISPUTED)


def _rows(statistic: Statistic, contested: bool, pair: int) -> list[Row]:
    """One row for an observation, two for a change: before and after."""
    date, before = statistic.date, statistic.baseline_date
    label = date.display() if date else "undated"
    if statistic.population:
        label = f"{label}, {statistic.population}"
    sorts = float("inf") if date is None else date.sort
    rows = [
        Row(
            sorts=sorts,
            label=label,
            words=f"{statistic.amount}{_DISPUTED}" if contested else statistic.amount,
            kind="disputed" if contested else "value",
            value=statistic.value,
            upper=statistic.upper_value,
            date=date,
            comparator=statistic.comparator,
            pair=pair,
            of=_given_by(statistic) if contested else "",
            apart=contested and statistic.baseline_value is not None,
            compared=statistic.baseline_value,
            population=statistic.population,
        )
    ]
    if statistic.baseline_value is not None:
        comparator = statistic.baseline_comparator or "exactly"
        rows.insert(
            0,
            Row(
                sorts=sorts if before is None else before.sort,
                label=_before(statistic, label),
                words=statistic.amount_before,
                kind="before",
                value=statistic.baseline_value,
                upper=statistic.baseline_upper_value,
                date=before,
                comparator=comparator,
                pair=pair,
                apart=contested,
                population=statistic.population,
            ),
        )
    return rows


def _given_by(statistic: Statistic) -> str:
    """Who gives a contested figure: “according to Lewin, 2005 and 1 other”; blank for nobody."""
    sources = {
        citation.source_id: citation.source.short_reference
        for citation in statistic.public_citations  # type: ignore[attr-defined]
        if citation.stance == "supports"
    }
    if not sources:
        return ""
    first, *later = sources.values()
    more = f" and {len(later)} other{'' if len(later) == 1 else 's'}" if later else ""
    return f"according to {textwrap.shorten(first, 44, placeholder='…')}{more}"


def _before(statistic: Statistic, label: str) -> str:
    """When the value before was counted, and which later one it belongs to."""
    if statistic.baseline_date is None:
        return f"before {label}"
    earlier = statistic.baseline_date.display()
    return f"{earlier} (before {label})" if statistic.date else f"{earlier}, and then"
