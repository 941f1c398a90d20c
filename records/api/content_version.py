"""When anything that readers see last changed, for the header `Last-Modified`.

An answer shows many records, and the time of one of them does not tell when another one changed or
was deleted. Only something that counts all public changes can tell, and that is the change feed,
in an app above this one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.utils import timezone

# For so long after a change, `Last-Modified` is left out. HTTP counts whole seconds, so that two
# changes may have the same time; and readers see a change only a little after its time.
SETTLES = timedelta(seconds=10)
# When this process started. A new release may write the same content in another way.
_STARTED = datetime.now(UTC)


Latest = tuple[int, datetime]
# What knows the latest change; None where nothing counts changes. See `count_with`.
_counter: Callable[[], Latest | None] | None = None


def count_with(counter: Callable[[], Latest | None]) -> None:
    """Let `counter` say what the latest public change is: number and time. For when Django starts.

    The function must be cheap. A later number must never have an earlier time, and readers must see
    a change within `SETTLES` of its time; while that is not certain, the function returns None.
    """
    global _counter
    _counter = counter


def latest_change() -> Latest | None:
    """The number and the time of the latest public change; None if that is not known."""
    return _counter() if _counter is not None else None


def last_modified(latest: Latest | None) -> int | None:
    """Since when all answers are as they are now, in seconds (Unix time); None if not known.

    In: the latest public change, as somebody knew it before the answer was made.

    It is not known right after a change. Another change could follow within the same second, and a
    client that asked with `If-Modified-Since` for that second would miss it.
    """
    if latest is None:
        return None
    changed = max(latest[1], _STARTED)
    if timezone.now() - changed < SETTLES:
        return None
    return int(changed.timestamp())
