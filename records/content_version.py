"""When anything that readers see last changed: `Last-Modified`, and what it can be trusted with.

An answer holds parts of many records, and no time of any one of them tells when another changed or
went away. Only a count of all public changes can, which a room above this one may keep.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

# HTTP tells times by the second, and a change may be seen a little after the time it bears.
SETTLES = timedelta(seconds=10)
# Another release may say the same content in another way.
_STARTED = datetime.now(UTC)


def latest_change() -> tuple[int, datetime] | None:
    """The number and the time of the latest public change; None where nobody keeps count.

    The setting `LATEST_CHANGE` names the function that knows. It has to be cheap, a later number
    must never bear an earlier time, and a change must be readable within `SETTLES` of its time.
    None where that is not certain.
    """
    name = settings.LATEST_CHANGE
    found: Any = import_string(name)() if name else None
    return found


def last_modified() -> int | None:
    """The second (Unix time) by which every answer is as it is now; None where that is not known.

    A change of this moment is not told by its second yet: another one might follow within it, and
    whoever then asked `If-Modified-Since` that second would be told that nothing changed.
    """
    latest = latest_change()
    if latest is None:
        return None
    changed = max(latest[1], _STARTED)
    if timezone.now() - changed < SETTLES:
        return None
    return int(changed.timestamp())
