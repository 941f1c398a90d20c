"""How often the API answers one address, or one token: a number of requests for each minute.

The headers are those of the IETF draft “RateLimit header fields for HTTP” (version 08 and later).
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from redis.exceptions import RedisError
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from records.limits import counted, network
from records.problems import Problem

logger = logging.getLogger(__name__)

WINDOW = 60  # seconds


@dataclass(frozen=True)
class Allowance:
    """What is left to somebody in this minute: of the policy `name`, `left` out of `most`."""

    name: str
    most: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.most};w={WINDOW}',
            "RateLimit": f'"{self.name}";r={max(self.left, 0)};t={self.seconds}',
        }


def allowance(name: str, who: str) -> Allowance | None:
    """Count one request of `who`; what is left to them. None where nothing is limited.

    While the cache does not answer, nobody is counted and nobody refused: reading goes on, and the
    log says why.
    """
    most = settings.API_LIMITS[name]
    if not most:
        return None
    now = time.time()
    try:
        asked = counted(f"api-{name}", f"{who} {int(now // WINDOW)}", WINDOW)
    except (RedisError, OSError) as error:
        logger.error("The cache fails (%s), so requests to the API are not counted.", error)
        return None
    return Allowance(name, most, most - asked, int(WINDOW - now % WINDOW) + 1)


class LimitedMixin:
    """Counts each request before anything is done for it. Tokens that do not hold count too."""

    headers: dict[str, str]
    allowance: Allowance | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        try:
            token = request.auth
        except AuthenticationFailed:
            self._count("address", network(request))
            raise
        if token is None:
            self._count("address", network(request))
        else:
            self._count("token", str(token.pk))
        super().initial(request, *args, **kwargs)  # type: ignore[misc]

    def _count(self, name: str, who: str) -> None:
        self.allowance = allowance(name, who)
        if self.allowance is not None and self.allowance.left < 0:
            wait = self.allowance.seconds
            raise Problem(
                429,
                "too-many-requests",
                f"This {name} has asked {self.allowance.most:,} times in this minute, which is all "
                f"that is answered. Ask again in {wait} seconds.",
                headers={"Retry-After": str(wait)},
            )

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if self.allowance is not None:
            for name, value in self.allowance.headers.items():
                response[name] = value
        return response
