"""The lanes of a timeline drawing: events as dots, reforms as bars, offices by power base."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from people.querysets import KINDS_OF_POWER
from records.timeline_drawing import Item, Lane


def anchor(kind: str, record: Any) -> str:
    """The address of a record within the timeline page, for good: slugs and public ids only."""
    return f"{kind}-{record.public_id if kind == 'tenure' else record.slug}"


def lanes(
    records: Iterable[tuple[str, Any]], href: Callable[[str, Any], str] | None = None
) -> list[Lane]:
    """Arrange dated records in lanes from top to bottom.

    In: pairs (kind, record) with kinds of `events.timeline.KINDS`; where each one leads, else to
    its place in the timeline's list.
    """
    lead = href or (lambda kind, record: f"#{anchor(kind, record)}")
    events: list[Item] = []
    reforms: list[Item] = []
    bases: dict[Any, list[Item]] = {}
    for kind, record in records:
        when = record.span.display()
        if kind == "tenure":
            person = record.person
            name = person.sort_name.partition(",")[0]
            words = f"{person}, {record.office}: {when}"
            item = Item(record.span, name, lead(kind, record), kind, 1, words)
            bases.setdefault(record.power_base, []).append(item)
        else:
            weight = record.significance if kind == "event" else 1
            words = f"{record}: {when}"
            item = Item(record.span, str(record), lead(kind, record), kind, weight, words)
            (events if kind == "event" else reforms).append(item)
    ranked = sorted(bases, key=lambda base: (KINDS_OF_POWER.index(base.kind), base.name))
    return [
        Lane("Events", events, "dots"),
        Lane("Reforms", reforms),
        *(Lane(base.abbreviation or base.name, bases[base]) for base in ranked),
    ]
