"""What schema.org can hold of a historical date: only what is exact. Pure functions."""

from __future__ import annotations

import re

from records.dates import HistoricalDate

# ISO 8601 at the precision that is known; a season, a mask or a qualifier has no form there.
_ISO = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?")


def iso_date(date: HistoricalDate | None) -> str | None:
    """A day, month or year as ISO 8601; None for a date that is unknown, open or in doubt."""
    if date is None or not _ISO.fullmatch(date.edtf):
        return None
    return date.edtf


def iso_span(date: HistoricalDate | None) -> dict[str, str]:
    """`startDate` and `endDate` of a date or span, each only where it is exact."""
    if date is None:
        return {}
    ends = {"startDate": iso_date(date.start), "endDate": iso_date(date.end)}
    return {name: value for name, value in ends.items() if value}
