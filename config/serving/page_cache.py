"""Whole answers to readers, kept until anything changes that readers see.

An answer is kept as it was sent, compressed and with its headers, beside the number of the latest
public change (`curation.changefeed`). It is sent again only while that number is still the latest
and nothing waits for a number, which each request asks the database: one short query. So whoever
publishes sees it at once in every process, and nothing has to be cleared.

Each process keeps its own, in memory, because one that was kept elsewhere would cost another
question to another server. Who is signed in is never answered from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import LRUCache
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.autoreload import file_changed
from django.utils.http import parse_http_date_safe

from config.postgresql.silence import Silence
from config.serving.unavailable import unavailable
from records.api.conditional import is_kept, unless_unchanged
from records.api.content_version import Latest, latest_change
from records.api.throttling import allowance
from records.rate_counter import network

Key = tuple[str, ...]
# Of the memory, what addresses with a query may take: there are as many as somebody cares to send,
# and they must not drive out the pages that everybody opens.
_SHARE_OF_QUERIES = 0.25
# Bytes. An answer that is longer than this part of the memory is made anew each time.
_LARGEST_SHARE = 0.125
# Bytes that an answer takes beside its content: its headers and its key.
_OVERHEAD = 2_000
# Characters. A longer address or Accept header is nobody's link.
_LONGEST = 1_000
# The conditions of RFC 9110 that are about content which the client has; those that are about
# anything else are left to the view.
_HAS_ALREADY = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
_OTHER_CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE")
# What belongs to one request or one client, and not to the answer.
_NOT_KEPT = ("RateLimit", "RateLimit-Policy")
_ACCEPTS_GZIP = re.compile(r"\bgzip\b")


@dataclass(frozen=True)
class Kept:
    """An answer, and the public change that was the latest before it was made."""

    latest: Latest
    content: bytes
    headers: tuple[tuple[str, str], ...]
    # Whether the request counted for the limits of the API.
    is_limited: bool

    @property
    def size(self) -> int:
        return len(self.content) + _OVERHEAD


class PageCacheMiddleware:
    """Answers from what is kept, and keeps what views say may be kept (`records.api.conditional`).

    Stands outside of the middleware that compresses, and inside of those whose work depends on who
    asks: the log, the security headers and CORS.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        room = settings.PAGE_CACHE_BYTES
        if not room:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self._largest = room * _LARGEST_SHARE
        for_queries = int(room * _SHARE_OF_QUERIES)
        self._plain = _memory(room - for_queries)
        self._queries = _memory(for_queries)
        self._memory_lock = Lock()
        # Who asks for what is being made waits for it, so that thirty readers at once cost one
        # page. Few locks for all addresses: two that share one wait for each other now and then.
        self._making = [Lock() for _ in range(64)]
        # A developer who edits a template sees it: only code that changed starts the server anew.
        file_changed.connect(self._forget)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key_of(request)
        if key is None:
            return self.get_response(request)
        try:
            latest = latest_change()
        except DatabaseError as error:
            if isinstance(error.__cause__, Silence):
                # The view would ask the same server, and its reader wait as long again.
                return unavailable(request)
            # The view meets the same trouble, and what it says of it is what the reader is told.
            latest = None
        # None as long as it is not certain: then nothing may be kept, and nothing sent that was.
        if latest is None:
            return self.get_response(request)
        kept = self._find(key, latest)
        if kept is None:
            if request.method != "GET":
                return self.get_response(request)
            with self._making[hash(key) % len(self._making)]:
                kept = self._find(key, latest)
                if kept is None:
                    return self._make(request, key, latest)
        return self._again(request, kept)

    def _make(self, request: HttpRequest, key: Key, latest: Latest) -> HttpResponse:
        """The answer of the view, which is kept if the view says that it may be."""
        conditions = {name: request.META.pop(name) for name in _HAS_ALREADY if name in request.META}
        request.latest_public_change = latest  # type: ignore[attr-defined]
        # Django reads the headers once, and keeps what it read.
        request.__dict__.pop("headers", None)
        response = self.get_response(request)
        request.META.update(conditions)
        request.__dict__.pop("headers", None)
        kept: Kept | None = None
        if is_kept(response) and not response.cookies and not response.streaming:
            headers = [(name, value) for name, value in response.items() if name not in _NOT_KEPT]
            kept = Kept(latest, response.content, (*headers,), response.has_header("RateLimit"))
            if kept.size <= self._largest:
                with self._memory_lock:
                    self._memory_of(key)[key] = kept
        if not conditions or "ETag" not in response:
            return response
        return _conditional(request, response)

    def _forget(self, **_: Any) -> None:
        with self._memory_lock:
            self._plain.clear()
            self._queries.clear()

    def _find(self, key: Key, latest: Latest) -> Kept | None:
        with self._memory_lock:
            kept = self._memory_of(key).get(key)
        return kept if kept is not None and kept.latest == latest else None

    def _memory_of(self, key: Key) -> Any:
        return self._queries if key[_QUERY] else self._plain

    def _again(self, request: HttpRequest, kept: Kept) -> HttpResponse:
        left = allowance("address", network(request)) if kept.is_limited else None
        if left is not None and left.left < 0:
            # The view says how long to wait.
            return self.get_response(request)
        response = HttpResponse(kept.content)
        for name, value in kept.headers:
            response[name] = value
        answer = _conditional(request, response)
        if left is not None:
            for name, value in left.headers.items():
                answer[name] = value
        return answer


def _memory(room: int) -> LRUCache[Key, Kept]:
    return LRUCache(room, getsizeof=lambda kept: kept.size)


def is_for_everybody(request: HttpRequest) -> bool:
    """Whether somebody only reads, and says nothing about who they are."""
    return (
        request.method in ("GET", "HEAD")
        and "HTTP_AUTHORIZATION" not in request.META
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )


# Where in a key the query of the address stands.
_QUERY = 3


def _key_of(request: HttpRequest) -> Key | None:
    """What the answer to somebody who is not signed in depends on; None for all other requests.

    The parameters of an address are put in order by name, and those of one name keep theirs.
    """
    sent = request.META
    if not is_for_everybody(request):
        return None
    if any(name in sent for name in _OTHER_CONDITIONS):
        return None
    path, query, accept = request.path, sent.get("QUERY_STRING", ""), ""
    if path.startswith(settings.STATIC_URL):
        return None
    if path.startswith("/api/"):
        accept = sent.get("HTTP_ACCEPT", "")
    if len(path) + len(query) + len(accept) > _LONGEST:
        return None
    if "&" in query:
        query = "&".join(sorted(query.split("&"), key=lambda pair: pair.partition("=")[0]))
    compressed = "gzip" if _ACCEPTS_GZIP.search(sent.get("HTTP_ACCEPT_ENCODING", "")) else ""
    return request.scheme or "", request.get_host(), path, query, accept, compressed


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer, or 304 if the client has it already."""
    changed = response.headers.get("Last-Modified")
    modified = parse_http_date_safe(changed) if changed else None
    answer: HttpResponse = unless_unchanged(
        response, request, response["ETag"].removeprefix("W/"), modified
    )
    return answer
