"""A life in power: offices drawn as bars, power bases gained and lost, and who else was there.

Pure functions over loaded tenures; no queries. Nothing here says who was whose ally or rival: two
people in one institution at one time may be either, and only a source can say which.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from records.dates import OPEN_FUTURE, HistoricalDate
from records.timeline.drawing import Drawing, Item, Lane, draw

if TYPE_CHECKING:
    from people.models import Person, PowerBase, Tenure


@dataclass(frozen=True)
class Turn:
    """A power base gained or given up: `words` says which, `office` what it was held through."""

    date: HistoricalDate
    words: str
    power_base: PowerBase
    office: str


@dataclass
class Company:
    """Another person with offices that rested on the same power bases at the same time."""

    person: Person
    tenures: list[Tenure] = field(default_factory=list)


def offices_drawing(tenures: Iterable[Tenure]) -> Drawing | None:
    """Offices as dated bars, a lane for each power base in the order they were reached."""
    lanes: dict[Any, list[Item]] = {}
    for tenure in tenures:
        span = tenure.span
        assert span is not None
        detail = f"{tenure.office}: {span.display()}"
        item = Item(span, tenure.office, f"#tenure-{tenure.public_id}", "tenure", 1, detail)
        lanes.setdefault(tenure.power_base, []).append(item)
    return draw([Lane(base.abbreviation or base.name, items) for base, items in lanes.items()])


def turns(tenures: Sequence[Tenure]) -> list[Turn]:
    """When a person came to hold office in each power base, and when the last one there ended.

    In: tenures in order of time. Offices that follow each other in one power base are one stay: it
    was not lost between them. An end that is open or unknown is no loss.
    """
    changes = []
    by_base = sorted(tenures, key=lambda tenure: tenure.power_base_id)
    for _, group in groupby(by_base, key=lambda tenure: tenure.power_base_id):
        for stay in _stays(list(group)):
            first, last = stay[0], max(stay, key=_latest)
            start, end = _span(first).start, _span(last).end
            if start is not None:
                changes.append(Turn(start, "Gained", first.power_base, first.office))
            if end is not None and _span(last).is_interval:
                changes.append(Turn(end, "No longer held", last.power_base, last.office))
    return sorted(changes, key=lambda turn: (turn.date.sort, turn.words == "Gained"))


def _stays(tenures: list[Tenure]) -> list[list[Tenure]]:
    """Tenures of one power base, those that overlap or follow at once kept together."""
    stays: list[list[Tenure]] = []
    until = -OPEN_FUTURE
    for tenure in sorted(tenures, key=lambda tenure: _span(tenure).sort):
        if stays and _span(tenure).sort <= until + 1:
            stays[-1].append(tenure)
        else:
            stays.append([tenure])
            until = -OPEN_FUTURE
        until = max(until, _latest(tenure))
    return stays


def company(tenures: Iterable[Tenure]) -> list[Company]:
    """Tenures of other people grouped by person, in the order given."""
    by_person: dict[int, Company] = {}
    for tenure in tenures:
        by_person.setdefault(tenure.person_id, Company(tenure.person)).tenures.append(tenure)
    return list(by_person.values())


def _span(tenure: Tenure) -> HistoricalDate:
    assert tenure.span is not None  # a tenure is refused without one
    return tenure.span


def _latest(tenure: Tenure) -> int:
    return _span(tenure).latest
