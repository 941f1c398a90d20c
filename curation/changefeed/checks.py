"""The system check for the triggers of the change feed: `manage.py check --database default`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Warning

from curation.changefeed.triggers import trigger_errors


def check_triggers(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of triggers that are missing or wrong. In: the aliases of the databases to look at.

    A warning and no error, because `migrate` runs the checks too, and refuses to work if there is
    an error: it could not make the triggers that an interrupted `migrate` left out.
    """
    messages: list[CheckMessage] = []
    for alias in databases or ():
        if errors := trigger_errors(alias):
            messages.append(
                Warning(
                    f"Changes are not noted for the change feed in the database “{alias}”: "
                    f"{' '.join(errors)}",
                    hint="Run “manage.py migrate”, which makes the triggers as they should be.",
                    id="curation.W001",
                )
            )
    return messages
