"""Numbers in words, and which of them disagree. Pure functions; no queries."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reforms.models import Statistic

WORDS = {
    "exactly": "",
    "about": "about ",
    "over": "over ",
    "under": "under ",
    "at_least": "at least ",
}


def number(value: Decimal) -> str:
    """A number with thousands separators and no trailing zeros: 1600000.000000 → “1,600,000”."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text.replace("-", "−")


def amount(
    value: Decimal, comparator: str = "exactly", upper: Decimal | None = None, as_written: str = ""
) -> str:
    """A value in words: the source's own writing where there is one, else the number.

    “over 26,000”, “about 1/2”, “between 20 and 25”. The unit is left to the caller.
    """
    if comparator == "between" and upper is not None:
        return as_written or f"between {number(value)} and {number(upper)}"
    written = as_written or number(value)
    word = WORDS.get(comparator, "")
    # The source's own words may already say “over”; saying it twice would misquote them.
    return written if word and written.lower().startswith(word.strip()) else f"{word}{written}"


def phrase(statistic: Statistic) -> str:
    """A whole figure in words: “fell from 55 to 25” or “over 26,000”."""
    now = statistic.amount
    if statistic.baseline_value is None:
        return now
    before = amount(statistic.baseline_value, statistic.baseline_comparator)
    verb = {"rose": "rose ", "fell": "fell ", "unchanged": "stayed the same, "}.get(
        statistic.change, ""
    )
    return f"{verb}from {before} to {now}"


def quantity(statistic: Statistic) -> str:
    """A whole figure with its unit: “over 26,000 persons”, but “44%” and “1/2” as they stand.

    The statistic's measure must be loaded.
    """
    written = statistic.as_written
    said = statistic.measure.unit == "percent" and ("%" in written or "/" in written)
    return statistic.phrase if said else f"{statistic.phrase} {statistic.measure.unit}"


def disagreements(statistics: Iterable[Statistic]) -> list[list[Statistic]]:
    """Groups of figures that give different values for one measure, population and date.

    In: statistics in any order. Out: groups of two or more, each in the order given; nothing
    picks a winner. Figures disagree when measure, population and EDTF date are the same and value,
    upper value, comparator or value before differ.
    """
    groups: dict[tuple[int, str, str], list[Statistic]] = {}
    for statistic in statistics:
        # The columns of a date are made by its field, out of sight of the type checker.
        if edtf := statistic.date_edtf:  # type: ignore[attr-defined]
            key = (statistic.measure_id, statistic.population, edtf)
            groups.setdefault(key, []).append(statistic)
    return [
        group
        for group in groups.values()
        if len({(s.value, s.upper_value, s.comparator, s.baseline_value) for s in group}) > 1
    ]
