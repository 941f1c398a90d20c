"""Which columns need no check, because they did not change and share no rule with one that did."""

from __future__ import annotations

from typing import Any

import pytest

from events.models import Event, Participation, Topic, TopicEntry
from people.models import Person
from records.validation import unchanged
from sources.models import Citation


@pytest.mark.parametrize(
    ("model", "changed", "checked"),
    [
        # Nothing changed: nothing is checked.
        (Event, [], set()),
        # A column with a rule of its own.
        (Event, ["title"], {"title"}),
        # A state and the reason that one of the states needs.
        (Event, ["withdrawn_reason"], {"withdrawn_reason", "status"}),
        # No two rows may say both, whichever of them changed.
        (Participation, ["person"], {"person", "event"}),
        (Topic, ["order"], {"order", "course"}),
        # A date is one field of the form and five columns, which are held in order.
        (
            Person,
            ["died"],
            {f"died_{part}" for part in ("edtf", "text", "earliest", "latest", "sort")}
            # Nobody dies before being born.
            | {"born_earliest"},
        ),
        # Exactly one of the records that an entry may show.
        (
            TopicEntry,
            ["event"],
            {
                "event",
                "person",
                "power_base",
                "tenure",
                "reform",
                "effect",
                "statistic",
                "measure",
                # Only an event is one.
                "turning_point",
            },
        ),
        # A column without any rule.
        (Citation, ["note"], {"note"}),
        # What is no column: rows, or a reason asked for beside the record.
        (Event, ["reforms", "change_reason"], set()),
    ],
)
def test_only_what_changed_and_its_rules_should_be_checked(
    model: Any, changed: list[str], checked: set[str]
) -> None:
    left = {field.name for field in model._meta.fields} - unchanged(model, changed)
    assert left == checked
