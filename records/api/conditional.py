"""Conditional requests and caching (RFC 9110): what an answer to a read says to caches, and the
shorter answer to a client that has the content already.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from records.api.content_version import Latest, last_modified, latest_change
from records.api.problems import problem_response

# A cache may keep a copy, and asks before each use whether it is still right: so an edit shows at
# once.
_ASK_AGAIN = "public, no-cache"
# Seconds. For so long a shared cache may show a page while the site is away.
_OUTAGE = 600
# These answers depend on who asks, and how often. No cache may give them to somebody else.
_FOR_ONE_CLIENT = (401, 403, 429)
# Headers of the full answer that a 304 has too (section 15.4.5).
_REPEATED = ("Cache-Control", "ETag", "Last-Modified", "Vary")


def tag_of(content: bytes) -> str:
    """The strong entity tag of an answer (section 8.8.3): a digest of its content."""
    return f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'


def cacheable(response: Any, request: Any, *, is_dated: bool = True) -> Any:
    """Add the headers that caches need to a rendered answer to GET or HEAD.

    Out: the answer, or 304 or 412 in its place. Conditions are read in the order of RFC 9110,
    section 13.2.2: a tag decides before a time, even a tag that cannot be read. A time counts only
    where `records.api.content_version` knows one, and not for an answer that holds no record
    (`is_dated`).
    """
    if response.status_code in _FOR_ONE_CLIENT:
        response["Cache-Control"] = "no-store"
        return response
    # Without this header, a cache may keep a 404 or a 301 for as long as it likes, and a record may
    # be published at that address meanwhile.
    response["Cache-Control"] = _ASK_AGAIN
    # GZipMiddleware adds this to long answers only, and never to a 304.
    patch_vary_headers(response, ["Accept-Encoding"])
    if response.status_code != 200:
        return response
    latest = (_latest_change(request) or latest_change()) if is_dated else None
    tag, modified = _label(response, latest)
    if not _precondition_holds(request, tag, modified):
        detail = "The content behind this address is not the one that If-Match or "
        detail += "If-Unmodified-Since names. Read it anew."
        return problem_response(412, "precondition-failed", detail)
    return unless_unchanged(response, request, tag, modified)


def _latest_change(request: Any) -> Latest | None:
    """What the page cache asked before the answer was made; None where it did not ask."""
    latest: Latest | None = getattr(request, "latest_public_change", None)
    return latest


def _label(response: Any, latest: Latest | None) -> tuple[str, int | None]:
    """Give an answer its tag and, where it is known, the time of its last change. Out: both."""
    tag, modified = tag_of(response.content), last_modified(latest)
    response["ETag"] = tag
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    return tag, modified


def cacheable_page(response: Any, request: Any) -> Any:
    """The same for a page; one for somebody who signed in says that no shared cache may keep it.

    In: a rendered answer. Out: the answer, or 304 in its place.
    """
    if response.status_code != 200 or "Cache-Control" in response:
        return response
    is_private = settings.SESSION_COOKIE_NAME in request.COOKIES
    response["Cache-Control"] = "private, no-cache" if is_private else _of_public_page(response)
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    return unless_unchanged(response, request, *_label(response, _latest_change(request)))


def _of_public_page(response: Any) -> str:
    """What a page says to caches: to ask each time, unless an operator wants fewer questions.

    With SHARED_CACHE_SECONDS, one that many readers share (`s-maxage`) may show the page that long,
    again that long while it fetches the new one, and during an outage (RFC 5861). Browsers ask.
    """
    seconds = settings.SHARED_CACHE_SECONDS
    if not seconds or not is_kept(response):
        return _ASK_AGAIN
    return (
        f"public, max-age=0, s-maxage={seconds}, stale-while-revalidate={seconds}, "
        f"stale-if-error={_OUTAGE}"
    )


def keep(response: Any) -> None:
    """Say of an answer that it follows from public records alone, and from nothing else.

    Such an answer is the same for everybody until the change feed has another number, and so it
    may be kept (`config.serving.page_cache`). Versions are not: one may be hidden without a public
    change.
    """
    response.follows_public_records = True


def is_kept(response: Any) -> bool:
    return response.status_code == 200 and getattr(response, "follows_public_records", False)


def kept_privately(response: Any, request: Any) -> Any:
    """Add the headers for the caches of one client to a rendered answer for the owner of a token.

    Out: the answer, or 304 in its place. It may show drafts, whose changes are not in the change
    feed: so it has no time of change, and only its tag says whether it is still right.
    """
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization"])
    if response.status_code != 200 or request.method not in ("GET", "HEAD"):
        return response
    response["ETag"] = tag_of(response.content)
    return unless_unchanged(response, request, response["ETag"], None)


def unless_unchanged(response: Any, request: Any, tag: str, modified: int | None) -> Any:
    """The answer, or 304 if the client has this content already.

    In: the strong tag of the content, and the second of its last change if it is known.
    """
    client_tag = _tag_of_client(request, tag, modified)
    if client_tag is None:
        return response
    not_modified = HttpResponseNotModified()
    for name in _REPEATED:
        if name in response:
            not_modified[name] = response[name]
    # The tag as the client sent it. GZipMiddleware makes the tag of a compressed answer weak, and
    # a 304 with a strong tag does not refresh a copy with a weak one (RFC 9111, section 4.3.4).
    not_modified["ETag"] = client_tag
    return not_modified


def _precondition_holds(request: Any, tag: str, modified: int | None) -> bool:
    """False if the client wants an answer only to content that it names, and this is other content.

    In: the tag of the content, and the second of its last change if it is known.
    """
    if "If-Match" in request.headers:
        return bool({"*", tag} & {*parse_etags(request.headers["If-Match"])})
    since = parse_http_date_safe(request.headers.get("If-Unmodified-Since", ""))
    return since is None or modified is None or modified <= since


def _tag_of_client(request: Any, tag: str, modified: int | None) -> str | None:
    """The tag of the content that the client has, if that is still right; None if it is not.

    In: the tag of the content, and the second of its last change if it is known.
    """
    if "If-None-Match" in request.headers:
        client_tags = parse_etags(request.headers["If-None-Match"])
        if "*" in client_tags:
            return tag
        return next((each for each in client_tags if each.removeprefix("W/") == tag), None)
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return tag if since is not None and modified is not None and modified <= since else None
