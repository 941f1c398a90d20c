"""For how long a request waits for a database that says nothing.

A server that is stopped refuses; one that hangs, or whose machine is gone, takes what it is sent
and never answers. A command has all the time there is: a migration may take minutes. A request has
not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Seconds; None for as long as it takes.
seconds_to_wait: ContextVar[float | None] = ContextVar("seconds_to_wait", default=None)


@contextmanager
def at_most(seconds: float | None) -> Iterator[None]:
    """Within this block, nothing waits longer for one answer of the database."""
    token = seconds_to_wait.set(seconds)
    try:
        yield
    finally:
        seconds_to_wait.reset(token)


class PatienceMiddleware:
    """A request waits DATABASE_PATIENCE seconds at most for each answer of the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with at_most(settings.DATABASE_PATIENCE or None):
            return self.get_response(request)
