"""How many requests the API answers in a minute, to one address or to one token.

The headers are those of the IETF draft “RateLimit header fields for HTTP” (version 08 and later).

These are no `throttle_classes` of Django REST framework. It asks those only after it has chosen a
format and has accepted the token, so that a request refused before would count for nothing, and
tokens could be guessed without a limit.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from records.api.problems import Problem
from records.rate_counter import counted, network

WINDOW = 60  # seconds


@dataclass(frozen=True)
class Allowance:
    """What a client may still ask in this minute.

    In: the name of the limit, how many requests it allows in a minute, how many of them are left
    (below 0: too many were sent), and in how many seconds the next minute begins.
    """

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


def allowance(name: str, client: str) -> Allowance | None:
    """Count one request of a client. Out: what is left to it; None where nothing is limited.

    In: the name of a limit (of `API_LIMITS`), and a text that tells the client from others.
    """
    most = settings.API_LIMITS[name]
    if not most:
        return None
    now = time.time()
    requests = counted(f"api-{name}", f"{client} {int(now // WINDOW)}", WINDOW)
    return Allowance(name, most, most - requests, int(WINDOW - now % WINDOW) + 1)


class LimitedMixin:
    """For views: counts each request before anything is done for it.

    A request with a token counts for the token; one without, or with a token that is not accepted,
    counts for the address it came from. Raises `Problem` (429) when nothing is left.
    """

    headers: dict[str, str]
    allowance: Allowance | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        try:
            token = request.auth
        except AuthenticationFailed:
            self._count(request, "address", network(request))
            raise
        if token is None:
            self._count(request, "address", network(request))
        else:
            self._count(request, "token", str(token.pk))
        super().initial(request, *args, **kwargs)  # type: ignore[misc]

    def _count(self, request: Request, name: str, client: str) -> None:
        # An answer that a replica cannot give is made anew, and is still one request.
        once: Any = request._request
        if not hasattr(once, "counted_for"):
            once.counted_for = allowance(name, client)
        self.allowance = once.counted_for
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
