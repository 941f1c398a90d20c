"""Numbers in words, and which of them disagree. Pure functions; no queries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from records.typed.columns import FigureColumns
from records.typed.figures import COMPARATORS, FigureError, number_words, read_figure, same_unit

if TYPE_CHECKING:
    from reforms.models import Statistic

_UNIT_IN_WRITING = re.compile(r"%|‰|per ?cent\b|per ?mille\b|[£$€₽]")
_PART_OF_WHOLE = re.compile(r"/|\b(?:half|halves|thirds?|quarters?|fifths?|tenths?)\b|[½⅓⅔¼¾]")
WORDS = {
    "exactly": "",
    "about": "about ",
    "over": "over ",
    "under": "under ",
    "at_least": "at least ",
}


def number(value: Decimal) -> str:
    """A number with thousands separators and no trailing zeros: 1600000.000000 → “1,600,000”."""
    return number_words(value)


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
    # The source's own words may say “over” or “nearly” already; twice would misquote them.
    said = COMPARATORS.get(comparator, ()) if as_written else ()
    return written if written.lower().startswith(tuple(said) or "\0") else f"{word}{written}"


def phrase(statistic: Statistic) -> str:
    """A whole figure in words: “fell from 55 to 25” or “over 26,000”."""
    now = statistic.amount
    if statistic.baseline_value is None:
        return now
    verb = {"rose": "rose ", "fell": "fell ", "unchanged": "stayed the same, "}.get(
        statistic.change, ""
    )
    return f"{verb}from {statistic.amount_before} to {now}"


def quantity(statistic: Statistic) -> str:
    """A whole figure with its unit: “over 26,000 persons”, but “44%” and “1/2” as they stand.

    A unit is said once: “Over half”, “25.7‰” and “£42,000” say it themselves. The statistic's
    measure must be loaded.
    """
    unit = statistic.measure.unit
    return (
        statistic.phrase if says_unit(statistic.as_written, unit) else f"{statistic.phrase} {unit}"
    )


def says_unit(written: str, unit: str) -> bool:
    """Tell whether the source’s own writing names the unit, or is a part of a whole."""
    found = _UNIT_IN_WRITING.findall(written.lower())
    if any(same_unit(name.rstrip("."), unit) for name in found):
        return True
    return same_unit(unit, "percent") and bool(_PART_OF_WHOLE.search(written.lower()))


def contradiction(statistic: Statistic, columns: FigureColumns) -> str:
    """What a figure’s writing says that its numbers do not; blank where they agree.

    In: a statistic, and which of its figures: its value, or the value before.

    Writing that is no figure by itself (“98 of 139”) is taken as it is. A fraction may be rounded.
    The statistic's measure must be loaded.
    """
    written = getattr(statistic, columns.as_written)
    value, upper = getattr(statistic, columns.value), getattr(statistic, columns.upper_value)
    comparator = getattr(statistic, columns.comparator)
    if not written or value is None:
        return ""
    try:
        said = read_figure(written, statistic.measure.unit)
    except FigureError:
        return ""
    leeway = abs(said.value) / 100 if _PART_OF_WHOLE.search(written.lower()) else 0
    if abs(said.value - value) > leeway or said.upper_value != upper:
        exactness = "exactly" if said.upper_value is None else "between"
        meant = amount(said.value, exactness, said.upper_value)
        return f"“{written}” is {meant}, and the value is {number(value)}."
    if said.comparator not in ("exactly", "between", comparator):
        stated = WORDS.get(comparator, "").strip() or comparator
        return f"“{written}” does not say “{stated}”."
    return ""


def _numbers(statistic: Statistic) -> tuple[Any, ...]:
    before = statistic.baseline_value, statistic.baseline_upper_value
    return statistic.value, statistic.upper_value, statistic.comparator, *before


def disagreements(statistics: Iterable[Statistic]) -> list[list[Statistic]]:
    """Groups of figures that give different values for one measure, population and date.

    In: statistics in any order. Out: groups of two or more, each in the order given; nothing
    picks a winner. Figures disagree when measure, population and EDTF date are the same and
    a value, an upper value or the comparator differs, or a value before.
    """
    groups: dict[tuple[int, str, str], list[Statistic]] = {}
    for statistic in statistics:
        # The columns of a date are made by its field, out of sight of the type checker.
        if edtf := statistic.date_edtf:  # type: ignore[attr-defined]
            key = (statistic.measure_id, statistic.population, edtf)
            groups.setdefault(key, []).append(statistic)
    return [
        group for group in groups.values() if len({_numbers(statistic) for statistic in group}) > 1
    ]
