"""The scale at the side of a line: round values, in numbers short enough for the margin.

Pure functions; no queries.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from reforms.figures import number, same_unit

# Fewer steps than this from end to end, so that the scale helps and does not fill the drawing.
_STEPS = 5
# What the numbers of a scale leave out when all of it is as large as that.
_LARGE = [(Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"), (Decimal(1000), "thousand")]
_NUMBER_WORDS = {"hundred", "thousand", "million", "billion", "trillion"}


def round_values(least: Decimal, most: Decimal) -> list[Decimal]:
    """Multiples of a round step between two values, and zero: 0, 500, 1,000.

    In: the ends, of which zero is one or lies between them. Out: in order, two to five values; zero
    alone where both ends are zero.
    """
    extent = most - least
    if not extent:
        return [Decimal(0)]
    power = Decimal(10) ** (extent.adjusted() - 1)
    step = next(n * power for n in (1, 2, 5, 10, 20, 50) if extent / (n * power) < _STEPS)
    first = int((least / step).to_integral_value(ROUND_CEILING))
    last = int((most / step).to_integral_value(ROUND_FLOOR))
    return [n * step for n in range(first, last + 1)]


def in_short(values: list[Decimal], unit: str) -> tuple[list[str], str]:
    """The words of a scale and what they count: “0”, “1”, “2” and “million persons”.

    A unit with a number in it already (“million tonnes”), and percent, stay as they are.
    """
    first_word = unit.partition(" ")[0].lower()
    most = max(abs(value) for value in values)
    factor, word = next(((f, w) for f, w in _LARGE if most >= f), (Decimal(1), ""))
    if not word or first_word in _NUMBER_WORDS or same_unit(unit, "percent"):
        return [number(value) for value in values], unit
    return [number(value / factor) for value in values], f"{word} {unit}"
