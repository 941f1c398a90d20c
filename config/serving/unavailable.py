"""503 with `Retry-After`, for everybody, while the database cannot be asked, or nothing written.

Such an error is no fault of a page, and passes: a server restarts, a disk is full, another writer
takes too long. Everything else stays an error of ours (500).
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from config.embed import framed
from records.api.problems import problem_response
from records.pictures.store import NotKept

logger = logging.getLogger(__name__)

RETRY_AFTER = 5  # seconds

# Result codes of SQLite (https://sqlite.org/rescode.html), the primary part of them: busy, locked,
# read only, input or output failed, full, cannot be opened.
_SQLITE = {5, 6, 8, 10, 13, 14}
# Classes of PostgreSQL's error codes (its manual, appendix A): connection, resources, intervention
# of the operator, system; and two codes: a transaction that may only read, a deadlock.
_POSTGRESQL_CLASSES = ("08", "53", "57", "58")
_POSTGRESQL = {"25006", "40P01"}


def passes(error: BaseException | None) -> bool:
    """Whether an error, or what it came from, says that nothing can be read or kept just now."""
    while error is not None:
        if isinstance(error, InterfaceError | NotKept):
            return True
        if isinstance(error, DatabaseError):
            cause = error.__cause__
            code = getattr(cause, "sqlite_errorcode", None)
            if code is not None:
                return code & 0xFF in _SQLITE
            # psycopg: no code where no server answered.
            state = getattr(cause, "sqlstate", "none")
            if state is None:
                return type(cause).__name__ in ("OperationalError", "PoolTimeout", "Silence")
            return state in _POSTGRESQL or state.startswith(_POSTGRESQL_CLASSES)
        error = error.__cause__ or error.__context__
    return False


def unavailable(request: HttpRequest) -> HttpResponse:
    """The answer: a problem document under /api/, elsewhere a page that asks nothing of anybody."""
    if request.path.startswith("/api/"):
        response = problem_response(
            503,
            "unavailable",
            "The site cannot reach its records just now. Nothing was changed. Ask again in "
            f"{RETRY_AFTER} seconds.",
        )
    else:
        response = HttpResponse(render_to_string("unavailable.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    if request.path.startswith("/embed/"):
        return framed(lambda request: response)(request)
    return response


class UnavailableMiddleware:
    """Answers for views whose database cannot be used. (`handler500` does where no view is.)"""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not passes(error):
            return None
        logger.error("Nothing can be read or kept: %s", str(error).partition("\n")[0])
        return unavailable(request)
