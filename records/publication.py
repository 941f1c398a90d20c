"""The publishing gate: what a record still lacks before readers may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Obstacle:
    """One thing that stands in the way of publishing: the field it belongs to, and what to do."""

    field: str
    message: str


def date_obstacles(record: Any) -> list[Obstacle]:
    """What the record lacks in the way of a date; empty when it has one or says why not.

    In: a record whose class lists in `dated_by` the dates of which one is enough.
    """
    names: tuple[str, ...] = getattr(record, "dated_by", ())
    if not names or any(getattr(record, name) for name in names):
        return []
    if getattr(record, "undated_reason", "").strip():
        return []
    return [
        Obstacle(
            names[0],
            "Give a date, for example “June 1956”, or say under “why there is no date” why it "
            "has none.",
        )
    ]


def obstacles(record: Any, *, citations: int | None = None) -> list[Obstacle]:
    """Everything that keeps `record` from being published; empty when nothing does.

    In: a record, and how many citations it is about to have (None: count those it has now).
    Classes that set `needs_citation = False` arrange other records and need none of their own.
    """
    found = date_obstacles(record)
    if getattr(record, "needs_citation", True):
        if citations is None:
            citations = record.citations.count() if record.pk else 0
        if not citations:
            found.append(
                Obstacle(
                    "citations",
                    "Add at least one citation: a source and the place in it, for example "
                    "“chapter 13” or “p. 412”.",
                )
            )
    return found
