"""What the page of a measure shows of its figures, now and in the past. No queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reforms.charts.bars import chart
from reforms.disputes import disputes
from sources.positions import oldest

if TYPE_CHECKING:
    from reforms.models import Statistic


def finding(statistics: Sequence[Statistic], unit: str) -> dict[str, Any]:
    """The figures of one measure as its template takes them: drawn, tabled, and who disputes them.

    In: figures `with_evidence()` in order of time, and the unit of their measure.
    """
    dispute = disputes(statistics)
    return {
        "statistics": statistics,
        "chart": chart(statistics, unit, dispute.contested),
        "disputes": dispute,
        "contradictions": [
            sorted(group, key=lambda figure: oldest(figure.public_citations))
            for group in dispute.groups
        ],
        "narrower": any(figure.population for figure in statistics),
    }
