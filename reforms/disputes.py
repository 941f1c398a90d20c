"""Which figures of a measure are contested. Pure functions over loaded figures; no queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reforms.figures import disagreements

if TYPE_CHECKING:
    from reforms.models import Statistic

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Disputes:
    """`groups`: figures that contradict each other. `alone`: figures that a source disputes.

    `settled` are all the others. Every figure stands in exactly one of the three.
    """

    groups: list[list[Statistic]]
    alone: list[Statistic]
    settled: list[Statistic]

    @property
    def contested(self) -> list[Statistic]:
        """Every figure that a source or another figure contradicts."""
        return [*self.alone, *(statistic for group in self.groups for statistic in group)]

    @property
    def words(self) -> str:
        """How many disagreements there are: “One disagreement”, blank for none."""
        count = len(self.groups) + len(self.alone)
        if not count:
            return ""
        written = _WORDS[count].capitalize() if count < len(_WORDS) else str(count)
        return f"{written} disagreement{'' if count == 1 else 's'}"


def disputes(statistics: Sequence[Statistic]) -> Disputes:
    """Sort the figures of one measure into contradicting, disputed and settled ones.

    In: statistics fetched `with_disputes()`, in any order; each list keeps it.
    """
    groups = disagreements(statistics)
    grouped = {statistic.pk for group in groups for statistic in group}
    ungrouped = [statistic for statistic in statistics if statistic.pk not in grouped]
    return Disputes(
        groups=groups,
        alone=[statistic for statistic in ungrouped if statistic.is_disputed],  # type: ignore[attr-defined]
        settled=[statistic for statistic in ungrouped if not statistic.is_disputed],  # type: ignore[attr-defined]
    )
