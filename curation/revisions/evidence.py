"""No change leaves a public statement without a source that readers see.

Asked before a change and after it, whatever the door, because evidence is lost in many ways: a
source is withdrawn, a citation removed or moved, two records merged, an old version restored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from records.kinds import title_of
from records.models import Status
from records.publication import left_without_evidence, name_statements, own_obstacles

# Statements by label of the kind and number.
Keys = set[tuple[str, int]]
# What is done with statements that would stand bare, before the change is refused.
Relief = Callable[[list[Any]], object]


class StandsBare(Exception):
    """A change would leave public statements without a source; `statements` are they."""

    def __init__(self, statements: list[Any]) -> None:
        super().__init__(_in_words(statements))
        self.statements = statements


def _in_words(statements: list[Any]) -> str:
    """What is wrong with statements that stand bare, and what to do about it."""
    sentences = []
    # What a record lacks at the gate of its own kind is said by that gate.
    own = {key_of_statement(each): own_obstacles(each) for each in statements}
    bare = [each for each in statements if not own[key_of_statement(each)]]
    if bare:
        sentences.append(
            f"Readers would see no source any more for {name_statements(bare)}. Give "
            f"{'it' if len(bare) == 1 else 'each of them'} another source first."
        )
    for each in statements:
        if lacking := own[key_of_statement(each)]:
            named = " ".join(obstacle.message for obstacle in lacking)
            sentences.append(f"“{title_of(each)}” could not stay public. {named}")
    return " ".join(sentences)


@dataclass
class Before:
    """How some records stood before a change: what was bare already, and is nobody's fault now, and
    which of them readers saw."""

    bare: Keys = field(default_factory=set)
    public: Keys = field(default_factory=set)

    def look_at(self, record: Any) -> None:
        """Remember how `record`, and what joins it, stands now."""
        left = left_without_evidence(record, came_in_sight=False)
        self.bare |= {key_of_statement(each) for each in left}
        if record.status == Status.PUBLISHED:
            self.public.add(key_of_statement(record))


def before_changing(*records: Any) -> Before:
    """How some records, with a history of their own, stand now: for `refuse_bare` later."""
    before = Before()
    for record in records:
        before.look_at(record)
    return before


def key_of_statement(record: Any) -> tuple[str, int]:
    return record._meta.label_lower, record.pk


def refuse_bare(records: Iterable[Any], before: Before, relieve: Relief | None = None) -> None:
    """Raise `StandsBare` where a change laid statements bare.

    In: the changed records as they are now; how they stood before; and what to do with such
    statements so that the change may stand (None: nothing).
    """
    records = list(records)
    bare = _newly_bare(records, before)
    if bare and relieve is not None:
        relieve(bare)
        bare = _newly_bare(records, before)
    if bare:
        raise StandsBare(bare)


def _newly_bare(records: list[Any], before: Before) -> list[Any]:
    bare = {}
    for record in records:
        came_in_sight = key_of_statement(record) not in before.public
        for each in left_without_evidence(record, came_in_sight=came_in_sight):
            if (key := key_of_statement(each)) not in before.bare:
                bare[key] = each
    return list(bare.values())
