"""The cache in Redis, and what stands in for it while Redis does not answer.

Nothing that Thaw keeps in the cache is worth an error or a wait: counts of who asked how often,
and what can be made again. So whoever asks is served from a cache of this process meanwhile: it
begins empty, and limits hold for each process by itself.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# For how many seconds a Redis that failed is left alone, so that one that hangs delays one request
# of a process in that time, and not each.
PAUSE = 5
_READS = ("get", "get_many", "has_key")


class SoftRedisCache(RedisCache):
    """Django's Redis cache, whose failures are seen in the log alone: one line when it begins to
    fail, and one when it answers again."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._server = str(server)
        self._params = {key: value for key, value in params.items() if key != "OPTIONS"}

    def _ask(self, name: str, *arguments: Any, **named: Any) -> Any:
        away = _away.get(self._server)
        if away is None or time.monotonic() >= away:
            try:
                found = getattr(super(), name)(*arguments, **named)
            except (RedisError, OSError) as error:
                _away[self._server] = time.monotonic() + PAUSE
                if away is None:
                    # What an earlier failure left there may be out of date.
                    self._instead().clear()
                    logger.error(
                        "Redis fails (%s), so each process keeps its own cache and counts, and "
                        "asks again every %s seconds.",
                        type(error).__name__,
                        PAUSE,
                    )
            else:
                # One that is full can still be read.
                if away is not None and name not in _READS:
                    _away.pop(self._server, None)
                    logger.warning("Redis answers again.")
                return found
        return getattr(self._instead(), name)(*arguments, **named)

    def _instead(self) -> LocMemCache:
        return LocMemCache(f"instead of {self._server}", self._params)

    def add(self, *arguments: Any, **named: Any) -> Any:
        return self._ask("add", *arguments, **named)

    def get(self, *arguments: Any, **named: Any) -> Any:
        return self._ask("get", *arguments, **named)

    def set(self, *arguments: Any, **named: Any) -> Any:
        return self._ask("set", *arguments, **named)

    def touch(self, *arguments: Any, **named: Any) -> Any:
        return self._ask("touch", *arguments, **named)

    def delete(self, *arguments: Any, **named: Any) -> Any:
        return self._ask("delete", *arguments, **named)

    def get_many(self, *arguments: Any, **named: Any) -> Any:
        return self._ask("get_many", *arguments, **named)

    def set_many(self, *arguments: Any, **named: Any) -> Any:
        return self._ask("set_many", *arguments, **named)

    def delete_many(self, *arguments: Any, **named: Any) -> Any:
        return self._ask("delete_many", *arguments, **named)

    def has_key(self, *arguments: Any, **named: Any) -> Any:
        return self._ask("has_key", *arguments, **named)

    def incr(self, *arguments: Any, **named: Any) -> Any:
        return self._ask("incr", *arguments, **named)

    def clear(self, *arguments: Any, **named: Any) -> Any:
        return self._ask("clear", *arguments, **named)


# Server → until when it is left alone. Django makes a cache object for each thread.
_away: dict[str, float] = {}
