"""The publishing promise: every public statement has a source that readers see."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.doctor.finding import Finding, few
from records.kinds import title_of
from records.publication import all_without_evidence


def every_statement_is_sourced() -> Iterator[Finding]:
    """The same as `manage.py check_evidence`, of which the first are named."""
    if bare := all_without_evidence():
        yield Finding(
            "evidence",
            f"readers see no source for {few([f'“{title_of(each)}”' for each in bare])}.",
            "“manage.py check_evidence” lists all. Give each a citation of a published source, or "
            "take it back to review.",
        )
