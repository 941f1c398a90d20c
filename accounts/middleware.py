"""For pages that an account opens: the idle time-out, and the wait for a second factor."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from accounts import second_factor

# When a session was last written because somebody was there, in seconds since 1970.
TOUCHED = "touched"
# The end of a session is moved at most so often: each time costs a write.
EXACT = 60  # seconds

# Where the rights of an account count. Everything else is public, and asks nobody who they are.
DESK = ("/admin/", "/preview/")
OWN = "/accounts/"
# Whoever lacks a second factor may still leave, and choose light or dark.
OPEN = ("/admin/login/", "/admin/logout/", "/admin/jsi18n/")


class AccountMiddleware:
    """A session ends after SESSION_IDLE_MINUTES without a request to the desk or to one’s account.

    The store of sessions keeps the end, so nothing else has to ask for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith((*DESK, OWN)):
            return self.get_response(request)
        if request.user.is_authenticated:
            now = int(time.time())
            if now - request.session.get(TOUCHED, 0) >= EXACT:
                request.session[TOUCHED] = now
            if self._waits(request):
                messages.warning(
                    request,
                    "Your account takes a second factor on this site. Set up an authenticator app "
                    "or a passkey, then go on.",
                )
                return redirect("mfa_index")
        response = self.get_response(request)
        if request.path.startswith(OWN):
            add_never_cache_headers(response)
        return response

    def _waits(self, request: HttpRequest) -> bool:
        return (
            request.path.startswith(DESK)
            and request.path not in OPEN
            and second_factor.is_missing(request.user)
        )
