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
# What a 304 says again of the answer that it stands for.
_REPEATED = ("Cache-Control", "ETag", "Last-Modified", "Vary")


def cacheable(response: Any, request: Any) -> Any:
    """A rendered answer to GET or HEAD, with what caches need; or 304 or 412 in its place.

    Conditions are taken as RFC 9110, section 13.2.2, orders them: a tag outweighs a time, even a
    tag that cannot be read. A time counts only where `records.content_version` vouches for it.
    """
    # A cache may keep “not found” and “moved” too, if nothing is said; one may be published.
    response["Cache-Control"] = _ASK_AGAIN
    # GZipMiddleware says so of long answers only, and of none that is a 304.
    patch_vary_headers(response, ["Accept-Encoding"])
    if response.status_code != 200:
        return response
    tag = f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
    modified = last_modified()
    response["ETag"] = tag
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    if not _precondition_holds(request, tag, modified):
        detail = "The content behind this address is not the one that If-Match or "
        detail += "If-Unmodified-Since names. Read it anew."
        return problem_response(412, "precondition-failed", detail)
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
