"""Spans of years that a reader may open next: groups of a long timeline, zooms, nearest records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, IntegerField, Value, When

from events.timeline.query import FACTS
from records.dates import FURTHEST_YEAR, calendar_date, day_number, year_edtf, year_words

# A choice with more records than this is opened group by group.
MOST = 300
# The units of groups in years, and how many groups one page may have.
_UNITS, _MOST_GROUPS = (1, 10, 100, 1000, 10_000, 100_000, 1_000_000), 40
_MOST_ZOOMS, _MOST_TURNING_POINTS = 12, 12


@dataclass(frozen=True)
class Years:
    """Whole years from `first` to `last` (astronomical), as a link needs them."""

    first: int
    last: int
    label: str = ""

    @property
    def words(self) -> str:
        if self.label:
            return self.label
        if self.first == self.last:
            return year_words(self.first)
        if self.last <= 0:
            # Both years are before the common era, and one “BCE” says so.
            return f"{1 - self.first}–{year_words(self.last)}"
        return f"{year_words(self.first)}–{year_words(self.last)}"

    @property
    def start(self) -> str:
        return year_edtf(self.first)

    @property
    def end(self) -> str:
        return year_edtf(self.last)


@dataclass
class Group:
    """The records that begin in some years: how many of each kind, and the share of the most."""

    years: Years
    counts: Counter[str] = field(default_factory=Counter)
    share: str = "0%"

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def words(self) -> str:
        counted = [(self.counts[kind], FACTS[kind][1].nouns) for kind in FACTS if self.counts[kind]]
        return ", ".join(f"{n:,} {names[n != 1]}" for n, names in counted)


def extent(querysets: dict[str, Any]) -> tuple[int, int] | None:
    """The years of the first and the last record; None when there is none. Two queries a kind."""
    days = []
    for records in querysets.values():
        sorts = records.order_by("span_sort").values_list("span_sort", flat=True)
        days += [day for day in (sorts.first(), sorts.last()) if day is not None]
    return (calendar_date(min(days))[0], calendar_date(max(days))[0]) if days else None


def groups(querysets: dict[str, Any], first: int, last: int) -> list[Group]:
    """Count the records that begin in each group of years from `first` to `last`.

    In: records of all time, so that the days they begin on are read from an index alone. Out: the
    groups that have records. One query a kind.
    """
    unit = next(u for u in _UNITS if _number(last, u) - _number(first, u) < _MOST_GROUPS)
    whole = _round_spans(first, last, unit)
    starts = [max(begin, first) for begin, _ in whole]
    ends = [min(end, last) for _, end in whole]
    parts = [Group(_named(a, b, unit)) for a, b in zip(starts, ends, strict=True)]
    bounds = [day_number(year) for year in (*starts, last + 1)]
    for kind, records in querysets.items():
        rows = (
            records.order_by()
            .filter(span_sort__gte=bounds[0], span_sort__lt=bounds[-1])
            .annotate(group=_tree(bounds, 0, len(parts) - 1))
            .values_list("group")
            .annotate(Count("pk", distinct=records.query.distinct))
        )
        for group, count in rows:
            parts[group].counts[kind] += count
    most = max((group.total for group in parts), default=0)
    for group in parts:
        group.share = f"{100 * group.total / most:.1f}%" if most else "0%"
    return [group for group in parts if group.total]


def _number(year: int, unit: int) -> int:
    """Which decade, century or millennium a year is in; those BCE are below 0, for mirrored."""
    return year // unit if year > 0 else -1 - (-year) // unit


def _round_spans(first: int, last: int, unit: int) -> list[tuple[int, int]]:
    """The decades, centuries or millennia from `first` to `last`, in words as round as can be.

    1900–1999 and 1–99 CE; 100–1 BCE and 200–101 BCE, which are the astronomical years -99 to 0 and
    -199 to -100. There was no year 0, by which one span could reach from BCE into CE.
    """
    spans = []
    for number in range(_number(first, unit), _number(last, unit) + 1):
        if number < 0:
            spans.append((number * unit + 1, (number + 1) * unit))
        elif number * unit + unit > 1:
            spans.append((max(1, number * unit), number * unit + unit - 1))
    return spans


def _named(first: int, last: int, unit: int) -> Years:
    first, last = max(first, -FURTHEST_YEAR), min(last, FURTHEST_YEAR)
    is_decade = unit == 10 and first > 0 and last - first == 9
    return Years(first, last, f"{first}s" if is_decade else "")


def _tree(bounds: list[int], low: int, high: int) -> Any:
    """Which group a day belongs to, by halving: five comparisons for forty groups."""
    if low == high:
        return Value(low)
    middle = (low + high + 1) // 2
    return Case(
        When(span_sort__lt=bounds[middle], then=_tree(bounds, low, middle - 1)),
        default=_tree(bounds, middle, high),
        output_field=IntegerField(),
    )


def zooms(whole: tuple[int, int] | None) -> list[Years]:
    """The decades of a timeline, or its centuries or millennia where those are too many."""
    if whole is None:
        return []
    first, last = whole
    for unit in _UNITS[1:]:
        if _number(last, unit) - _number(first, unit) < _MOST_ZOOMS:
            return [_named(*span, unit) for span in _round_spans(first, last, unit)]
    return []


def neighbours(whole: tuple[int, int] | None, first: int, last: int) -> dict[str, Years | None]:
    """The spans as long as the years from `first` to `last` that lie before and after them.

    In: the years of the first and the last record, too: there is nothing to turn to beyond them.
    """
    length = last - first + 1
    before = whole is not None and whole[0] < first and first - length >= -FURTHEST_YEAR
    after = whole is not None and whole[1] > last and last + length <= FURTHEST_YEAR
    return {
        "earlier": Years(first - length, first - 1, "") if before else None,
        "later": Years(last + 1, last + length, "") if after else None,
    }


def around_turning_points(querysets: dict[str, Any]) -> list[tuple[Years, Any]]:
    """For each turning point, the year before it to the year after; none where they are many."""
    kind = next((name for name in querysets if FACTS[name][1].turning_points), None)
    if kind is None:
        return []
    turned = FACTS[kind][1].turning_points
    assert turned is not None
    turning = turned(querysets[kind]).order_by("span_sort", "id")
    events = list(turning[: _MOST_TURNING_POINTS + 1])
    if len(events) > _MOST_TURNING_POINTS:
        return []
    first_of = {event.span.year: event for event in reversed(events)}
    return [
        (Years(year - 1, year + 1, year_words(year)), first_of[year]) for year in sorted(first_of)
    ]


def nearest(querysets: dict[str, Any], first: int | None, last: int | None) -> list[Any]:
    """The last record before an empty span and the first one after it, those that there are."""
    records_found = []
    before, after = [], []
    for records in querysets.values():
        if first is not None:
            before += records.filter(span_sort__lt=first).order_by("-span_sort", "-id")[:1]
        if last is not None:
            after += records.filter(span_sort__gt=last).order_by("span_sort", "id")[:1]
    if before:
        records_found.append(max(before, key=lambda record: record.span_sort))
    if after:
        records_found.append(min(after, key=lambda record: record.span_sort))
    return records_found
