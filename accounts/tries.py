"""How often somebody may try a password, so that guessing is slow and no teacher is kept out.

Three counts, each over five minutes:

- of a name from one network. Not of a name alone: whoever knows a teacher's name could keep that
  teacher out from anywhere;
- of one network, so that nobody tries one password on every name;
- of a name from a browser that signed in with it before, which the other two leave alone. So a
  class behind the same address cannot keep its teacher out either.

A try counts before its password is looked at, since looking is what costs time, and is taken back
when it was right.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from records.rate_counter import counted, network, uncount

WINDOW = 300  # seconds

KNOWN = "thaw_known"
KNOWN_FOR = 180 * 24 * 60 * 60  # seconds
# A browser in a staff room knows a few teachers.
MOST_NAMES = 12


def mark_of(name: str) -> str:
    """What a browser keeps of a name that signed in with it. No name can be read from it."""
    return salted_hmac("accounts.known", name.lower()).hexdigest()[:16]


def _known(request: HttpRequest) -> list[str]:
    try:
        kept = signing.loads(request.COOKIES.get(KNOWN, ""), salt=KNOWN, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return []
    return [str(mark) for mark in kept]


def remember_browser(request: HttpRequest, response: HttpResponseBase, name: str) -> None:
    """Let this browser be known as one that `name` signed in with."""
    marks = [mark_of(name), *(mark for mark in _known(request) if mark != mark_of(name))]
    response.set_cookie(
        KNOWN,
        signing.dumps(marks[:MOST_NAMES], salt=KNOWN),
        max_age=KNOWN_FOR,
        path="/accounts/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _counts(request: HttpRequest, name: str) -> list[tuple[str, str, int]]:
    """(what is counted, for whom, how many are allowed), 0 for any number."""
    where = network(request)
    if mark_of(name) in _known(request):
        # The cookie itself, so that each browser has a count of its own.
        browser = request.COOKIES[KNOWN]
        return [("sign-in-known", f"{name.lower()} {browser}", 2 * settings.SIGN_IN_LIMITS["name"])]
    return [
        ("sign-in-name", f"{name.lower()} {where}", settings.SIGN_IN_LIMITS["name"]),
        ("sign-in-network", where, settings.SIGN_IN_LIMITS["network"]),
    ]


def begin(request: HttpRequest, name: str) -> tuple[bool, bool]:
    """Count one try. Out: whether it is allowed, and whether it is the first that is not."""
    allowed, first = True, False
    for what, who, most in _counts(request, name):
        number = counted(what, who, WINDOW) if most else 0
        allowed = allowed and number <= most
        first = first or number == most + 1
    return allowed, first


def take_back(request: HttpRequest, name: str) -> None:
    """A try was right, and does not count."""
    for what, who, most in _counts(request, name):
        if most:
            uncount(what, who, WINDOW)


def network_mark(request: Any) -> str:
    """Tells networks apart in the log, without their address; “none” for a command."""
    if request is None or not request.META.get("REMOTE_ADDR"):
        return "none"
    return salted_hmac("accounts.network", network(request)).hexdigest()[:10]
