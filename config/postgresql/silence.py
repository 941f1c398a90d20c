"""A connection to PostgreSQL that is given up when an answer takes too long.

libpq itself can only bound the time to connect (`connect_timeout`), and how long sent bytes stay
unacknowledged (`tcp_user_timeout`), which those to a server that hangs do not: its kernel
acknowledges them. psycopg, which waits for libpq's socket, can be told when to stop.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import errors

from config.serving.patience import seconds_to_wait


class Silence(psycopg.OperationalError):
    """The server was asked, and did not answer in time."""


class BoundedConnection(psycopg.Connection[Any]):
    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        seconds = seconds_to_wait.get()
        if seconds is None or (timeout is not None and timeout <= seconds):
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, seconds)
        except errors._WaitTimeout as error:
            # What it would answer later belongs to a question that nobody asks any more.
            self.pgconn.finish()
            raise Silence(f"The database has not answered for {seconds:g} seconds.") from error
