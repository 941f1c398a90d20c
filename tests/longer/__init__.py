"""The next release of Thaw: two migrations more, which can be killed on the way."""

from __future__ import annotations

import os
import signal


def killed_at(place: str) -> None:
    """End this process as `kill -9` does, where the variable `KILLED_AT` names this place."""
    if os.environ.get("KILLED_AT") == place:
        os.kill(os.getpid(), signal.SIGKILL)
