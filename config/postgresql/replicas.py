"""Which database Django asks: the primary, or the replica that a request was given.

A replica is a copy of the whole server that PostgreSQL keeps by streaming (its manual, chapter
“High availability”). It can only be read, and is always a little behind. Whether it may answer a
request at all is decided in `config.serving.replicas`; here stands what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

# The name of the replica that answers this request; None for the primary.
_replica: ContextVar[str | None] = ContextVar("replica", default=None)


@contextmanager
def reading_from(replica: str) -> Iterator[None]:
    """Within this block, what is read outside a transaction is read from the replica."""
    token = _replica.set(replica)
    try:
        yield
    finally:
        _replica.reset(token)


class ReplicaRouter:
    """A router of Django's (`DATABASE_ROUTERS`): what is written, and what a transaction reads,
    goes to the primary, whatever the request was given."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        replica = _replica.get()
        if replica is None or connections[DEFAULT_DB_ALIAS].in_atomic_block:
            return DEFAULT_DB_ALIAS
        return replica

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """True: a row is the same row on every server."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """False for a replica: what is done to the primary comes to it by itself."""
        return db == DEFAULT_DB_ALIAS
