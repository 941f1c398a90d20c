"""What a cache of nginx in front may keep (`deploy/nginx-cache.conf`).

nginx takes “no-cache” to mean that nothing may be kept, and not that it has to ask before each use.
`X-Accel-Expires` with a time long past says what is meant: kept, and out of date at once. nginx
passes the header on to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from config.serving.page_cache import is_for_everybody

_OUT_OF_DATE = "@1"
# What takes the place of a page that was kept. If nginx did not keep these too, it would have the
# withdrawn page still, and show it again during an outage.
_INSTEAD_OF_A_PAGE = (301, 404, 410)
_SECONDS = re.compile(r"s-maxage=(\d+)")


class FrontCacheMiddleware:
    """Says to nginx what it may keep; no use without a proxy (`BEHIND_PROXY`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.BEHIND_PROXY:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_for_everybody(request) and not response.cookies:
            says = response.get("Cache-Control", "")
            if "public" in says or (response.status_code in _INSTEAD_OF_A_PAGE and not says):
                seconds = _SECONDS.search(says)
                response["X-Accel-Expires"] = seconds[1] if seconds else _OUT_OF_DATE
        return response
