"""What a drawing of figures says, in words: its title. Pure functions; no queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reforms.figures import says_unit

if TYPE_CHECKING:
    from reforms.charts.bars import Row

# So many values can be said one by one in a title.
_FEW = 3


def said(rows: Sequence[Row], unit: str, *, is_series: bool) -> str:
    """What drawn values say: “from 236 persons (1952) to 330 (31 October 1961)”.

    In: the values in order of time, at least one, their unit, and whether they are one stock at
    several times; only such values are said to have come from the first to the last. A change
    without a time before is “from 55 to 25 ministries (1954)”. Of other values each is said where
    they are few, else the least and the most.
    """
    first, last = rows[0], rows[-1]
    if is_series:
        # A contested change stands beside the line, if there is one without it.
        plain = [row for row in rows if not row.apart]
        if len({row.date for row in plain}) > 1:
            rows, first, last = plain, plain[0], plain[-1]
        start = [row for row in rows if row.date == first.date]
        end = [row for row in rows if row.date == last.date]
        return f"from {_at_once(start, unit)} to {_at_once(end, '')}"
    if len(rows) == 2 and first.kind == "before":
        if first.date is None:
            return f"from {first.amount} to {_at_once([last], unit)}"
        return f"from {_at_once([first], unit)} to {_at_once([last], '')}"
    if len(rows) > _FEW:
        by_value = sorted(rows, key=lambda row: row.value)
        most = _with_unit(by_value[-1].amount, unit)
        return f"{len(rows)} figures, from {by_value[0].amount} to {most}"
    if len({row.when for row in rows}) == 1:
        return _at_once(rows, unit)
    return _listed([_at_once([row], "" if n else unit) for n, row in enumerate(rows)], "and")


def _at_once(rows: Sequence[Row], unit: str) -> str:
    """The values of one time, with the time: “10 or 16 years (1961, disputed)”."""
    amounts = _listed(list(dict.fromkeys(row.amount for row in rows)), "or")
    doubt = ", disputed" if any(row.kind == "disputed" for row in rows) else ""
    return f"{_with_unit(amounts, unit)} ({rows[0].when}{doubt})"


def _listed(words: list[str], joined_by: str) -> str:
    *others, last = words
    return f"{', '.join(others)} {joined_by} {last}" if others else last


def _with_unit(words: str, unit: str) -> str:
    return words if not unit or says_unit(words, unit) else f"{words} {unit}"
