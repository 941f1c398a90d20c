"""What a read says to caches, and what it answers to whoever has the content already (RFC 9110)."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from records.content_version import last_modified
from records.problems import problem_response

# Whoever keeps a copy asks each time whether it still holds: an edit shows at once.
_ASK_AGAIN = "public, no-cache"
# Answers to who asks and how often, not to what.
_OF_ONE_ASKER = (401, 403, 429)
# What a 304 says again of the answer that it stands for.
_REPEATED = ("Cache-Control", "ETag", "Last-Modified", "Vary")


def tag_of(content: bytes) -> str:
    """The strong entity tag of an answer (section 8.8.3): it follows from the content."""
    return f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'


def cacheable(response: Any, request: Any) -> Any:
    """A rendered answer to GET or HEAD, with what caches need; or 304 or 412 in its place.

    Conditions are taken as RFC 9110, section 13.2.2, orders them: a tag outweighs a time, even a
    tag that cannot be read. A time counts only where `records.content_version` vouches for it.
    """
    if response.status_code in _OF_ONE_ASKER:
        response["Cache-Control"] = "no-store"
        return response
    # A cache may keep “not found” and “moved” too, if nothing is said; one may be published.
    response["Cache-Control"] = _ASK_AGAIN
    # GZipMiddleware says so of long answers only, and of none that is a 304.
    patch_vary_headers(response, ["Accept-Encoding"])
    if response.status_code != 200:
        return response
    tag = tag_of(response.content)
    modified = last_modified()
    response["ETag"] = tag
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    if not _precondition_holds(request, tag, modified):
        detail = "The content behind this address is not the one that If-Match or "
        detail += "If-Unmodified-Since names. Read it anew."
        return problem_response(412, "precondition-failed", detail)
    return _unless_held(response, request, tag, modified)


def kept_privately(response: Any, request: Any) -> Any:
    """A rendered answer that is for the holder of a token alone; or 304 in its place.

    It may tell of drafts, whose changes no public count knows: only its tag says whether it holds.
    """
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization"])
    if response.status_code != 200 or request.method not in ("GET", "HEAD"):
        return response
    response["ETag"] = tag_of(response.content)
    return _unless_held(response, request, response["ETag"], None)


def _unless_held(response: Any, request: Any, tag: str, modified: int | None) -> Any:
    held = _held(request, tag, modified)
    if held is None:
        return response
    answer = HttpResponseNotModified()
    for name in _REPEATED:
        if name in response:
            answer[name] = response[name]
    # The tag in the form in which the cache has it: compressed, an answer has a weak one, and a
    # cache may not freshen a copy whose tag is weak by an answer whose tag is strong.
    answer["ETag"] = held
    return answer


def _precondition_holds(request: Any, tag: str, modified: int | None) -> bool:
    if "If-Match" in request.headers:
        return bool({"*", tag} & {*parse_etags(request.headers["If-Match"])})
    since = parse_http_date_safe(request.headers.get("If-Unmodified-Since", ""))
    return since is None or modified is None or modified <= since


def _held(request: Any, tag: str, modified: int | None) -> str | None:
    """The tag of the content that the asker has, if it still holds; None if it does not."""
    if "If-None-Match" in request.headers:
        given = parse_etags(request.headers["If-None-Match"])
        if "*" in given:
            return tag
        return next((each for each in given if each.removeprefix("W/") == tag), None)
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return tag if since is not None and modified is not None and modified <= since else None
