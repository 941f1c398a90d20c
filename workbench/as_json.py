"""Notes that were read as the document that `import_notes --json` prints.

Numbers are strings, dates are EDTF, and what the notes do not say is null.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from workbench.notes.structure import Notes

# The keys of each kind, in the order in which they are printed.
KEYS: dict[str, tuple[str, ...]] = {
    "topics": ("title", "line"),
    "people": ("name", "office", "power_base", "epithet", "line"),
    "reforms": ("title", "parts", "line"),
    "statistics": (
        "value", "upper_value", "comparator", "baseline", "unit", "date", "baseline_date",
        "as_written", "line",
    ),
    "events": ("title", "date", "line"),
    "claims": ("text", "line"),
    "unplaced": ("text", "line"),
}  # fmt: skip


def as_json(notes: Notes) -> dict[str, list[dict[str, Any]]]:
    """Return the records of notes as lists of plain values, by kind."""
    return {
        kind: [
            {key: _plain(getattr(record, key)) for key in keys} for record in getattr(notes, kind)
        ]
        for kind, keys in KEYS.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return list(value) if isinstance(value, tuple) else value
