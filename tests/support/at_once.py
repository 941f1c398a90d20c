"""Several people at once, and waiting for them, however slow the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

# Seconds. Only what hangs takes so long: whoever waits for another waits as long as this.
PATIENCE = 300

needs_two_writers = pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="SQLite in memory has one connection; PostgreSQL has two writers",
)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same moment, each act in a thread of its own. Out: what they gave."""
    together = Barrier(len(acts), timeout=PATIENCE)

    def act(one: Callable[[], Any]) -> Any:
        try:
            together.wait()
            return one()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [*pool.map(act, acts)]


def wait_until(true: Callable[[], object], otherwise: str) -> None:
    """Return as soon as `true()` is. AssertionError, with `otherwise`, when it never becomes so."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, otherwise
        time.sleep(0.02)
