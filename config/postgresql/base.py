"""Django’s PostgreSQL, whose pool gets over a restart of the server within one request.

It also gives up a server that takes connections and says nothing (`silence`).

The pool can check a connection before it hands it out (`CONN_HEALTH_CHECKS`), but waits longer and
longer between two that it finds broken. After a restart all of them are, and whoever comes first
would wait for seconds, or be refused.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError
from psycopg_pool import ConnectionPool

from config.postgresql.silence import Silence
from config.serving.patience import at_most, seconds_to_wait

# To ask a connection whether it lives takes a thousandth of a second, or something is wrong.
ALIVE = 3  # seconds


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        pool: Any = self.pool
        if pool is None:
            return super().get_new_connection(conn_params)
        # As many as there may be that broke, and one that was made since.
        for _ in range(pool.max_size):
            connection = super().get_new_connection(conn_params)
            patience = seconds_to_wait.get()
            try:
                with at_most(min(ALIVE, patience) if patience else None):
                    ConnectionPool.check_connection(connection)
            except Silence:
                # The others would be as silent, one after the other.
                pool.putconn(connection)
                raise
            except OperationalError:
                # What is broken is not taken back, but replaced.
                pool.putconn(connection)
            else:
                return connection
        return super().get_new_connection(conn_params)
