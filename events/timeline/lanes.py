"""The lanes of a timeline drawing: events as dots, reforms as bars, offices by power base."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from events.timeline.query import FACTS
from records.kinds import key_of
from records.sorting import sort_key
from records.timeline.drawing import Item, Lane


def anchor(kind: str, record: Any) -> str:
    """The address of a record within the timeline page, for good: slugs and public ids only."""
    return f"{kind}-{key_of(record)}"


def lanes(
    records: Iterable[tuple[str, Any]], href: Callable[[str, Any], str] | None = None
) -> list[Lane]:
    """Arrange dated records in lanes from top to bottom.

    In: pairs (kind, record) with kinds of `query.KINDS`; where each one leads, else to
    its place in the timeline's list.
    """
    lead = href or (lambda kind, record: f"#{anchor(kind, record)}")
    # By kind, and within a kind by what its own lanes sort by.
    items: dict[str, dict[tuple[Any, str], list[Item]]] = {
        kind: {} if facts.lane else {((), facts.heading): []} for kind, (_, facts) in FACTS.items()
    }
    for kind, record in records:
        facts = FACTS[kind][1]
        short, detail, weight = facts.item(record)
        item = Item(
            record.span,
            short,
            lead(kind, record),
            kind,
            weight,
            f"{detail}: {record.span.display()}",
        )
        lane = facts.lane(record) if facts.lane else ((), facts.heading)
        items[kind].setdefault(lane, []).append(item)
    return [
        Lane(name, of_kind[rank, name], FACTS[kind][1].shape)
        for kind, of_kind in items.items()
        for rank, name in sorted(of_kind, key=lambda lane: (lane[0], sort_key(lane[1])))
    ]
