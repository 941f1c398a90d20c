"""The change feed, held against the public record."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from curation.changefeed.comparison import differences, stuck_notes
from dashboard.doctor.finding import Finding

_SHOWN = 5


def says_what_is_public() -> Iterator[Finding]:
    """The same as `manage.py changefeed --check`, of which the first differences are named."""
    if stuck := stuck_notes():
        yield Finding(
            "change feed",
            f"notes wait about kinds of record that there are not: {', '.join(stuck)}.",
            "Run “manage.py changefeed --rebuild”.",
        )
        return
    found = [str(each) for each in islice(differences(), _SHOWN + 1)]
    if found:
        shown = " ".join(found[:_SHOWN]) + (" And more." if len(found) > _SHOWN else "")
        yield Finding(
            "change feed",
            f"it says something else than the public record. {shown}",
            "“manage.py changefeed --check” names all, and --rebuild mends them.",
        )
