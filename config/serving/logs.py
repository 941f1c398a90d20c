"""What is written to the log: a line for each request and each event, and nobody’s secrets.

A line has the time, the level, who says it, the request it belongs to, and facts by name. None has
a network address, the name of a person, the values of a query, or a link that opens something.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject

requests = logging.getLogger("thaw.requests")
security = logging.getLogger("thaw.security")

# The request that is being answered, so that whatever is logged meanwhile names it.
_REQUEST: ContextVar[str] = ContextVar("request_id", default="-")
# What a proxy in front may call a request; anything else gets an id of ours.
_GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
# Parts of an address that open something to whoever has them.
_SECRET = {"token", "uidb36", "uidb64"}
# The facts that lines carry, in this order.
_FACTS = ("event", "account", "token", "method", "path", "status", "ms")
_EVENTS = {403: "permission-refused", 429: "throttled"}


class RequestLogMiddleware:
    """Names each request (`X-Request-ID`), and writes a line once it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        name = given if _GIVEN.fullmatch(given) else uuid4().hex
        token = _REQUEST.set(name)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = name
            facts = {
                "account": account_of(request),
                "method": request.method,
                "path": logged_path(request),
                "status": response.status_code,
            }
            ms = round((time.perf_counter() - began) * 1000)
            requests.info("answered", extra={**facts, "ms": ms})
            if event := _EVENTS.get(response.status_code):
                security.warning(event, extra={**facts, "event": event})
            return response
        finally:
            _REQUEST.reset(token)


def account_of(request: HttpRequest) -> int | None:
    """The id of the account that a request was answered for, if anybody asked. Takes no query."""
    user = request.__dict__.get("user")
    if isinstance(user, LazyObject):
        user = request.__dict__.get("_cached_user")
    return getattr(user, "pk", None)


def logged_path(request: HttpRequest) -> str:
    """The path of a request without its query, and without a part that opens something."""
    path = request.path
    match = request.resolver_match
    kept = {str(part) for name, part in match.kwargs.items() if name in _SECRET} if match else set()
    # A key of the API names a record; anywhere else it is one to a door.
    if match and not path.startswith("/api/") and "key" in match.kwargs:
        kept.add(str(match.kwargs["key"]))
    for part in sorted(kept, key=len, reverse=True):
        path = path.replace(part, "…") if part else path
    # Signed texts have colons and no address of ours has; the longest slug has 80 characters.
    return "/".join("…" if ":" in part or len(part) > 80 else part for part in path.split("/"))


class Careful(logging.Filter):
    """Gives each record its request, and takes the path out of what Django itself says of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _REQUEST.get()
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            shown, whole = logged_path(request), request.get_full_path()
            record.args = tuple(
                shown if each in (request.path, whole) else each for each in record.args
            )
        return True


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name in _FACTS if (value := getattr(record, name, None)) is not None}


def moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class LineFormatter(logging.Formatter):
    """One line for people: the facts stand behind the words, as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        words = [moment(record), record.levelname, record.name]
        words += [f"request={getattr(record, 'request_id', '-')}", _one_line(record.getMessage())]
        words += [f"{name}={value}" for name, value in facts_of(record).items()]
        if record.exc_info:
            words.append("\n" + self.formatException(record.exc_info))
        return " ".join(words)


class JSONFormatter(logging.Formatter):
    """One object of JSON on each line, for programs."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": moment(record),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
            **facts_of(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _one_line(words: str) -> str:
    """Words without line ends, by which somebody could write a line of their own."""
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", words)


def settings(level: str, as_json: bool) -> dict[str, Any]:
    """Django’s LOGGING."""
    kind = "JSONFormatter" if as_json else "LineFormatter"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"careful": {"()": "config.serving.logs.Careful"}},
        "formatters": {"line": {"()": f"config.serving.logs.{kind}"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["careful"],
                "formatter": "line",
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django’s own handlers would write the same again, and the whole address.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
            # What a request was answered stands in its own line; faults of ours have more to say.
            "django.request": {"level": "ERROR"},
            # Names a passkey in each line; ours name the account (accounts.security_log).
            "fido2": {"level": "WARNING"},
            # Names each connection of a server that is away; ours say once that it is.
            "psycopg.pool": {"level": "ERROR"},
        },
    }
