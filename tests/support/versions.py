"""Making versions of a record, and seeing which there are."""

from __future__ import annotations

from typing import Any

from curation.models import Version
from curation.revisions import history


def change(record: Any, reason: str = "Corrected", by: Any = None, **values: Any) -> None:
    """A new version of a record, with other values in some of its fields."""
    with history.changing(record, by=by, reason=reason) as current:
        for name, value in values.items():
            setattr(current, name, value)
        current.save()


def versions(record: Any) -> list[tuple[int, str, str]]:
    """Number, action and reason of each version of a record, the first one first."""
    found = Version.objects.of(record).order_by("number")
    return [*found.values_list("number", "action", "reason")]
